/** What is wrong with arguments, in words that a model can act on: the place, the rule, what is allowed. */
import type { OutputUnit, Schema } from "@cfworker/json-schema";
import {
  isJsonArray,
  isJsonObject,
  ownValue,
  pointerTokens,
  valueAt,
} from "../data/json-place.js";
import type { JsonObject, JsonValue } from "../data/model.js";
import { leaves } from "./alternatives.js";
import { asWritten, patternOfFormat } from "./bounded.js";
import { nearestNames } from "../text/spelling.js";
import type { SchemaLookup } from "./schema.js";

const formatExamples: ReadonlyMap<string, string> = new Map([
  ["date", "a date such as 2025-01-31"],
  ["date-time", "a date and time such as 2025-01-31T12:00:00Z"],
  ["time", "a time such as 12:00:00Z"],
  ["uuid", "a UUID such as 123e4567-e89b-12d3-a456-426614174000"],
  ["email", "an e-mail address"],
  ["ipv4", "an IPv4 address"],
  ["ipv6", "an IPv6 address"],
]);

/** One message per fault, in the order of the schema, without those that only repeat another. Never quotes values. */
export function faultMessages(
  faults: readonly OutputUnit[],
  schema: Schema | boolean,
  lookup: SchemaLookup,
  args: JsonObject,
): readonly string[] {
  const messages = leaves(located(faults)).map((fault) =>
    messageOf(fault, schema, lookup, args),
  );
  return [...new Set(messages)];
}

/** The validator gives a `false` schema the location of the value: it belongs below the fault before it. */
function located(faults: readonly OutputUnit[]): readonly OutputUnit[] {
  return faults.map((fault, index) => {
    const before = faults[index - 1];
    return fault.keyword === "false" && before !== undefined
      ? { ...fault, keywordLocation: `${before.keywordLocation}/false` }
      : fault;
  });
}

/** What a value has to be, or to have, at least or at most; `undefined` for another rule. */
function boundOf(
  keyword: string,
  rule: JsonValue | undefined,
  areAll: boolean,
): string | undefined {
  const has = areAll ? "have" : "has";
  switch (keyword) {
    case "minimum":
      return `${has} to be at least ${String(rule)}`;
    case "maximum":
      return `${has} to be at most ${String(rule)}`;
    case "exclusiveMinimum":
      return `${has} to be more than ${String(rule)}`;
    case "exclusiveMaximum":
      return `${has} to be less than ${String(rule)}`;
    case "multipleOf":
      return `${has} to be a multiple of ${String(rule)}`;
    case "minLength":
      return `needs at least ${count(rule, "character")}`;
    case "maxLength":
      return `may have at most ${count(rule, "character")}`;
    case "minItems":
      return `needs at least ${count(rule, "item")}`;
    case "maxItems":
      return `may have at most ${count(rule, "item")}`;
    case "minProperties":
      return `${areAll ? "need" : "needs"} at least ${count(rule, "property")}`;
    case "maxProperties":
      return `may have at most ${count(rule, "property")}`;
    default:
      return undefined;
  }
}

function messageOf(
  fault: OutputUnit,
  schema: Schema | boolean,
  lookup: SchemaLookup,
  args: JsonObject,
): string {
  const rule = keywordAt(schema, fault.keywordLocation, lookup);
  const place = placeOf(fault.instanceLocation);
  const isName = /\/propertyNames\//.test(fault.keywordLocation);
  const value = isName
    ? (pointerTokens(fault.instanceLocation).at(-1) ?? "")
    : valueAt(args, fault.instanceLocation);
  const subject = isName
    ? `The name of ${place ?? "an argument"}`
    : (place ?? "The arguments");
  const has = place === undefined ? "have" : "has";
  const bound = boundOf(fault.keyword, rule, place === undefined);
  if (bound !== undefined) return `${subject} ${bound}`;
  switch (fault.keyword) {
    case "type":
      return `${subject} ${has} to be ${typeNames(rule)}, not ${typeName(value)}`;
    case "enum":
      return `${subject} ${has} to be one of ${listed(isJsonArray(rule) ? rule : [])}`;
    case "const":
      return `${subject} ${has} to be ${listed(rule === undefined ? [] : [rule])}`;
    case "required": {
      const missing = (isJsonArray(rule) ? rule : []).filter(
        (name) => ownValue(value, String(name)) === undefined,
      );
      return place === undefined
        ? `Missing ${missing.length === 1 ? "argument" : "arguments"} ${listed(missing)}`
        : `${subject} needs ${listed(missing)}`;
    }
    case "false":
      return unexpected(fault, schema, lookup);
    case "uniqueItems":
      return `${subject} may not hold the same item twice`;
    case "format": {
      const pattern = patternOfFormat(String(rule));
      return pattern === undefined
        ? `${subject} ${has} to be ${formatExamples.get(String(rule)) ?? String(rule)}`
        : `${subject} ${has} to match the pattern ${pattern.slice(0, 200)}`;
    }
    case "anyOf": {
      const values = valuesOf(rule, lookup);
      return values === undefined
        ? `${subject} ${place === undefined ? "fit" : "fits"} none of the alternatives${kinds(rule, lookup)}`
        : `${subject} ${has} to be one of ${listed(values)}`;
    }
    case "contains":
    case "minContains":
      return `${subject} needs more items that fit ${quotedRule(schema, fault, "contains", lookup)}`;
    case "maxContains":
      return `${subject} has too many items that fit ${quotedRule(schema, fault, "contains", lookup)}`;
    case "not":
      return `${subject} may not fit ${quotedRule(schema, fault, "not", lookup)}`;
    case "dependentRequired":
      return `${subject}: ${fault.error.replace(/^Instance has/, "with").replace(" but does not have", " there also has to be")}`;
    default:
      return `${subject} ${has} a value that "${fault.keyword}" does not allow`;
  }
}

