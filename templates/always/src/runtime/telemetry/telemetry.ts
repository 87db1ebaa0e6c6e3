/**
 * Traces and metrics of calls, and of what is sent for them, by the API of OpenTelemetry: an SDK that the owner starts
 * exports them, and without one nothing is done. Names are those of the conventions for MCP and for HTTP clients; no
 * argument, caller or secret is among the values, and no whole URL, since paths and queries hold arguments.
 */
import {
  type Attributes,
  type Context,
  context,
  createContextKey,
  createTraceState,
  isSpanContextValid,
  type Link,
  metrics,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import type { Call, Ended, Run, Watcher } from "../call/call.js";
import { routeOf } from "../call/record.js";
import {
  type ClientRequest,
  type TraceContext,
  tracingHeaders,
} from "../call/trace-context.js";
import { defined } from "../data/defined.js";
import { ownValue } from "../data/json-place.js";
import { CallError } from "../errors.js";
import type { Exchange, HttpRequest } from "../upstream/http-message.js";
import { runtimeVersion } from "../version.js";
import { describeRequest, errorType, type Operation } from "./attempt.js";

/** A call that runs, as its attempts find it. */
interface Running extends Operation {
  /** With its span. */
  readonly context: Context;
  /** The `traceparent` that its requests have, and the one that it came with. */
  readonly parents: readonly string[];
}

const name = "openapi-mcp-runtime";
const runningKey = createContextKey("openapi-to-mcp running call");
/** By which the SDK, and instrumentations of clients, know that they have nothing to add (`suppressTracing`). */
const suppressedKey = createContextKey(
  "OpenTelemetry SDK Context Key SUPPRESS_TRACING",
);
/** Seconds: those of the conventions. */
const callBounds = [
  0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300,
];
const requestBounds = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];
/** Of the time that a server has to end. */
const flushMs = 2_000;

export function createWatcher(): Watcher {
  return new Telemetry();
}

class Telemetry implements Watcher {
  readonly #tracer = trace.getTracer(name, runtimeVersion);
  readonly #calls = histogram(
    "mcp.server.operation.duration",
    "MCP request or notification duration as observed on the receiver from the time it was received until the result or ack is sent.",
    callBounds,
  );
  readonly #requests = histogram(
    "http.client.request.duration",
    "Duration of HTTP client requests.",
    requestBounds,
  );
  /** By the `traceparent` of their requests: so attempts find their call where no SDK keeps contexts. */
  readonly #running = new Map<string, Running>();
  /** How often a request was sent before. */
  readonly #sent = new WeakMap<HttpRequest, number>();

  async watch(call: Call, run: Run): Promise<Ended> {
    const attributes = attributesOf(call);
    const { parent, links } = parentOf(call);
    const span = this.#tracer.startSpan(
      `tools/call ${call.row.listing.name}`,
      { kind: SpanKind.SERVER, attributes, links },
      parent,
    );
    const own = traceOf(span);
    const running: Running = {
      ...(await routeOf(call.row)),
      context: trace.setSpan(parent, span),
      parents: [own, call.trace].flatMap((one) => one?.parent ?? []),
    };
    const isNew = own !== undefined && own.parent !== call.trace?.parent;
    if (isNew) this.#running.set(own.parent, running);
    const began = performance.now();
    let outcome = "InternalError";
    try {
      const ended = await context.with(
        running.context.setValue(runningKey, running),
        () => run(own === undefined ? call : { ...call, trace: own }),
      );
      outcome = String(ended.line["outcome"]);
      return ended;
    } catch (fault) {
      if (fault instanceof CallError) outcome = fault.name;
      throw fault;
    } finally {
      if (isNew) this.#running.delete(own.parent);
      const failure = failureOf(outcome);
      span.setAttribute("openapi_to_mcp.outcome", outcome);
      end(span, failure);
      this.#calls.record((performance.now() - began) / 1_000, {
        ...attributes,
        ...failure,
      });
    }
  }

  async watchRequest<Result>(
    request: ClientRequest,
    run: (given: TraceContext | undefined) => Promise<Result>,
  ): Promise<Result> {
    const { method, prompt, isPipe } = request;
    const attributes = {
      "mcp.method.name": method,
      ...defined({ "gen_ai.prompt.name": prompt }),
      ...transportOf(isPipe),
    };
    const { parent, links } = parentOf(request);
    const span = this.#tracer.startSpan(
      prompt === undefined ? method : `${method} ${prompt}`,
      { kind: SpanKind.SERVER, attributes, links },
      parent,
    );
    const began = performance.now();
    let failure: Failure = {};
    try {
      return await context.with(trace.setSpan(parent, span), () =>
        run(traceOf(span) ?? request.trace),
      );
    } catch (fault) {
      const code = ownValue(fault, "code");
      const type = typeof code === "number" ? String(code) : "_OTHER";
      failure = { "error.type": type };
      throw fault;
    } finally {
      end(span, failure);
      this.#calls.record((performance.now() - began) / 1_000, {
        ...attributes,
        ...failure,
      });
    }
  }

  exchange(exchange: Exchange): Exchange {
    return async (request, ...given) => {
      const header = headerOf(request);
      const running = this.#runningFor(header);
      const parent = running?.context ?? context.active();
      const described = describeRequest(request, running);
      const span = this.#tracer.startSpan(
        described.name,
        {
          kind: SpanKind.CLIENT,
          attributes: { ...described.attributes, ...this.#resent(request) },
        },
        parent,
      );
      const isOurs = header !== undefined && running?.parents.includes(header);
      const sent = isOurs === true ? withTrace(request, span) : request;
      const inside = trace.setSpan(parent, span).setValue(suppressedKey, true);
      const began = performance.now();
      let found: Attributes = {};
      let failure: Failure = {};
      try {
        const response = await context.with(inside, () =>
          exchange(sent, ...given),
        );
        const { status } = response;
        found = { "http.response.status_code": status };
        if (status >= 400) failure = { "error.type": String(status) };
        return response;
      } catch (fault) {
        failure = { "error.type": errorType(fault) };
        throw fault;
      } finally {
        span.setAttributes(found);
        end(span, failure);
        this.#requests.record((performance.now() - began) / 1_000, {
          ...described.attributes,
          ...found,
          ...failure,
        });
      }
    };
  }

  /** Sends what waits to be exported: the process ends by itself, and no SDK would notice. */
  async close(): Promise<void> {
    const traces = trace.getTracerProvider() as Provider;
    const sinks: readonly Provider[] = [
      traces.getDelegate?.() ?? traces,
      metrics.getMeterProvider() as Provider,
    ];
    await Promise.race([
      Promise.allSettled(sinks.map((sink) => sink.forceFlush?.())),
      new Promise((resolve) => setTimeout(resolve, flushMs)),
    ]);
  }

  #runningFor(header: string | undefined): Running | undefined {
    const byHeader =
      header === undefined ? undefined : this.#running.get(header);
    return (
      byHeader ?? (context.active().getValue(runningKey) as Running | undefined)
    );
  }

  #resent(request: HttpRequest): Attributes {
    const before = this.#sent.get(request) ?? 0;
    this.#sent.set(request, before + 1);
    return before === 0 ? {} : { "http.request.resend_count": before };
  }
}

