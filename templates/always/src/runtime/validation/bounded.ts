/**
 * What a check may cost, counted in steps and not in time, so that the same arguments always meet the same fate. The
 * validator runs regular expressions on the engine of the language, which may take for ever; what it is given here
 * makes it ask ours instead, and count each schema that it looks at.
 */
import { format } from "@cfworker/json-schema";
import { isJsonArray, isJsonObject, ownValue } from "../data/json-place.js";
import type { JsonObject, JsonValue } from "../data/model.js";
import { type Pattern, type Steps, StepsSpent } from "../pattern/pattern.js";

/** A character of a text is one step, and a value that it may have; looking at a schema takes as long as two hundred. */
const stepsOfCall = 12_000_000;
const stepsOfSchema = 200;

interface Check {
  readonly steps: Steps;
  readonly value: unknown;
  names?: ReadonlySet<string>;
  repeats?: Repeats;
}

let running: Check | undefined;

/** Runs what checks a value, within a limit that all checks of one call share. */
export function bounded<T>(value: unknown, steps: Steps, check: () => T): T {
  const before = running;
  running = { steps, value };
  try {
    return check();
  } finally {
    running = before;
  }
}

export function callSteps(): Steps {
  return { left: stepsOfCall };
}

/** The first keyword that the validator reads of any schema, and that no schema has: it counts. */
const counted: object = Object.create(null, {
  $recursiveAnchor: {
    get(this: JsonObject): undefined {
      if (running === undefined) return undefined;
      const values = ownValue(this, "enum");
      running.steps.left -=
        stepsOfSchema + (isJsonArray(values) ? values.length : 0);
      if (running.steps.left < 0) throw new StepsSpent();
      return undefined;
    },
  },
});

/**
 * The validator compares each item with each other. It is asked to only where some list of the value has equal items,
 * which is found in one walk, and then within the limit.
 */
const unique: PropertyDescriptor = {
  enumerable: true,
  get: () => {
    if (running === undefined) return true;
    running.repeats ??= repeatsIn(running.value);
    const { some, steps } = running.repeats;
    if (!some) return undefined;
    running.steps.left -= steps;
    if (running.steps.left < 0) throw new StepsSpent();
    return true;
  },
};

interface Repeats {
  /** Whether a list has equal items. */
  readonly some: boolean;
  /** What it takes to compare the items of the longest list with each other. */
  readonly steps: number;
}

/** To compare two values that hold others; of other values eight are compared in one step. */
const stepsOfComparison = 8;

/** @param root nests as deep at most as values that are checked may */
function repeatsIn(root: unknown): Repeats {
  const numbers = new Map<string, number>();
  let some = false;
  let steps = 0;
  /** Equal values have the same number. */
  const numberOf = (value: unknown): number => {
    const key = keyOf(value);
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  };
  const keyOf = (value: unknown): string => {
    if (isJsonArray(value)) {
      const items = value.map(numberOf);
      const { length } = items;
      const isDeep = value.some((item) => typeof item === "object");
      const each = isDeep ? stepsOfComparison : 1 / stepsOfComparison;
      some ||= new Set(items).size < length;
      steps = Math.max(steps, length * length * each);
      return `[${items.join()}`;
    }
    if (!isJsonObject(value)) return `${typeof value} ${String(value)}`;
    const members = Object.keys(value)
      .sort()
      .map((name) => `${JSON.stringify(name)}${numberOf(value[name])}`);
    return `{${members.join()}`;
  };
  numberOf(root);
  return { some, steps };
}

/** A schema of the validator, with the keywords given. */
export function countedSchema(
  keywords: readonly (readonly [string, JsonValue])[],
): JsonObject {
  const schema = Object.create(counted) as Record<string, JsonValue>;
  for (const [keyword, value] of keywords)
    if (keyword === "uniqueItems")
      Object.defineProperty(schema, keyword, unique);
    else schema[keyword] = value;
  return schema;
}

const patternMark = "pattern ";

/** A pattern as a format: the validator asks formats by name. */
export function patternFormat(source: string, pattern: Pattern): string {
  const name = `${patternMark}${source}`;
  format[name] ??= (text) =>
    running === undefined || pattern.test(text, running.steps);
  return name;
}

/** The pattern that a format stands for; `undefined` for formats of documents. */
export function patternOfFormat(name: string): string | undefined {
  return name.startsWith(patternMark)
    ? name.slice(patternMark.length)
    : undefined;
}

/** For `JSON.stringify`: what is asked as a format, written as the pattern that it is. */
export function asWritten(_key: string, value: unknown): unknown {
  const name = isJsonObject(value) ? ownValue(value, "format") : undefined;
  const pattern = typeof name === "string" ? patternOfFormat(name) : undefined;
  if (pattern === undefined || !isJsonObject(value)) return value;
  const others = Object.entries(value).filter(([key]) => key !== "format");
  return { ...Object.fromEntries(others), pattern };
}

/**
 * Lets the names of properties be told by patterns (`patternProperties`): while a value is checked, those of its names
 * that fit one count among the properties.
 */
export function nameByPattern(
  schema: JsonObject,
  byPattern: readonly (readonly [Pattern, JsonValue])[],
): void {
  const own = ownValue(schema, "properties");
  const plain = isJsonObject(own) ? own : {};
  const known = new WeakMap<ReadonlySet<string>, JsonObject>();
  Object.defineProperty(schema, "properties", {
    enumerable: true,
    get: () => {
      if (running === undefined) return plain;
      running.names ??= namesIn(running.value);
      const { names, steps } = running;
      let properties = known.get(names);
      if (properties === undefined) {
        properties = withNamed(plain, byPattern, names, steps);
        known.set(names, properties);
      }
      return properties;
    },
  });
}

function withNamed(
  plain: JsonObject,
  byPattern: readonly (readonly [Pattern, JsonValue])[],
  names: ReadonlySet<string>,
  steps: Steps,
): JsonObject {
  const found = Object.assign(Object.create(null), plain) as Record<
    string,
    JsonValue
  >;
  for (const name of names) {
    const fitting = byPattern
      .filter(([pattern]) => pattern.test(name, steps))
      .map(([, schema]) => schema);
    const own = ownValue(plain, name);
    const all = own === undefined ? fitting : [own, ...fitting];
    const [only] = all;
    if (fitting.length === 0 || only === undefined) continue;
    found[name] = all.length === 1 ? only : countedSchema([["allOf", all]]);
  }
  return found;
}

/** All names of properties within a value. */
function namesIn(root: unknown): ReadonlySet<string> {
  const names = new Set<string>();
  const open: unknown[] = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (isJsonArray(value)) for (const item of value) open.push(item);
    else if (isJsonObject(value))
      for (const [name, member] of Object.entries(value)) {
        names.add(name);
        open.push(member);
      }
  }
  return names;
}
