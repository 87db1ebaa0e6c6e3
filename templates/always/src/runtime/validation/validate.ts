/** Arguments of a call against the schema of its tool. Loaded at the first call: lists do not need it. */
import { isJsonObject, ownValue } from "../data/json-place.js";
import { type OutputUnit, type Schema, validate } from "@cfworker/json-schema";
import type {
  InputSchema,
  JsonObject,
  JsonSchema,
  SchemaData,
} from "../data/model.js";
import { unescaper, applyMends, findMends, holdsLongNumber } from "./mend.js";
import { bounded, callSteps } from "./bounded.js";
import { faultMessages, placeOf } from "./messages.js";
import { nearestNames } from "../text/spelling.js";
import { prepareSchema, type SchemaLookup } from "./schema.js";
import { escapedText } from "../text/visible.js";
import { type Steps, StepsSpent } from "../pattern/pattern.js";

export type Validated =
  | {
      readonly valid: true;
      readonly args: JsonObject;
      /** Places of values that stood for others, such as JSON inside a string: `filter.tags`; absent where there were none. */
      readonly mended?: readonly string[];
    }
  | { readonly valid: false; readonly message: string };

export interface Validate {
  (args: JsonObject): Validated;
  /**
   * Valid arguments as they are sent: text that stands for a number with more digits than a double has, where the
   * schema asks for a number, is that number (`exactNumber`).
   */
  exact(args: JsonObject): JsonObject;
  /** The same with numbers as JavaScript holds them, where digits beyond those do not matter. */
  plain(args: JsonObject): JsonObject;
}

/** Deeper or larger arguments are refused before any schema is asked. */
const maximumDepth = 64;
const maximumElements = 10_000;
const tooLarge = `The arguments nest deeper than ${maximumDepth} levels or hold more than ${maximumElements} values`;
const tooMuch =
  "The arguments take too long to check: make their texts and lists shorter";
/** Up to this size every fault is looked for at once; beyond, only when there is one. */
const thoroughElements = 1_000;
const maximumMessages = 5;
/** Texts within texts: how often arguments are mended and validated again. */
const maximumMends = 3;

/**
 * A validator of one tool's arguments.
 *
 * It refuses arguments that the tool does not have, whatever the schema says of them. Values and names that are
 * listed escaped are what they stand for. Where validation fails and
 * values came as JSON inside a string, as some models write them, it takes the value that the string holds; null where
 * the schema does not allow it counts as absent.
 *
 * @param input the schema to meet; the listed one where the plan has none
 */
export function argumentValidator(
  listed: InputSchema,
  input: JsonSchema,
  definitions: SchemaData,
  lookup: SchemaLookup = {},
): Validate {
  const schema = prepareSchema(input, definitions, lookup);
  // Besides those that are listed, one that only an answer names.
  const accepted = ownValue(input, "properties");
  const known = [
    ...new Set([
      ...Object.keys(listed.properties),
      ...(isJsonObject(accepted) ? Object.keys(accepted) : []),
    ]),
  ];
  const unescaped = unescaper(input, definitions);
  const mendsOf = (value: JsonObject, faults: readonly OutputUnit[]) =>
    bounded(value, callSteps(), () => findMends(value, faults, schema, lookup));
  const validated = (written: JsonObject): Validated => {
    const elements = measure(written);
    if (elements === undefined) return refusal([tooLarge]);
    const args = unescaped(written);
    const unknown = unknownArguments(args, known);
    if (unknown.length > 0) return refusal(unknown);
    const steps = callSteps();
    const faultsOf = (value: JsonObject, thorough: boolean) =>
      check(value, schema, lookup, thorough, steps);
    let checked = args;
    let given = args;
    const mended = new Set<string>();
    const isSmall = elements <= thoroughElements;
    const first = faultsOf(checked, isSmall);
    // To mend it takes all faults; to tell them, those of a small call.
    let faults = first?.length && !isSmall ? faultsOf(checked, true) : first;
    for (let round = 0; faults?.length && round < maximumMends; round++) {
      const mends = mendsOf(checked, faults);
      if (mends.length === 0) break;
      for (const { location, value } of mends)
        if (value !== undefined) mended.add(placeOf(location) ?? "");
      checked = applyMends(checked, mends, "value");
      given = applyMends(given, mends, "given");
      if (measure(checked) === undefined) return refusal([tooLarge]);
      faults = faultsOf(checked, true);
    }
    if (faults === undefined) return refusal([tooMuch]);
    if (faults.length > 0) {
      const allFaults = isSmall ? faults : faultsOf(checked, false);
      const messages = () =>
        faultMessages(allFaults ?? [], schema, lookup, checked);
      return refusal(bounded(checked, callSteps(), messages));
    }
    return {
      valid: true,
      args: given,
      ...(mended.size === 0 ? {} : { mended: [...mended] }),
    };
  };
  const meant = (args: JsonObject, which: "sent" | "value"): JsonObject => {
    if (measure(args) === undefined || !holdsLongNumber(args)) return args;
    const faults = check(args, schema, lookup, true, callSteps());
    return faults === undefined
      ? args
      : applyMends(args, mendsOf(args, faults), which);
  };
  return Object.assign(validated, {
    exact: (args: JsonObject) => meant(args, "sent"),
    plain: (args: JsonObject) => meant(args, "value"),
  });
}

