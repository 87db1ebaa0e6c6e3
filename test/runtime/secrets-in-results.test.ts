/** A secret that an API repeats: in no shape, and at no place of what goes out. */
import { createServer, type ServerResponse } from "node:http";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createToolCalls } from "../../templates/always/src/runtime/call/run.ts";
import { environmentCredentials } from "../../templates/always/src/runtime/credentials.ts";
import { uriTemplate } from "../../templates/always/src/runtime/request/uri-template.ts";
import { KeptAnswers, partTemplate } from "../../templates/always/src/runtime/response/kept-answers.ts";
import { createLog } from "../../templates/always/src/runtime/log.ts";
import { rateLimit } from "../../templates/always/src/runtime/rate-limit.ts";
import type { CallPlan } from "../../templates/always/src/runtime/data/model.ts";
import type { CallResult, WholeAnswer } from "../../templates/always/src/runtime/response/call-result.ts";
import { nodeHost } from "../../templates/always/src/runtime/node/host.ts";
import { blotPart, scrubBytes, scrubPart, scrubText, Secret } from "../../templates/always/src/runtime/secret.ts";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.ts";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.ts";
import type { OperationRow, ToolTable } from "../../templates/always/src/runtime/tools/tool-table.ts";
import { answer, read, texts } from "./answer.ts";
import { api, group } from "./credentials-fixture.ts";
import { key, leaks, percent, shapes } from "./secret-shapes.ts";
import { listen } from "./send-fault-server.ts";

const answerTemplate = uriTemplate(partTemplate);

type Answer = (response: ServerResponse, shape: string) => void;
const status =
  (code: number, type: string, body: (shape: string) => string | Buffer): Answer =>
  (response, shape) =>
    void response.writeHead(code, { "content-type": type }).end(body(shape));
/** A JSON text that holds the shape as it stands where that is possible, else as a text of its own. */
const inJson = (shape: string) => {
  const raw = `{"id":1,"next":"${shape}","list":["${shape}"]}`;
  try {
    JSON.parse(raw);
    return raw;
  } catch {
    return JSON.stringify({ id: 1, next: shape, list: [shape], [shape]: true });
  }
};
const long = (shape: string) => JSON.stringify(Array.from({ length: 400 }, (_v, id) => ({ id, text: shape })));

const sinks: Readonly<Record<string, Answer>> = {
  json: status(200, "application/json", inJson),
  "nested-json": status(200, "application/json", (shape) => JSON.stringify({ inner: inJson(shape) })),
  "json-error": status(422, "application/problem+json", (shape) =>
    JSON.stringify({ title: "No", detail: shape, errors: [shape] }),
  ),
  "json-error-raw": status(401, "application/json", inJson),
  "text-error": status(400, "text/plain", (shape) => `Bad ${shape}`),
  "html-error": status(500, "text/html", (shape) => `<html><body>Bad <b>${shape}</b></body></html>`),
  text: status(200, "text/plain", (shape) => `Your ${shape} is here`),
  utf16: status(200, "text/plain;charset=utf-16le", (shape) => Buffer.from(`Your ${shape} is here`, "utf16le")),
  xml: status(200, "application/xml", (shape) => `<a b="${shape}">${shape}</a>`),
  lines: status(
    200,
    "application/x-ndjson",
    (shape) => `${JSON.stringify({ a: shape })}\n${JSON.stringify({ b: shape })}\n`,
  ),
  events: status(200, "text/event-stream", (shape) => `data: ${JSON.stringify({ a: shape })}\n\n`),
  blob: status(200, "application/octet-stream", (shape) =>
    Buffer.concat([Buffer.from([0, 1, 2, 255]), Buffer.from(shape)]),
  ),
  image: status(200, "image/png", (shape) => Buffer.from(`\u0089PNG${shape}`, "latin1")),
  kept: status(200, "application/json", long),
  headers: (response, shape) =>
    void response
      .writeHead(201, {
        "content-type": "application/json",
        location: `https://api.example.com/${shape}`,
        link: `<https://api.example.com/?k=${shape}>; rel="next"`,
        etag: `"${shape}"`,
        "x-request-id": shape,
        "content-disposition": `attachment; filename="${shape}"`,
      })
      .end("{}"),
  redirect: (response, shape) =>
    void response.writeHead(302, { location: `https://${percent(shape)}.example.com/` }).end(),
  accepted: (response, shape) => void response.writeHead(202, { "operation-location": `https://a/${shape}` }).end(),
};

