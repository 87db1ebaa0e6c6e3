/**
 * The MCP server: one handler per method over static tables. The SDK makes a new instance for each HTTP request, so
 * that making one has to cost nothing, however many tools there are. Both protocol eras are served by the same code.
 */
import {
  type CallToolResult,
  type InputRequiredResult,
  McpServer,
  ProtocolError,
  ProtocolErrorCode,
  type ServerContext,
  type Tool,
} from "@modelcontextprotocol/server";
import type { Question, QuestionOf } from "../access/caller-credentials.js";
import type { Reach, Watcher } from "../call/call.js";
import type { ToolCalls } from "../call/run.js";
import { watchedRequest } from "../call/watcher.js";
import { defined } from "../data/defined.js";
import { isJsonObject, ownValue } from "../data/json-place.js";
import { Late } from "../data/late.js";
import type { JsonObject, ProjectData } from "../data/model.js";
import { QuestionForUser } from "../errors.js";
import {
  missingScopes,
  type ToolRow,
  type ToolTable,
} from "../tools/tool-table.js";
import type { Caller } from "../upstream/http-message.js";
import {
  callerOf,
  protocolVersion,
  type Capability,
  invalid,
  type ResourceCapability,
  type ToolAccess,
} from "./capability.js";

/** Calls as the server makes them. */
export interface ServerCalls extends Omit<ToolCalls, "explain"> {
  /** What a caller may know of a fault; the log gets what it may not. */
  explain(fault: unknown): Promise<string>;
}

/** All that an instance serves; made once per process. */
export interface ServerTables {
  readonly data: ProjectData;
  readonly tools: ToolTable;
  readonly calls: ServerCalls;
  /** Absent where the server has no such part. */
  readonly resources?: ResourceCapability;
  readonly prompts?: Capability;
  /** Asks a user to open a page, where a result says that they have to; absent: none does. */
  readonly questionOf?: QuestionOf;
  /** How long a user may take to answer a question; absent: there are none. */
  readonly approvalMs?: number;
  /** What of the server its clients reach, where that is a toolset; absent: all of it. */
  readonly reach?: Reach;
  /** What looks at requests. Default: nothing. */
  readonly watchers?: readonly Watcher[];
}

/** Lists change with the next release only, and are the same for every caller unless tools ask for scopes. */
const publicHint = { ttlMs: 300_000, cacheScope: "public" } as const;
const ownHint = { ttlMs: 300_000, cacheScope: "private" } as const;
const readHint = { ttlMs: 0, cacheScope: "private" } as const;

export class TableServer extends McpServer {
  readonly #tables: ServerTables;
  readonly #requestVersion: string | undefined;

  /** @param requestVersion the revision of MCP that an HTTP request names, where the SDK does not see it */
  constructor(tables: ServerTables, requestVersion?: string) {
    const { name, title, version, instructions } = tables.data;
    const listHint = tables.tools.isRestricted ? ownHint : publicHint;
    super(
      { name, title, version },
      {
        instructions,
        ...defined({ supportedProtocolVersions: modernOnly(requestVersion) }),
        ...(tables.approvalMs === undefined
          ? {}
          : { inputRequired: { roundTimeoutMs: tables.approvalMs } }),
        cacheHints: {
          "tools/list": listHint,
          "resources/list": listHint,
          "resources/templates/list": listHint,
          "prompts/list": listHint,
          "server/discover": listHint,
          "resources/read": readHint,
        },
      },
    );
    this.#tables = tables;
    this.#requestVersion = requestVersion;
    const further = [tables.resources, tables.prompts].flatMap((one) =>
      one === undefined || one.isEmpty ? [] : [one],
    );
    // Registered here and not given to the base class, which would add `listChanged` and handlers of its own.
    this.server.registerCapabilities({
      tools: {},
      ...Object.fromEntries(further.map(({ name }) => [name, {}])),
      ...(further.length === 0 ? {} : { completions: {} }),
    });
    this.#serveTools();
    const access = toolAccess(this.#tables);
    for (const capability of further) capability.serve(this.server, access);
    if (further.length > 0) this.#serveCompletions(further);
  }

  #serveTools(): void {
    const { tools, calls, resources, reach, questionOf, approvalMs } =
      this.#tables;
    this.server.setRequestHandler("tools/list", ({ params }, { http }) => {
      const page = tools.page(params?.cursor, callerOf(http));
      if (page === undefined) throw invalid("This cursor is none of ours");
      return {
        // The SDK's types are mutable; it changes nothing.
        tools: page.tools as unknown as Tool[],
        nextCursor: page.nextCursor,
      };
    });
    const asksUsers = approvalMs !== undefined;
    this.server.setRequestHandler("tools/call", async ({ params }, context) => {
      const called = toolOf(tools, params.name);
      const given = (params.arguments ?? {}) as JsonObject;
      const { withQuestions } = await clientRequests.get();
      return withQuestions(asksUsers, this.server, context, async (options) => {
        const meant =
          called.kind === "custom"
            ? called.meant?.(given, options.caller)
            : undefined;
        const { row, args } = meant ?? { row: called, args: given };
        const via = meant === undefined ? undefined : called.listing.name;
        const plain = await calls.call(row, args, {
          ...options,
          ...defined({ via, reach }),
        });
        const version = this.#protocolVersion(context);
        const question = questionOf?.(plain, {
          version,
          capabilities: this.server.getClientCapabilities(),
          envelope: context.mcpReq.envelope,
          inputResponses: context.mcpReq.inputResponses,
        });
        if (question !== undefined) return asked(question);
        const isShown = (tool: string) => tools.isFor(options.caller, tool);
        const result =
          (await resources?.linked(
            version,
            row.listing.name,
            args,
            plain,
            isShown,
          )) ?? plain;
        // Clients before 2026 take objects only: lists and single values go below `result` for them.
        return this.server.projectCallToolResult(
          result as unknown as CallToolResult,
          called.listing.outputSchema,
        );
      });
    });
  }

