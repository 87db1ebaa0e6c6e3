/** What a command line says by flag, read by the parser that yargs is made of. */
import parser from "yargs-parser";
import type { Flag } from "../config/options.ts";

/** How lines are read, by this parser and by yargs around it. */
export const parserConfiguration = {
  "duplicate-arguments-array": true,
  "greedy-arrays": false,
  "boolean-negation": false,
  "camel-case-expansion": false,
  "parse-positional-numbers": false,
} as const;

/** What a line says: operands, and by the names of flags their values. */
export interface LineValues {
  readonly operands: readonly string[];
  readonly values: ReadonlyMap<string, unknown>;
}

/**
 * What a line of known flags says. `undefined` where it says anything else: yargs shows help and tells of faults, and
 * takes longer to load than to run.
 *
 * @param taken the flags of the command
 */
export function plainLine(line: readonly string[], taken: readonly Flag[]): LineValues | undefined {
  const named = (...types: readonly Flag["type"][]): string[] =>
    taken.filter(({ type }) => types.includes(type)).map(({ name }) => name);
  const withValue = named("string", "strings", "number");
  const { argv, error } = parser.detailed([...line], {
    alias: Object.fromEntries(taken.flatMap(({ name, alias }) => (alias === undefined ? [] : [[name, [alias]]]))),
    array: named("strings"),
    boolean: named("boolean"),
    number: named("number"),
    string: named("string", "strings"),
    // Not a number: whatever may follow, something has to.
    narg: Object.fromEntries(withValue.map((name) => [name, Number.NaN])),
    configuration: parserConfiguration,
  });
  const { _: operands, ...values } = argv;
  const known = new Set(taken.flatMap(({ name, alias }) => (alias === undefined ? [name] : [name, alias])));
  if (error !== null || Object.keys(values).some((key) => !known.has(key))) return undefined;
  const given = taken.filter(({ name }) => Object.hasOwn(values, name));
  return { operands: operands.map(String), values: new Map(given.map(({ name }) => [name, values[name]])) };
}
