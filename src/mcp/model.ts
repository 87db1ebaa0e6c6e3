/**
 * The MCP server to be: tools, resources and prompts with their names, and the data that the emitted runtime
 * interprets. The types of that data are declared in the runtime, so that both sides are checked against one text.
 */
import type {
  AliasData,
  ApiData,
  CallPlan,
  ExampleData,
  JobsData,
  JsonSchema,
  PlanData,
  ProjectData,
  PromptData,
  ResourceData,
  SuppliedArgument,
  ToolListing,
  ToolPolicy,
  ToolsetData,
} from "../../templates/always/src/runtime/data/model.ts";

import type { PolicyFile } from "../../templates/always/src/runtime/policy/policy-data.ts";
import type { WorkflowData } from "../../templates/always/src/runtime/data/project.ts";

export type {
  AliasData,
  ApiData,
  CallPlan,
  ExampleData,
  JobsData,
  JsonSchema,
  PlanData,
  ProjectData,
  PromptData,
  ResourceData,
  SuppliedArgument,
  ToolListing,
  ToolPolicy,
  ToolsetData,
};
export type {
  AllPages,
  JobCall,
  JobPlan,
  JobReading,
  JobStatus,
  JobValue,
  PagePlan,
  ShapePlan,
} from "../../templates/always/src/runtime/data/model.ts";
export type { ListedTool } from "../../templates/always/src/runtime/tools/tool-table.ts";
export type { WorkflowData } from "../../templates/always/src/runtime/data/project.ts";
export type { FindingIndex } from "../../templates/always/src/runtime/data/project.ts";

export interface ServerModel {
  readonly project: ProjectData;
  /** npm package name of the emitted project, `[a-z0-9-]`. */
  readonly packageName: string;
  readonly apis: readonly ServerApi[];
  /** Which tools are listed, and which are found. */
  readonly plan: ListPlan;
  /** Parts of it that are served by themselves, too. */
  readonly toolsets: readonly ToolsetPlan[];
  /** Tools that call several operations, one after another. */
  readonly workflows: readonly WorkflowData[];
  /** The tools by which clients go on with work that takes long; absent where none is followed. */
  readonly jobs?: JobsData;
  /** What callers may do, and what of the tools it goes by; absent where nothing is said. */
  readonly policy?: PolicyFile;
}

/** How much of a server's tools is listed. */
export type ListMode = PlanData["list"];

export interface ListPlan {
  readonly mode: ListMode;
  /** Whether each entry shows the essence of its tool only, and `describe_operation` the rest: all whole cost too much. */
  readonly folded: boolean;
  /** Whether each entry is in the form of OpenAI's strict mode. */
  readonly strict: boolean;
  /** Besides the tools of discovery, in the order of the list; empty where all are listed. */
  readonly listed: readonly PlannedTool[];
  /** What is listed, discovery with it; tokens are estimated. */
  readonly cost: ListCost;
  /** What listing all tools would cost. */
  readonly whole: ListCost;
}

/** A toolset, and what it lists. */
export interface ToolsetPlan extends ListPlan, Omit<ToolsetData, keyof PlanData> {}

export interface ListCost {
  readonly tools: number;
  /** Estimated. */
  readonly tokens: number;
  /** Of JSON, in UTF-8. */
  readonly bytes: number;
}

export type PlannedTool = PlanData["listed"][number];

export interface ServerApi {
  readonly data: ApiData;
  /** In the order of `data.groups`. */
  readonly groups: readonly ToolGroup[];
  /** Schemas that plans refer to by `#/$defs/<Name>`; names are unique TypeScript identifiers. */
  readonly schemas: ReadonlyMap<string, JsonSchema>;
  readonly resources: readonly ResourceData[];
  readonly prompts: readonly PromptData[];
  readonly examples: ExampleData;
  /** Operations that no tool can be made of. */
  readonly skipped: readonly SkippedOperation[];
  /** Operations that nobody wants a tool of; absent where there are none. */
  readonly leftOut?: readonly SkippedOperation[];
}

export interface ToolGroup {
  readonly file: string;
  readonly tools: readonly Tool[];
}

export interface Tool {
  readonly listing: ToolListing;
  readonly call: CallPlan;
  readonly operationId: string | undefined;
  readonly isDeprecated?: true;
  /** Whether its owner wants to see it listed, or found only; absent: as the plan has it. */
  readonly pinned?: { readonly value: boolean; readonly by: string };
  /** What finds the tool again when its operation moves; absent where pointer and operationId are enough. */
  readonly anchor?: Anchor;
  /** Identifier that the names of its types start with: `ListPets` for `ListPetsArguments` and `ListPetsResult`. */
  readonly typeName: string;
  /** Schema of a successful JSON result; `undefined` where there is none. */
  readonly result: JsonSchema | undefined;
  readonly reasons: readonly Reason[];
  readonly losses: readonly Loss[];
}

/** What the lock keeps of a tool so that it is found again. */
export interface Anchor {
  /** `METHOD /path`, where the pointer does not say it. */
  readonly request?: string;
  /** What its operation was called before, sorted: operationIds, and requests as `METHOD /path`. */
  readonly formerly?: readonly string[];
  /** Hash of the input schema as it would be without curation, where that differs. */
  readonly plainInput?: string;
}

/** Why something is as it is: a sentence for `inspect --why`. */
export interface Reason {
  readonly about:
    | "name"
    | "title"
    | "description"
    | "hints"
    | "arguments"
    | "body"
    | "result"
    | "resource"
    | "pages"
    | "tags"
    | "limits";
  readonly text: string;
}

/** What the portable schema cannot say and the server still checks. */
export interface Loss {
  /**
   * `depth`: not written out further; `keyword`: a keyword that clients do not take; `format` and
   * `properties`: named in a description only; `order`: of the items of a list; `bound`: no number of JavaScript;
   * `impossible`: nothing can be given; `size`: too large to be listed; `body`: a media type that cannot be chosen;
   * `read-only`: described as such; `apart`: kept from fitting another alternative; `pattern`: named in the
   * description only.
   */
  readonly kind:
    | "depth"
    | "keyword"
    | "format"
    | "properties"
    | "order"
    | "bound"
    | "impossible"
    | "size"
    | "body"
    | "read-only"
    | "apart"
    | "pattern";
  /** JSON pointer into the input schema. */
  readonly pointer: string;
  readonly text: string;
}

export interface SkippedOperation {
  readonly pointer: string;
  readonly method: string;
  readonly path: string;
  readonly reason: string;
}
