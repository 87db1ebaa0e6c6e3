/** One tool call from admission to audit line, whatever stands behind the tool. */
import { definedValue, isJsonObject } from "./json-place.js";
import { randomUUID } from "node:crypto";
import type { Credentials } from "./credentials.js";
import type { CallContext, Custom } from "./custom.js";
import { ArgumentError, CallError, LimitError, ScopeError } from "./errors.js";
import type { Caller } from "./http-message.js";
import type { KeptAnswers } from "./kept-answers.js";
import type { Log } from "./log.js";
import type { JsonObject } from "./model.js";
import type { ApiCalls } from "./api-call.js";
import type { RateLimiting } from "./rate-limit.js";
import type { Reader } from "./resource-read.js";
import type { ResourceTable } from "./resources.js";
import type { CallResult } from "./response/result.js";
import { scrub, scrubResult } from "./secret.js";
import type { Settings } from "./settings.js";
import { Stopping } from "./stopping.js";
import { missingScopes, type ToolRow, type ToolTable } from "./tool-table.js";

/** What the owner of this server decides: `src/custom.ts`, `src/auth.ts` and `src/rate-limit.ts`. */
export interface Owner {
  readonly custom: Custom;
  readonly credentials: Credentials;
  readonly rateLimiting: RateLimiting;
}

export interface CallServices {
  readonly owner: Owner;
  readonly table: ToolTable;
  /** What file arguments can name; absent: nothing. */
  readonly resources?: ResourceTable;
  /** Where the rest of large answers is kept; absent: nowhere. */
  readonly answers?: KeptAnswers;
  readonly settings: Settings;
  readonly environment: NodeJS.ProcessEnv;
  readonly log: Log;
}

/** Who calls, and how to reach them while the call runs. */
export interface CallOptions {
  readonly caller: Caller;
  /** Aborted when the client cancels or goes away. */
  readonly signal: AbortSignal;
  /** Tells the client that the call is still running; absent when it did not ask. */
  readonly progress?: (message: string) => void;
}

interface RunOptions extends CallOptions {
  /** Whether all text of the answer is wanted, as for a file. */
  readonly wholeText?: boolean;
}

export interface ToolCalls {
  /** Never throws: faults are results with `isError`, so that the model reads them. */
  call(
    row: ToolRow,
    args: JsonObject,
    options: CallOptions,
  ): Promise<CallResult>;
  /** What a caller may know of a fault; the log gets what it may not. */
  explain(fault: unknown): string;
  /** Gives up the calls that run: each has a result that says so. */
  stop(): void;
  close(): Promise<void>;
}

/** In `_meta` of a failed result that no answer of the API stands behind: the name of the fault. */
export const faultKey = "openapi-to-mcp/fault";
/** In `_meta` of a result: places of arguments that came as JSON inside a string, and were taken as what they spell. */
export const mendedKey = "openapi-to-mcp/mended";
/** In `_meta` of a result: the status of the API's answer. */
export const statusKey = "openapi-to-mcp/status";

/** Milliseconds between two signs of life to a client that asked for progress. */
const progressEveryMs = 5_000;

export function createToolCalls(services: CallServices): ToolCalls {
  const { owner, table, log } = services;
  let apiCalls: Promise<ApiCalls> | undefined;
  const stopping = new Stopping();

  /** What a first list does not need is loaded at the first call: HTTP client, validator, serialisers. */
  const loaded = (): Promise<ApiCalls> =>
    (apiCalls ??= import("./api-call.js").then(({ createApiCalls }) =>
      createApiCalls(services),
    ));

  /** Validates, then runs the tool with the owner's hooks. */
  async function run(
    row: ToolRow,
    given: JsonObject,
    options: RunOptions,
  ): Promise<CallResult> {
    refuseMissingScopes(row, options.caller);
    const { name } = row.listing;
    const api = await loaded();
    const validated = await api.validate(row, given);
    if (!validated.valid)
      throw new ArgumentError(`Invalid arguments\n${validated.message}`);
    const context: CallContext = {
      tool: name,
      caller: options.caller,
      signal: options.signal,
      call: (tool, args) => runByName(tool, argumentsOf(args, "call"), options),
    };
    const result = await runValidated(row, validated.args, context, options);
    const { mended } = validated;
    return mended === undefined
      ? result
      : { ...result, _meta: { ...result._meta, [mendedKey]: mended } };
  }

  async function runByName(
    tool: string,
    args: JsonObject,
    options: RunOptions,
  ): Promise<CallResult> {
    const { row } = table.find(tool);
    if (row === undefined) throw new Error(`There is no tool "${tool}"`);
    return run(row, args, options);
  }

  async function runValidated(
    row: ToolRow,
    given: JsonObject,
    context: CallContext,
    options: RunOptions,
  ): Promise<CallResult> {
    if (row.kind === "custom") return row.tool.run(given, context);
    const { name } = row.listing;
    const api = await loaded();
    const hooks = Object.hasOwn(owner.custom.hooks ?? {}, name)
      ? owner.custom.hooks?.[name]
      : undefined;
    const { caller, signal } = options;
    const reader: Reader = {
      caller,
      signal,
      call: (tool, args) =>
        runByName(tool, args, { ...options, wholeText: true }),
    };
    const next = (args: unknown) =>
      api.call(row, argumentsOf(args, "next"), { ...options, reader });
    const args = argumentsOf(
      (await hooks?.before?.(given, context)) ?? given,
      "before",
    );
    const result =
      hooks?.replace === undefined
        ? await next(args)
        : await hooks.replace(args, { ...context, next });
    const changed = await hooks?.after?.(result, context);
    return (changed ?? result) as CallResult;
  }

  /** A call that was refused before anything was loaded has no route in the log. */
  async function routeOf(row: ToolRow): Promise<JsonObject> {
    try {
      return apiCalls === undefined ? {} : await (await apiCalls).route(row);
    } catch {
      return {};
    }
  }

  return {
    async call(row, args, options) {
      const started = performance.now();
      const stopProgress = reportProgress(row, options, started);
      let result: CallResult;
      let fault: unknown;
      try {
        const admission = await owner.rateLimiting.limit.admit(
          options.caller,
          row.listing.name,
        );
        if (!admission.allowed)
          throw new LimitError("Too many calls", {
            hint: "Call less often, or have the limit of this tool, MCP_RATE_LIMIT and MCP_TOOL_RATE_LIMIT raised.",
            retryAfterMs: admission.retryAfterMs,
          });
        result = scrubResult(
          (await loaded()).declared(
            row,
            await stopping.unlessStopped(
              row.listing.annotations.readOnlyHint,
              () => run(row, args, options),
            ),
          ),
        );
      } catch (thrown) {
        fault = thrown;
        result = faultResult(thrown, log, options.signal);
      } finally {
        stopProgress();
      }
      log.info("call", {
        tool: row.listing.name,
        ...(await routeOf(row)),
        caller: options.caller.id,
        ...auditFields(result),
        outcome: outcomeOf(result, fault, options.signal),
        ms: Math.round(performance.now() - started),
      });
      return result;
    },
    explain: (fault) => explain(fault, log),
    stop: () => stopping.stop(),
    async close() {
      await (await apiCalls)?.close();
    },
  };
}

