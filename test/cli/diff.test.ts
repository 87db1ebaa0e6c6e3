/** `openapi-to-mcp diff`, and what a run says of the project that it writes over. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SurfaceDiff } from "../../src/surface/diff.ts";
import { command } from "./command.ts";

let folder = "";
let count = 0;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "openapi-to-mcp-diff-"))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const old = readFileSync("samples/petstore/openapi.yaml", "utf8");
/** Another summary, a narrower argument, another operationId, an operation that is gone. */
const changed = old
  .replace("youngest first", "oldest first, says @octocat")
  .replace("maximum: 100", "maximum: 50")
  .replace("operationId: searchPets", "operationId: findPets");

function file(text: string, name = `document-${++count}.yaml`): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function project(
  text = old,
): Promise<{ path: string; document: string; lock: string; data: string; api: string }> {
  const document = file(text, `shop${++count}.yaml`);
  const path = join(folder, `project-${++count}`);
  const { code, err } = await command(document, "-o", path, "-q");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const data = join(path, "src/generated");
  const { apis } = JSON.parse(readFileSync(join(data, "apis.json"), "utf8")) as { apis: readonly string[] };
  return { path, document, lock: join(path, "openapi-to-mcp.lock.json"), data, api: apis[0] ?? "" };
}

async function parsed(...line: readonly string[]): Promise<SurfaceDiff & { ok: boolean }> {
  const { out } = await command("diff", ...line, "--format", "json");
  return JSON.parse(out) as SurfaceDiff & { ok: boolean };
}

const kinds = ({ differences }: SurfaceDiff): readonly string[] =>
  differences.map(({ kind, subject }) => `${kind} ${subject.name}`);

describe("diff", () => {
  it("of two documents compares the servers that they make", async () => {
    const { code, out, err } = await command("diff", file(old, "one.yaml"), file(changed, "two.yaml"));
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out.split("\n").filter((text) => !text.startsWith("Cost"))).toEqual([
      "1 tool renamed (find_pets), 1 argument broken, 1 description changed: major",
      "",
      'major  list_pets "limit" has maximum 50 instead of 100. A call that was accepted may be refused.',
      'major  find_pets is the new name of "search_pets". Calls by the old name fail, and permission lists on it match no more.',
      "patch  list_pets has another description. Only the wording differs; models may choose otherwise by it.",
      "       Lists pets, the [-youngest first.-] {+oldest first, says @octocat.+}",
      "",
      "",
      'warning Allow and deny lists that name "search_pets" or "mcp__pet-store__search_pets" do not match this tool any more: write "find_pets"',
      "",
    ]);
    expect(out).toMatch(/^Cost of the list: about [\d,]+ tokens instead of [\d,]+ \([+−]\d+\)$/m);
  });

  it("of a project and a document keeps the names that the project has", async () => {
    const { path, lock } = await project();
    const next = file(changed);
    const want = ["argument-narrowed list_pets", "description-changed list_pets"];
    expect(kinds(await parsed(path, next))).toEqual(want);
    expect(kinds(await parsed(lock, next))).toEqual(["input-changed list_pets", "text-changed list_pets"]);
    expect(kinds(await parsed(path, lock))).toEqual([]);
    expect(kinds(await parsed(next, path))).toEqual(["argument-widened list_pets", "description-changed list_pets"]);
    expect((await parsed(path, path)).verdict).toBe("none");
  });

  it("of one project says what generating it now would change", async () => {
    const { path, document } = await project();
    expect((await parsed(path)).verdict).toBe("none");
    writeFileSync(document, changed);
    expect(kinds(await parsed(path))).toEqual(["argument-narrowed list_pets", "description-changed list_pets"]);
    expect((await command("diff", document)).code).toBe(2);
  });

  it("takes what the project's configuration says of its documents", async () => {
    const { path } = await project();
    const next = file(old);
    const configuration = join(path, "openapi-to-mcp.yaml");
    writeFileSync(configuration, `${readFileSync(configuration, "utf8")}name: other-shop\n`);
    expect(kinds(await parsed(path, next))).toContain("server-renamed other-shop");
  });

  it("exits with 1 where the difference is as severe as --fail-on says", async () => {
    const [before, after] = [file(old, "a.yaml"), file(old.replace("youngest", "oldest"), "b.yaml")];
    for (const [limit, code] of [
      ["patch", 1],
      ["minor", 0],
      ["major", 0],
    ] as const)
      expect((await command("diff", before, after, "--fail-on", limit)).code).toBe(code);
    expect((await command("diff", before, before, "--fail-on", "patch")).code).toBe(0);
  });

  it("is a comment for a pull request with --format markdown", async () => {
    const { out } = await command("diff", file(old, "c.yaml"), file(changed, "d.yaml"), "--format", "markdown");
    expect(out).toContain(
      '| `list_pets` | "limit" has maximum 50 instead of 100 | A call that was accepted may be refused |',
    );
    expect(out).toContain("says @&#8203;octocat.");
    expect(out).toContain(
      '- Allow and deny lists that name "search\\_pets" or "mcp\\_\\_pet-store\\_\\_search\\_pets" do not match',
    );
  });

  it("has the shape that scripts rely on", async () => {
    const found = await parsed(file(old, "e.yaml"), file(changed, "f.yaml"));
    expect(found).toMatchObject({ ok: true, verdict: "major", detail: "full" });
    expect(Object.keys(found)).toEqual(["ok", "verdict", "differences", "cost", "warnings", "detail"]);
    expect(found.differences[0]).toEqual({
      kind: "argument-narrowed",
      severity: "major",
      subject: { kind: "tool", name: "list_pets" },
      text: '"limit" has maximum 50 instead of 100',
      reason: "A call that was accepted may be refused",
      at: "limit",
      before: 100,
      after: 50,
    });
  });

  it.each<[string, readonly string[], number, RegExp]>([
    ["nothing", ["a", "b", "c"], 2, /Give two documents/],
    ["a format that is none", ["--format", "html", "a", "b"], 2, /--format is one of text, json, markdown, not "html"/],
    ["a limit that is none", ["--fail-on", "all", "a", "b"], 2, /--fail-on is one of patch, minor, major/],
    ["a file that is not there", ["nowhere.yaml", "b"], 1, /\[missing-input\]/],
  ])("refuses %s", async (_, line, code, want) => {
    const found = await command("diff", ...line);
    expect(found.code).toBe(code);
    expect(found.err).toMatch(want);
  });
});

