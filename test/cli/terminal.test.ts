/** What is laid out for a terminal: widths, colours, and readers that go away. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import stringWidth from "string-width";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { textTable } from "../../src/cli/text-table.ts";
import { wrapped, wrappedCell } from "../../src/cli/wrap.ts";
import { commands } from "../../src/config/commands.ts";
import { additions } from "../golden/sample.ts";
import { command, commandIn } from "./command.ts";

const petstore = "samples/petstore/openapi.yaml";
/** The petstore with more than twenty tools of other kinds. */
const more = [petstore, ...additions.flatMap(({ overlay }) => ["--overlay", overlay ?? ""])];
let folder = "";
let changed = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "openapi-to-mcp-terminal-"));
  changed = join(folder, "changed.yaml");
  const text = readFileSync(petstore, "utf8").replace("maximum: 100", "maximum: 10");
  writeFileSync(changed, text.replace("youngest first", "oldest of all first, and the youngest of them last"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const widest = (text: string): number => Math.max(...text.split("\n").map((line) => stringWidth(line)));
/** The words of a text, whatever its lines. */
const words = (text: string): string => stripVTControlCharacters(text).replace(/\s+/g, " ").trim();

describe("wrapping", () => {
  it("keeps to the width, breaks no word, and indents what goes on", () => {
    const text = "major  list_pets has another description.\n  a line that is indented by two spaces";
    expect(wrapped(text, 24)).toBe(
      "major  list_pets has\n       another\n       description.\n  a line that is\n    indented by two\n    spaces",
    );
    expect(wrapped("abcdefghij klmnopqrst", 5)).toBe("abcdefghij\n  klmnopqrst");
    expect(wrapped(text, Infinity)).toBe(text);
  });

  it("counts what is seen: no colours, and two columns for a wide character", () => {
    expect(wrapped("\u001b[31mred\u001b[39m words", 9)).toBe("\u001b[31mred\u001b[39m words");
    expect(wrapped("用户 用户", 8)).toBe("用户\n  用户");
  });

  it("breaks a long path behind its parts", () =>
    expect(wrappedCell("GET /repos/{owner}/{repo}/actions/runs", 20)).toEqual([
      "GET /repos/{owner}/",
      "{repo}/actions/runs",
    ]));
});

describe("a table", () => {
  const columns = [{ title: "name" }, { title: "n", align: "right" as const }, { title: "path" }];
  const row = ["get_pet", "7", "/pets/{petId}/visits/{visitId}/notes"];

  it("is as wide as its cells where nothing limits it", () =>
    expect(textTable(columns, [row], Infinity)).toEqual([
      "  name     n  path",
      "  get_pet  7  /pets/{petId}/visits/{visitId}/notes",
    ]));

  it("goes on below its last column", () =>
    expect(textTable(columns, [row], 45)).toEqual([
      "  name     n  path",
      "  get_pet  7  /pets/{petId}/visits/{visitId}/",
      "              notes",
    ]));

  it("gives the first column a line of its own where the last has no room", () =>
    expect(textTable(columns, [["a_name_of_some_length", "7", row[2] ?? ""]], 50)).toEqual([
      "  name",
      "      n  path",
      "  a_name_of_some_length",
      "      7  /pets/{petId}/visits/{visitId}/notes",
    ]));
});

describe("on a terminal of 80 columns", () => {
  const lines: readonly (readonly string[])[] = [
    ["inspect", petstore],
    ["inspect", ...more, "--verbose"],
    ["inspect", petstore, "--why", "list_pets"],
    ["diff", petstore, "CHANGED"],
    ["templates", "list"],
    [petstore, "-o", "OUT", "--dry-run", "--verbose"],
    [...more, "-o", "OUT", "--dry-run"],
    ...commands.map(({ name }) => [name, "--help"]),
  ];

  it.each(lines)("nothing is wider, and all words are there: %s %s %s", async (...given) => {
    const line = given.map((word) => (word === "CHANGED" ? changed : word === "OUT" ? join(folder, "out") : word));
    const narrow = await commandIn({ columns: 80 }, ...line);
    expect(narrow.code).toBe(0);
    // Paths and pointers of diagnostics stay whole, so that they can be copied.
    const copied = /^ {2}at \S+( \S+)?$/;
    const shown = stripVTControlCharacters(narrow.out + narrow.err.replace(/\r\u001b\[2K[^\r]*/g, ""));
    expect(
      widest(
        shown
          .split("\n")
          .filter((text) => !copied.test(text))
          .join("\n"),
      ),
    ).toBeLessThanOrEqual(80);
    const wide = await command(...line);
    const whole = words(wide.out);
    if (!line.includes("list"))
      for (const word of whole.split(" ")) expect(words(narrow.out)).toContain(word.slice(0, 20));
    if (line[0] === "diff" || line.includes("--why")) expect(words(narrow.out)).toBe(whole);
  });

  it("help follows the width of the window, and is for 80 columns in a pipe", async () => {
    expect(widest((await commandIn({ columns: 60 }, "--help")).out)).toBeLessThanOrEqual(60);
    const wide = widest((await commandIn({ columns: 140 }, "--help")).out);
    expect(wide).toBeGreaterThan(100);
    expect(widest((await command("--help")).out)).toBeLessThanOrEqual(80);
    expect(widest((await commandIn({ env: { COLUMNS: "70" } }, "--help")).out)).toBeLessThanOrEqual(70);
  });
});

describe("colours", () => {
  const isColored = async (options: Parameters<typeof commandIn>[0], ...line: string[]): Promise<boolean> =>
    /\u001b\[\d+m/.test((await commandIn(options, ...line)).out);

  it.each([
    ["diff", petstore, "CHANGED"],
    ["inspect", petstore],
    ["inspect", petstore, "--why", "list_pets"],
    ["templates", "list"],
  ])("are for a terminal: %s %s %s", async (...given) => {
    const line = given.map((word) => (word === "CHANGED" ? changed : word));
    expect(await isColored({ columns: 100 }, ...line)).toBe(true);
    expect(await isColored({}, ...line)).toBe(false);
    expect(await isColored({ columns: 100, env: { NO_COLOR: "1" } }, ...line)).toBe(false);
    expect(await isColored({ columns: 100, env: { TERM: "dumb" } }, ...line)).toBe(false);
    expect(await isColored({ env: { FORCE_COLOR: "1" } }, ...line)).toBe(true);
    expect(await isColored({ env: { FORCE_COLOR: "1", NO_COLOR: "1" } }, ...line)).toBe(false);
    expect(await isColored({ columns: 100 }, ...line, "--json")).toBe(false);
  });

  it("end with each word, so that a line may end behind any", async () => {
    const { out } = await commandIn({ columns: 60 }, "diff", petstore, changed);
    for (const line of out.split("\n")) {
      const starts = line.match(/\u001b\[(?:1|2|3[0-8])m/g)?.length ?? 0;
      expect(line.match(/\u001b\[(?:22|39)m/g)?.length ?? 0).toBe(starts);
    }
    expect(out).toContain("\u001b[31mmajor\u001b[39m");
    expect(out).toMatch(/\u001b\[32m\{\+oldest\u001b\[39m/);
  });
});

describe("a reader that goes away", () => {
  it.each([
    ["--help", "true", 0],
    ["--version", "true", 0],
    [`inspect ${petstore}`, "head -1", 0],
    [`inspect ${petstore} --why list_pets --json`, "true", 0],
    [`diff ${petstore} CHANGED --fail-on major`, "true", 1],
    ["templates list", "true", 0],
    [`${petstore} -o OUT --verbose --json`, "true", 0],
    ["nonsense.yaml 2>&1", "true", 1],
  ])("ends nothing with a trace, and changes no exit code: %s | %s", (line, reader, code) => {
    const given = line.replace("CHANGED", changed).replace("OUT", join(folder, "piped"));
    const errors = join(folder, "errors.txt");
    // `true` is gone before the first word.
    const script = `(sleep 0.1; exec node dist/main.js ${given}) 2>"${errors}" | ${reader}; exit \${PIPESTATUS[0]}`;
    expect(spawnSync("bash", ["-c", script]).status).toBe(code);
    expect(readFileSync(errors, "utf8")).not.toMatch(/EPIPE|node:|Unhandled/);
  });
});
