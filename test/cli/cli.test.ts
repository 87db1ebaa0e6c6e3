import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync, existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../../src/cli/run.ts";

const petstore = "samples/petstore/openapi.yaml";
let folder = "";
let count = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "openapi-to-mcp-cli-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fresh = (): string => join(folder, `out-${++count}`);

/** Runs the command in this process, with everything that it writes. */
async function command(line: readonly string[], { stdin = "", terminal = false, env = {} as NodeJS.ProcessEnv } = {}) {
  let out = "";
  let err = "";
  const code = await run(line, {
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (err += text), isTTY: terminal },
    stdin: Readable.from([Buffer.from(stdin)]),
    env,
    cwd: () => process.cwd(),
  });
  return { code, out, err };
}

describe("a run", () => {
  it("writes the project, and says what it made and what to do next", async () => {
    const output = fresh();
    const { code, out, err } = await command([petstore, "-o", output]);
    expect(code).toBe(0);
    expect(out).toBe("");
    expect(err).toContain("12 tools, 2 resources, 3 resource templates, 3 prompts");
    expect(err).toMatch(/PET_STORE_API_KEY\s+API key \(header\)/);
    expect(err).toContain(`cd ${output}\n  npm install\n  npm run build\n`);
    expect(err).not.toContain("\u001b");
    expect(existsSync(join(output, "src/generated/pet_store/tools/pets.json"))).toBe(true);
  });

  it("shows progress on a terminal only, and clears it", async () => {
    const { err } = await command([petstore, "-o", fresh()], { terminal: true, env: { NO_COLOR: "1" } });
    expect(err).toContain("\r\u001b[2KReading …");
    expect(err.lastIndexOf("\u001b[2K")).toBeLessThan(err.indexOf("Wrote"));
  });

  it("is silent with --quiet", async () =>
    expect(await command([petstore, "-o", fresh(), "-q"])).toEqual({ code: 0, out: "", err: "" }));

  it("gives the result as JSON with --json", async () => {
    const { code, out, err } = await command([petstore, "-o", fresh(), "--json"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(JSON.parse(out)).toMatchObject({
      ok: true,
      name: "pet-store",
      tools: 12,
      skipped: [],
      files: { changed: 0, removed: 0 },
    });
  });

  it("reads standard input, and a URL", async () => {
    expect((await command(["-", "-o", fresh(), "--json"], { stdin: readFileSync(petstore, "utf8") })).code).toBe(0);
    const server = createServer((_request, response) => response.end(readFileSync(petstore))).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    const { code, out } = await command([`http://127.0.0.1:${port}/store.yaml`, "-o", fresh(), "--json"]);
    server.close();
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ name: "pet-store", tools: 12 });
  });

  it("makes one server of several documents, each with its prefix", async () => {
    const output = fresh();
    const { out } = await command([petstore, "test/cli/bookshop.json", "-o", output, "--json", "--name", "Both Shops"]);
    expect(JSON.parse(out)).toMatchObject({ name: "both-shops", tools: 18 });
    const tools = JSON.parse(readFileSync(join(output, "src/generated/bookshop/tools/books.json"), "utf8")) as {
      name: string;
    }[];
    expect(tools.map(({ name }) => name)).toContain("bookshop_books_list");
  });

  it("changes nothing when nothing changed, and writes nothing with --dry-run", async () => {
    const output = fresh();
    const dry = await command([petstore, "-o", output, "--dry-run", "--json"]);
    expect(JSON.parse(dry.out)).toMatchObject({ dryRun: true });
    expect(existsSync(output)).toBe(false);
    await command([petstore, "-o", output, "-q"]);
    const again = await command([petstore, "-o", output, "--json"]);
    expect(JSON.parse(again.out)).toMatchObject({ files: { added: 0, changed: 0, removed: 0 } });
  });
});

describe("what is the owner's", () => {
  it("stays, and a hook without its tool is named", async () => {
    const output = fresh();
    await command([petstore, "-o", output, "-q"]);
    const custom = join(output, "src/custom.ts");
    const text = readFileSync(custom, "utf8").replace(
      "hooks: {}",
      "hooks: { groom_cats: { before: (args) => args }, list_pets: {} }",
    );
    writeFileSync(custom, text);
    const { code, err } = await command([petstore, "-o", output]);
    expect(code).toBe(0);
    expect(err).toMatch(/The hook "groom_cats" has no tool any more.*\[lost-hook\]\n {2}at src\/custom\.ts:\d+/);
    expect(err).not.toContain('"list_pets"');
    expect(readFileSync(custom, "utf8")).toBe(text);
    expect((await command([petstore, "-o", output, "--strict"])).code).toBe(1);
  });

  it("is told apart: an edited generated file is named, and overwritten with --force only", async () => {
    const output = fresh();
    await command([petstore, "-o", output, "-q"]);
    const file = join(output, "src/runtime/call/run.ts");
    writeFileSync(file, "// mine\n");
    const refused = await command([petstore, "-o", output]);
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/\[edited-file\]\n {2}at src\/runtime\/call\/run\.ts/);
    expect(readFileSync(file, "utf8")).toBe("// mine\n");
    expect((await command([petstore, "-o", output, "--force", "-q"])).code).toBe(0);
    expect(readFileSync(file, "utf8")).not.toBe("// mine\n");
  });

  it("includes a folder that is not ours", async () => {
    const output = fresh();
    mkdirSync(output);
    writeFileSync(join(output, "thesis.txt"), "years");
    const { code, err } = await command([petstore, "-o", output, "--force"]);
    expect(code).toBe(1);
    expect(err).toContain("[output-not-empty]");
    expect(readdirSync(output)).toEqual(["thesis.txt"]);
  });
});