describe("a project that somebody made up", () => {
  it("is none without its data", async () => {
    mkdirSync(join(folder, "empty"));
    const { code, err } = await command("diff", join(folder, "empty"), file(old));
    expect(code).toBe(1);
    expect(err).toMatch(/holds no project of this generator \[unreadable-project\]/);
  });

  it("is not read through links", async () => {
    const { path, data, api } = await project();
    const real = join(data, api, "tools/pets.json");
    unlinkSync(real);
    symlinkSync("/etc/hostname", real);
    const { code, err } = await command("diff", path, file(old));
    expect(code).toBe(1);
    expect(err).toMatch(/symbolic link or no file.*\[unsafe-path\]/);
  });

  const evil = [
    ["of another kind", '"text"'],
    ["a list of nonsense", '[null, 1, {"name": 7}, {"name": "x", "inputSchema": []}]'],
    [
      "with names of JavaScript",
      '[{"name":"__proto__","inputSchema":{"properties":{"__proto__":{"type":"string"}},"required":[1]}}]',
    ],
    [
      "with schemas of another kind",
      '[{"name":"list_pets","inputSchema":{"properties":{"limit":7,"status":null,"a":true}}}]',
    ],
  ] as const;

  it.each(evil)("may be %s", async (_, text) => {
    const { path, data, api } = await project();
    for (const name of ["tools/pets.json", "calls/pets.json", "resources.json", "prompts.json", "api.json"]) {
      writeFileSync(join(data, api, name), text);
      expect((await parsed(path, file(old))).ok).toBe(true);
    }
  });

  it.each([
    ["no JSON", "{"],
    ["nested beyond all use", `${"[".repeat(5_000)}${"]".repeat(5_000)}`],
  ])("is refused where a file is %s, and named", async (_, text) => {
    const { path, data, api } = await project();
    writeFileSync(join(data, api, "tools/pets.json"), text);
    const { code, err } = await command("diff", path, file(old));
    expect(code).toBe(1);
    expect(err).toContain(`  at src/generated/${api}/tools/pets.json\n`);
  });

  it("brings nothing but visible characters to the terminal", async () => {
    const { path, data, api } = await project();
    const evil = "\u001b]0;x\u0007\u202e\n@all";
    writeFileSync(
      join(data, api, "tools/pets.json"),
      JSON.stringify([{ name: evil, title: evil, description: evil, inputSchema: { properties: { [evil]: {} } } }]),
    );
    const { out } = await command("diff", path, file(old));
    expect(out).toContain("\\x1b]0;x\\x07\\u{202e}\\x0a@all");
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });
});

