/**
 * Every document of the corpus all the way: it is generated, its types and sources compile, its server boots, and an
 * MCP client finds one tool for each operation that the corpus's own index counts.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterAll, describe, expect, test } from "vitest";
import { generate } from "../../src/index.ts";
import { corpus, leftOut, validDocuments } from "./documents.ts";
import { knownFailures } from "./known-failures.ts";
import { profileBreaches } from "./portable-profile.ts";
import { Projects, type WrittenProject } from "./projects.ts";

/** What a client has to find. */
interface Expected {
  readonly folded: boolean;
  readonly tools: number;
  readonly resources: number;
  readonly templates: number;
  readonly prompts: number;
}

if (corpus === undefined) {
  console.warn(leftOut);
  test.skip(leftOut, () => {});
} else whole();

function whole(): void {
  const projects = new Projects();
  const expected = new Map<string, Expected>();
  const failures = new Map<string, string>();
  const servable = validDocuments();
  const fail = (document: string, why: string): void =>
    void failures.set(document, `${failures.get(document) ?? ""}${why}\n`);

  afterAll(() => projects.remove());

  describe("generates", () => {
    test.each(servable)("$file", async ({ file, path, operations }) => {
      const { model, files, diagnostics } = await generate({ inputs: [path], list: { mode: "all" } });
      const skipped = model.apis.flatMap((api) => api.skipped);
      const reported = new Set(
        diagnostics.filter(({ code }) => code === "invalid-operation").map(({ pointer }) => pointer),
      );
      expect(skipped.filter(({ pointer }) => !reported.has(pointer))).toEqual([]);
      expect(diagnostics.filter(({ file: place, message }) => place === "" || message === "")).toEqual([]);
      const resources = model.apis.flatMap((api) => api.resources);
      const { folded } = model.plan;
      expected.set(file, {
        // What a folded list tells in part, one tool more tells whole.
        tools: operations - skipped.length + (folded ? 1 : 0),
        folded,
        resources: resources.filter(({ uri }) => !uri.includes("{")).length,
        templates: resources.filter(({ uri }) => uri.includes("{")).length,
        prompts: model.apis.reduce((sum, api) => sum + api.prompts.length, 0),
      });
      const foreign = projects.write(file, files);
      if (foreign.length > 0) fail(file, `executable files of its own: ${foreign.join(", ")}`);
    });

    test.each(validDocuments().filter(({ operations }) => operations === 0))(
      "$file, which describes webhooks only, and says so",
      async ({ path }) => {
        const { diagnostics } = await generate({ inputs: [path], list: { mode: "all" } });
        expect(diagnostics).toContainEqual(
          expect.objectContaining({ code: "only-webhooks", line: expect.any(Number) as number }),
        );
      },
    );
  });

  describe("compiles", () => {
    test("the types of all documents, in one program", async () => {
      expect((await projects.checkTypes()).slice(0, 5_000)).toBe("");
    }, 300_000);

    test("what an owner starts from, with these types", async () => {
      expect((await projects.checkSources()).slice(0, 5_000)).toBe("");
    }, 300_000);

    test("the server of each shape", async () => {
      expect((await projects.build()).slice(0, 5_000)).toBe("");
      const shapes = new Set(projects.written.map(({ shape }) => shape));
      expect([...shapes].some((parts) => parts.includes("oauth"))).toBe(true);
      expect([...shapes].some((parts) => !parts.includes("oauth"))).toBe(true);
    }, 300_000);
  });

  test("boots and lists", async () => {
    const waiting = [...projects.written];
    const work = async (): Promise<void> => {
      for (let project = waiting.shift(); project !== undefined; project = waiting.shift()) {
        const { document } = project;
        const figures = expected.get(document);
        try {
          for (const why of await listingFaults(project, figures)) fail(document, why);
        } catch (fault) {
          fail(document, String(fault));
        }
      }
    };
    await Promise.all([work(), work()]);
    expect(projects.written).toHaveLength(servable.length);
    const unexpected = [...failures].filter(([document]) => !knownFailures.has(document));
    const mended = [...knownFailures.keys()].filter((document) => !failures.has(document));
    expect({ unexpected, mended }).toEqual({ unexpected: [], mended: [] });
  }, 600_000);
}

/** A base URL for each variable of one that the project documents. */
function baseUrlsOf({ folder }: WrittenProject): Record<string, string> {
  const names = readFileSync(join(folder, ".env.example"), "utf8").match(/^\w+_BASE_URL(?==)/gm) ?? [];
  return Object.fromEntries(names.map((name) => [name, "http://127.0.0.1:9"]));
}

/** What a client does not find as it should. */
async function listingFaults(project: WrittenProject, expected: Expected | undefined): Promise<readonly string[]> {
  let log = "";
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [join(project.folder, "dist", "main.js")],
    // A server whose API is nowhere does not start.
    env: { PATH: process.env["PATH"] ?? "", MCP_LOG_LEVEL: "error", ...baseUrlsOf(project) },
    stderr: "pipe",
  });
  transport.stderr?.on("data", (chunk: Buffer) => (log += chunk.toString()));
  const client = new Client({ name: "corpus", version: "1" });
  try {
    await client.connect(transport);
    const { tools } = await client.listTools();
    const { resources } = await client.listResources();
    const { resourceTemplates } = await client.listResourceTemplates();
    const { prompts } = await client.listPrompts();
    const folded = expected?.folded === true;
    const found: Expected = {
      folded: tools.some(({ name }) => name === "describe_operation"),
      tools: tools.length,
      resources: resources.length,
      templates: resourceTemplates.length,
      prompts: prompts.length,
    };
    const faults = profileBreaches(tools).map(({ tool, pointer, rule }) => `${tool}${pointer}: ${rule}`);
    const untitled = tools.filter(({ title }) => !folded && !title);
    const unhinted = tools.filter(({ annotations: { readOnlyHint, destructiveHint } = {} }) =>
      folded ? (readOnlyHint ?? destructiveHint) === undefined : readOnlyHint === undefined,
    );
    if (untitled.length + unhinted.length > 0)
      faults.push(`${untitled.length} tools without a title, ${unhinted.length} without hints`);
    if (!isDeepStrictEqual(found, expected))
      faults.push(`it lists ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`);
    if (log !== "") faults.push(`it logs ${log}`);
    return faults;
  } catch (fault) {
    throw new Error(`${String(fault)}\n${log}`, { cause: fault });
  } finally {
    await client.close();
  }
}
