/**
 * The alternatives of a schema (`anyOf`, `oneOf`), each complete by itself: what stands beside a union holds together
 * with each of its alternatives (JSON Schema 2020-12 §10.2.1), and a caller who takes one has to meet both.
 */
import {
  type Json,
  type JsonObject,
  fromEntries,
  isArray,
  isObject,
  isSame,
  own,
  ownString,
  pointerTo,
} from "../../base/json.ts";
import { apart, areDisjoint, isImpossible } from "./apart.ts";
import { excludingGroups, forbiddenOf } from "./excluded.ts";
import { combineUnions, mergeAllOf, mergeBoth } from "./merge.ts";
import type { JsonSchema, Loss } from "../model.ts";
import { enumOf, isNested, requiredOf, typesOf, without } from "./schema-facts.ts";

type Definitions = ReadonlyMap<string, JsonSchema>;

export interface Alternative {
  readonly schema: JsonSchema;
  /** Definition that it was taken from. */
  readonly name: string | undefined;
  /** Its place in the union. */
  readonly index: number;
}

export interface Alternatives {
  readonly keyword: "anyOf" | "oneOf";
  /** What holds for all and is not repeated in them: an object with optional properties. */
  readonly shared: JsonObject | undefined;
  /** Empty where no alternative can be met together with what stands beside the union. */
  readonly each: readonly Alternative[];
  /** Values of alternatives that are left out because another one takes them as well. */
  readonly covered: readonly Json[];
  /** Relative to the schema. */
  readonly losses: readonly Loss[];
}

/** Keywords that say something to a reader and forbid nothing. */
const annotations = "title description default examples deprecated readOnly writeOnly".split(" ");
/** Characters of optional properties that are repeated in each alternative rather than shared. */
const repeated = 600;

/**
 * @param schema with a union, and its `allOf` merged
 * @param isOpen whether a definition may be looked into here; not where it lies within itself
 */
export function alternativesOf(
  given: JsonObject,
  definitions: Definitions,
  isOpen: (name: string) => boolean,
): Alternatives {
  return ofOneUnion(asOneUnion(given), definitions, isOpen);
}

/** A schema with both kinds of union, with one that says the same: of the alternatives of both, each with each. */
function asOneUnion(schema: JsonObject): JsonObject {
  const [any, one] = [own(schema, "anyOf"), own(schema, "oneOf")];
  const both = isArray(any) && isArray(one) ? combineUnions(any, one) : "both";
  return both === "both" ? schema : { ...without(schema, ["anyOf"]), oneOf: both.value };
}

function ofOneUnion(schema: JsonObject, definitions: Definitions, isOpen: (name: string) => boolean): Alternatives {
  const keyword = isArray(own(schema, "anyOf")) ? "anyOf" : "oneOf";
  const union = own(schema, keyword);
  const base = without(schema, [keyword, ...annotations]);
  const given = (isArray(union) ? union : []).map((entry, index): Alternative => {
    const name = ownString(entry, "$ref")?.slice("#/$defs/".length);
    return { schema: entry as JsonSchema, name, index };
  });
  const isBare = Object.keys(base).length === 0;
  if (given.some(({ name }) => name !== undefined && !isOpen(name)) || (isBare && keyword === "anyOf"))
    return {
      keyword,
      shared: undefined,
      each: given.map((entry) => ({ ...entry, name: undefined })),
      covered: [],
      losses: [],
    };
  const folded = given.map((entry) => ({
    ...entry,
    schema: isObject(entry.schema) ? mergeAllOf(entry.schema, definitions) : entry.schema,
  }));
  const possible = withoutGroups(folded, base).filter(({ schema: entry }) => !areDisjoint(entry, base, definitions));
  const { shared, each: all } = isAboutObjects(base)
    ? beside(base, possible, keyword)
    : joined(base, possible, definitions);
  const met = all.filter(({ schema: entry }) => !isImpossible(entry, definitions));
  // Only a type without further words can take all values of another one: most alternatives have more to say.
  const plain = met.flatMap((other, index) => (isPlain(other.schema) ? [{ other, index }] : []));
  const isCovered = (entry: Alternative, at: number): boolean =>
    keyword === "oneOf" && plain.some(({ other, index }) => index !== at && covers(other, index, entry, at));
  const each = met.filter((entry, at) => !isCovered(entry, at));
  const schemas = each.map((entry) => entry.schema);
  const told = keyword === "oneOf" ? apart(schemas, definitions) : schemas;
  const complete = each.map((entry, index) => ({ ...entry, schema: told[index] ?? {} }));
  const lost = (kind: Loss["kind"], { index }: Alternative, text: string): Loss => ({
    kind,
    pointer: pointerTo("", keyword, index),
    text,
  });
  const losses = [
    ...given
      .filter(({ index }) => met.every((entry) => entry.index !== index))
      .map((entry) => lost("impossible", entry, "no value fits it and what stands beside it")),
    ...met
      .filter(isCovered)
      .map((entry) => lost("apart", entry, "left out, since another alternative takes its values")),
    ...each
      .filter(({ schema: entry }, index) => entry !== told[index])
      .map((entry) => lost("apart", entry, "narrowed, so that its values fit no other alternative")),
  ];
  const covered = met.filter(isCovered).flatMap(({ schema: entry }) => (isObject(entry) && enumOf(entry)) || []);
  if (shared === undefined) return { keyword, shared, each: complete, covered, losses };
  if (!isCheap(shared, each.length, definitions))
    return {
      keyword,
      shared,
      each: complete.map((entry) => undescribed(entry, shared, definitions)),
      covered,
      losses,
    };
  const whole = ({ schema: entry }: Alternative): JsonSchema =>
    isObject(entry) ? mergeBoth(entry, shared, definitions) : entry;
  return {
    keyword,
    shared: undefined,
    each: complete.map((entry) => ({ ...entry, schema: whole(entry) })),
    covered,
    losses,
  };
}

