/** Long answers by tool calls alone: lists page by page and all at once, and the rest of what is too long for a result. */
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Client } from "@modelcontextprotocol/client";
import { generate } from "../../src/generate.ts";
import { buildProject, type BuiltProject, repository } from "../golden/sample.ts";
import { connectStdio, type Generation } from "../runtime/mcp-connections.js";
import { entries, large, type Ledger, picture, report, startLedger } from "./ledger.ts";

const tools = ["by_cursor", "by_page", "by_offset", "by_link", "by_odata"] as const;
const operations = ["byCursor", "byPage", "byOffset", "byLink", "byOdata"];

interface Result {
  readonly content: readonly { readonly type: string; readonly text: string; readonly data?: string }[];
  readonly structuredContent?: unknown;
  readonly isError?: boolean;
  readonly _meta?: { readonly "openapi-to-mcp/next"?: Record<string, unknown> };
}

const place = { file: "test", pointer: "" };
const entry = (operation: string) => ({ operation, place, arguments: new Map() });

let project: BuiltProject;
let ledger: Ledger;
let environment: Record<string, string>;

beforeAll(async () => {
  const curation = {
    prompts: [],
    aliases: { days: 90 },
    tools: [
      ...operations.map((operation) => ({
        ...entry(operation),
        pagination: { all: true, pages: 7, items: 100_000 },
      })),
      {
        ...entry("wideKept"),
        answer: { place, drop: ["things.owner.mail"], fields: ["id", "owner"] },
      },
      {
        ...entry("wideExpression"),
        answer: { place, jmespath: "{logins: things[].owner.login, count: length(things)}" },
      },
    ],
  };
  const document = join(repository, "test/e2e/answers.yaml");
  project = buildProject((await generate({ inputs: [document], curation })).files);
  ledger = await startLedger();
  environment = { LEDGER_BASE_URL: ledger.url, MCP_TOOL_RATE_LIMIT: "0", MCP_RATE_LIMIT: "0" };
});

afterAll(async () => {
  await ledger.close();
  project.remove();
});

beforeEach(() => {
  ledger.requests.length = 0;
});