  /** The revision of MCP that the client speaks; over HTTP without sessions each request names it. */
  #protocolVersion(context: ServerContext): string | undefined {
    return protocolVersion(this.server, context) ?? this.#requestVersion;
  }

  #serveCompletions(capabilities: readonly Capability[]): void {
    const access = toolAccess(this.#tables);
    this.server.setRequestHandler(
      "completion/complete",
      async ({ params }, context) => {
        const { ref, argument } = params;
        const [name, of] =
          ref.type === "ref/prompt"
            ? (["prompts", ref.name] as const)
            : (["resources", ref.uri] as const);
        const capability = capabilities.find((one) => one.name === name);
        if (capability === undefined)
          throw invalid(`This server has no ${name}`);
        const asked = {
          of,
          argument: argument.name,
          typed: argument.value,
          known: new Map(Object.entries(params.context?.arguments ?? {})),
          options: (await clientRequests.get()).callOptions(context),
        };
        const completion = await capability.complete(asked, access);
        return {
          completion: { ...completion, values: [...completion.values] },
        };
      },
    );
  }
}

/** Loaded with the first request that is more than a list. */
const clientRequests = new Late(() => import("./client-request.js"));

/** The SDK binds a server to a revision of the new era only where it is told that the server speaks it. */
function modernOnly(version: string | undefined): string[] | undefined {
  return version !== undefined && version >= "2026" ? [version] : undefined;
}

function toolAccess({
  tools,
  calls,
  reach,
  approvalMs,
  watchers = [],
}: ServerTables): ToolAccess {
  const asksUsers = approvalMs !== undefined;
  return {
    tools,
    async answer(about, server, context, run) {
      const { withQuestions } = await clientRequests.get();
      return withQuestions(asksUsers, server, context, (options) => {
        const { caller, trace } = options;
        // Nothing is granted, nor withheld, over stdio.
        const isPipe = caller.scopes === undefined;
        const request = { ...about, isPipe, ...defined({ trace }) };
        return watchedRequest(watchers, request, (within) =>
          run({ ...options, ...defined({ trace: within }) }),
        );
      });
    },
    call: async (tool, args, options) =>
      calls.call(toolOf(tools, tool), args, {
        ...options,
        ...defined({ reach }),
      }),
    async ofOwner(run) {
      try {
        return await run();
      } catch (fault) {
        if (fault instanceof ProtocolError || fault instanceof QuestionForUser)
          throw fault;
        throw new ProtocolError(
          ProtocolErrorCode.InternalError,
          await calls.explain(fault),
        );
      }
    },
  };
}

/** @throws ProtocolError where there is no tool of that name, or only one that is called otherwise now */
export function toolOf(tools: ToolTable, name: string): ToolRow {
  const found = tools.find(name);
  if (found.row !== undefined) return found.row;
  throw invalid(
    found.successor === undefined
      ? `Unknown tool: ${name}`
      : `The tool ${name} is called ${found.successor} now: call it by that name`,
  );
}

/** A question to a client's user. @throws ProtocolError where its revision of MCP asks by an error */
function asked(question: Question): InputRequiredResult {
  if (question.kind === "result")
    return question.result as unknown as InputRequiredResult;
  const { code, message, data } = question;
  throw new ProtocolError(code, message, data);
}

// Which scopes a message needs that its caller was not granted, told before anything of it is done.

export type LackedScopes = (
  message: object,
  caller: Caller,
) => Promise<LackedBy | undefined>;

interface LackedBy {
  readonly tool: string;
  /** All that the tool asks for, not only those that are lacking: a challenge names them all (RFC 6750 §3). */
  readonly scopes: readonly string[];
}

/**
 * The tool that a message calls, and all of its scopes, where its caller lacks one of them; `undefined` where none is
 * lacking, and for what is answered without an operation.
 */
export async function lackedScopes(
  tools: ToolTable,
  resources: ResourceCapability | undefined,
  message: object,
  caller: Caller,
): Promise<LackedBy | undefined> {
  if (!tools.isRestricted) return undefined;
  const row = await rowOf(tools, resources, message, caller);
  if (row?.kind !== "operation" || missingScopes(row, caller).length === 0)
    return undefined;
  return { tool: row.listing.name, scopes: row.policy.scopes ?? [] };
}

async function rowOf(
  tools: ToolTable,
  resources: ResourceCapability | undefined,
  message: object,
  caller: Caller,
): Promise<ToolRow | undefined> {
  const params = ownValue(message, "params");
  const text = (name: string): string => String(ownValue(params, name));
  switch (ownValue(message, "method")) {
    case "tools/call": {
      const { row } = tools.find(text("name"));
      const args = ownValue(params, "arguments");
      return row?.kind === "custom" && isJsonObject(args)
        ? (row.meant?.(args, caller)?.row ?? row)
        : row;
    }
    case "resources/read": {
      const tool = await resources?.toolOf(text("uri"));
      return tool === undefined ? undefined : tools.get(tool);
    }
    default:
      return undefined;
  }
}