/** Whether every value of a scalar alternative is one of another, which allows all of its type. */
function covers(other: Alternative, index: number, entry: Alternative, at: number): boolean {
  if (!isObject(other.schema) || !isObject(entry.schema)) return false;
  const [types, others] = [typesOf(entry.schema), typesOf(other.schema)];
  if (types.length === 0 || types.some((type) => !scalars.has(type)) || !isPlain(other.schema)) return false;
  if (!types.every((type) => others.includes(type) || (type === "integer" && others.includes("number")))) return false;
  // Of two that are the same, the first stays.
  const isSameType = types.join() === others.join();
  return !isPlain(entry.schema) || !isSameType || index < at;
}

/** Whether a schema says nothing but a type. */
function isPlain(schema: JsonSchema): boolean {
  return isObject(schema) && Object.keys(without(schema, [...annotations, "type"])).length === 0;
}

const scalars = new Set(["string", "number", "integer", "boolean", "null"]);

/** Whether what is shared is short enough to stand in each alternative: then a reader has no two places to look at. */
function isCheap(shared: JsonObject, count: number, definitions: Definitions): boolean {
  if (count < 2) return true;
  const properties = own(shared, "properties");
  const list = isObject(properties) ? Object.values(properties) : [];
  return (
    JSON.stringify(properties ?? {}).length * (count - 1) <= repeated &&
    list.every((property) => !isNested((property ?? {}) as JsonSchema, definitions))
  );
}

/** What is required of all is described once, with what is shared. */
function undescribed(entry: Alternative, shared: JsonObject, definitions: Definitions): Alternative {
  const { schema } = entry;
  const [properties, common] = [own(schema, "properties"), own(shared, "properties")];
  if (!isObject(schema) || !isObject(properties)) return entry;
  const written = Object.keys(properties).map((name): [string, Json] => {
    const property = own(properties, name) ?? {};
    if (!isObject(property) || !isSame(property, own(common, name))) return [name, property];
    return [name, without(mergeAllOf(property, definitions), annotations)];
  });
  return { ...entry, schema: { ...schema, properties: fromEntries(written) } };
}

function isAboutObjects(base: JsonObject): boolean {
  const types = typesOf(base);
  return types.length === 0 ? requiredOf(base).length > 0 : types.length === 1 && types[0] === "object";
}

/** Each alternative together with all that stands beside it. */
function joined(
  base: JsonObject,
  given: readonly Alternative[],
  definitions: Definitions,
): { readonly shared: undefined; readonly each: readonly Alternative[] } {
  const each = given.map((entry) => ({
    ...entry,
    schema: isObject(entry.schema) ? mergeBoth(entry.schema, base, definitions) : base,
  }));
  return { shared: undefined, each: Object.keys(base).length === 0 ? given : each };
}

