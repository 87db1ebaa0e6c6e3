/** The trace that a call is a part of, as whoever calls says it (W3C Trace Context, level 1). */
import { defined } from "../data/defined.js";
import { ownValue } from "../data/json-place.js";

export interface TraceContext {
  /** 32 hexadecimal digits: what lines of the log, of the API and of the client have in common. */
  readonly traceId: string;
  /** The `traceparent` that the API gets. */
  readonly parent: string;
  /** The `tracestate` that goes with it. */
  readonly state?: string;
}

/** A request of a client's that is no call of a tool, as watchers see it. */
export interface ClientRequest {
  /** `resources/read` or `prompts/get`. */
  readonly method: string;
  /** Name of the prompt; absent: it is about none. */
  readonly prompt?: string;
  /** Whether it came over stdio. */
  readonly isPipe: boolean;
  readonly trace?: TraceContext;
}

export interface RequestWatcher {
  /** Leads it on by `run`, which is given the trace that it is a part of from here on. Throws what that throws. */
  watchRequest?<Result>(
    request: ClientRequest,
    run: (trace: TraceContext | undefined) => Promise<Result>,
  ): Promise<Result>;
}

/** A version, the trace, the span that calls, flags; versions to come may have more behind it (§3.2). */
const parentForm =
  /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
/** One member of a list, of one vendor (§3.3.1.3). */
const memberForm =
  /^[a-z0-9][a-z0-9_\-*/@]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;
const mostMembers = 32;
/** What has to be handed on at least (§3.3.1.5); what is longer is left out. */
const mostStateLength = 512;

/**
 * The trace of a call. What is no `traceparent` is replaced by the beginning of a new trace, without its `tracestate`
 * (§3.2.2.3): it reaches neither the API nor the log.
 *
 * @param sources what may name it, the strongest first: `_meta` of the message, then headers of its request
 * @returns `undefined` where none names one
 */
export function traceContext(
  ...sources: readonly (object | undefined)[]
): TraceContext | undefined {
  const source = sources.find(
    (one) => ownValue(one, "traceparent") !== undefined,
  );
  if (source === undefined) return undefined;
  const parent = readParent(ownValue(source, "traceparent"));
  if (parent === undefined) return newTrace();
  return {
    ...parent,
    ...defined({ state: readState(ownValue(source, "tracestate")) }),
  };
}

/** What of a request's headers `traceContext` reads. */
export function traceHeaders(headers: Headers): object | undefined {
  const traceparent = headers.get("traceparent");
  if (traceparent === null) return undefined;
  const tracestate = headers.get("tracestate") ?? undefined;
  return { traceparent, ...defined({ tracestate }) };
}

/** The headers that hand it on. */
export function tracingHeaders({
  parent,
  state,
}: TraceContext): readonly (readonly [name: string, value: string])[] {
  return [
    ["traceparent", parent],
    ...(state === undefined ? [] : [["tracestate", state] as const]),
  ];
}

function readParent(value: unknown): Omit<TraceContext, "state"> | undefined {
  const [, version, traceId = "", span = "", flags = "", more] =
    parentForm.exec(typeof value === "string" ? value.trim() : "") ?? [];
  const isKnown =
    version !== undefined &&
    version !== "ff" &&
    (version !== "00" || more === undefined);
  if (!isKnown || /^0+$/.test(traceId) || /^0+$/.test(span)) return undefined;
  // Of a version to come only what this one knows may be handed on: whether it is sampled.
  const known = version === "00" ? flags : `0${parseInt(flags, 16) & 1}`;
  return { traceId, parent: `00-${traceId}-${span}-${known}` };
}

/** `undefined` for what is no list: it does not make the trace worthless (§3.3.1). */
function readState(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const members = value
    .split(",")
    .map((member) => member.trim())
    .filter((member) => member !== "");
  const keys = new Set(members.map((member) => member.split("=", 1)[0]));
  const isList =
    members.length > 0 &&
    members.length <= mostMembers &&
    keys.size === members.length &&
    members.every((member) => memberForm.test(member));
  const text = members.join(",");
  return isList && text.length <= mostStateLength ? text : undefined;
}

function newTrace(): TraceContext {
  const traceId = randomHex(16);
  return { traceId, parent: `00-${traceId}-${randomHex(8)}-00` };
}

function randomHex(bytes: number): string {
  return [...crypto.getRandomValues(new Uint8Array(bytes))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}