describe.each<[Generation]>([["modern"], ["legacy"]])("a %s client over stdio", (generation) => {
  let client: Client;

  beforeAll(async () => {
    client = (await connectStdio(generation, project.main, environment)) as Client;
  });
  afterAll(() => client.close());

  const call = async (name: string, args: Record<string, unknown>): Promise<Result> =>
    (await client.callTool({ name, arguments: args })) as unknown as Result;
  const nextOf = (result: Result): Record<string, unknown> | undefined => {
    const next = result._meta?.["openapi-to-mcp/next"];
    // What a model reads is what a program does.
    if (next !== undefined) expect(result.content.map(({ text }) => text).join("\n")).toContain(JSON.stringify(next));
    return next;
  };
  /** Follows `next` until there is none. */
  const follow = async (name: string, first: Record<string, unknown>): Promise<readonly Result[]> => {
    const results: Result[] = [];
    for (let args: Record<string, unknown> | undefined = first; args !== undefined; args = nextOf(results.at(-1)!)) {
      const result = await call(name, args);
      expect(result.isError, JSON.stringify(result.content)).toBeFalsy();
      results.push(result);
    }
    return results;
  };
  const itemsOf = (result: Result): readonly { readonly id: number }[] => {
    const value = JSON.parse(result.content[0]?.text ?? "") as unknown;
    return (Array.isArray(value) ? value : Object.values(value as object).find(Array.isArray)) as { id: number }[];
  };
  const others = (name: string): Record<string, unknown> =>
    name === "by_link" ? { account: "a b/ü" } : name === "by_cursor" ? { kind: "x&y" } : {};

  it.each(tools)("reads 10,000 items of %s page by page, by what each result says", async (name) => {
    const size = { by_page: "per_page", by_odata: "top" }[name as string] ?? "limit";
    const results = await follow(name, { ...others(name), [size]: 400 });
    expect(results.flatMap(itemsOf).map(({ id }) => id)).toEqual(entries.map(({ id }) => id));
    const pages = new Set(ledger.requests).size;
    expect(ledger.requests).toHaveLength(pages);
    // The page after the last full one, where nothing else tells the end.
    expect([25, 26]).toContain(pages);
    for (const [argument, value] of Object.entries(others(name)))
      for (const target of ledger.requests) expect(target, argument).toContain(encodeURIComponent(String(value)));
  });

  it.each(tools)("reads 10,000 items of %s with all: true, so many pages in one call", async (name) => {
    const size = { by_page: "per_page", by_odata: "top" }[name as string] ?? "limit";
    const results = await follow(name, { ...others(name), [size]: 500, all: true });
    expect(results.flatMap(itemsOf).map(({ id }) => id)).toEqual(entries.map(({ id }) => id));
    expect(results.some(({ content }) => content.some(({ text }) => text.includes("3500 items of 7 pages")))).toBe(
      true,
    );
    expect([20, 21]).toContain(ledger.requests.length);
  });

  it("says what is left of 5 MB of a list, and gives it all, item by item", async () => {
    const results = await follow("large", {});
    const [first] = results;
    expect(first?.content[0]?.text.length).toBeLessThan(60_000);
    expect(results.flatMap(itemsOf)).toEqual(large);
    expect(ledger.requests).toEqual(["/v1/large"]);
  });

  it("gives all of a text, cut between characters", async () => {
    const results = await follow("text", {});
    const parts = results.map(({ content }) => (content[0]?.text ?? "").replace(/\n\[(?:Cut|Part): [^\n]*\]$/, ""));
    expect(parts.join("")).toBe(report);
    expect(ledger.requests).toEqual(["/v1/text"]);
  });

  it("gives a small picture at once, and a large one when it is asked for", async () => {
    const small = await call("picture", { bytes: 1_000 });
    expect(small.content.map(({ type }) => type)).toEqual(["text", "image"]);
    const big = await call("picture", { bytes: 1_000_000 });
    expect(big.content.map(({ type }) => type)).not.toContain("image");
    const whole = await call("picture", nextOf(big) ?? {});
    const image = whole.content.find(({ type }) => type === "image");
    expect(Buffer.from(image?.data ?? "", "base64").equals(picture)).toBe(true);
  });

  it("gives the fields that a call chooses, of a tool whose answers are wide, and says so", async () => {
    const { tools: listed } = await client.listTools();
    const properties = (name: string) => listed.find((tool) => tool.name === name)?.inputSchema.properties ?? {};
    expect(properties("wide")).toEqual({});
    const whole = await call("wide", {});
    expect(itemsOf(whole)).toHaveLength(2);
    expect(whole.content).toHaveLength(1);
    const chosen = await call("wide", { fields: ["id", "owner.login"] });
    const things = [
      { id: 1, owner: { login: "user1" } },
      { id: 2, owner: { login: "user2" } },
    ];
    expect(chosen.structuredContent).toEqual({ things, total: 2 });
    expect(chosen.content[1]?.text).toBe('Note: of its items only the fields "id", "owner.login" are here.');
    const wrong = await call("wide", { fields: ["idd"] });
    expect(wrong.isError).toBe(true);
    expect(wrong.content[0]?.text).toMatch(/"fields" names "idd".*\nDid you mean id/);
  });

  it("keeps what the owner drops from every call, and lists the argument where the owner chose fields", async () => {
    const { tools: listed } = await client.listTools();
    expect(Object.keys(listed.find(({ name }) => name === "wide_kept")?.inputSchema.properties ?? {})).toEqual([
      "fields",
    ]);
    const preset = await call("wide_kept", {});
    expect(itemsOf(preset)[0]).toEqual({ id: 1, owner: { login: "user1" } });
    expect(preset.content[1]?.text).toContain("this server shows only a part of the API's answer");
    const asked = await call("wide_kept", { fields: ["owner.mail", "field1"] });
    expect(itemsOf(asked)[0]).toEqual({ owner: {}, field1: "value 1" });
    expect(JSON.stringify([preset, asked])).not.toContain("@example.com");
  });

  it("gives what an expression makes of an answer, without an output schema", async () => {
    const { tools: listed } = await client.listTools();
    expect(listed.find(({ name }) => name === "wide_expression")?.outputSchema).toBeUndefined();
    const result = await call("wide_expression", {});
    expect(JSON.parse(result.content[0]?.text ?? "")).toEqual({ logins: ["user1", "user2"], count: 2 });
  });

  it("gives no part of an answer to whoever guesses, nor of one that is gone", async () => {
    const result = await call("large", { answer_part: `answer://${crypto.randomUUID()}?from=2` });
    expect(result.isError).toBe(true);
    expect(result.content[0]?.text).toContain("make the call again");
  });
});
