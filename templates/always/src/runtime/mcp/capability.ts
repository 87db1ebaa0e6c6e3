/** What an optional part adds to an MCP server: methods, and completions for what they take. */
import {
  type InputRequiredResult,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerContext,
} from "@modelcontextprotocol/server";
import type { CallOptions } from "../call/call.js";
import type { ClientRequest } from "../call/trace-context.js";
import type { Custom } from "../custom.js";
import type { JsonObject } from "../data/model.js";
import type { Project } from "../data/project.js";
import type { FileCaller, ReadFileResource } from "../request/file-argument.js";
import type { CallResult } from "../response/call-result.js";
import type { KeptAnswers } from "../response/kept-answers.js";
import type { Settings } from "../settings/settings.js";
import { visibleLine } from "../text/visible.js";
import type { ToolTable } from "../tools/tool-table.js";
import type { Caller } from "../upstream/http-message.js";

/** The tools of the server, as its other capabilities make use of them. */
export interface ToolAccess {
  readonly tools: ToolTable;
  /**
   * Answers a request of a client that is no call of a tool, as watchers see it. Calls that it makes may end with a
   * question to their user: that is the answer then.
   */
  answer<Result>(
    about: Pick<ClientRequest, "method" | "prompt">,
    server: Server,
    context: ServerContext,
    run: (options: CallOptions) => Promise<Result>,
  ): Promise<Result | InputRequiredResult>;
  /** @throws ProtocolError where there is no tool of that name, QuestionForUser where the options say that they can be asked */
  call(
    tool: string,
    args: JsonObject,
    options: CallOptions,
  ): Promise<CallResult>;
  /** Runs code of the owner's, which may throw anything: the client gets only what it may know. */
  ofOwner<Result>(run: () => Promise<Result>): Promise<Result>;
}

export interface Capability {
  /** What the server calls it in its answer to `initialize`. */
  readonly name: "resources" | "prompts";
  /** Whether there is nothing to list: then the server does not speak of it. */
  readonly isEmpty: boolean;
  /** Registers its methods with the server of a connection or request. */
  serve(server: Server, access: ToolAccess): void;
  /** @throws ProtocolError for what there is not */
  complete(asked: Asked, access: ToolAccess): Promise<Completion>;
}

/** What a client wants to be completed. */
export interface Asked {
  /** Name of a prompt, or URI of a resource as it is listed. */
  readonly of: string;
  readonly argument: string;
  readonly typed: string;
  /** Values of other arguments. */
  readonly known: ReadonlyMap<string, string>;
  readonly options: CallOptions;
}

/** Resources: what they do for calls besides. */
export interface ResourceCapability extends Capability {
  /** The tool that reads what a URI leads to; `undefined` where no operation does. */
  toolOf(uri: string): Promise<string | undefined>;
  /** Reads files that are resources, as a caller may. */
  files(reader: FileCaller): ReadFileResource;
  /** A tool's result with links to resources, for clients of a revision of MCP that knows them. */
  linked(
    version: string | undefined,
    tool: string,
    args: JsonObject,
    result: CallResult,
    isShown: (tool: string) => boolean,
  ): Promise<CallResult>;
  /** The resources of a part of the server, which keep answers where these do. */
  within(
    project: Project,
    custom: Custom,
    tools: ToolTable,
  ): ResourceCapability;
}

export interface CapabilityParts {
  readonly prompts?: () => Promise<{
    createPrompts(project: Project, custom: Custom): Capability;
  }>;
  readonly resources?: () => Promise<{
    createResources(
      project: Project,
      custom: Custom,
      tools: ToolTable,
      settings: Settings,
      kept: () => Promise<KeptAnswers>,
    ): ResourceCapability;
  }>;
}

/** Completions of what a client types (MCP 2026-07-28, `completion/complete`). */

export interface Completion {
  /** At most 100 (MCP 2026-07-28, `CompleteResult`). */
  readonly values: readonly string[];
  /** Absent where it is not known. */
  readonly total?: number;
  readonly hasMore: boolean;
}

export const maximumValues = 100;

export const noCompletion: Completion = {
  values: [],
  total: 0,
  hasMore: false,
};

/** Those of `values` that begin with what was typed, without regard to case. */
export function completionOf(
  values: readonly string[],
  typed: string,
): Completion {
  const start = typed.toLowerCase();
  const fitting = [...new Set(values)].filter((value) =>
    value.toLowerCase().startsWith(start),
  );
  return {
    values: fitting.slice(0, maximumValues),
    total: fitting.length,
    hasMore: fitting.length > maximumValues,
  };
}

// Errors of the protocol: what a client is told that asked for what there is not. They quote the beginning only.

/** @throws ProtocolError: this server pages tools only */
export function refuseCursor(cursor: string | undefined): void {
  if (cursor !== undefined) throw invalid("This cursor is none of ours");
}

/** -32602 with a sentence (JSON-RPC 2.0 §5.1). */
export function invalid(message: string): ProtocolError {
  return new ProtocolError(
    ProtocolErrorCode.InvalidParams,
    visibleLine(message),
  );
}

/** What MCP has for a resource that is not there: -32602 with its URI. */
export function notFound(uri: string): ProtocolError {
  return new ProtocolError(
    ProtocolErrorCode.InvalidParams,
    visibleLine(`Resource not found: ${uri}`),
    { uri: uri.slice(0, 2_000) },
  );
}

// Of the request that a client sent: who asks, and in which revision.

/** Who asks, as the HTTP front has found out; over stdio it is the user of this machine. */
export function callerOf(http: ServerContext["http"]): Caller {
  return http === undefined
    ? { id: "local" }
    : {
        id: http.authInfo?.clientId ?? "unknown",
        scopes: http.authInfo?.scopes ?? [],
        // As this server's own HTTP front put it there.
        ...(http.authInfo?.extra?.["caller"] as Caller | undefined),
      };
}

/** The revision of MCP that the client speaks, as far as the SDK or the request's header tells. */
export function protocolVersion(
  server: Server,
  { http }: ServerContext,
): string | undefined {
  return (
    server.getNegotiatedProtocolVersion() ??
    http?.req?.headers.get("mcp-protocol-version") ??
    undefined
  );
}