let shape = "";
let server: { port: number; close(): Promise<void> };
const answers = new KeptAnswers();

beforeAll(async () => {
  server = await listen(
    createServer((request, response) => {
      sinks[(request.url ?? "").slice(1)]?.(response, shape);
    }),
  );
});
afterAll(async () => {
  answers.close();
  await server.close();
});

/** A result holds so little that most of a long answer is kept. */
const small = { MCP_ATTEMPTS: "1", MCP_MAX_TEXT_BYTES: "5000" };

async function callOf(sink: string): Promise<{ result: CallResult; log: string }> {
  const environment = { PETS_BASE_URL: `http://127.0.0.1:${server.port}`, PETS_HEADER: key, ...small };
  const scheme = { type: "apiKey", in: "header", name: "X-API-Key", environment: { value: "PETS_HEADER" } } as const;
  const plan = {
    request: {
      method: "GET",
      path: `/${sink}`,
      server: "default",
      security: [[{ scheme: "header", scopes: [] }]],
      parameters: [],
      accept: [],
    },
    responses: [],
  } as unknown as CallPlan;
  const row = {
    kind: "operation",
    listing: {
      name: "get",
      title: "Get",
      description: "",
      annotations: { readOnlyHint: true },
      inputSchema: { type: "object", properties: {} },
    },
    policy: {},
    file: "pets",
    api: {
      data: api({ header: scheme }, [group("default", "https://api.example.com")]),
      calls: async () => ({ get: plan }),
      schemas: async () => ({}),
    },
  } as unknown as OperationRow;
  const lines: string[] = [];
  const host = nodeHost(environment, readSettings(environment));
  const calls = createToolCalls({
    owner: {
      custom: {},
      credentials: environmentCredentials({ environment }),
      rateLimiting: rateLimit(),
    },
    table: { find: () => ({ row }), given: (_row: unknown, args: unknown) => args } as unknown as ToolTable,
    kept: answers,
    isResourceServed: true,
    settings: readSettings(environment),
    store: new MemoryStore(),
    host,
    log: createLog("debug", (line) => lines.push(line)),
  });
  const result = await calls.call(row, {}, { caller: { id: "local" }, signal: new AbortController().signal });
  await host.close();
  return { result, log: lines.join("") };
}

/** All that a client sees of a result, blobs as bytes too, and what it can read of the rest. */
async function allOf(result: CallResult): Promise<readonly string[]> {
  const texts: string[] = [];
  const rest: unknown[] = [];
  const collect = (value: unknown, name = ""): void => {
    if (typeof value === "string" && !texts.includes(value)) {
      texts.push(value);
      if (["data", "blob"].includes(name)) texts.push(Buffer.from(value, "base64").toString("latin1"));
      const uri = /answer:\/\/[\w-]+/.exec(value)?.[0];
      const values = uri === undefined ? undefined : answerTemplate.match(`${uri}?from=100`);
      if (values !== undefined) rest.push(answers.read(values, "local"));
    } else if (typeof value === "object" && value !== null) {
      for (const [key, member] of Object.entries(value)) {
        texts.push(key);
        collect(member, key);
      }
    }
  };
  collect(result);
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) collect(await next);
  // Long ones say the same over and over.
  return [...new Set(texts)].map((text) =>
    text.length > 4_000 ? `${text.slice(0, 2_000)}\n${text.slice(-1_000)}` : text,
  );
}

describe.each(Object.keys(sinks))("an API that repeats a secret in: %s", (sink) => {
  it("shows it in none of the shapes", async () => {
    const leaked: string[] = [];
    for (const [name, text] of shapes) {
      // A header field holds no line breaks and ASCII only; these shapes have neither.
      shape = text;
      expect(leaks(text), `the judge knows ${name}`).toBe(true);
      const { result, log } = await callOf(sink);
      if (name === "as it is") expect((await allOf(result)).join("\n")).toContain("secret");
      for (const seen of [...(await allOf(result)), log])
        if (leaks(seen)) leaked.push(`${name}: ${seen.slice(0, 200)}`);
    }
    expect(leaked).toEqual([]);
  });
});

