/** The steps of the story, in their order: each is a test that begins where the one before it ended. */
import { expect, it } from "vitest";
import type { Names, Story } from "./story.ts";

/**
 * Tells the story to the end: afterwards the project compiles again.
 *
 * @param begun makes the story; called by the first step
 */
export function tell(begun: () => Story): void {
  let story: Story;
  let names: Names;
  let own: ReadonlyMap<string, string>;

  it("begins with a project, and the owner's own work in it", () => {
    story = begun();
    expect(story.command("openapi.json", "-o", "server", "-q")).toEqual({ code: 0, out: "", err: "" });
    names = story.names();
    story.ownerEdits(names);
    expect(story.compile()).toBe("");
    expect(story.command("--check", "-q")).toEqual({ code: 0, out: "", err: "" });
    const { verdict, differences } = story.difference(".");
    expect({ verdict, differences }).toEqual({ verdict: "none", differences: [] });
  });

  it("is told what a new version of the document would change, before anything is written", () => {
    story.documentChanges(names);
    own = story.ownFiles();
    expectDifferences(story, ".");
    expect(story.command("diff", ".", "--fail-on", "major").code).toBe(1);
    const { code, err } = story.command("--check");
    expect(code).toBe(1);
    expectLostHooks(story, names, err);
    expect(err).toMatch(/^Out of date: \. is not what generating it again makes$/m);
    expect(story.ownFiles()).toEqual(own);
  });

  it("generates again: whatever is the owner's stays as it is, and each hook without a tool is told", () => {
    const { code, out, err } = story.command();
    expect({ code, out }).toEqual({ code: 0, out: "" });
    expect(story.ownFiles()).toEqual(own);
    expectLostHooks(story, names, err);
    const { called } = story.plot;
    expect(err).toContain(
      `warning The tool ${names.called} is called ${called.name} now; the old name stays callable until `,
    );
    expect(err).toMatch(/a model sees: .*: major$/m);
    expect(err).toContain(`  major ${names.removed} is no tool any more. Calls of it fail.\n`);
    expectDifferences(story, "../before", ".");
  });

  it("keeps the names of tools whose operation moved, or is called otherwise", () => {
    const { renamed, moved, added } = story.plot;
    const now = new Map(story.tools().map(({ name, pointer }) => [name, pointer]));
    expect(now.get(names.moved)).toBe(pointerOf(moved.to, moved.method));
    expect(now.get(names.renamed)).toBe(pointerOf(renamed.path, renamed.method));
    expect(now.get(added.tool)).toBe(pointerOf(added.path, added.method));
    expect(now.has(names.removed)).toBe(false);
  });

  it("does not compile until the owner has looked at both hooks, and only for them", () => {
    const { called } = story.plot;
    expectComplaint(story, names.removed, names.called);
    story.edit("src/custom.ts", `    ${names.removed}: { after: (result) => result },\n`, "");
    expectComplaint(story, names.called);
    story.edit("src/custom.ts", `\n    ${names.called}: {`, `\n    ${called.name}: {`);
    expect(story.compile()).toBe("");
  });

  it("ends where it began: nothing is left to be told or done", () => {
    expect(story.command("--check", "--strict", "-q")).toEqual({ code: 0, out: "", err: "" });
    const { verdict, differences } = story.difference(".");
    expect({ verdict, differences }).toEqual({ verdict: "none", differences: [] });
  });
}

/** What `diff` says of the document's change, whichever two states it compares. */
function expectDifferences(story: Story, ...sides: readonly string[]): void {
  const { called, described, added, moved } = story.plot;
  const { removed, moved: movedName, described: describedName, called: former } = story.formerNames;
  const { verdict, differences } = story.difference(...sides);
  const told = differences
    .filter(({ subject }) => subject.kind === "tool")
    .map(({ kind, severity, subject }) => `${severity} ${kind} ${subject.name}`);
  expect(told.sort()).toEqual([
    `major tool-removed ${removed}`,
    `major tool-renamed-with-alias ${called.name}`,
    `minor tool-added ${added.tool}`,
    `patch description-changed ${describedName}`,
    `patch tool-moved ${movedName}`,
  ]);
  expect(verdict).toBe("major");
  const text = story.command("diff", ...sides, "--verbose").out;
  expect(text).toMatch(/^1 tool removed \(.*\), 1 tool renamed \(.*\), 1 tool added, 1 tool moved, .*: major$/m);
  expect(text).toContain(`\nmajor  ${removed} is no tool any more. Calls of it fail.\n`);
  expect(text).toContain(`\nmajor  ${called.name} is the new name of "${former}", which still works until `);
  expect(text).toContain(" Calls by the old name still work for a time, but permission lists on it match no more.\n");
  expect(text).toContain(`\nminor  ${added.tool} is a new tool. What could be called before still can.\n`);
  expect(text).toContain(
    `\npatch  ${movedName} calls ${moved.method.toUpperCase()} ${moved.to} instead of ${moved.method.toUpperCase()} ${moved.path}. `,
  );
  const reworded = differences.find(({ kind }) => kind === "description-changed");
  expect(reworded?.after).toContain(described.description);
  expect(story.command("diff", ...sides, "--format", "markdown").out).toContain(
    `| \`${removed}\` | is no tool any more | Calls of it fail |\n`,
  );
}

/** What the command says of both hooks: their name, their tool's, and what became of it. */
function expectLostHooks(story: Story, { removed, called, moved }: Names, err: string): void {
  const lines = story.read("src/custom.ts").split("\n");
  const lineOf = (name: string): number => lines.findIndex((line) => line.startsWith(`    ${name}: {`)) + 1;
  expect(err).toMatch(
    new RegExp(
      `^warning The hook "${removed}" has no tool: ${removed} was removed.* \\[lost-hook\\]\n  at src/custom\\.ts:${lineOf(removed)}\n  Move the hook to another tool, or remove it: the project does not compile with it\\.$`,
      "m",
    ),
  );
  expect(err).toContain(
    `warning The hook "${called}" has lost its tool: ${called} is called "${story.plot.called.name}" now [lost-hook]\n  at src/custom.ts:${lineOf(called)}\n`,
  );
  expect(err).not.toContain(`The hook "${moved}"`);
}

/** The compiler's message at the hook: of unknown properties it tells one at a time. Nothing but lost hooks is told. */
function expectComplaint(story: Story, hook: string, ...others: readonly string[]): void {
  const lines = story.read("src/custom.ts").split("\n");
  const placeOf = (name: string): string =>
    `src/custom.ts(${lines.findIndex((line) => line.startsWith(`    ${name}: {`)) + 1},`;
  const said = story.compile();
  // TS2561 is the same with a proposal at its end.
  expect(said).toMatch(/^src\/custom\.ts\(\d+,5\): error TS(?:2353|2561): /);
  expect(said.startsWith(placeOf(hook))).toBe(true);
  expect(said).toContain(` '${hook}' does not exist in type '`);
  const places = [hook, ...others].map(placeOf);
  const elsewhere = said.split("\n").filter((line) => line !== "" && !places.some((place) => line.startsWith(place)));
  expect(elsewhere).toEqual([]);
}

function pointerOf(path: string, method: string): string {
  return `/paths/${path.replaceAll("~", "~0").replaceAll("/", "~1")}/${method}`;
}