function unexpected(
  fault: OutputUnit,
  schema: Schema | boolean,
  lookup: SchemaLookup,
): string {
  const tokens = pointerTokens(fault.instanceLocation);
  const name = tokens.at(-1) ?? "";
  const list = fault.keywordLocation.replace(/\/items\/false$/, "");
  if (list !== fault.keywordLocation) {
    const first = ownValue(keywordAt(schema, list, lookup), "prefixItems");
    const most = isJsonArray(first) ? first.length : 0;
    return `${placeOf(fault.instanceLocation.slice(0, fault.instanceLocation.lastIndexOf("/"))) ?? "The arguments"} may have at most ${count(most, "item")}`;
  }
  const owner = placeOf(
    fault.instanceLocation.slice(0, fault.instanceLocation.lastIndexOf("/")),
  );
  const object = fault.keywordLocation.replace(
    /\/(?:additional|unevaluated)Properties\/false$/,
    "",
  );
  const properties = ownValue(keywordAt(schema, object, lookup), "properties");
  const known = isJsonObject(properties) ? Object.keys(properties) : [];
  const near = nearestNames(name, known);
  const meant =
    near.length > 0
      ? `. Did you mean ${listed(near)}?`
      : known.length > 0
        ? `. Properties: ${listed(known)}`
        : "";
  return `${owner ?? "The arguments"} may not have "${name.slice(0, 100)}"${meant}`;
}

/** What a keyword beside the one that failed asks for, shortened. */
function quotedRule(
  schema: Schema | boolean,
  { keywordLocation }: OutputUnit,
  keyword: string,
  lookup: SchemaLookup,
): string {
  const beside = keywordLocation.replace(/[^/]*$/, keyword);
  const rule = JSON.stringify(
    keywordAt(schema, beside, lookup) ?? true,
    asWritten,
  );
  return rule.length > 200 ? `${rule.slice(0, 200)}…` : rule;
}

/** All values of alternatives that say nothing but values. */
function valuesOf(
  rule: JsonValue | undefined,
  lookup: SchemaLookup,
): readonly JsonValue[] | undefined {
  const lists = (isJsonArray(rule) ? rule : []).map((alternative) => {
    const target = targetOf(alternative, lookup);
    const values = ownValue(target, "enum");
    const constant = ownValue(target, "const");
    return isJsonArray(values)
      ? values
      : constant === undefined
        ? undefined
        : [constant];
  });
  const known = lists.filter((list) => list !== undefined);
  return known.length === lists.length && known.length > 0
    ? known.flat()
    : undefined;
}

function targetOf(alternative: JsonValue, lookup: SchemaLookup): unknown {
  const reference = ownValue(alternative, "$ref");
  return typeof reference === "string"
    ? ownValue(lookup, reference)
    : alternative;
}

/** The types of alternatives, when that is all that tells them apart. */
function kinds(rule: JsonValue | undefined, lookup: SchemaLookup): string {
  const types = (isJsonArray(rule) ? rule : []).flatMap((alternative) => {
    const type = ownValue(targetOf(alternative, lookup), "type");
    return isJsonArray(type) ? type : [];
  });
  return types.length === 0 ? "" : `: ${typeNames([...new Set(types)])}`;
}

function typeNames(rule: JsonValue | undefined): string {
  const names = (isJsonArray(rule) ? rule : [rule ?? null]).map((type) =>
    article(String(type)),
  );
  return names.length < 2
    ? (names[0] ?? "something else")
    : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}

function typeName(value: JsonValue | undefined): string {
  if (value === undefined) return "absent";
  if (value === null) return "null";
  return article(isJsonArray(value) ? "array" : typeof value);
}

function article(type: string): string {
  if (type === "null") return type;
  return `${/^[aeio]/.test(type) ? "an" : "a"} ${type}`;
}

function count(rule: JsonValue | undefined, noun: string): string {
  const plural = noun.endsWith("y") ? `${noun.slice(0, -1)}ies` : `${noun}s`;
  return `${String(rule)} ${rule === 1 ? noun : plural}`;
}

/** Allowed values or names, cut where they become long. */
function listed(values: readonly JsonValue[]): string {
  const shown = values
    .slice(0, 30)
    .map((value) => JSON.stringify(value).slice(0, 80));
  return shown.join(", ") + (values.length > shown.length ? ", …" : "");
}

// Places that the validator names: in the arguments and in the schema.

/** A place in the arguments as a reader writes it: `filter.tags[0]`; `undefined` for the arguments themselves. */
export function placeOf(instanceLocation: string): string | undefined {
  const tokens = pointerTokens(instanceLocation);
  if (tokens.length === 0) return undefined;
  return tokens
    .map((token, index) => {
      if (/^\d+$/.test(token) && index > 0) return `[${token}]`;
      if (!/^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(token))
        return index === 0
          ? JSON.stringify(token)
          : `[${JSON.stringify(token)}]`;
      return index === 0 ? token : `.${token}`;
    })
    .join("");
}

/** What a schema says at a location of the validator's, which passes through references: `#/properties/a/$ref/enum`. */
export function keywordAt(
  schema: Schema | boolean,
  keywordLocation: string,
  lookup: SchemaLookup,
): JsonValue | undefined {
  let value = schema as JsonValue | undefined;
  for (const token of pointerTokens(keywordLocation)) {
    if (isJsonArray(value)) value = value[Number(token)];
    else if (token === "$ref" && isJsonObject(value))
      value = ownValue(lookup, String(ownValue(value, "$ref")));
    else value = ownValue(value, token);
    if (value === undefined) return undefined;
  }
  return value;
}
