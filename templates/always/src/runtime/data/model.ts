/**
 * The contract between generator and runtime: the shape of every JSON file under `src/generated/<api>/`.
 *
 * The generator type-checks what it emits against this file; the runtime interprets it. Nothing here is specific to
 * one API. Section numbers refer to the OpenAPI Specification 3.2.0 unless another standard is named.
 */
import type {
  JobPlan,
  PagePlan,
  ShapePlan,
  JsonObject,
  JsonSchema,
  JsonValue,
  SecurityScheme,
  XmlPlan,
  AliasData,
  SuppliedArgument,
  ToolPolicy,
} from "./model-parts.js";

export type * from "./model-parts.js";
export type { AliasData, SuppliedArgument, ToolPolicy } from "./model-parts.js";
/** `generated/apis.json`: the folders below `generated/`, one per API of this server, in the order of the inputs. */
export interface ProjectData {
  /** Name of the server as clients see it, `[a-z0-9-]`. */
  readonly name: string;
  readonly title: string;
  /** Version of the first API's document. */
  readonly version: string;
  /** `instructions` of the server: how to use its tools, at most 2,048 characters, in the generator's own words. */
  readonly instructions: string;
  /** Folder names, `[a-z0-9_]`. */
  readonly apis: readonly string[];
  /** Old names of tools, sorted by name. */
  readonly aliases?: readonly AliasData[];
}

/** `generated/plan.json`: how many of the tools are listed. A server without it lists all. */
export interface PlanData {
  /** `planned`: discovery and the tools that are named; `discovery`: of those the ones that the owner pins. */
  readonly list: "all" | "planned" | "discovery";
  /** Each entry shows the essence of its tool, and `describe_operation` the rest. */
  readonly folded?: true;
  /** Each entry is in the form of OpenAI's strict mode (`runtime/strict/`). */
  readonly strict?: true;
  /** Tools that are listed besides discovery, in the order of the list. */
  readonly listed: readonly {
    readonly name: string;
    readonly why: string;
    /** The owner wants to see it listed. */
    readonly pinned?: true;
  }[];
  /** Parts of the server that are served by themselves, too; absent where there are none. */
  readonly toolsets?: readonly ToolsetData[];
}

/** A part of the server with a list of its own, at `/mcp/<name>` over HTTP, by `--toolset <name>` over stdio. */
export interface ToolsetData extends Omit<PlanData, "toolsets"> {
  /** `[a-z0-9-]` */
  readonly name: string;
  readonly title: string;
  /** As those of the server, of the tools that it holds. */
  readonly instructions: string;
  /** The tools of the APIs that it holds, listed or not. */
  readonly tools: readonly string[];
  /** The prompts of the APIs that it holds. */
  readonly prompts: readonly string[];
  /** Names of tools, resources and prompts of `src/custom.ts` that it holds. */
  readonly custom: readonly string[];
}

/** `generated/<api>/api.json`. */
export interface ApiData {
  /** Folder name, and prefix of tool names when the server holds several APIs, `[a-z0-9_]`. */
  readonly name: string;
  readonly title: string;
  readonly version: string;
  /** First part of every environment variable of this API, `[A-Z0-9_]`. */
  readonly environmentPrefix: string;
  readonly serverGroups: readonly ServerGroup[];
  readonly securitySchemes: { readonly [name: string]: SecurityScheme };
  /** The tools of this API by tag, in the order in which `tools/list` shows them. */
  readonly groups: readonly ToolGroupData[];
  /** By tool, the owner's limits. */
  readonly policies?: { readonly [tool: string]: ToolPolicy };
}

/** The tools of one tag: `tools/<file>.json` has their listings, `calls/<file>.json` their plans. */
export interface ToolGroupData {
  /** File name without folder and ending, `[a-z0-9_]`. */
  readonly file: string;
  /** Tag as the document spells it, or absent for operations without a tag. */
  readonly tag?: string;
  /** First sentence of the tag's description. */
  readonly description?: string;
}

/**
 * Servers to choose from for a set of operations (§4.8.5): the document's own, or those of a path or an operation.
 * The first one that can be used is the default; the environment variable replaces it.
 */
