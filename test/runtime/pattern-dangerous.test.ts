/** Fifty patterns on which a backtracking engine takes exponential or polynomial time, each with the text that does it. */
import { describe, expect, it } from "vitest";
import { patternOf, StepsSpent } from "../../templates/always/src/runtime/pattern/pattern.js";

const a = "a";
/** Pattern, what is repeated, and what ends the text. */
const dangerous: readonly (readonly [string, string, string?])[] = [
  ["^(a+)+$", a],
  ["^(a*)*$", a],
  ["^(a|a)*$", a],
  ["^(a|aa)+$", a],
  ["^(a|a?)+$", a],
  ["^(a?a)*$", a],
  ["^((a+)+)+$", a],
  ["^((a*)*)*$", a],
  ["^(?:a+b?)+$", a],
  ["^([a-zA-Z]+)*$", a],
  ["^([a-z]|[a-m])*$", a],
  ["^(\\w+\\s?)*$", a],
  ["^(\\w|\\d)+$", "1"],
  ["^(\\d+)*$", "1"],
  ["^(\\d|\\d\\d)+$", "1"],
  ["^(.*)*$", a, "\n"],
  ["^(.+)+x$", a],
  ["^(.|a)+x$", a],
  ["^([^x]+)+x$", a],
  ["^(\\s+)*x$", " "],
  ["^(\\s|\\t)+x$", "\t"],
  ["(a*)*(a*)*(a*)*b", a],
  ["(x+x+)+y", "x"],
  ["^(([a-z])+.)+[A-Z]([a-z])+$", a],
  ["^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+$", a],
  ["^([\\w.-]+)+@([\\w-]+\\.)+[a-z]{2,}$", a],
  ['^(([^<>()]+)|(".+"))+@x$', a],
  ["^(?:[a-z0-9]+[._-]?)+@x$", a],
  ["^(https?://)?([\\da-z.-]+)+\\.([a-z.]{2,6})([/\\w.-]*)*/?$", a],
  ["^/?([^/]+/?)+\\?$", "a/"],
  ["^(/[\\w-]*)*/x$", "/a"],
  ["^([0-9]+\\.?)*x$", "1"],
  ["^(-?\\d+,?)*x$", "1,"],
  ["^(?:(?:\\d{1,3}\\.?)+)+x$", "1."],
  ["^(([a-z]+-?)+:?)+$", "a-"],
  ["^#([0-9a-f]+)+$", "f"],
  ["^(?=(a+)+$)a*b", a],
  ["^(?!(a+)+$)b", a],
  ["(?<=(a+)+c)d", a],
  ["(?<!(a*)*c)d", a],
  ["\\s+$", " "],
  ["\\s*,\\s*$", " "],
  [".*.*=.*", "x"],
  [".*a.*a.*a.*b", a],
  ["a*a*a*a*b", a],
  ["\\d+\\d+\\d+x", "1"],
  ["^(a{1,5}){1,50}b$", a],
  ["^(\\p{L}+)+$", "é"],
  ["^(\\u{1F600}+)+$", "😀"],
  ["^(?:<[^>]*>?)*x$", "<"],
];

/** A sixth of what one call may take; see validation/bounded.ts. */
const bound = 2_000_000;

describe("a value of 64 KiB is matched, or given up, within two million steps, and never by the engine of the language", () => {
  it("against fifty patterns", () => expect(new Set(dangerous.map(([pattern]) => pattern)).size).toBe(50));

  it.each(dangerous.map(([pattern, part, end]) => [pattern, part, end ?? "!"] as const))("%s", (pattern, part, end) => {
    const text = part.repeat(Math.floor(65_536 / Buffer.byteLength(part)) - 1) + end;
    const steps = { left: bound };
    const native = RegExp.prototype.exec;
    let nativeRuns = 0;
    RegExp.prototype.exec = function (given) {
      if (given.length > 10_000) nativeRuns += 1;
      return native.call(this, given);
    };
    let outcome = "not run";
    const begun = performance.now();
    try {
      const compiled = patternOf(pattern);
      if (compiled !== undefined) outcome = String(compiled.test(text, steps));
    } catch (fault) {
      if (!(fault instanceof StepsSpent)) throw fault;
      outcome = "given up";
    } finally {
      RegExp.prototype.exec = native;
    }
    if (process.env["SHOW_STEPS"] !== undefined)
      process.stdout.write(
        `${outcome}\t${bound - steps.left}\t${(performance.now() - begun).toFixed(1)}\t${pattern}\n`,
      );
    expect(nativeRuns).toBe(0);
    expect(outcome).toBe("false");
    expect(bound - steps.left).toBeLessThan(bound);
  });
});

describe("what looks around costs as much as what does not", () => {
  /** Where a character leads to is found out once for each state, and then known: about one step each, in each program. */
  it.each([
    ["^(?=(a+)+$)a*b", 2],
    ["^(?!(a+)+$)b", 2],
    ["(?<=(a+)+c)d", 2],
    ["(?<!(a*)*c)d", 2],
    ["(\\ba+\\b ?)+$", 1],
  ])("%s", (pattern, programs) => {
    const steps = { left: bound };
    expect(patternOf(pattern)?.test(`${"a".repeat(65_534)}!`, steps)).toBe(false);
    expect(bound - steps.left).toBeLessThan(programs * 65_536 + 1_000);
  });
});