describe("a run over a project", () => {
  it("says what a model sees differently", async () => {
    const { path, document } = await project();
    writeFileSync(document, changed);
    const { err } = await command(document, "-o", path);
    expect(err).toContain("  a model sees: 1 argument broken, 1 description changed: major\n");
    expect(err).toContain(
      '  major list_pets "limit" has maximum 50 instead of 100. A call that was accepted may be refused.\n',
    );
    expect((await command(document, "-o", path)).err).toContain("  a model sees no difference\n");
  });

  it("says it as JSON, and before anything is written with --dry-run", async () => {
    const { path, document } = await project();
    writeFileSync(document, changed);
    const dry = JSON.parse((await command(document, "-o", path, "--dry-run", "--json")).out) as {
      surface: SurfaceDiff;
    };
    const real = JSON.parse((await command(document, "-o", path, "--json")).out) as { surface: SurfaceDiff };
    expect(kinds(dry.surface)).toEqual(["argument-narrowed list_pets", "description-changed list_pets"]);
    expect(real.surface).toEqual(dry.surface);
    expect(JSON.parse((await command(document, "-o", path, "--json")).out)).toMatchObject({
      surface: { verdict: "none", differences: [], warnings: [] },
    });
  });

  it("says the same as comparing before and after", async () => {
    const { path, document } = await project();
    const copy = await project();
    writeFileSync(document, changed);
    const { surface } = JSON.parse((await command(document, "-o", path, "--json")).out) as { surface: SurfaceDiff };
    const { ok: _, ...whole } = await parsed(copy.path, path);
    const about = (found: SurfaceDiff): readonly unknown[] =>
      found.differences.filter(({ subject }) => subject.kind === "tool");
    expect(about(surface)).toEqual(about(whole));
    expect(surface.cost).toEqual(whole.cost);
  });

  it("keeps the names of folders, variables and URIs where the document's file is called otherwise", async () => {
    const { path } = await project();
    const next = file(old, `another-name-${++count}.yaml`);
    const { out } = await command(next, "-o", path, "--json");
    expect(JSON.parse(out)).toMatchObject({ surface: { verdict: "none" }, files: { added: 0, removed: 0 } });
  });

  it("has nothing to compare where there was no project", async () => {
    const { out } = await command(file(old), "-o", join(folder, "new"), "--json");
    expect(JSON.parse(out)).not.toHaveProperty("surface");
  });
});

it("says what the README shows", async () => {
  const readme = readFileSync("README.md", "utf8");
  const shown = /^\$ openapi-to-mcp diff \.\/server orders-v2\.yaml\n([\s\S]*?)```/m.exec(readme)?.[1] ?? "";
  const orders = `openapi: 3.1.0
info: { title: Orders, version: "1" }
servers: [{ url: https://orders.example.com }]
paths:
  /orders:
    get: { operationId: listOrders, parameters: [{ name: limit, in: query, schema: { type: integer, maximum: 100 } }] }
  /orders/{number}:
    parameters: [{ name: number, in: path, required: true, schema: { type: string } }]
    get: { operationId: getOrder, description: Returns an order by its number }
    delete: { operationId: cancelOrder }
`;
  const [document, next, server] = ["orders.yaml", "orders-v2.yaml", "server"].map((name) => join(folder, name));
  if (document === undefined || next === undefined || server === undefined) throw new Error("no paths");
  writeFileSync(document, orders);
  const changed = orders
    .replace("maximum: 100", "maximum: 50")
    .replace("by its number", "by its number with its items");
  writeFileSync(next, changed.replace(/ {4}delete.*\n/, ""));
  expect((await command(document, "-o", server, "-q")).code).toBe(0);
  expect((await command("diff", server, next)).out.slice(0, shown.length)).toBe(shown);
});
