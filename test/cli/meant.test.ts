/** What is said of words that name nothing: the one that was probably meant. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commands, flagWords } from "../../src/config/commands.ts";
import { flags } from "../../src/config/options.ts";
import { repository } from "../golden/sample.ts";
import { command } from "./command.ts";

const petstore = "samples/petstore/openapi.yaml";
const bookshop = "test/cli/bookshop.json";
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "openapi-to-mcp-meant-"));
  writeFileSync(join(folder, "orders.yaml"), readFileSync(petstore));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a misspelt command", () => {
  it.each<[readonly string[], string]>([
    [["inspct"], "openapi-to-mcp inspect <document|folder>"],
    [["inspct", petstore], "openapi-to-mcp inspect <document|folder>"],
    [["Diff", "a", "b"], "openapi-to-mcp diff <old> [new]"],
    [["tempaltes", "list"], "openapi-to-mcp templates list|eject [path..]"],
    [["init"], "openapi-to-mcp [document..] [-o folder]"],
    [["-o", "out", "generte", petstore], "openapi-to-mcp [document..] [-o folder]"],
    [["compare", "a", "b"], "openapi-to-mcp diff <old> [new]"],
    [["validate"], "openapi-to-mcp --check"],
    [["helpp"], "openapi-to-mcp --help"],
  ])("is told with the right one: %s", async (line, want) => {
    const { code, out, err } = await command(...line);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(`did you mean: ${want}\n`);
  });

  it("is no document that exists, no path, and nothing behind --", () => {
    const run = (...line: readonly string[]): { status: number | null; stderr: string } =>
      spawnSync(process.execPath, [join(repository, "dist/main.js"), ...line], { cwd: folder, encoding: "utf8" });
    renameSync(join(folder, "orders.yaml"), join(folder, "init"));
    expect(run("init", "--dry-run").status).toBe(0);
    renameSync(join(folder, "init"), join(folder, "orders.yaml"));
    for (const line of [["./inspct"], ["--", "inspct"], ["inspect", "inspct"]])
      expect(run(...line)).toMatchObject({ status: 1, stderr: expect.not.stringContaining("did you") as string });
  });

  it("is not help, which shows that of a command", async () => {
    expect((await command("help")).out).toBe((await command("--help")).out);
    expect((await command("help", "diff")).out).toBe((await command("diff", "--help")).out);
  });

  it("has no word twice, and none that a flag or a command has", () => {
    const words = [
      ...commands.flatMap(({ name, alsoCalled }) => [name, ...alsoCalled]),
      ...flagWords.flatMap(({ words }) => words),
    ];
    expect(new Set(words).size).toBe(words.length);
    for (const { flag } of flagWords) expect(["help", "version", ...flags.map(({ name }) => name)]).toContain(flag);
  });
});

describe("a misspelt flag", () => {
  it.each<[readonly string[], string]>([
    [["--dryrun"], "--dryrun is no flag; did you mean --dry-run?"],
    [["--dryRun"], "--dryRun is no flag; did you mean --dry-run?"],
    [["--out", "x"], "--out is no flag; did you mean --output?"],
    [["--verzion"], "--verzion is no flag; did you mean --version?"],
    [["inspect", petstore, "--whyy", "x"], "--whyy is no flag; did you mean --why?"],
    [["inspect", petstore, "--dryrun"], "--dryrun is no flag; did you mean --dry-run?"],
    [["diff", "a", "b", "--dry-run"], "--dry-run is a flag of generate, not of diff"],
    [["--quit", "--jsn"], "--quit is no flag; did you mean --quiet?; --jsn is no flag; did you mean --json?"],
    [["--nothing-like-it"], "--nothing-like-it is no flag\n"],
    [["-x"], "-x is no flag\n"],
    [["diff", petstore, petstore, "--format", "jsn"], 'not "jsn"; did you mean "json"?'],
    [["templates", "ejct"], 'not ejct; did you mean "eject"?'],
  ])("is told with the right one: %s", async (line, want) => {
    const { code, out, err } = await command(...line);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(want);
  });
});

describe("a document that is not there", () => {
  it.each([
    ["order.yaml", "orders.yaml"],
    ["orders.yml", "orders.yaml"],
    ["Orders.YAML", "orders.yaml"],
    ["orders", "orders.yaml"],
  ])("is told with the one beside it: %s", async (given, want) => {
    for (const line of [[], ["inspect"], ["diff", petstore]]) {
      const { code, err } = await command(...line, join(folder, given));
      expect(code).toBe(1);
      expect(err).toContain(`does not exist; did you mean "${join(folder, want)}"?`);
    }
  });

  it("is told as before where nothing is near", async () => {
    const { code, err } = await command(join(folder, "invoices.yaml"));
    expect(code).toBe(1);
    expect(err).toContain("does not exist [missing-input]");
  });

  it("is no project, which is generated again by its own configuration", async () => {
    const server = join(folder, "project");
    await command(petstore, "-o", server, "-q");
    const { code, err } = await command(server);
    expect(code).toBe(2);
    expect(err).toContain(`is a project, no document: to generate it again, run openapi-to-mcp in it, or with -c `);
    expect((await command("-c", join(server, "openapi-to-mcp.yaml"), "-q")).code).toBe(0);
  });

  it("may be an overlay or the configuration", async () => {
    for (const flag of ["--overlay", "--config"])
      expect((await command(petstore, flag, join(folder, "order.yaml"))).err).toContain("did you mean");
  });
});

describe("several documents", () => {
  const named = (path: string): unknown =>
    (JSON.parse(readFileSync(join(path, "src/generated/apis.json"), "utf8")) as { name: string }).name;

  it("need a name or a folder: none of them names the server", async () => {
    const { code, err } = await command(petstore, bookshop);
    expect(code).toBe(2);
    expect(err).toContain("Several documents make one server: give its folder with -o, or its name with --name.");
  });

  it("are called like the folder, and keep that name wherever the folder goes", async () => {
    const shop = join(folder, "My Shop");
    const made = await command(petstore, bookshop, "-o", shop, "--json");
    expect(JSON.parse(made.out)).toMatchObject({ name: "my-shop" });
    expect(JSON.parse(readFileSync(join(shop, "src/generated/apis.json"), "utf8"))).toMatchObject({
      title: "Pet Store, Bookshop",
    });
    const moved = join(folder, "elsewhere");
    renameSync(shop, moved);
    const again = await command("-c", join(moved, "openapi-to-mcp.yaml"), "--json");
    expect(JSON.parse(again.out)).toMatchObject({ name: "my-shop", files: { added: 0, changed: 0, removed: 0 } });
  });

  it("keep the name of a project that was made otherwise", async () => {
    const other = join(folder, "other");
    await command(petstore, bookshop, "-o", other, "--name", "both", "-q");
    rmSync(join(other, "openapi-to-mcp.yaml"));
    await command(petstore, bookshop, "-o", other, "-q");
    expect(named(other)).toBe("both");
  });
});
