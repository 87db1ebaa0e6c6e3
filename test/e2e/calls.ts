/**
 * `calls.json` of a sample: what each tool's call has to become on the wire, and its answer as a result; written from
 * the standards, not from what the server does.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Client } from "@modelcontextprotocol/client";
import { hasCalls, type Sample } from "../golden/sample.ts";
import type { Answer, Recorded, Upstream } from "./upstream.ts";

/** A server with an environment of its own, and what is called there. */
export interface Session {
  readonly name: string;
  /** `{upstream}` stands for the origin of the recording API. */
  readonly environment: Readonly<Record<string, string>>;
  readonly calls: readonly Call[];
}

export interface Call {
  readonly tool: string;
  /** Where a tool is called more than once: what this call is about. */
  readonly about?: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Requests that come first, such as the one for an access token. */
  readonly before?: readonly { readonly request: ExpectedRequest; readonly response: Answer }[];
  /** `null`: nothing is sent. */
  readonly request: ExpectedRequest | null;
  readonly response?: Answer;
  /** Part of the result. */
  readonly result?: object;
  /** Texts that the blocks of the result hold, in any order. */
  readonly text?: readonly string[];
}

export interface ExpectedRequest {
  readonly method: string;
  /** Path and query, byte by byte. */
  readonly target: string;
  /** Some of the fields, by lower-case name; `null`: there is none. */
  readonly headers?: Readonly<Record<string, string | null>>;
  /** The whole body as text; without this or another form of it, there is none. */
  readonly body?: string;
  readonly bodyBase64?: string;
  /** The body read as JSON. */
  readonly bodyJson?: unknown;
  /** The pairs of a form, byte by byte; the order of its fields does not count, that of a list's items does. */
  readonly bodyForm?: readonly string[];
  /** The parts of a multipart body; the order of its fields does not count, that of the files of one does. */
  readonly bodyParts?: readonly ExpectedPart[];
}

export interface ExpectedPart {
  /** Some of the fields, by lower-case name. */
  readonly headers: Readonly<Record<string, string | null>>;
  readonly text?: string;
  readonly base64?: string;
}

export function sessionsOf(sample: Sample): readonly Session[] {
  if (!hasCalls(sample)) return [];
  return JSON.parse(readFileSync(join(sample.folder, "calls.json"), "utf8")) as readonly Session[];
}

/** The variables of a session, with the origin of the recording API put in. */
export function environmentOf(session: Session, upstream: Upstream): Record<string, string> {
  return Object.fromEntries(
    Object.entries(session.environment).map(([name, value]) => [name, value.replaceAll("{upstream}", upstream.url)]),
  );
}

/** Calls a tool and holds the request and the result to what is expected. */
export async function checkCall(client: Client, upstream: Upstream, call: Call): Promise<void> {
  const sent = upstream.requests.length;
  upstream.answers = [
    ...(call.before ?? []).map(({ response }) => response),
    ...(call.response ? [call.response] : []),
  ];
  const result = await client.callTool({ name: call.tool, arguments: { ...call.arguments } });
  const expected = [...(call.before ?? []).map(({ request }) => request), ...(call.request ? [call.request] : [])];
  const requests = upstream.requests.slice(sent);
  expect(requests.map(({ method, target }) => ({ method, target }))).toEqual(
    expected.map(({ method, target }) => ({ method, target })),
  );
  for (const [index, request] of requests.entries()) checkRequest(request, expected[index]);
  if (call.result !== undefined) expect(result).toMatchObject(call.result);
  if (result.isError !== true) expect((call.result as { isError?: boolean } | undefined)?.isError ?? false).toBe(false);
  else expect(call.result, JSON.stringify(result.content)).toMatchObject({ isError: true });
  const text = (result.content as readonly { text?: string }[]).map((block) => block.text ?? "").join("\n");
  for (const part of call.text ?? []) expect(text).toContain(part);
}

function checkRequest(request: Recorded, expected: ExpectedRequest | undefined): void {
  for (const [name, value] of Object.entries(expected?.headers ?? {}))
    expect(request.headers[name] ?? null, name).toBe(value);
  if (expected?.bodyJson !== undefined) expect(JSON.parse(request.body.toString())).toEqual(expected.bodyJson);
  else if (expected?.bodyParts !== undefined) checkParts(request, expected.bodyParts);
  else if (expected?.bodyForm !== undefined)
    expect(byName(request.body.toString().split("&"), pairName)).toEqual(byName(expected.bodyForm, pairName));
  else if (expected?.bodyBase64 !== undefined) expect(request.body.toString("base64")).toBe(expected.bodyBase64);
  else expect(request.body.toString()).toBe(expected?.body ?? "");
}

const pairName = (pair: string): string => pair.split("=")[0] ?? "";
const partName = (disposition: string | null | undefined): string =>
  /name="([^"]*)"/.exec(disposition ?? "")?.[1] ?? "";

function byName<T>(items: readonly T[], nameOf: (item: T) => string): readonly T[] {
  return [...items].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0));
}

/** RFC 2046 §5.1: parts between `--boundary` lines, each with header fields, an empty line and its content. */
function checkParts(request: Recorded, parts: readonly ExpectedPart[]): void {
  const expected = byName(parts, ({ headers }) => partName(headers["content-disposition"]));
  const boundary = /;\s*boundary="?([^";]+)"?/.exec(request.headers["content-type"] ?? "")?.[1] ?? "";
  expect(boundary).not.toBe("");
  const pieces = request.body.toString("latin1").split(`--${boundary}`);
  expect(pieces[0]).toBe("");
  expect(pieces.at(-1)).toBe("--\r\n");
  const arrived = pieces.slice(1, -1).map((piece) => {
    const end = piece.indexOf("\r\n\r\n");
    const fields = piece.slice(2, end).split("\r\n");
    return {
      headers: new Map(fields.map((field) => [field.split(":")[0]?.toLowerCase(), field.replace(/^[^:]*: ?/, "")])),
      content: Buffer.from(piece.slice(end + 4, -2), "latin1"),
    };
  });
  expect(arrived.length).toBe(expected.length);
  const ordered = byName(arrived, ({ headers }) => partName(headers.get("content-disposition")));
  for (const [index, part] of ordered.entries()) {
    for (const [name, value] of Object.entries(expected[index]?.headers ?? {}))
      expect(part.headers.get(name) ?? null, `${name} of part ${index}`).toBe(value);
    const { text, base64 } = expected[index] ?? {};
    if (base64 === undefined) expect(part.content.toString()).toBe(text ?? "");
    else expect(part.content.toString("base64")).toBe(base64);
  }
}