/** What an SDK has besides, or leads to: not asked by its class, of which there may be several copies. */
interface Provider {
  getDelegate?(): Provider;
  forceFlush?(): Promise<void>;
}

function histogram(
  metric: string,
  description: string,
  explicitBucketBoundaries: number[],
) {
  return metrics.getMeter(name, runtimeVersion).createHistogram(metric, {
    description,
    unit: "s",
    advice: { explicitBucketBoundaries },
  });
}

function attributesOf({ row, caller }: Call): Attributes {
  return {
    "mcp.method.name": "tools/call",
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": row.listing.name,
    // Nothing is granted, nor withheld, over stdio.
    ...transportOf(caller.scopes === undefined),
  };
}

function transportOf(isPipe: boolean): Attributes {
  return isPipe
    ? { "network.transport": "pipe" }
    : { "network.transport": "tcp", "network.protocol.name": "http" };
}

/**
 * What the span of a call is below: what the message names, with a link to what this process does meanwhile (the span
 * of its HTTP request); a call that another one makes is below that.
 */
function parentOf({ trace: given, via }: Pick<Call, "trace" | "via">): {
  readonly parent: Context;
  readonly links: Link[];
} {
  const ambient = context.active();
  const isInner =
    via !== undefined && ambient.getValue(runningKey) !== undefined;
  if (given === undefined || isInner) return { parent: ambient, links: [] };
  const around = trace.getSpanContext(ambient);
  return {
    parent: trace.setSpanContext(ambient, remoteOf(given)),
    links:
      around !== undefined && isSpanContextValid(around)
        ? [{ context: around }]
        : [],
  };
}

function remoteOf({ parent, traceId, state }: TraceContext): SpanContext {
  const [, , spanId = "", flags = "00"] = parent.split("-");
  return {
    traceId,
    spanId,
    traceFlags: parseInt(flags, 16),
    isRemote: true,
    ...(state === undefined ? {} : { traceState: createTraceState(state) }),
  };
}

/** The trace as a span hands it on; `undefined` where there is none. */
function traceOf(span: Span): TraceContext | undefined {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  if (!isSpanContextValid(span.spanContext())) return undefined;
  const flags = traceFlags.toString(16).padStart(2, "0");
  const state = traceState?.serialize() || undefined;
  const parent = `00-${traceId}-${spanId}-${flags}`;
  return { traceId, parent, ...defined({ state }) };
}

const traceHeader = /^trace(?:parent|state)$/i;

function headerOf({ headers }: HttpRequest): string | undefined {
  return headers.find(([field]) => field.toLowerCase() === "traceparent")?.[1];
}

/** The request with the span of this attempt in place of its call's. */
function withTrace(request: HttpRequest, span: Span): HttpRequest {
  const own = traceOf(span);
  if (own === undefined) return request;
  const others = request.headers.filter(([field]) => !traceHeader.test(field));
  return { ...request, headers: [...others, ...tracingHeaders(own)] };
}

interface Failure {
  readonly "error.type"?: string;
}

/** A failed result is what a call that was refused has as well: `tool_error`, by the conventions. */
function failureOf(outcome: string): Failure {
  if (outcome === "ok") return {};
  return {
    "error.type": outcome === "cancelled" ? "cancelled" : "tool_error",
  };
}

function end(span: Span, failure: Failure): void {
  const type = failure["error.type"];
  if (type !== undefined) {
    span.setAttribute("error.type", type);
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}
