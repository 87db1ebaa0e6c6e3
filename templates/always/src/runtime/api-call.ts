/**
 * The part of a call that speaks to the API: validated arguments, request, credentials, answer, result.
 * Loaded at the first call, with all that it imports.
 */
import type { CallOptions, CallServices } from "./call.js";
import { Deadline } from "./deadline.js";
import { inDeclaredShape } from "./declared-shape.js";
import { UpstreamError } from "./errors.js";
import type { AppliedCredentials, HttpResponse } from "./http-message.js";
import type { CallPlan, JsonObject, JsonSchema } from "./model.js";
import { resourceFiles } from "./file-resource.js";
import type { ProjectApi } from "./project-data.js";
import type { Reader } from "./resource-read.js";
import { buildRequest } from "./request/build.js";
import { withCredentials } from "./request/credentials.js";
import { fileReader } from "./request/file.js";
import type { ReadFile } from "./request/file-argument.js";
import { fileFetcher } from "./request/file-url.js";
import {
  type CallResult,
  readResult,
  type ResultLimits,
} from "./response/result.js";
import { idempotentMethods } from "./method.js";
import { scrubBytes, scrubText } from "./secret.js";
import { createSender } from "./send.js";
import { baseUrlOf } from "./servers.js";
import { withDefaults, withSupplied } from "./supplied.js";
import type { OperationRow, ToolRow } from "./tool-table.js";
import { ownTurn } from "./turn.js";
import type { SchemaLookup } from "./validation/schema.js";
import {
  argumentValidator,
  meetsSchema,
  type Validate,
  type Validated,
} from "./validation/validate.js";

/** Answers of more bytes take the processor for long. */
const heavyBytes = 256 * 1024;

export interface ApiCalls {
  validate(row: ToolRow, args: JsonObject): Promise<Validated>;
  call(
    row: OperationRow,
    args: JsonObject,
    options: ApiCallOptions,
  ): Promise<CallResult>;
  /** Method and path template of an operation, for the log. */
  route(row: ToolRow): Promise<JsonObject>;
  /** The result in the shape that the tool declares. */
  declared(row: ToolRow, result: CallResult): CallResult;
  close(): Promise<void>;
}

export interface ApiCallOptions extends CallOptions {
  /** Reads resources that the call names as files. */
  readonly reader?: Reader;
  /** Whether all text of the answer is wanted, as for a file. */
  readonly wholeText?: boolean;
}

/**
 * Clients over stdio give up on messages of 10 MiB: structured content beyond this is left out, and text is cut, which
 * the quotes within it make up to twice as long.
 */
const maxStructuredBytes = 2 * 1024 * 1024;
const mostTextBytes = 3.5 * 1024 * 1024;