export interface ServerGroup {
  /** `default` for the document's servers, else allocated, `[a-z0-9_]`. */
  readonly id: string;
  /** Environment variable whose value replaces the base URL, for example `PETSTORE_BASE_URL`. */
  readonly environment: string;
  /** Empty when the document names no absolute server: then the variable has to be set. */
  readonly servers: readonly ServerPlan[];
}

export interface ServerPlan {
  /** URL template with `{variable}` parts; absolute unless the document gives nothing to resolve it against. */
  readonly url: string;
  readonly description?: string;
  readonly variables: readonly ServerVariable[];
}

/** §4.8.6 */
export interface ServerVariable {
  readonly name: string;
  /** Absent where the document does not say what the URL has there: then the environment has to. */
  readonly default?: string;
  /** When present, no other value is accepted. */
  readonly enum?: readonly string[];
  /** Environment variable that sets it. */
  readonly environment: string;
}

/** An entry of `tools/<file>.json`: what `tools/list` shows, in the portable profile of schemas. */
export interface ToolListing {
  /** `[a-z0-9_]`, at most 50 characters, unique in the server without regard to case. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: InputSchema;
  readonly outputSchema?: JsonObject;
  readonly annotations: ToolAnnotations;
}

/** `generated/jobs.json`: the tools that go on with work; `cancel` is absent where none can be ended. */
export interface JobsData {
  readonly check: ToolListing;
  readonly cancel?: ToolListing;
}

/** An object schema at the root, closed, with `properties` present also when empty. */
export interface InputSchema {
  readonly type: "object";
  readonly properties: { readonly [argument: string]: JsonSchema };
  readonly required?: readonly string[];
  readonly additionalProperties: false;
}

/** Hints, not guarantees (MCP 2026-07-28, `ToolAnnotations`). */
export interface ToolAnnotations {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
}

/** `calls/<file>.json`: by tool name, how a call becomes a request and its response a result. */
export type CallPlans = { readonly [tool: string]: CallPlan };

export interface CallPlan {
  /** Where it comes from, for messages: JSON pointer into the document. */
  readonly pointer: string;
  readonly request: HttpPlan;
  /**
   * Schema that arguments have to meet: the document's own, without the narrowing of the portable profile.
   * Absent where the listed schema says the same.
   */
  readonly input?: JsonSchema;
  /** Arguments whose values come from the server. */
  readonly supplied?: readonly SuppliedArgument[];
  readonly responses: readonly ResponsePlan[];
  /** How its list goes on; absent where the answer is whole, or nothing tells. */
  readonly pages?: PagePlan;
  /** What its results hold of an answer; absent: all that fits. */
  readonly shape?: ShapePlan;
  /** How the work is followed that it starts; absent: it starts none, or nobody wants to wait for it. */
  readonly job?: JobPlan;
}

/** How arguments become one HTTP request. */
export interface HttpPlan {
  /** Upper-case, also `QUERY` and methods of `additionalOperations`. */
  readonly method: string;
  /** Path template (§4.8.8.1) with plain expressions, for example `/pets/{petId}`. */
  readonly path: string;
  /** `id` of a server group. */
  readonly server: string;
  readonly parameters: readonly ParameterPlan[];
  readonly body?: BodyPlan;
  /** Media types for `Accept`, best first. Empty: no such header. */
  readonly accept: readonly string[];
  /** `Content-Type` of requests without a body, for an API that asks for it all the same. */
  readonly contentType?: string;
  /**
   * Alternatives, of which one has to hold; each names schemes that apply together (§4.8.30). An empty alternative
   * stands for a call without credentials; an empty list for an operation that takes none.
   */
  readonly security: readonly (readonly SecurityRequirement[])[];
}

export interface SecurityRequirement {
  /** Key of `ApiData.securitySchemes`. */
  readonly scheme: string;
  readonly scopes: readonly string[];
}

export type ParameterLocation =
  "path" | "query" | "querystring" | "header" | "cookie";

/**
 * §4.8.12.2; `tabDelimited` is Swagger 2.0's `collectionFormat: tsv`, `segments` the expansion of RFC 6570 §3.2.6, whose
 * first slash the template holds.
 */
export type ParameterStyle =
  | "simple"
  | "label"
  | "matrix"
  | "segments"
  | "form"
  | "spaceDelimited"
  | "pipeDelimited"
  | "tabDelimited"
  | "deepObject"
  | "cookie";

/** Where one argument goes and how it is serialised (§4.8.12). */
export interface ParameterPlan {
  /** Key in the tool's arguments. */
  readonly argument: string;
  /** Name on the wire. */
  readonly name: string;
  readonly in: ParameterLocation;
  readonly style: ParameterStyle;
  readonly explode: boolean;
  /** Query, path (3.2) and form bodies: reserved characters stay as they are (RFC 6570 §3.2.3). */
  readonly allowReserved?: true;
  /** Path: slashes stay, so that the value may go over several segments (RFC 6570 §3.2.3). */
  readonly allowSlashes?: true;
  /** Query: an empty list or object is sent as `name=`, like an empty text (§4.8.12.2.1, §4.8.12.6). */
  readonly allowEmptyValue?: true;
  /** Media type of a parameter that is described by `content`: serialised by it, then percent-encoded. */
  readonly mediaType?: string;
}

/** §4.8.13 */
export interface BodyPlan {
  readonly required: boolean;
  /** Argument that holds the whole body; absent when the body's fields stand beside the parameters. */
  readonly argument?: string;
  /** Fields of an object body, in the order of the document. */
  readonly fields?: readonly BodyField[];
  /** At least one; the first is used unless the caller chooses another. */
  readonly contents: readonly BodyContent[];
  /** Argument that chooses among several `contents` by media type. */
  readonly mediaTypeArgument?: string;
}

export interface BodyField {
  readonly argument: string;
  readonly name: string;
}

/** One way to write the body: the media type, and what turns the value into bytes. */
export interface BodyContent extends PartEncodings {
  /** As the document spells it; sent as `Content-Type` (multipart adds its boundary). */
  readonly mediaType: string;
  /** `text`: the string as it is; `binary`: the bytes of a file argument; the others write a value by their rules. */
  readonly encoding: "json" | "form" | "multipart" | "xml" | "text" | "binary";
  /**
   * Form and multipart: fields in the order in which they are written (RFC 7578 §5.2), where it is not that of
   * `BodyPlan.fields`; others follow.
   */
  readonly order?: readonly string[];
  readonly xml?: XmlPlan;
}

/** Form and multipart: what deviates from the default of a field or part (§4.8.15). */
export interface PartEncodings {
  /** By wire name. */
  readonly fields?: { readonly [name: string]: FieldEncoding };
  /** Multipart bodies of lists: of the first parts, and of each that follows them. */
  readonly prefix?: readonly FieldEncoding[];
  readonly items?: FieldEncoding;
}

/** Its own `PartEncodings` are those within the value, where that is a form or has parts. */
export interface FieldEncoding extends PartEncodings {
  /** Media type of the part or of the serialised value; several separated by commas: the first that fits. */
  readonly contentType?: string;
  readonly style?: ParameterStyle;
  readonly explode?: boolean;
  readonly allowReserved?: true;
  /** Members of an object in the order in which they are written, where they are written one by one. */
  readonly order?: readonly string[];
  /** The value, or each item of it, is a file argument. */
  readonly file?: true;
  /** Headers of a multipart part with a fixed value. */
  readonly headers?: { readonly [name: string]: string };
}

/**
 * What a file argument looks like, in the arguments of a call. Exactly one of `path`, `data` and `url` is given.
 * `path` is read only below the folder that `MCP_FILE_ROOT` names.
 */
export interface FileArgument {
  readonly path?: string;
  /** Base64 (RFC 4648 §4). */
  readonly data?: string;
  readonly url?: string;
  readonly filename?: string;
  readonly media_type?: string;
}

/** §4.8.17 */
export interface ResponsePlan {
  /** `200`, `2XX` (upper-case) or `default`. */
  readonly status: string;
  readonly contents: readonly ResponseContent[];
}

export interface ResponseContent {
  readonly mediaType: string;
  /** Absent where the document gives none. */
  readonly schema?: JsonSchema;
}

/** `examples.json`: by tool name, an answer that the document shows; only the development mock reads it. */
export type ExampleData = {
  readonly [tool: string]: {
    readonly status: number;
    readonly mediaType: string;
    readonly value: JsonValue;
  };
};

/** `schemas.json`: schemas shared by several plans, by type name. */
export type SchemaData = { readonly [name: string]: JsonSchema };