describe("scrubbing data", () => {
  it("leaves JSON JSON, also where a secret is a number", () => {
    new Secret("98765432109");
    const text = '{"a":98765432109,"b":[98765432109],"c":"id 98765432109, and","d":"98765432109"}';
    expect(JSON.parse(scrubText(text))).toEqual({ a: 0, b: [0], c: "id 0, and", d: "[secret]" });
  });

  it("leaves alone what only begins like a secret, and ordinary words that are one", () => {
    new Secret("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl");
    new Secret("wordy7");
    const text = '{"wordy7":"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIyIn0.b3RoZXI"}';
    expect(scrubText(text)).toBe(text);
  });

  it("takes half a secret from the end of an answer that was cut", () => {
    const bytes = Buffer.from(`{"key":"${key.slice(0, 11)}`);
    expect(Buffer.from(scrubBytes(bytes, true)).toString()).toBe('{"key":"[secret]');
    expect(scrubBytes(bytes)).toBe(bytes);
  });

  it("takes a secret whole that is cut, whichever part holds a piece of it", () => {
    new Secret(key);
    for (const form of [
      key,
      encodeURIComponent(key),
      Buffer.from(key).toString("base64"),
      [...Buffer.from(key)].join(","),
    ]) {
      const bytes = Buffer.from(`before ${form} behind`);
      const from = "before ".length;
      for (let at = from + 1; at < from + form.length - 1; at += 1) {
        const start = Buffer.from(scrubPart(bytes, 0, at)).toString();
        const rest = Buffer.from(scrubPart(bytes, at, bytes.length)).toString();
        expect(start).toMatch(/^before \[{0,2}secret\].{0,3}$/);
        expect(rest).toMatch(/^(?:\[secret\])?.{0,3} behind$/);
      }
    }
    const plain = Buffer.from("nothing to hide");
    expect(scrubPart(plain, 3, 7)).toEqual(plain.subarray(3, 7));
  });

  it("blots a secret out in place, whichever part holds a piece of it", () => {
    new Secret(key);
    new Secret("98765432109");
    const bytes = Buffer.from(`{"a":"${key}","b":98765432109,"c":"${encodeURIComponent(key)}"}`);
    const clean = Buffer.from(blotPart(bytes, 0, bytes.length));
    expect(JSON.parse(clean.toString())).toEqual({
      a: "[secret]".padEnd(key.length),
      b: 0,
      c: "[secret]".padEnd(encodeURIComponent(key).length),
    });
    for (let at = 0; at <= bytes.length; at += 1)
      expect(Buffer.concat([blotPart(bytes, 0, at), blotPart(bytes, at, bytes.length)])).toEqual(clean);
  });

  it("shows no piece of a secret that a long answer is cut in, nor does the rest of it", async () => {
    new Secret(key);
    const answers = new KeptAnswers({ partBytes: 100 });
    for (const body of [
      `${"x".repeat(90)}${key}${"y".repeat(300)}`,
      JSON.stringify({ text: `${"x".repeat(80)}${key}${"y".repeat(300)}` }),
    ])
      for (let maxTextBytes = 90; maxTextBytes < 90 + key.length + 12; maxTextBytes += 1) {
        const type = body.startsWith("{") ? "application/json" : "text/plain";
        const keep = (whole: WholeAnswer) => answers.keep("ann", whole);
        const result = read(answer(body, { "content-type": type }), { maxTextBytes, keep });
        const next = /answer:\/\/[^\]\s]+/.exec(texts(result).join(" "))?.[0] ?? "";
        const rest = (await answers.read(answerTemplate.match(next) ?? new Map(), "ann")) ?? [];
        const all = `${texts(result).join(" ")} ${JSON.stringify(rest)}`;
        for (let at = 0; at + 6 <= key.length; at += 1) expect(all).not.toContain(key.slice(at, at + 6));
      }
    answers.close();
  });
});
