/**
 * The data of a server: the JSON files under `src/generated/`, however its host has them.
 *
 * A start reads what lists need. Plans and shared schemas are read at the first call that needs them, so that a server
 * of a thousand tools starts as fast as one of ten.
 */
import { defined } from "./defined.js";
import type { FindingIndex } from "./finding-index.js";
import type {
  ApiData,
  CallPlans,
  ExampleData,
  PlanData,
  ProjectData,
  PromptData,
  ResourceData,
  SchemaData,
  ToolGroupData,
  ToolListing,
} from "./model.js";
import type { WorkflowData } from "./workflow-data.js";

export interface Project {
  readonly data: ProjectData;
  readonly apis: readonly ProjectApi[];
  /** What is listed; absent: everything. */
  readonly plan?: PlanData;
  /** Tools that call several operations; absent: none. */
  readonly workflows?: readonly WorkflowData[];
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
  const policy = files.read("policy.json")?.value;
  return {
    data,
    apis: data.apis.map((name) => apiOf(files, name)),
    ...defined({ workflows, policy }),
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
