/** Whether a run says what is wrong with the list that it would make. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CompileError } from "../../src/base/diagnostics.ts";
import type { GenerateOptions } from "../../src/config/options.ts";
import { buildModel } from "../../src/generate.ts";
import { inspect } from "../../src/inspect.ts";

let folder = "";
let document = "";
const tags = ["pets", "orders"];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "openapi-to-mcp-list-"));
  document = join(folder, "shop.json");
  const responses = { 200: { description: "All right." } };
  const paths = Object.fromEntries(
    tags.map((tag) => [
      `/${tag}`,
      {
        get: { operationId: `list_${tag}`, tags: [tag], responses },
        post: { operationId: `create_${tag}`, tags: [tag], description: "Makes one. ".repeat(20), responses },
      },
    ]),
  );
  const servers = [{ url: "https://api.example.com" }];
  writeFileSync(document, JSON.stringify({ openapi: "3.1.0", info: { title: "Shop", version: "1" }, servers, paths }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const built = (options: Partial<GenerateOptions>): ReturnType<typeof buildModel> =>
  buildModel({ inputs: [document], ...options });
const faultsOf = async (options: Partial<GenerateOptions>): Promise<CompileError["diagnostics"]> =>
  built(options).then(
    () => [],
    (error: unknown) => {
      if (error instanceof CompileError) return error.diagnostics;
      throw error;
    },
  );

describe("a list that may cost only so much", () => {
  it("is made while it costs no more", async () => {
    const { model } = await built({});
    expect((await built({ maxCost: model.plan.cost.tokens })).model.plan).toEqual(model.plan);
  });

  it("is refused where it costs more, with what costs most and what to do", async () => {
    const { model } = await built({});
    const { tokens } = model.plan.cost;
    const [fault, ...others] = await faultsOf({ maxCost: tokens - 1 });
    expect(others).toEqual([]);
    expect(fault).toMatchObject({ code: "costly-list", severity: "error" });
    expect(fault?.message).toContain(`costs about ${tokens} tokens, more than the ${tokens - 1} of max-cost`);
    expect(fault?.message).toMatch(/most of all create_(?:pets|orders) \d+, create_(?:pets|orders) \d+, list_/);
  });

  it("is that of each toolset as well", async () => {
    const place = { file: "openapi-to-mcp.yaml", pointer: "/toolsets/pets", line: 2 };
    const include = [{ kind: "tag", glob: "pets", place }] as never;
    const toolsets = [{ name: "pets", include, exclude: [], readOnly: false, list: {}, custom: [], place }] as never;
    const faults = await faultsOf({ maxCost: 1, toolsets });
    expect(faults.map(({ message }) => message.replace(/ costs.*/, ""))).toEqual([
      "The list of the server",
      "The list of the toolset pets",
    ]);
  });
});

describe("a list that is made for a client", () => {
  it("is told of where that does not load all, and of nothing without a client", async () => {
    const toldOf = async (options: Partial<GenerateOptions>): Promise<readonly string[]> =>
      (await built(options)).diagnostics.flatMap(({ code, message }) => (code === "lost-tool" ? [message] : []));
    const get = { responses: { 200: { description: "done" } } };
    const paths = Object.fromEntries(Array.from({ length: 41 }, (_, index) => [`/things${index}`, { get }]));
    const text = JSON.stringify({ openapi: "3.1.0", info: { title: "Things", version: "1" }, paths });
    const many = { inputs: ["-"], stdin: () => Promise.resolve(new TextEncoder().encode(text)) };
    expect(await toldOf({ ...many, list: { mode: "all" } })).toEqual([]);
    expect(await toldOf({ ...many, list: { mode: "all", target: "openai" } })).toEqual([]);
    expect(await toldOf({ ...many, list: { mode: "all", target: "cursor" } })).toEqual([
      expect.stringMatching(/^The list of the server: cursor loads 40 of 41 tools; it loads the first 40 tools/),
    ]);
  });

  it.each(["cursor", "openai-strict"] as const)(
    "loads whole with %s, whatever the server is called",
    async (target) => {
      const name = `shop-of-${"many-things-".repeat(4)}`;
      const { diagnostics } = await built({ name, list: { target } });
      expect(diagnostics.filter(({ code }) => code === "lost-tool")).toEqual([]);
    },
  );

  it("is all where that client loads more than others do", async () => {
    const { plan } = (await built({ list: { maxTools: 3 } })).model;
    expect(plan.mode).toBe("planned");
    expect((await built({ list: { target: "vscode" } })).model.plan.mode).toBe("all");
  });

  it("is looked at for each client by an inspection", async () => {
    const { targets = [] } = await inspect({ inputs: [document] });
    expect(targets.map(({ target, tools, loads }) => [target, tools, loads])).toContainEqual(["portable", 4, 4]);
    expect(targets).toHaveLength(8);
  });
});