export function createApiCalls(services: CallServices): ApiCalls {
  const { owner, settings, environment, log } = services;
  const { pacing } = owner.rateLimiting;
  const sender = createSender(settings, log);
  const validators = new WeakMap<ToolRow, Validate>();
  const suppliedValidators = new WeakMap<object, Validate>();
  const lookups = new WeakMap<ProjectApi, SchemaLookup>();
  const outputs = new WeakMap<JsonObject, (value: unknown) => boolean>();

  /** Made at the first call of a tool. */
  async function validatorOf(row: ToolRow): Promise<Validate> {
    const known = validators.get(row) ?? (await newValidator(row));
    validators.set(row, known);
    return known;
  }

  async function newValidator(row: ToolRow): Promise<Validate> {
    const { inputSchema } = row.listing;
    const listed = inputSchema as unknown as JsonSchema;
    if (row.kind === "custom")
      return argumentValidator(inputSchema, listed, {});
    const input = (await planOf(row)).input ?? listed;
    const lookup = lookups.get(row.api) ?? {};
    lookups.set(row.api, lookup);
    return argumentValidator(
      inputSchema,
      input,
      await row.api.schemas(),
      lookup,
    );
  }

  /** Adds what the owner gives. Hooks have been asked by now: nothing that they say changes it. */
  async function supply(
    row: OperationRow,
    plan: CallPlan,
    args: JsonObject,
  ): Promise<JsonObject> {
    if (plan.supplied === undefined) return args;
    const definitions = await row.api.schemas();
    return withSupplied(
      args,
      plan.supplied,
      environment,
      (argument, schema) => {
        const known = suppliedValidators.get(schema as object);
        const input = {
          type: "object",
          properties: { [argument]: schema },
          additionalProperties: false,
        } as const;
        const made = known ?? argumentValidator(input, input, definitions, {});
        suppliedValidators.set(schema as object, made);
        return made;
      },
    );
  }

  /** Sends the request, once more with new credentials when the API refused those that were used. */
  async function send(
    row: OperationRow,
    plan: CallPlan,
    args: JsonObject,
    options: ApiCallOptions,
    deadline: Deadline,
  ): Promise<HttpResponse> {
    const { signal } = deadline;
    const api = row.api.data;
    const { method, server, security } = plan.request;
    const baseUrl = baseUrlOf(api, server, environment);
    const request = await buildRequest(plan.request, args, {
      baseUrl: baseUrl.url,
      readFile: filesOf(options.reader, signal),
    });
    const paced = { tool: row.listing.name, callerId: options.caller.id };
    const attempt = async (
      applied: AppliedCredentials,
    ): Promise<HttpResponse> => {
      await pacing.ready(baseUrl.origin, signal, deadline.remainingMs, paced);
      const response = await sender.send(withCredentials(request, applied), {
        signal,
        idempotent: idempotentMethods.has(method),
        certificate: applied.certificate,
        allowPrivate: baseUrl.allowPrivate,
        variable: baseUrl.variable,
        // The deadline ends the whole; this is what a message names.
        remainingMs: row.policy.timeoutMs ?? settings.timeoutMs,
        onRetry: (reason, waitMs) =>
          options.progress?.(
            `${reason}: trying again in ${Math.ceil(waitMs / 1000)} s`,
          ),
      });
      pacing.observe(baseUrl.origin, response, paced);
      return response;
    };
    const credentials = () =>
      owner.credentials({
        api,
        security,
        baseUrl,
        caller: options.caller,
        signal,
      });
    const applied = await credentials();
    const response = await attempt(applied);
    if (response.status !== 401 || applied.rejected === undefined)
      return response;
    applied.rejected();
    return attempt(await credentials());
  }

  /** Text whole for a file; else as much as clients and the owner take, and the rest kept. */
  function limitsOf(
    options: ApiCallOptions,
    { policy: { answerBytes }, listing }: OperationRow,
  ): ResultLimits {
    const structured = Math.min(
      answerBytes ?? maxStructuredBytes,
      maxStructuredBytes,
    );
    if (options.wholeText)
      return {
        maxTextBytes: Number.MAX_SAFE_INTEGER,
        maxStructuredBytes: structured,
      };
    const { answers } = services;
    return {
      maxTextBytes: Math.min(
        answerBytes ?? settings.maxTextBytes,
        mostTextBytes,
      ),
      maxStructuredBytes: structured,
      declared: listing.outputSchema !== undefined,
      ...(answers === undefined
        ? {}
        : { keep: (answer) => answers.keep(options.caller.id, answer) }),
    };
  }

  function filesOf(reader: Reader | undefined, signal: AbortSignal): ReadFile {
    const { fileRoot, fileHosts } = settings;
    const { resources } = services;
    return fileReader({
      root: fileRoot,
      ...(fileHosts.length === 0
        ? {}
        : { fetchUrl: fileFetcher(sender, fileHosts, signal) }),
      ...(reader === undefined || resources === undefined
        ? {}
        : { readResource: resourceFiles(resources, { ...reader, signal }) }),
    });
  }

  return {
    async validate(row, args) {
      const whole =
        row.kind === "custom"
          ? args
          : withDefaults(args, (await planOf(row)).supplied);
      return (await validatorOf(row))(whole);
    },
    async call(row, args, options) {
      const plan = await planOf(row);
      const timeoutMs = row.policy.timeoutMs ?? settings.timeoutMs;
      const deadline = new Deadline(timeoutMs, options.signal);
      try {
        const exact = (await validatorOf(row)).exact(args);
        const whole = await supply(row, plan, exact);
        const response = await send(row, plan, whole, options, deadline);
        if (response.body.byteLength > heavyBytes) await ownTurn();
        // Before anything is cut or kept: half a secret is not recognised.
        return readResult(
          withoutSecrets(response),
          plan,
          limitsOf(options, row),
        );
      } catch (fault) {
        if (!deadline.expired) throw fault;
        throw timedOut(fault, timeoutMs);
      } finally {
        deadline.dispose();
      }
    },
    async route(row): Promise<JsonObject> {
      if (row.kind === "custom") return {};
      const { method, path } = (await planOf(row)).request;
      return { method, path };
    },
    declared(row, result) {
      const { outputSchema } = row.listing;
      if (outputSchema === undefined || result.isError) return result;
      const fits = outputs.get(outputSchema) ?? meetsSchema(outputSchema);
      outputs.set(outputSchema, fits);
      return inDeclaredShape(result, outputSchema, fits);
    },
    close: () => sender.close(),
  };
}

/** The API may repeat what it was sent, in any field and place. */
function withoutSecrets(response: HttpResponse): HttpResponse {
  const { headers, body, truncated } = response;
  return {
    ...response,
    headers: new Headers(
      [...headers].map(([name, value]) => [name, scrubText(value)]),
    ),
    body: scrubBytes(body, truncated),
  };
}

async function planOf(row: OperationRow): Promise<CallPlan> {
  const plans = await row.api.calls(row.file);
  const { name } = row.listing;
  const plan = Object.hasOwn(plans, name) ? plans[name] : undefined;
  if (plan === undefined)
    throw new Error(
      `calls/${row.file}.json has no plan of "${name}": generate the project again`,
    );
  return plan;
}

/** The signal's own reason says too little; what the sender found out itself is better. */
function timedOut(fault: unknown, timeoutMs: number): unknown {
  if (fault instanceof UpstreamError) return fault;
  return new UpstreamError(
    `The call took longer than ${Math.round(timeoutMs / 1000)} s`,
    {
      hint: "Ask for less, or have the timeout of this tool or MCP_TIMEOUT_MS raised.",
      cause: fault,
    },
  );
}
