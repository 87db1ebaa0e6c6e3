/** A secret that an API repeats: in no shape, and at no place of what goes out. */
import { createServer, type ServerResponse } from "node:http";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createToolCalls } from "../../templates/always/src/runtime/call/run.ts";
import { environmentCredentials } from "../../templates/always/src/runtime/credentials.ts";
import { KeptAnswers } from "../../templates/always/src/runtime/resources/kept-answers.ts";
import { createLog } from "../../templates/always/src/runtime/log.ts";
import { rateLimit } from "../../templates/always/src/runtime/rate-limit.ts";
import type { CallPlan } from "../../templates/always/src/runtime/data/model.ts";
import type { CallResult, WholeAnswer } from "../../templates/always/src/runtime/response/call-result.ts";
import { scrubBytes, scrubPart, scrubText, Secret } from "../../templates/always/src/runtime/secret.ts";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.ts";
import type { OperationRow, ToolTable } from "../../templates/always/src/runtime/tools/tool-table.ts";
import { answer, read, texts } from "./answer.ts";
import { api, group } from "./credentials-fixture.ts";
import { listen } from "./send-fault-server.ts";

/** With characters that encodings differ in. */
const key = "Ab+c/7=Zq&w-Kp_9x.Lm";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const each = (text: string, escape: (code: number, character: string) => string) =>
  [...text].map((character) => escape(character.charCodeAt(0), character)).join("");
const hex = (code: number, digits = 2) => code.toString(16).padStart(digits, "0");
const percent = (text: string) => encodeURIComponent(text);
const json = (text: string) => JSON.stringify(text).slice(1, -1);

/** Every way in which an API may write it. */
const shapes: readonly (readonly [string, string])[] = [
  ["as it is", key],
  ["in a sentence", `The key ${key} is not valid.`],
  ["in a URL", `https://api.example.com/next?api_key=${percent(key)}&page=2`],
  ["percent, lower case", percent(key).replace(/%../g, (part) => part.toLowerCase())],
  ["percent, every character", each(key, (code) => `%${hex(code).toUpperCase()}`)],
  ["percent, twice", percent(percent(key))],
  ["percent, three times", percent(percent(percent(key)))],
  ["form", new URLSearchParams({ key }).toString()],
  ["JSON escapes of some", key.replaceAll("+", "\\u002B").replaceAll("/", "\\/")],
  ["JSON escapes of all", each(key, (code) => `\\u${hex(code, 4)}`)],
  ["JSON escapes in upper case", each(key, (code) => `\\u${hex(code, 4).toUpperCase()}`)],
  ["JSON within JSON", json(json(key.replaceAll("/", "\\/")))],
  ["JavaScript escapes", each(key, (code) => `\\x${hex(code)}`)],
  ["JavaScript code points", each(key, (code) => `\\u{${hex(code)}}`)],
  ["octal escapes", each(key, (code) => `\\${code.toString(8).padStart(3, "0")}`)],
  ["HTML names", key.replaceAll("&", "&amp;").replaceAll("+", "&plus;").replaceAll("/", "&sol;")],
  ["HTML decimal", each(key, (code) => `&#${code};`)],
  ["HTML hexadecimal", each(key, (code) => `&#x${hex(code)};`)],
  ["HTML upper case with zeros", each(key, (code) => `&#X00${hex(code).toUpperCase()};`)],
  ["HTML, twice", each(key, (code) => `&amp;#${code};`)],
  ["quoted-printable", each(key, (code) => `=${hex(code).toUpperCase()}`)],
  ["base64", base64(key)],
  ["base64 after one byte", base64(`x${key}yz`)],
  ["base64 after two bytes", base64(`xy${key}z`)],
  ["base64 of user and password", `Basic ${base64(`user:${key}`)}`],
  ["base64url", Buffer.from(key).toString("base64url")],
  ["base64 in a URL", percent(base64(`x${key}`))],
  ["base64 with escaped slashes", base64(`xy${key}`).replaceAll("/", "\\/")],
  ["base64 in lines", (base64(`${"-".repeat(50)}${key}`).match(/.{1,8}/g) ?? []).join("\\r\\n")],
  ["hexadecimal", Buffer.from(key).toString("hex")],
  ["hexadecimal, upper case", Buffer.from(key).toString("hex").toUpperCase()],
  ["hexadecimal with colons", (Buffer.from(key).toString("hex").match(/../g) ?? []).join(":")],
  ["hexadecimal with 0x", (Buffer.from(key).toString("hex").match(/../g) ?? []).map((byte) => `0x${byte}`).join(", ")],
  ["bytes in a list", [...Buffer.from(key)].join(",")],
  ["upper case", key.toUpperCase()],
  ["lower case", key.toLowerCase()],
  ["mixed encodings", [...key].map((c, i) => [c, `%${hex(c.charCodeAt(0))}`, `&#${c.charCodeAt(0)};`][i % 3]).join("")],
  ["with characters of no width", [...key].join("\\u200b")],
];

