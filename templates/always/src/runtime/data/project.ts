/**
 * The data of a server: the JSON files under `src/generated/`, however its host has them.
 *
 * A start reads what lists need. Plans and shared schemas are read at the first call that needs them, so that a server
 * of a thousand tools starts as fast as one of ten.
 */
import { defined } from "./defined.js";
import type { JsonObject, JsonValue } from "./model-parts.js";
import type {
  ApiData,
  CallPlans,
  ExampleData,
  JobsData,
  ParameterLocation,
  PlanData,
  ProjectData,
  PromptData,
  ResourceData,
  SchemaData,
  ToolGroupData,
  ToolListing,
} from "./model.js";

export interface Project {
  readonly data: ProjectData;
  readonly apis: readonly ProjectApi[];
  /** What is listed; absent: everything. */
  readonly plan?: PlanData;
  /** Tools that call several operations; absent: none. */
  readonly workflows?: readonly WorkflowData[];
  /** The tools by which clients go on with work that takes long; absent: there are none. */
  readonly jobs?: JobsData;
  /** What callers may do, for the part that keeps it; absent: nothing is said. */
  readonly policy?: unknown;
  /** What discovery searches. Read once, at the first search. */
  finding?(): Promise<FindingIndex>;
}

export interface ProjectApi {
  readonly data: ApiData;
  readonly groups: readonly ToolGroup[];
  readonly resources: readonly ResourceData[];
  readonly prompts: readonly PromptData[];
  /** The plans of one group of tools. Read once, at the first call. */
  calls(file: string): Promise<CallPlans>;
  /** Schemas that plans refer to. Read once, at the first call. */
  schemas(): Promise<SchemaData>;
  /** Answers that the document shows; only the development mock asks for them. */
  examples(): Promise<ExampleData>;
}

export interface ToolGroup {
  readonly data: ToolGroupData;
  readonly tools: readonly ToolListing[];
  /** Bytes of the file: an upper bound of what its tools take in a list. */
  readonly bytes: number;
}

/** A file under `src/generated/`. */
export interface DataFile {
  readonly value: unknown;
  readonly bytes: number;
}

/** The files under `src/generated/`, by their paths there, with `/` between folders. */
export interface DataFiles {
  /** Absent: `undefined`. Throws where one is damaged. */
  read(path: string): DataFile | undefined;
  /** The value of a file; absent: `undefined`. Rejects where one is damaged. */
  readLater(path: string): Promise<unknown>;
}

/** @throws Error where a file is missing or damaged */
export function projectOf(files: DataFiles): Project {
  const data = required(files, "apis.json").value as ProjectData;
  const plan = files.read("plan.json")?.value as PlanData | undefined;
  const workflows = files.read("workflows.json")?.value as
    readonly WorkflowData[] | undefined;
  const jobs = files.read("jobs.json")?.value as JobsData | undefined;
  const policy = files.read("policy.json")?.value;
  return {
    data,
    apis: data.apis.map((name) => apiOf(files, name)),
    ...defined({ workflows, jobs, policy }),
    ...(plan === undefined
      ? {}
      : { plan, finding: once(() => findingOf(files)) }),
  };
}

async function findingOf(files: DataFiles): Promise<FindingIndex> {
  const index = await files.readLater("finding.json");
  if (index === undefined) throw missing("finding.json");
  return index as FindingIndex;
}

function apiOf(files: DataFiles, name: string): ProjectApi {
  const data = required(files, `${name}/api.json`).value as ApiData;
  return {
    data,
    groups: data.groups.map((group) => {
      const path = `${name}/tools/${group.file}.json`;
      const { value, bytes } = required(files, path);
      return { data: group, tools: value as readonly ToolListing[], bytes };
    }),
    resources: listOf<ResourceData>(files, `${name}/resources.json`),
    prompts: listOf<PromptData>(files, `${name}/prompts.json`),
    calls: once(async (file) => {
      const path = `${name}/calls/${file}.json`;
      const plans = await files.readLater(path);
      if (plans === undefined) throw missing(path);
      return plans as CallPlans;
    }),
    schemas: once(
      async () =>
        ((await files.readLater(`${name}/schemas.json`)) ?? {}) as SchemaData,
    ),
    examples: once(
      async () =>
        ((await files.readLater(`${name}/examples.json`)) ?? {}) as ExampleData,
    ),
  };
}

function listOf<Item>(files: DataFiles, path: string): readonly Item[] {
  return (files.read(path)?.value ?? []) as readonly Item[];
}

function required(files: DataFiles, path: string): DataFile {
  const file = files.read(path);
  if (file === undefined) throw missing(path);
  return file;
}

function missing(path: string): Error {
  return new Error(
    `src/generated/${path} is not there: generate the project again`,
  );
}

/** Remembers what was read by its key; a failure is forgotten, so that the next call tries again. */
function once<T>(
  read: (key: string) => Promise<T>,
): (key?: string) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (key = "") => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const reading = read(key);
    known.set(key, reading);
    reading.catch(() => known.delete(key));
    return reading;
  };
}

/** `generated/finding.json`: what a search over the operations of a server reads, made when the server is generated. */

