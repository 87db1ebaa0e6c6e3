/** Another API than the project's: it is told before anything is lost, and put in its place on request only. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Summary } from "../../src/cli/summary.ts";
import { readTree } from "../golden/sample.ts";
import { inspect } from "../../src/inspect.ts";
import { type Ran, command, commandIn } from "./command.ts";

const petstore = "samples/petstore/openapi.yaml";
const bookshop = "test/cli/bookshop.json";
let folder = "";
let count = 0;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "openapi-to-mcp-replace-"))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (path: string): string => readFileSync(path, "utf8");
function edit(path: string, from: string, to: string): void {
  const text = read(path);
  expect(text).toContain(from);
  writeFileSync(path, text.replaceAll(from, to));
}

/** A server of the pet store, made from a document of its own. */
async function project(): Promise<{ readonly document: string; readonly server: string }> {
  const place = join(folder, String(++count));
  mkdirSync(place);
  const document = join(place, "openapi.yaml");
  cpSync(petstore, document);
  const server = join(place, "server");
  expect((await command(document, "-o", server, "-q")).code).toBe(0);
  return { document, server };
}

describe("the document of another API", () => {
  it("is refused, with what would be lost, and nothing is written", async () => {
    const { server } = await project();
    const before = readTree(server);
    for (const more of [[], ["--force"], ["--dry-run"], ["--check"]]) {
      const { code, out, err } = await command(bookshop, "-o", server, ...more);
      expect({ code, out }).toEqual({ code: 1, out: "" });
      expect(err).toContain(
        '"Bookshop" is another API than this project\'s, "Pet Store": of its 12 tools 12 would go (list_pets, create_pet, ',
      );
      expect(err).toMatch(/and 6 others come \[other-api\]\n {2}at test\/cli\/bookshop\.json\n.*-o.*--replace/);
    }
    expect(readTree(server)).toEqual(before);
  });

  it("is asked for at a terminal, where the answer is no unless somebody says yes", async () => {
    const { server } = await project();
    const before = readTree(server);
    const question = /of its 12 tools 12 would go .* Put it in the place of the project's API\? \[y\/N\] /;
    const asked = async (typed: string): Promise<Ran> => commandIn({ columns: 1000, typed }, bookshop, "-o", server);
    for (const typed of ["\n", "n\n", "no\n", "yesterday\n", ""]) {
      const { code, err } = await asked(typed);
      expect(code).toBe(1);
      expect(err).toMatch(question);
      expect(stripVTControlCharacters(err)).toContain("[other-api]");
      expect(readTree(server)).toEqual(before);
    }
    for (const typed of ["y\n", " Yes\r\n"]) {
      const { code, err } = await asked(typed);
      expect(code).toBe(0);
      if (typed === "y\n") expect(err).toMatch(question);
      expect(read(join(server, "README.md"))).toContain("Bookshop");
    }
  });

  it.each<readonly [string, Parameters<typeof commandIn>[0], readonly string[]]>([
    ["no terminal", { typed: "y\n" }, []],
    ["an input that is none", { columns: 80 }, []],
    ["a pipeline", { columns: 80, typed: "y\n", env: { CI: "true" } }, []],
    ["--quiet", { columns: 80, typed: "y\n" }, ["-q"]],
    ["--json", { columns: 80, typed: "y\n" }, ["--json"]],
    ["--dry-run", { columns: 80, typed: "y\n" }, ["--dry-run"]],
    ["--check", { columns: 80, typed: "y\n" }, ["--check"]],
  ])("is not asked for with %s", async (_, surroundings, more) => {
    const { server } = await project();
    const { code, out, err } = await commandIn(surroundings, bookshop, "-o", server, ...more);
    expect(code).toBe(1);
    expect(err).not.toContain("[y/N]");
    expect(out + err).toContain("other-api");
  });

  it("is refused as well where it lies in the place of the first", async () => {
    const { document, server } = await project();
    writeFileSync(document, read(bookshop));
    const { code, err } = await command("-c", join(server, "openapi-to-mcp.yaml"));
    expect(code).toBe(1);
    expect(err).toContain("[other-api]");
  });

  it("is refused where some operations are alike by chance", async () => {
    const { server } = await project();
    const other = join(folder, "like.json");
    const operation = (operationId: string): object => ({ get: { operationId, responses: {} } });
    const paths = Object.fromEntries(["a", "b", "c", "d"].map((name) => [`/${name}`, operation(name)]));
    const info = { title: "Weather", version: "1" };
    writeFileSync(
      other,
      JSON.stringify({ openapi: "3.1.0", info, paths: { ...paths, "/health": operation("health") } }),
    );
    expect((await command(other, "-o", server)).err).toContain("of its 12 tools 11 would go");
  });

  it("takes the place of the first with --replace: what nobody changed speaks of it alone, the rest stays and is named", async () => {
    const { server } = await project();
    const custom = join(server, "src/custom.ts");
    edit(custom, "hooks: {}", "hooks: { list_pets: {} }");
    edit(join(server, "Dockerfile"), "FROM ", "# ours, for the Pet Store\nFROM ");
    const [mine, image] = [read(custom), read(join(server, "Dockerfile"))];
    const { code, out } = await command(bookshop, "-o", server, "--replace", "--json");
    expect(code).toBe(0);
    const summary = JSON.parse(out) as Summary;
    expect(summary).toMatchObject({ name: "bookshop", tools: 6 });
    expect(summary.replacement).toMatchObject({
      of: "Pet Store",
      kept: ["Dockerfile", "src/custom.ts"],
      mentions: ["Dockerfile"],
    });
    expect(summary.replacement?.rewritten).toEqual(
      expect.arrayContaining(["README.md", "openapi-to-mcp.yaml", "package.json"]),
    );
    expect(summary.diagnostics.map(({ code: each }) => each)).toContain("lost-hook");
    expect(summary.diagnostics.map(({ code: each }) => each)).not.toContain("missing-package");
    expect([read(custom), read(join(server, "Dockerfile"))]).toEqual([mine, image]);
    for (const [path, text] of readTree(server))
      if (!["Dockerfile", "src/custom.ts"].includes(path) && !path.startsWith("src/runtime/"))
        expect(text, path).not.toMatch(/pet.?store/i);
    const again = await command("-c", join(server, "openapi-to-mcp.yaml"), "--json");
    expect(JSON.parse(again.out)).toMatchObject({ name: "bookshop", files: { added: 0, changed: 0, removed: 0 } });
  });

  it("leaves a configuration that its owner changed, and says to edit it", async () => {
    const { server } = await project();
    const configuration = join(server, "openapi-to-mcp.yaml");
    writeFileSync(configuration, `${read(configuration)}# mine\n`);
    const before = read(configuration);
    const { code, err } = await command(bookshop, "-o", server, "--replace");
    expect(code).toBe(0);
    expect(read(configuration)).toBe(before);
    expect(err).toMatch(/written anew, since nobody had changed them: .*README\.md/);
    expect(err).toContain("yours, and as they were: openapi-to-mcp.yaml");
    expect(err).toContain('edit what still speaks of "Pet Store": openapi-to-mcp.yaml');
    // As it stands it would bring the first API back.
    expect((await command("-c", configuration)).err).toContain("[other-api]");
  });

  it("touches no file of the owner's in a project that does not say what it wrote", async () => {
    const { server } = await project();
    const lockFile = join(server, "openapi-to-mcp.lock.json");
    const { written: _, ...lock } = JSON.parse(read(lockFile)) as Record<string, unknown>;
    writeFileSync(lockFile, JSON.stringify(lock));
    const readme = read(join(server, "README.md"));
    const { out } = await command(bookshop, "-o", server, "--replace", "--json");
    const { replacement } = JSON.parse(out) as Summary;
    expect(replacement?.rewritten).toEqual([]);
    expect(replacement?.mentions).toContain("README.md");
    expect(read(join(server, "README.md"))).toBe(readme);
  });
});