/** Undoes encodings until nothing changes: what a reader could make of a text. */
function readings(text: string): string[] {
  const found = [text];
  const steps: readonly ((text: string) => string)[] = [
    (t) => t.replaceAll(/[\u200b-\u200f]|\\+u200[b-f]/gi, ""),
    (t) => t.replaceAll(/%([0-9a-f]{2})/gi, (_match, code: string) => String.fromCharCode(parseInt(code, 16))),
    (t) =>
      t.replaceAll(/\\+(?:u|x)\{?0*([0-9a-f]{2})\}?/gi, (_match, code: string) =>
        String.fromCharCode(parseInt(code, 16)),
      ),
    (t) => t.replaceAll(/\\+([0-7]{3})/g, (_m, code: string) => String.fromCharCode(parseInt(code, 8))),
    (t) => t.replaceAll(/&#x0*([0-9a-f]+);/gi, (_match, code: string) => String.fromCharCode(parseInt(code, 16))),
    (t) => t.replaceAll(/&#0*(\d{1,3});/g, (_m, code: string) => String.fromCharCode(Number(code))),
    (t) => t.replaceAll("&amp;", "&").replaceAll("&plus;", "+").replaceAll("&sol;", "/"),
    (t) => t.replaceAll(/=([0-9A-F]{2})/g, (_match, code: string) => String.fromCharCode(parseInt(code, 16))),
    (t) => t.replaceAll(/\\+(?=[/"&+=])/g, "").replaceAll(/\\+[rn]/g, ""),
  ];
  for (let round = 0; round < 4; round += 1) for (const step of steps) found.push(step(found.at(-1) ?? ""));
  return found;
}

/** Whether the key, or eight of its characters in a row, can be read. */
function leaks(text: string): boolean {
  const part = key.slice(0, 8).toLowerCase();
  const inHex = Buffer.from(key.slice(0, 8)).toString("hex");
  const inList = [...Buffer.from(key.slice(0, 8))].join(",");
  return readings(text).some((reading) => {
    const decoded = [0, 1, 2, 3].flatMap((skip) =>
      (reading.replaceAll(/[\r\n]/g, "").match(/[\w+/-]{12,}/g) ?? []).map((run) =>
        Buffer.from(run.slice(skip), "base64").toString("latin1"),
      ),
    );
    const plain = reading
      .toLowerCase()
      .replaceAll(/\s|0x/g, "")
      .replaceAll(/[:,](?=[0-9a-f]{2})/g, "");
    return (
      [reading, ...decoded].some((one) => one.toLowerCase().includes(part)) ||
      plain.includes(inHex) ||
      reading.replaceAll(" ", "").includes(inList)
    );
  });
}

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
const long = (shape: string) => JSON.stringify(Array.from({ length: 3_000 }, (_v, id) => ({ id, text: shape })));

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

async function callOf(sink: string): Promise<{ result: CallResult; log: string }> {
  const environment = { PETS_BASE_URL: `http://127.0.0.1:${server.port}`, PETS_HEADER: key, MCP_ATTEMPTS: "1" };
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
  const calls = createToolCalls({
    owner: {
      custom: {},
      credentials: environmentCredentials({ environment }),
      rateLimiting: rateLimit({ environment }),
    },
    table: { find: () => ({ row }) } as unknown as ToolTable,
    answers,
    settings: readSettings(environment),
    environment,
    log: createLog("debug", (line) => lines.push(line)),
  });
  const result = await calls.call(row, {}, { caller: { id: "local" }, signal: new AbortController().signal });
  await calls.close();
  return { result, log: lines.join("") };
}

/** All that a client sees of a result, blobs as bytes too, and what it can read of the rest. */
function allOf(result: CallResult): readonly string[] {
  const texts: string[] = [];
  const collect = (value: unknown, name = ""): void => {
    if (typeof value === "string" && !texts.includes(value)) {
      texts.push(value);
      if (["data", "blob"].includes(name)) texts.push(Buffer.from(value, "base64").toString("latin1"));
      const uri = /answer:\/\/[\w-]+/.exec(value)?.[0];
      const values = uri === undefined ? undefined : answers.template.match(`${uri}?from=100`);
      if (values !== undefined) collect(answers.read(values, "local"));
    } else if (typeof value === "object" && value !== null) {
      for (const [key, member] of Object.entries(value)) {
        texts.push(key);
        collect(member, key);
      }
    }
  };
  collect(result);
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
      if (name === "as it is") expect(allOf(result).join("\n")).toContain("secret");
      for (const seen of [...allOf(result), log]) if (leaks(seen)) leaked.push(`${name}: ${seen.slice(0, 200)}`);
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

  it("shows no piece of a secret that a long answer is cut in, nor does the rest of it", () => {
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
        const rest = answers.read(answers.template.match(next) ?? new Map(), "ann") ?? [];
        const all = `${texts(result).join(" ")} ${JSON.stringify(rest)}`;
        for (let at = 0; at + 6 <= key.length; at += 1) expect(all).not.toContain(key.slice(at, at + 6));
      }
    answers.close();
  });
});