export interface FindingIndex {
  /** Every operation, in the order of the tools. */
  readonly operations: readonly IndexedOperation[];
  /** Stems, sorted. */
  readonly stems: readonly string[];
  /**
   * By stem, in turn and to the base of 36: how far the next operation that has it is from the one before, and its weight
   * there in twentieths.
   */
  readonly postings: readonly string[];
  /** Words that operations are spoken of by their initials: `pr` for the stems of `pull request`. */
  readonly initials: { readonly [initials: string]: readonly string[] };
  /** Stems of the titles of the APIs: they say nothing of an operation. */
  readonly apiStems: readonly string[];
}

export interface IndexedOperation {
  /** Name of its tool. */
  readonly name: string;
  /** `GET /pets/{petId}`: the operation as the document has it; `WORKFLOW buyPet` for a workflow. */
  readonly request: string;
  /** Which API it belongs to, where the server has several: the name of its folder. */
  readonly api?: string;
  /** Tag as the document spells it. */
  readonly tag?: string;
  /** Numbers of the stems of its path and title that say what it is about. */
  readonly core: readonly number[];
  /** Numbers of the stems of the last word of its path. */
  readonly last: readonly number[];
  /** A verb that the path itself ends with, as `chat.postMessage`: it says more than the method. */
  readonly verb?: string;
  /** How far it is about whoever calls, 0 to 1: `/me/albums`. Absent: 0. */
  readonly own?: number;
  /** Numbers of operations whose answers give what its arguments name, likeliest first. */
  readonly needs?: readonly number[];
  /** Where a chain of calls begins without any identifier: things by their words (`GET /search?q=`), or whoever calls (`GET /me`). */
  readonly start?: "words" | "caller";
}

// `generated/workflows.json`: tools that call several operations, one after another, as an Arazzo document says.

/** Arazzo 1.0.1 §4.6.4. Texts may hold runtime expressions (§4.7), and values be selectors (1.1.0, Selector Object). */
export interface WorkflowData {
  /** Its workflowId: expressions name it by that. */
  readonly id: string;
  readonly listing: ToolListing;
  /** What is run before it, where it was not yet; absent: nothing. */
  readonly dependsOn?: readonly WorkflowCall[];
  readonly steps: readonly WorkflowStep[];
  /** By name, an expression or a selector; empty: those of the last step. */
  readonly outputs: JsonObject;
}

/** §4.6.5 */
export type WorkflowStep = OperationStep | SubworkflowStep;

interface StepData {
  readonly id: string;
  /** All have to hold; empty: the answer is no failure. */
  readonly successCriteria: readonly WorkflowCriterion[];
  /** The first that fits is taken; where none does, the next step follows, or after a failure nothing. */
  readonly onSuccess: readonly WorkflowAction[];
  readonly onFailure: readonly WorkflowAction[];
  readonly outputs: JsonObject;
  /** Longer than that it may not take. Absent: as long as a call may. */
  readonly timeoutMs?: number;
}

/** A step that calls an operation. */
export interface OperationStep extends StepData {
  /** Name of the tool of its operation. */
  readonly tool: string;
  readonly method: string;
  readonly parameters: readonly WorkflowParameter[];
  readonly body?: WorkflowBody;
}

/** A step that runs another workflow. */
export interface SubworkflowStep extends StepData {
  readonly call: WorkflowCall;
}

/** A run of another workflow. */
export interface WorkflowCall {
  /** Name of its tool. */
  readonly workflow: string;
  /** By the name of its input. */
  readonly inputs: JsonObject;
}

export interface WorkflowParameter {
  readonly in: ParameterLocation;
  readonly name: string;
  /** Argument of the tool that stands for it. */
  readonly argument: string;
  readonly value: JsonValue;
}

export interface WorkflowBody {
  readonly payload: JsonValue;
  readonly replacements: readonly {
    /** JSON pointer into the payload, or a JSONPath query. */
    readonly target: string;
    readonly isQuery?: true;
    readonly value: JsonValue;
  }[];
  /** Argument that takes all of it; absent where its fields are arguments. */
  readonly argument?: string;
  /** By the name of a field, its argument. */
  readonly fields?: { readonly [name: string]: string };
  /** Argument that chooses the media type, and the one that is meant. */
  readonly mediaType?: { readonly argument: string; readonly value: string };
}

export type WorkflowCriterion =
  | { readonly condition: string }
  /** What `context` gives has to hold what the regular expression describes. */
  | { readonly context: string; readonly pattern: string }
  /** Of what `context` gives, the JSONPath query has to find something. */
  | { readonly context: string; readonly query: string };

export type WorkflowAction = {
  readonly criteria: readonly WorkflowCriterion[];
} & (
  | { readonly type: "end" }
  | ({ readonly type: "goto" } & WorkflowTarget)
  | {
      readonly type: "retry";
      readonly afterMs: number;
      /** How often the step is repeated at most. */
      readonly limit: number;
      /** What is run before each repetition; absent: nothing. */
      readonly first?: WorkflowTarget;
    }
);

/** Where an action leads: a step of the same workflow, or another workflow. */
export type WorkflowTarget =
  { readonly step: string } | { readonly call: WorkflowCall };
