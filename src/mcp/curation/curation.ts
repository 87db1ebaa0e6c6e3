/**
 * What an owner decides about the server, as data: which operations become tools, and how each is shown and called.
 * It comes from the configuration file, and in part from `x-mcp` in the document; the former wins.
 */
import type { McpExtension } from "../../api/model.ts";
import type { Json } from "../../base/json.ts";
import type { ListOptions } from "../plan/list-plan.ts";

/** Which operations become tools. An operation is left out where no `include` (if there is any) or an `exclude` fits. */
export interface Selection {
  readonly include: readonly Selector[];
  readonly exclude: readonly Selector[];
  /** Only operations that change nothing, by their hints. */
  readonly readOnly: boolean;
}

/** All that is given has to hold of an operation. */
export interface Selector {
  readonly tag?: string;
  /** Glob over the path template: `*` stands for one segment or a part of one, `**` for any number of segments. */
  readonly path?: string;
  /** HTTP method, in any case. */
  readonly method?: string;
  /** Glob over the operationId. */
  readonly operationId?: string;
  readonly deprecated?: boolean;
  /** `x-internal`. */
  readonly internal?: boolean;
  /** Name of an extension (`x-…`) that is present and not `false`, or the value that it has. */
  readonly extension?: { readonly name: string; readonly value?: Json };
  /** Where the selector stands, for diagnostics. */
  readonly place: Place;
}

/** A place in the configuration file or on the command line. */
export interface Place {
  /** The file as the user named it, or `command line`. */
  readonly file: string;
  readonly pointer: string;
  /** One-based. */
  readonly line?: number;
}

/** A toolset as its owner wants it. */
export interface ToolsetWish extends Selection {
  /** `[a-z0-9-]`, at most 40 characters: the last part of the path that it is served at. */
  readonly name: string;
  /** What it is for: the first words of its instructions. */
  readonly description?: string;
  /** How much of it is listed; default as for the server, but that the mode is `auto`. */
  readonly list?: ListOptions;
  /** Names of tools, resources and prompts of `src/custom.ts` that it has, too. */
  readonly custom: readonly string[];
  readonly place: Place;
}

/** Curation of a server. */
export interface Curation {
  /** By operation, in the order of the file. */
  readonly tools: readonly ToolCuration[];
  readonly prompts: readonly PromptCuration[];
  /** Scopes of the document that callers have to have, and how they are called there. Default: none. */
  readonly scopes?: readonly ScopeEntry[];
  /** How long an old name stays callable after a tool was renamed: a date `YYYY-MM-DD`, or days from the renaming. */
  readonly aliases: { readonly until: string } | { readonly days: number };
}

/** Which scope a caller has to have where the document names one. */
export interface ScopeEntry {
  /** As a security requirement names it (OpenAPI 3.2 §4.8.30); `*`: each that no other entry speaks of. */
  readonly scope: string;
  /** `*` in it stands for the document's. */
  readonly needed: string;
  readonly place: Place;
}

/**
 * What is decided about one operation's tool: what its author can say too, and more. What is absent stays as the
 * document says.
 */
export interface ToolCuration extends McpExtension {
  /** `operationId`, or `METHOD /path` as the document spells it, or the name of the tool in the lock. */
  readonly operation: string;
  /** Name of the API, where several have such an operation. */
  readonly api?: string;
  /** What the key is as a selector: then the entry speaks of all operations that it fits, below those that name one. */
  readonly selector?: Selector;
  readonly place: Place;
  /** By argument, as the tool lists it without curation. */
  readonly arguments: ReadonlyMap<string, ArgumentCuration>;
  /** Replace the tags of the operation: the first one groups the tool. */
  readonly tags?: readonly string[];
  /** URI of the resource, or `false` for none. */
  readonly resource?: string | false;
  readonly limits?: {
    /** Calls per minute. */
    readonly callsPerMinute?: number;
    /** Longest text of an answer, in bytes. */
    readonly answerBytes?: number;
  };
  /** Longest wait for the API, in seconds. */
  readonly timeout?: number;
  /** Header in which the API takes a key of each call, by which it knows repetitions. */
  readonly idempotencyKey?: string;
  /** Whether one call may ask for all pages of a list, and within which limits. */
  readonly pagination?: PaginationCuration;
  /** What results hold of its answers. */
  readonly answer?: AnswerCuration;
}

/** What results hold of answers. Paths go through lists; a name that has a dot in it is told by a JSON pointer. */
export interface AnswerCuration {
  /** Fields of each item, or of the object, that are given where a call chooses none. */
  readonly fields?: readonly string[];
  readonly keep?: readonly string[];
  readonly drop?: readonly string[];
  readonly jmespath?: string;
  /** Estimated tokens of a result. */
  readonly tokens?: number;
  /** Where it stands. */
  readonly place: Place;
}

export interface PaginationCuration {
  readonly all?: boolean;
  /** No further page is asked for once there are so many pages or items, or after so many seconds. */
  readonly pages?: number;
  readonly items?: number;
  readonly seconds?: number;
}

/** What is decided about one argument. `fixed` and `environment` hide it from the model. */
export interface ArgumentCuration {
  readonly place: Place;
  /** Left out of the tool; an argument that the API requires needs a value besides. */
  readonly hidden?: boolean;
  /** Sent with every call. */
  readonly fixed?: Json;
  /** Sent where the model gives none. */
  readonly default?: Json;
  /** Name that the model sees. */
  readonly name?: string;
  readonly description?: string;
  /** Environment variable that holds the value. */
  readonly environment?: string;
  readonly examples?: readonly Json[];
}

export interface PromptCuration {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly arguments: readonly { readonly name: string; readonly description?: string; readonly required?: boolean }[];
  /** `{{name}}` stands for an argument. */
  readonly text: string;
  readonly place: Place;
}
