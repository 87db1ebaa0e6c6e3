/**
 * What the owner of this server adds to it: hooks by tool name, and tools, resources and prompts of their own.
 * `src/custom.ts` makes one of these with `defineCustom`; nothing here knows of MCP or HTTP.
 */
import type { Caller } from "./upstream/http-message.js";
import type { JsonObject, JsonValue, ToolAnnotations } from "./data/model.js";
import type { CallResult } from "./response/result.js";

/** What hooks and own tools are told about a call. */
export interface CallContext {
  /** Name of the tool that was called. */
  readonly tool: string;
  readonly caller: Caller;
  /** Aborted when the client cancels. */
  readonly signal: AbortSignal;
  /** Calls a tool of this server, with its hooks and for the same caller; rate limits are not asked again. */
  call(tool: string, args: object): Promise<CallResult>;
}

/** A result whose structured content has the type of the tool's result. */
export type ToolResult<Result> = Omit<CallResult, "structuredContent"> & {
  readonly structuredContent?: Result;
};

/** Hooks of one tool. Throw a `CallError` to tell the model what is wrong. */
export interface ToolHooks<Arguments, Result> {
  /** Changes the arguments before the request is made. They were validated already. */
  before?(
    args: Arguments,
    context: CallContext,
  ): Arguments | Promise<Arguments>;
  /** Answers in place of the API; `next` asks the API after all. */
  replace?(
    args: Arguments,
    context: CallContext & {
      next(args: Arguments): Promise<ToolResult<Result>>;
    },
  ): ToolResult<Result> | Promise<ToolResult<Result>>;
  /** Changes the result, also that of `replace`. Look at `isError` first. */
  after?(
    result: ToolResult<Result>,
    context: CallContext,
  ): ToolResult<Result> | Promise<ToolResult<Result>>;
}

/** A tool that no API operation stands behind. */
export interface CustomTool {
  /** `[a-z0-9_]`, at most 50 characters, unlike the name of any other tool. */
  readonly name: string;
  readonly title?: string;
  readonly description: string;
  /** JSON Schema of the arguments: an object at its root. */
  readonly inputSchema: JsonObject & { readonly type: "object" };
  readonly outputSchema?: JsonObject;
  readonly annotations?: Partial<ToolAnnotations>;
  run(args: JsonObject, context: CallContext): CallResult | Promise<CallResult>;
}

/** A resource with a fixed URI, or with `{variables}` (RFC 6570, levels 1 and `{?query}`). */
export interface CustomResource {
  readonly uri: string;
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly mimeType?: string;
  /** @param variables values of the URI's variables, percent-decoded. */
  read(
    variables: Readonly<Record<string, string>>,
    context: Omit<CallContext, "tool">,
  ): string | Uint8Array | Promise<string | Uint8Array>;
}

export interface CustomPrompt {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly arguments?: readonly {
    readonly name: string;
    readonly description?: string;
    readonly required?: boolean;
  }[];
  /** Text of the user's message. */
  text(args: Readonly<Record<string, string>>): string | Promise<string>;
}

/** What the runtime takes: `defineCustom` has checked the types. */
export interface Custom {
  readonly hooks?: Readonly<Record<string, ToolHooks<unknown, unknown>>>;
  readonly tools?: readonly CustomTool[];
  readonly resources?: readonly CustomResource[];
  readonly prompts?: readonly CustomPrompt[];
}

/** Hooks that are written apart: `const hooks: Hooks<Tools> = { … }` refuses those of tools that do not exist. */
export type Hooks<Tools> = NonNullable<TypedCustom<Tools>["hooks"]>;

/** What an owner writes: hooks only for tools that exist, with the types of their arguments and results. */
export interface TypedCustom<Tools> extends Omit<Custom, "hooks"> {
  readonly hooks?: {
    readonly [Name in keyof Tools]?: Tools[Name] extends {
      arguments: infer Arguments;
      result: infer Result;
    }
      ? ToolHooks<Arguments, Result>
      : never;
  };
}

/**
 * Checks hooks and additions against the tools of this server; changes nothing.
 *
 * @typeParam Tools the interface of `src/generated/types.d.ts`.
 */
export function defineCustom<Tools>(custom: TypedCustom<Tools>): Custom {
  return custom as Custom;
}

/** A result that is one text. */
export function textResult(text: string): CallResult {
  return { content: [{ type: "text", text }] };
}

/** A result that is one JSON value, as text and as structured content. */
export function jsonResult<Value extends JsonValue>(
  value: Value,
): CallResult & { readonly structuredContent: Value } {
  return {
    content: [{ type: "text", text: JSON.stringify(value) }],
    structuredContent: value,
  };
}

/** Faults of an owner's additions: hooks of tools that do not exist, names that are taken. Empty when all is well. */
export function customFaults(
  custom: Custom,
  isTool: (name: string) => boolean,
): readonly string[] {
  const faults: string[] = [];
  for (const name of Object.keys(custom.hooks ?? {})) {
    if (!isTool(name))
      faults.push(`src/custom.ts has a hook for "${name}", which is no tool`);
  }
  const taken = new Set<string>();
  for (const { name } of custom.tools ?? []) {
    if (isTool(name) || taken.has(name))
      faults.push(
        `src/custom.ts adds a tool "${name}", but that name is taken`,
      );
    taken.add(name);
  }
  return faults;
}