/**
 * The alternatives of an object beside its own properties. An alternative repeats what is required and what any of
 * them says more about; the rest is shared. Of a `oneOf`, what one requires is no business of the others.
 */
function beside(
  base: JsonObject,
  given: readonly Alternative[],
  keyword: "anyOf" | "oneOf",
): Pick<Alternatives, "shared" | "each"> {
  const properties = own(base, "properties");
  const names = isObject(properties) ? Object.keys(properties) : [];
  const required = requiredOf(base);
  const isClosed = own(base, "additionalProperties") === false;
  const isExcluding = excludingGroups(base).length > 0;
  const objects = given.flatMap(({ schema }) => (isObject(schema) ? [schema] : []));
  const isConstrained = (name: string): boolean =>
    objects.some((entry) => own(own(entry, "properties"), name) !== undefined || forbiddenOf(entry).includes(name)) ||
    (keyword === "oneOf" && objects.some((entry) => requiredOf(entry).includes(name)));
  const isShut = objects.some((entry) => own(entry, "additionalProperties") === false);
  const optional = names.filter((name) => !required.includes(name) && !isConstrained(name) && !isShut);
  const each = given.map((entry) => {
    const { schema } = entry;
    if (!isObject(schema)) return { ...entry, schema: base };
    const types = typesOf(schema);
    if (types.length > 0 && !types.includes("object")) return entry;
    const [theirs, forbidden] = [own(schema, "properties"), forbiddenOf(schema)];
    const theirNames = isObject(theirs) ? Object.keys(theirs) : [];
    const isOnlyTheirs = own(schema, "additionalProperties") === false;
    const all = [...new Set([...required, ...requiredOf(schema)])];
    const written = [...new Set([...all, ...names, ...theirNames])]
      .filter((name) => all.includes(name) || !optional.includes(name))
      .filter((name) => !(isOnlyTheirs && !theirNames.includes(name)) && !(isClosed && !names.includes(name)))
      .map((name): [string, Json] => {
        const parts = [own(theirs, name), own(properties, name)].filter((part) => part !== undefined);
        return [
          name,
          forbidden.includes(name) || parts.includes(false)
            ? false
            : parts.length > 1
              ? { allOf: parts }
              : (parts[0] ?? {}),
        ];
      });
    return {
      ...entry,
      schema: {
        ...without(base, ["properties", "required", "additionalProperties", "minProperties", "maxProperties", "not"]),
        ...without(schema, ["properties", "required", ...(forbidden.length > 0 ? ["not"] : [])]),
        type: "object",
        properties: fromEntries(written),
        ...(all.length === 0 ? {} : { required: all }),
        ...(isClosed ? { additionalProperties: false } : {}),
      } satisfies JsonObject,
    };
  });
  if (optional.length === 0) return { shared: undefined, each };
  const kept = names.filter((name) => required.includes(name) || optional.includes(name));
  const shared = {
    ...without(base, ["properties", "additionalProperties", "anyOf", "oneOf", ...(isExcluding ? ["not"] : [])]),
    properties: fromEntries(kept.map((name) => [name, own(properties, name) ?? {}])),
  };
  return { shared, each: isClosed ? each.map(opened) : each };
}

/** Beside shared properties an alternative cannot be closed: they are none of its own. */
function opened(entry: Alternative): Alternative {
  return { ...entry, schema: isObject(entry.schema) ? without(entry.schema, ["additionalProperties"]) : entry.schema };
}

/** The alternatives without what may not stand beside the properties that they require. */
function withoutGroups(given: readonly Alternative[], base: JsonObject): readonly Alternative[] {
  const groups = excludingGroups(base);
  if (groups.length === 0) return given;
  return given.map((entry) => {
    const { schema } = entry;
    if (!isObject(schema)) return entry;
    const required = [...requiredOf(base), ...requiredOf(schema)];
    const excluded = groups.flatMap((group) => {
      const kept = group.find((name) => required.includes(name)) ?? group[0];
      return group.filter((name) => name !== kept && !required.includes(name));
    });
    if (excluded.length === 0) return entry;
    const properties = own(schema, "properties");
    return {
      ...entry,
      schema: {
        ...schema,
        properties: {
          ...(isObject(properties) ? properties : {}),
          ...fromEntries(excluded.map((name) => [name, false])),
        },
      },
    };
  });
}