describe("the same API", () => {
  it("passes from another place and under another name", async () => {
    const { document, server } = await project();
    const moved = join(folder, "moved.yaml");
    writeFileSync(moved, read(document).replace("title: Pet Store", "title: The Pets"));
    for (const more of [[], ["--replace"]]) {
      const { code, out } = await command(moved, "-o", server, "--json", ...more);
      expect(code).toBe(0);
      expect(JSON.parse(out)).toMatchObject({ name: "pet-store", tools: 12 });
      expect(JSON.parse(out)).not.toHaveProperty("replacement");
    }
  });

  it("passes in part, with more beside it, and with all of its operations renamed", async () => {
    const { document, server } = await project();
    const run = (...line: string[]): Promise<number> => command(...line, "-o", server, "-q").then(({ code }) => code);
    expect(await run(document, "--include", "tag:orders")).toBe(0);
    expect(await run(document)).toBe(0);
    const configuration = join(server, "openapi-to-mcp.yaml");
    const { egress } = await inspect(bookshop);
    const more = egress.map(({ host }) => `  - ${host}\n`).join("");
    writeFileSync(configuration, read(configuration).replace("credential-hosts:\n", `credential-hosts:\n${more}`));
    expect(await run(document, bookshop)).toBe(0);
    expect(await run(document)).toBe(0);
    writeFileSync(
      document,
      read(document)
        .replace(/operationId: (\w+)/g, "operationId: v2$1")
        .replace(/^ {2}\/(\w)/gm, "  /v2/$1"),
    );
    expect(await run(document)).toBe(0);
  });
});
