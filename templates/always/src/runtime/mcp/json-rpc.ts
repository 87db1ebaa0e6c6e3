/**
 * Messages as they arrive, before anything else looks at them: JSON-RPC 2.0 in the form that MCP allows. Both transports
 * read by the same rules, so that a client is told what is wrong with a message instead of waiting for an answer.
 */
import {
  type JSONRPCMessage,
  specTypeSchemas,
} from "@modelcontextprotocol/server";
import { refusalResult } from "../call/fault.js";
import { defined } from "../data/defined.js";
import { isJsonArray, isJsonObject, ownValue } from "../data/json-place.js";
import { overloaded } from "../errors.js";
import { visibleLine } from "../text/visible.js";

/** A message that may be handled, or the answer to one that may not; a faulty notification has none. */
export type Incoming =
  | { readonly kind: "message"; readonly message: JSONRPCMessage }
  | { readonly kind: "refused"; readonly refusal: RpcRefusal };

/** An error as a client gets it (JSON-RPC 2.0 §5.1). */
export interface RpcRefusal {
  /** `null` where the message has no id that could be answered; absent where it is a notification. */
  readonly id?: string | number | null;
  readonly code: number;
  readonly message: string;
}

export const parseError = -32700;
export const invalidRequest = -32600;
export const invalidParams = -32602;

/** Beyond these the SDK takes seconds, or its stack. Arguments of tools have limits of their own below them. */
const mostLevels = 128;
const mostValues = 20_000;
/** Characters of what an answer may have to repeat: ids, methods, names, versions; and URIs. */
const mostCharacters = 1_024;
const mostUriCharacters = 16_384;

/** Reads one message. Never throws. */
export function readMessage(bytes: Uint8Array): Incoming {
  let message: unknown;
  try {
    message = JSON.parse(
      new TextDecoder("utf-8", { fatal: true }).decode(bytes),
    );
  } catch (fault) {
    return refused(
      null,
      parseError,
      fault instanceof SyntaxError
        ? "Parse error: this is no JSON"
        : "Parse error: this is no UTF-8",
    );
  }
  // Revisions from 2025-06-18 on have no batches, and 2025-03-26 is not negotiated.
  if (isJsonArray(message))
    return refused(null, invalidRequest, "Batches are not supported");
  if (!isJsonObject(message))
    return refused(null, invalidRequest, "A message has to be an object");
  return requestOf(message) ?? accepted(message);
}

/** What stands against a message, and otherwise nothing. */
function requestOf(message: object): Incoming | undefined {
  const id = ownValue(message, "id");
  const isAnswerable = typeof id === "string" || Number.isInteger(id);
  if (id !== undefined && !isAnswerable)
    return refused(
      null,
      invalidRequest,
      '"id" has to be a string or a whole number',
    );
  if (typeof id === "string" && id.length > mostCharacters)
    return refused(null, invalidRequest, tooLong("id", mostCharacters));
  const refuse = (code: number, text: string): Incoming =>
    refused(isAnswerable ? (id as string | number) : undefined, code, text);
  if (ownValue(message, "jsonrpc") !== "2.0")
    return refuse(invalidRequest, '"jsonrpc" has to be "2.0"');
  const method = ownValue(message, "method");
  if (method === undefined && isAnswerable && isAnswer(message))
    return undefined;
  if (typeof method !== "string")
    return refuse(invalidRequest, '"method" has to be a string');
  if (method.length > mostCharacters)
    return refuse(invalidRequest, tooLong("method", mostCharacters));
  if (!Object.keys(message).every((name) => members.includes(name)))
    return refuse(
      invalidRequest,
      `A request has no members but ${members.map((name) => `"${name}"`).join(", ")}`,
    );
  const params = ownValue(message, "params");
  if (params !== undefined && !isJsonObject(params))
    return refuse(invalidRequest, '"params" has to be an object');
  if (exceeds(message))
    return refuse(
      invalidParams,
      `The message nests deeper than ${mostLevels} levels or holds more than ${mostValues} values`,
    );
  const fault =
    id === undefined
      ? undefined
      : (faultOfParams(method, params) ?? faultOfSchemas(method, message));
  return fault === undefined ? undefined : refuse(invalidParams, fault);
}

const members = ["jsonrpc", "id", "method", "params"];

function tooLong(place: string, most: number): string {
  return `"${place}" may have at most ${most} characters`;
}

/** An answer to a request of the server's. */
function isAnswer(message: object): boolean {
  return (
    isJsonObject(ownValue(message, "result")) ||
    isJsonObject(ownValue(message, "error"))
  );
}

function accepted(message: object): Incoming {
  const params = ownValue(message, "params");
  // That revision demands batches: its clients know the one before as well.
  const old =
    ownValue(message, "method") === "initialize" &&
    ownValue(params, "protocolVersion") === "2025-03-26";
  const read = old
    ? {
        ...message,
        params: { ...toObject(params), protocolVersion: "2024-11-05" },
      }
    : message;
  return { kind: "message", message: read as JSONRPCMessage };
}

function toObject(value: unknown): object {
  return isJsonObject(value) ? value : {};
}

function refused(
  id: string | number | null | undefined,
  code: number,
  message: string,
): Incoming {
  return {
    kind: "refused",
    refusal: { ...defined({ id }), code, message },
  };
}

/** Without recursion: depth is what is measured. */
function exceeds(root: object): boolean {
  const rest: { readonly value: object; readonly depth: number }[] = [
    { value: root, depth: 1 },
  ];
  let count = 0;
  for (let item = rest.pop(); item !== undefined; item = rest.pop()) {
    if (item.depth > mostLevels) return true;
    for (const member of Object.values(item.value)) {
      count += 1;
      if (count > mostValues) return true;
      if (typeof member === "object" && member !== null)
        rest.push({ value: member as object, depth: item.depth + 1 });
    }
  }
  return false;
}