/** Whether a value meets a schema without references to definitions. */
export function meetsSchema(schema: JsonSchema): (value: unknown) => boolean {
  const lookup: SchemaLookup = {};
  const prepared = prepareSchema(schema, {}, lookup);
  return (value) =>
    check(value, prepared, lookup, false, callSteps())?.length === 0;
}

/** What is wrong with arguments by such a schema; `undefined` where looking for it took too long. */
export function faultsBySchema(
  schema: JsonSchema,
): (args: JsonObject) => readonly string[] | undefined {
  const lookup: SchemaLookup = {};
  const prepared = prepareSchema(schema, {}, lookup);
  return (args) => {
    const faults = check(args, prepared, lookup, true, callSteps());
    return (
      faults &&
      bounded(args, callSteps(), () =>
        faultMessages(faults, prepared, lookup, args),
      )
    );
  };
}

/**
 * The faults, or `undefined` when looking for them took too long.
 *
 * @param thorough whether all faults are looked for, or the first one has to do
 */
function check(
  value: unknown,
  schema: Schema | boolean,
  lookup: SchemaLookup,
  thorough: boolean,
  steps: Steps,
): readonly OutputUnit[] | undefined {
  try {
    return bounded(
      value,
      steps,
      () => validate(value, schema, "2020-12", lookup, !thorough).errors,
    );
  } catch (fault) {
    if (fault instanceof StepsSpent) return undefined;
    // References that lead only to each other: nothing can be said of any value, so the API decides.
    if (fault instanceof RangeError) return [];
    throw fault;
  }
}

function refusal(messages: readonly string[]): Validated {
  const shown = messages.slice(0, maximumMessages);
  const more = messages.length - shown.length;
  return {
    valid: false,
    message: escapedText(
      [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join("\n"),
    ),
  };
}

function unknownArguments(
  args: JsonObject,
  known: readonly string[],
): readonly string[] {
  return Object.keys(args)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = nearestNames(name, known);
      const meant =
        near.length === 0
          ? ""
          : ` Did you mean ${near.map((candidate) => `"${candidate}"`).join(" or ")}?`;
      const all =
        known.length === 0
          ? "This tool takes no arguments."
          : `Arguments: ${known.slice(0, 40).join(", ")}${known.length > 40 ? ", …" : ""}.`;
      return `Unknown argument "${name.slice(0, 100)}".${meant} ${all}`;
    });
}

/** How many values there are, or `undefined` beyond the limits. Without recursion: depth is what is measured. */
function measure(root: JsonObject): number | undefined {
  let level: unknown[] = [root];
  let count = 0;
  for (let depth = 0; level.length > 0; depth++) {
    count += level.length;
    if (depth > maximumDepth || count > maximumElements) return undefined;
    const next: unknown[] = [];
    for (const value of level) {
      const children = Array.isArray(value)
        ? value
        : isJsonObject(value)
          ? Object.values(value)
          : [];
      for (const child of children) next.push(child);
    }
    level = next;
  }
  return count;
}
