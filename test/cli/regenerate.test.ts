/** A second run: what the owner wrote stays, and what no longer fits is told, by us and by the compiler. */
import { beforeEach, describe, expect, it } from "vitest";
import { checkLostHooks, listPets, zoo } from "./zoo.ts";

const project = zoo();
const { read, write, writeDocument, command } = project;

// Other ways to write them are in regenerate.long.test.ts.
it("hooks whose tools were renamed or removed are told, and do not compile", () =>
  checkLostHooks(
    project,
    `hooks: { list_pets: { before: (args) => args }, "get_pet": { after: (result) => result } },`,
    "",
  ));

describe("a tool of the owner's", () => {
  it("that is called like a generated one is told", async () => {
    writeDocument(listPets);
    await command("-q");
    const text = read("src/custom.ts").replace(
      "tools: [],",
      'tools: [{ name: "list_pets", description: "", inputSchema: { type: "object" }, run: () => ({ content: [] }) }],',
    );
    write("src/custom.ts", text);
    expect((await command()).err).toMatch(/Your tool "list_pets" is called like a generated one.*\[taken-name\]/);
  });
});

describe("package.json", () => {
  beforeEach(async () => {
    writeDocument(listPets);
    await command("-q");
    const text = read("package.json")
      .replace(/ {4}"@cfworker\/json-schema": .*\n/, "")
      .replaceAll("\n  ", "\n    ");
    expect(text).not.toContain("@cfworker");
    write("package.json", text);
  });

  it("is left as it is, and the line that it lacks is shown", async () => {
    const before = read("package.json");
    const { code, err } = await command();
    expect(code).toBe(0);
    expect(err).toMatch(
      /"dependencies" lacks "@cfworker\/json-schema": "\d+\.\d+\.\d+" \[missing-package\]\n {2}at package\.json:\d+/,
    );
    expect(read("package.json")).toBe(before);
  });

  it("is given the line on request, and nothing else of it changes", async () => {
    const before = read("package.json").split("\n");
    const dry = await command("--update-package", "--dry-run");
    expect(dry.err).toContain("1 changed");
    expect(read("package.json").split("\n")).toEqual(before);
    const { code, err } = await command("--update-package");
    expect(code).toBe(0);
    expect(err).not.toContain("missing-package");
    const after = read("package.json").split("\n");
    expect(after.filter((line) => !before.includes(line))).toHaveLength(1);
    expect(after.find((line) => !before.includes(line))).toMatch(/^ {6,8}"@cfworker\/json-schema": "[\d.]+",?$/);
    expect((await command("--update-package")).err).toContain("0 changed");
  });
});