/** What is wrong with a value, as the end of a sentence about its place; `undefined` where nothing is. */
type Rule = (value: unknown, place: string) => string | undefined;

const text: Rule = (value, place) =>
  typeof value === "string" ? undefined : `"${place}" has to be a string`;

const number: Rule = (value, place) =>
  typeof value === "number" ? undefined : `"${place}" has to be a number`;

const textUpTo =
  (most: number): Rule =>
  (value, place) =>
    typeof value === "string" && value.length > most
      ? tooLong(place, most)
      : text(value, place);

/** Left to the revision's own rules, but for its length. */
const brief: Rule = (value, place) =>
  typeof value === "string"
    ? textUpTo(mostCharacters)(value, place)
    : undefined;

const name = textUpTo(mostCharacters);
const uri = textUpTo(mostUriCharacters);

const optional =
  (rule: Rule): Rule =>
  (value, place) =>
    value === undefined ? undefined : rule(value, place);

const object =
  (members: { readonly [name: string]: Rule } = {}): Rule =>
  (value, place) => {
    if (!isJsonObject(value)) return `"${place}" has to be an object`;
    for (const [name, rule] of Object.entries(members)) {
      const fault = rule(ownValue(value, name), `${place}.${name}`);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };

const texts: Rule = (value, place) => {
  if (!isJsonObject(value)) return `"${place}" has to be an object`;
  const name = Object.keys(value).find((key) => typeof value[key] !== "string");
  return name === undefined
    ? undefined
    : `Each value of "${place}" has to be a string`;
};

const reference: Rule = (value, place) => {
  switch (ownValue(value, "type")) {
    case "ref/prompt":
      return object({ name })(value, place);
    case "ref/resource":
      return object({ uri })(value, place);
    default:
      return `"${place}.type" has to be "ref/prompt" or "ref/resource"`;
  }
};

const list = { cursor: optional(text) };

const meta = optional(
  object({
    progressToken: brief,
    "io.modelcontextprotocol/protocolVersion": brief,
  }),
);

/** The parameters of requests that this server handles, as all revisions of MCP have them. */
const rules: { readonly [method: string]: { readonly [name: string]: Rule } } =
  {
    initialize: {
      protocolVersion: name,
      capabilities: object(),
      clientInfo: object({ name: text, version: text }),
    },
    "tools/list": list,
    "tools/call": {
      name,
      arguments: optional(object()),
      task: optional(object({ ttl: optional(number) })),
    },
    "resources/list": list,
    "resources/templates/list": list,
    "resources/read": { uri },
    "prompts/list": list,
    "prompts/get": { name, arguments: optional(texts) },
    "completion/complete": {
      ref: reference,
      argument: object({ name, value: text }),
      context: optional(object({ arguments: optional(texts) })),
    },
  };

/** One sentence about the first parameter that is not as the protocol has it. */
function faultOfParams(method: string, params: unknown): string | undefined {
  const wanted = Object.hasOwn(rules, method) ? rules[method] : undefined;
  const members = { ...wanted, _meta: meta };
  for (const [name, rule] of Object.entries(members)) {
    const fault = rule(ownValue(params, name), name);
    if (fault !== undefined) return `Invalid params: ${fault}`;
  }
  return undefined;
}

/** What the SDK would pass over without an answer, or answer with its validator's own words. */
function faultOfSchemas(method: string, message: object): string | undefined {
  const schemas = [
    ...(isPlainRequest(message) ? [] : [specTypeSchemas.JSONRPCRequest]),
    ...(method === "initialize" ? [specTypeSchemas.InitializeRequest] : []),
  ];
  for (const schema of schemas) {
    const result = schema["~standard"].validate(message);
    const issue = result instanceof Promise ? undefined : result.issues?.[0];
    if (issue === undefined) continue;
    const [, ...path] = issue.path ?? [];
    const place = visibleLine(path.map(String).join("."), 100);
    return `Invalid params: "${place}" is not of the type that the protocol has for it`;
  }
  return undefined;
}

/** Whether all that the SDK's schema of a request asks for was looked at before: but for `_meta`, and ids that no number holds exactly. */
function isPlainRequest(message: object): boolean {
  const id = ownValue(message, "id");
  return (
    (typeof id === "string" || Number.isSafeInteger(id)) &&
    ownValue(ownValue(message, "params"), "_meta") === undefined
  );
}

// What is answered to a request that this server has no place for, and when to come back.

export interface Overloaded {
  /** The answer, as JSON-RPC has it. Models read the results of tools: to them it is one. */
  readonly answer: object;
  readonly isResult: boolean;
  /** Seconds. */
  readonly retryAfter: number;
}

/** @param isOld whether the request is of a revision of MCP before 2026-07-28 */
export function overloadedReply(request: object, isOld: boolean): Overloaded {
  const refusal = overloaded(0);
  const retryAfter = Math.ceil((refusal.retryAfterMs ?? 0) / 1_000);
  const answer = { jsonrpc: "2.0", id: ownValue(request, "id") };
  if (ownValue(request, "method") !== "tools/call") {
    const message = `${refusal.message}: try again in ${retryAfter} s, with fewer calls at the same time`;
    return {
      answer: { ...answer, error: { code: overloadedCode, message } },
      isResult: false,
      retryAfter,
    };
  }
  const result = refusalResult(refusal);
  return {
    answer: {
      ...answer,
      result: isOld ? result : { ...result, resultType: "complete" },
    },
    isResult: true,
    retryAfter,
  };
}

/** Of the range that JSON-RPC leaves to servers (§5.1). */
const overloadedCode = -32000;
