/** Command lines that are read without yargs: they say what yargs reads in them. */
import { assert, asyncProperty, constantFrom, array } from "fast-check";
import { describe, expect, it } from "vitest";
import { parserOf } from "../../src/cli/line-parser.ts";
import { plainLine } from "../../src/cli/plain-line.ts";
import { commands, type CommandName } from "../../src/config/commands.ts";
import { flags, type Flag } from "../../src/config/options.ts";

const takenBy = (command: CommandName): readonly Flag[] => flags.filter((flag) => flag.commands.includes(command));
const read = (...words: readonly string[]): unknown => {
  const line = plainLine(words, takenBy("generate"));
  return line === undefined ? undefined : [line.operands, Object.fromEntries(line.values)];
};

describe("a plain line", () => {
  it.each<[string, readonly string[], unknown]>([
    ["nothing", [], [[], {}]],
    ["operands", ["a.yaml", "007", "a b"], [["a.yaml", "007", "a b"], {}]],
    ["flags between operands", ["--force", "a.yaml", "-o", "x"], [["a.yaml"], { force: true, output: "x" }]],
    ["a number", ["--timeout", "9"], [[], { timeout: 9 }]],
    ["a text that is a number", ["--name", "12"], [[], { name: "12" }]],
    ["a list", ["--include", "a", "b", "--include", "c"], [["b"], { include: ["a", "c"] }]],
    ["a value behind =", ["--output=x"], [[], { output: "x" }]],
    ["flags that are joined", ["-qo", "x"], [[], { quiet: true, output: "x" }]],
    ["a value that is given twice", ["-o", "x", "--output", "y"], [[], { output: ["x", "y"] }]],
    ["a flag with a value of its own", ["--force", "false"], [[], { force: false }]],
    ["quotes", ["--name", "'x'"], [[], { name: "'x'" }]],
    ["standard input", ["-"], [["-"], {}]],
    ["the end of flags", ["--", "--force"], [["--force"], {}]],
    ["no number", ["--timeout", "x"], [[], { timeout: Number.NaN }]],
  ])("is %s", (_what, words, want) => expect(read(...words)).toEqual(want));

  it.each<[string, readonly string[]]>([
    ["help", ["--help"]],
    ["a short flag of no command", ["-h"]],
    ["a flag of another command", ["--no-such-flag"]],
    ["a flag without its value", ["a.yaml", "--output"]],
    ["a flag in place of a value", ["--output", "--force"]],
  ])("is not one with %s", (_what, words) => expect(read(...words)).toBeUndefined());

  it.each(commands.map(({ name }) => name))("of %s says what yargs reads in it", async (command) => {
    const taken = takenBy(command);
    const words = taken.flatMap(({ name, alias }) => [`--${name}`, ...(alias === undefined ? [] : [`-${alias}`])]);
    const others = [
      "a.yaml",
      "1",
      "007",
      "1e3",
      "true",
      "false",
      "a=b",
      "x y",
      "a.b",
      "'q'",
      "-",
      "--",
      "--x",
      "",
      "é",
    ];
    const surroundings = { ...process, cwd: () => "/" };
    await assert(
      asyncProperty(array(constantFrom(...words, ...others, ...others), { maxLength: 6 }), async (line) => {
        const plain = plainLine(line, taken);
        if (plain === undefined) return;
        const parsed = await parserOf(command, surroundings).parseAsync([...line], {}, () => {});
        expect(parsed._.map(String)).toEqual(plain.operands);
        for (const { name } of taken) expect([name, parsed[name]]).toEqual([name, plain.values.get(name)]);
      }),
      { numRuns: 300 },
    );
  });
});