describe("a fault", () => {
  const faulty = (text: string): string => {
    const path = join(folder, `faulty-${++count}.yaml`);
    writeFileSync(path, text);
    return path;
  };

  it.each<[string, () => string, RegExp]>([
    ["a file that is not there", () => join(folder, "nowhere.yaml"), /\[missing-input\]/],
    ["an empty file", () => faulty(""), /\[not-openapi\]/],
    ["something else", () => faulty("a: 1\n"), /\[not-openapi\]/],
    ["broken YAML", () => faulty("openapi: 3.0.0\npaths: [\n"), /faulty-\d+\.yaml:\d+/],
    [
      "no operations",
      () => faulty("openapi: 3.0.0\ninfo: { title: A, version: '1' }\npaths: {}\n"),
      /\[no-operations\]/,
    ],
  ])("in the input is one clear message: %s", async (_, input, want) => {
    const output = fresh();
    const { code, out, err } = await command([input(), "-o", output]);
    expect(code).toBe(1);
    expect(out).toBe("");
    expect(err).toMatch(want);
    expect(err).not.toMatch(/\n\s+at (?:file:|async|Object)|node:internal/);
    expect(existsSync(output)).toBe(false);
  });

  it("in one operation costs that one, and stops the run with --strict", async () => {
    const input = faulty(
      "openapi: 3.0.0\ninfo: { title: A, version: '1' }\npaths:\n  /a: { get: 7 }\n  /b: { get: { responses: {} } }\n",
    );
    const { code, err } = await command([input, "-o", fresh()]);
    expect(code).toBe(0);
    expect(err).toMatch(/\[invalid-operation\]\n {2}at .*faulty-\d+\.yaml:4 #\/paths\/~1a\/get/);
    expect(err).toContain("skipped GET /a: The operation is no object");
    const output = fresh();
    expect((await command([input, "-o", output, "--strict"])).code).toBe(1);
    expect(existsSync(output)).toBe(false);
  });

  it("is JSON with --json", async () => {
    const { code, out } = await command([join(folder, "nowhere.yaml"), "--json"]);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      diagnostics: [{ code: "missing-input", severity: "error" }],
    });
  });

  it.each<[string, readonly string[], string]>([
    ["a number that is none", ["a.yaml", "--timeout", "soon"], "--timeout needs a number above 0"],
    ["a number of nothing", ["a.yaml", "--timeout", "0"], "--timeout needs a number above 0"],
    ["one value twice", ["a.yaml", "-o", "a", "-o", "b"], "--output is given more than once"],
    ["a flag without its value", ["a.yaml", "--output"], "Not enough arguments following: output"],
    [
      "a flag of another command",
      ["diff", "a", "b", "--force"],
      "--force is a flag of generate and templates, not of diff",
    ],
    ["its alias", ["-o", "x", "inspect", "a.yaml"], "--output is a flag of generate and templates, not of inspect"],
  ])("in the command line exits with 2: %s", async (_, line, want) => {
    const { code, out, err } = await command(line);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(want);
    expect(err).toMatch(/Run openapi-to-mcp.* --help for what it takes\.\n$/);
  });

  it.each([["./diff"], ["--", "diff"], ["-o", "diff", "./inspect"], ["1"]])(
    "takes for a document what is no command: %s",
    async (...line) => {
      const { code, err } = await command(line);
      expect(code).toBe(1);
      expect(err).toContain("does not exist [missing-input]");
    },
  );

  it("in the command line exits with 2", async () => {
    expect((await command([])).code).toBe(2);
    const unknown = await command([petstore, "--no-such-flag"]);
    expect(unknown.code).toBe(2);
    expect(unknown.err).toContain("no-such-flag");
  });

  it("brings no hidden character to the terminal as JSON either, and loses none", async () => {
    const hidden = "\u009b31m\u202eevil\u200b\ufeff";
    const path = faulty(
      JSON.stringify({
        openapi: "3.1.0",
        info: { title: `A${hidden}`, version: "1" },
        paths: {
          [`/a${hidden}`]: {
            get: { tags: [hidden], summary: hidden, parameters: [{ name: hidden, in: "x" }], responses: {} },
          },
          "/b": { get: { operationId: "b", summary: hidden, responses: {} } },
        },
      }),
    );
    for (const line of [
      [path, "-o", fresh()],
      ["inspect", path],
      ["inspect", path, "--why", "b"],
      ["diff", path, petstore],
      [path, "-o", fresh(), "--strict"],
    ]) {
      const { out } = await command([...line, "--json"]);
      expect(out, line.join(" ")).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u202e\ufeff]/);
      JSON.parse(out);
    }
    const { out } = await command(["inspect", path, "--json"]);
    expect(JSON.stringify(JSON.parse(out))).toContain(`/a${hidden}`);
  });

  it("never brings control characters of a document to the terminal", async () => {
    const input = faulty(
      'openapi: 3.0.0\ninfo: { title: "A", version: "1" }\npaths:\n  /a:\n    get:\n      parameters: [{ name: "\\e[31m\\u202Eevil", in: "\\e]0;x\\a" }]\n      responses: {}\n',
    );
    const { err } = await command([input, "-o", fresh(), "--verbose"]);
    expect(err).toContain("\\x1b[31m\\u{202e}evil");
    expect(err).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });
});