/** @throws ScopeError that names what the caller lacks */
function refuseMissingScopes(row: ToolRow, caller: Caller): void {
  const missing = missingScopes(row, caller);
  if (missing.length === 0) return;
  throw new ScopeError(
    `The tool ${row.listing.name} needs the ${missing.length === 1 ? "scope" : "scopes"} ${missing.join(", ")}`,
    {
      hint: "Ask whoever runs this server for access: trying again does not help.",
    },
  );
}

/** @throws TypeError where the owner's code gives no object */
function argumentsOf(value: unknown, hook: string): JsonObject {
  const args = definedValue(value);
  if (isJsonObject(args)) return args;
  throw new TypeError(`The hook "${hook}" has to give an object of arguments`);
}

function reportProgress(
  row: ToolRow,
  { progress }: CallOptions,
  started: number,
): () => void {
  if (progress === undefined) return () => undefined;
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - started) / 1000);
    progress(`${row.listing.title}: waiting for ${seconds} s`);
  }, progressEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** What went wrong, what to do, and when to try again. */
function faultResult(
  fault: unknown,
  log: Log,
  signal: AbortSignal,
): CallResult {
  const text = signal.aborted ? "Cancelled" : explain(fault, log);
  const kind = fault instanceof CallError ? fault.name : "InternalError";
  const retryAfterMs =
    fault instanceof CallError ? fault.retryAfterMs : undefined;
  return {
    content: [{ type: "text", text }],
    isError: true,
    _meta: {
      [faultKey]: kind,
      ...(retryAfterMs === undefined
        ? {}
        : { "openapi-to-mcp/retryAfterMs": retryAfterMs }),
    },
  };
}

/** Faults that are this server's own show an id only; the log has the rest under it. */
function explain(fault: unknown, log: Log): string {
  if (!(fault instanceof CallError)) {
    const id = randomUUID().slice(0, 8);
    log.error("internal error", { id, error: fault });
    return `Internal error ${id}. The server's log has the details under this id.`;
  }
  const { message, hint, retryAfterMs } = fault;
  const wait =
    retryAfterMs === undefined
      ? undefined
      : `Try again in ${Math.ceil(retryAfterMs / 1000)} s.`;
  return scrub(
    [message, hint, wait].filter((line) => line !== undefined).join("\n"),
  );
}

function outcomeOf(
  result: CallResult,
  fault: unknown,
  signal: AbortSignal,
): string {
  if (signal.aborted) return "cancelled";
  if (fault instanceof CallError) return fault.name;
  if (fault !== undefined) return "InternalError";
  return result.isError ? "error" : "ok";
}

/** Status of the API's answer, where there is one, how many arguments were mended, and bytes of text that the client gets. */
function auditFields(result: CallResult): JsonObject {
  const status = result._meta?.[statusKey];
  const mended = result._meta?.[mendedKey];
  const bytes = result.content.reduce(
    (total, block) =>
      total + (block.type === "text" ? Buffer.byteLength(block.text) : 0),
    0,
  );
  return {
    ...(status === undefined ? {} : { status }),
    ...(Array.isArray(mended) ? { mended: mended.length } : {}),
    bytes,
  };
}
