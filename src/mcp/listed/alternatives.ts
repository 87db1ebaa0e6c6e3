/**
 * The alternatives of a schema (`anyOf`, `oneOf`), each complete by itself: what stands beside a union holds together
 * with each of its alternatives (JSON Schema 2020-12 §10.2.1), and a caller who takes one has to meet both.
 */
import { type Json, fromEntries, isSame, pointerTo } from "../../base/json.ts";
import { combineUnions } from "../../base/schema/merge.ts";
import type { SchemaNode, Union } from "../../base/schema/node.ts";
import { areDisjoint, exclusiveAlternatives, isImpossible } from "./exclusive-alternatives.ts";
import { excludingGroups, forbiddenOf } from "./excluded.ts";
import type { Loss } from "../model.ts";

export interface Alternative {
  readonly schema: SchemaNode;
  /** Definition that it was taken from. */
  readonly name: string | undefined;
  /** Its place in the union. */
  readonly index: number;
}

export interface Alternatives {
  readonly keyword: Union["keyword"];
  /** What holds for all and is not repeated in them: an object with optional properties. */
  readonly shared: SchemaNode | undefined;
  /** Empty where no alternative can be met together with what stands beside the union. */
  readonly each: readonly Alternative[];
  /** Values of alternatives that are left out because another one takes them as well. */
  readonly coveredValues: readonly Json[];
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
export function alternativesOf(schema: SchemaNode, isOpen: (name: string) => boolean): Alternatives {
  const whole = asOneUnion(schema);
  const { keyword, alternatives } = whole.union ?? { keyword: "oneOf", alternatives: [] };
  const base = whole.without(keyword, ...annotations);
  const entries = alternatives.map((entry, index): Alternative => ({ schema: entry, name: entry.reference, index }));
  const isBare = base.saysOnly();
  if (entries.some(({ name }) => name !== undefined && !isOpen(name)) || (isBare && keyword === "anyOf"))
    return {
      keyword,
      shared: undefined,
      each: entries.map((entry) => ({ ...entry, name: undefined })),
      coveredValues: [],
      losses: [],
    };
  const folded = entries.map((entry) => ({ ...entry, schema: entry.schema.whole }));
  const possible = withoutGroups(folded, base).filter(({ schema: entry }) => !areDisjoint(entry, base));
  const { shared, each: all } = isAboutObjects(base) ? beside(base, possible, keyword) : joined(base, possible);
  const possibilities = all.filter(({ schema: entry }) => !isImpossible(entry));
  // Only a type without further words can take all values of another one: most alternatives have more to say.
  const plain = possibilities.flatMap((other, index) => (isPlain(other.schema) ? [{ other, index }] : []));
  const isCovered = (entry: Alternative, at: number): boolean =>
    keyword === "oneOf" && plain.some(({ other, index }) => index !== at && covers(other, index, entry, at));
  const each = possibilities.filter((entry, at) => !isCovered(entry, at));
  const schemas = each.map((entry) => entry.schema);
  const exclusive = keyword === "oneOf" ? exclusiveAlternatives(schemas) : schemas;
  const complete = each.map((entry, index) => ({ ...entry, schema: exclusive[index] ?? entry.schema }));
  const lost = (kind: Loss["kind"], { index }: Alternative, text: string): Loss => ({
    kind,
    pointer: pointerTo("", keyword, index),
    text,
  });
  const losses = [
    ...entries
      .filter(({ index }) => possibilities.every((entry) => entry.index !== index))
      .map((entry) => lost("impossible", entry, "no value fits it and what stands beside it")),
    ...possibilities
      .filter(isCovered)
      .map((entry) => lost("apart", entry, "left out, since another alternative takes its values")),
    ...each
      .filter(({ schema: entry }, index) => entry !== exclusive[index])
      .map((entry) => lost("apart", entry, "narrowed, so that its values fit no other alternative")),
  ];
  const coveredValues = possibilities.filter(isCovered).flatMap(({ schema: entry }) => entry.values ?? []);
  if (shared === undefined) return { keyword, shared, each: complete, coveredValues, losses };
  if (!isCheap(shared, each.length))
    return { keyword, shared, each: complete.map((entry) => undescribed(entry, shared)), coveredValues, losses };
  const withShared = ({ schema: entry }: Alternative): SchemaNode => (entry.isBoolean ? entry : entry.and(shared));
  return {
    keyword,
    shared: undefined,
    each: complete.map((entry) => ({ ...entry, schema: withShared(entry) })),
    coveredValues,
    losses,
  };
}

/** A schema with both kinds of union, with one that says the same: of the alternatives of both, each with each. */
function asOneUnion(schema: SchemaNode): SchemaNode {
  const { anyOf, oneOf } = schema;
  if (anyOf === undefined || oneOf === undefined) return schema;
  const both = combineUnions(printed(anyOf), printed(oneOf));
  return both === "both" ? schema : schema.without("anyOf").with({ oneOf: both.value });
}

function printed(schemas: readonly SchemaNode[]): readonly Json[] {
  return schemas.map(({ json }) => json);
}

/** Whether every value of a scalar alternative is one of another, which allows all of its type. */
function covers(other: Alternative, index: number, entry: Alternative, at: number): boolean {
  if (other.schema.isBoolean || entry.schema.isBoolean) return false;
  const [{ types }, { types: others }] = [entry.schema, other.schema];
  if (types.length === 0 || types.some((type) => !scalars.has(type)) || !isPlain(other.schema)) return false;
  if (!types.every((type) => others.includes(type) || (type === "integer" && others.includes("number")))) return false;
  // Of two that are the same, the first stays.
  const isSameType = types.join() === others.join();
  return !isPlain(entry.schema) || !isSameType || index < at;
}

/** Whether a schema says nothing but a type. */
function isPlain(schema: SchemaNode): boolean {
  return !schema.isBoolean && schema.saysOnly(...annotations, "type");
}

const scalars = new Set(["string", "number", "integer", "boolean", "null"]);

/** Whether what is shared is short enough to stand in each alternative: then a reader has no two places to look at. */
function isCheap({ properties }: SchemaNode, count: number): boolean {
  if (count < 2) return true;
  const text = JSON.stringify(Object.fromEntries(properties));
  return text.length * (count - 1) <= repeated && properties.every(([, property]) => !property.isNested);
}

/** What is required of all is described once, with what is shared. */
function undescribed(entry: Alternative, shared: SchemaNode): Alternative {
  const { schema } = entry;
  if (!schema.hasProperties) return entry;
  const written = schema.properties.map(([name, property]): [string, Json] => {
    if (property.isBoolean || !isSame(property.json, shared.property(name)?.json)) return [name, property.json];
    return [name, property.whole.without(...annotations).json];
  });
  return { ...entry, schema: schema.with({ properties: fromEntries(written) }) };
}

function isAboutObjects({ types, required }: SchemaNode): boolean {
  return types.length === 0 ? required.length > 0 : types.length === 1 && types[0] === "object";
}

/** Each alternative together with all that stands beside it. */
function joined(
  base: SchemaNode,
  entries: readonly Alternative[],
): { readonly shared: undefined; readonly each: readonly Alternative[] } {
  if (base.saysOnly()) return { shared: undefined, each: entries };
  const withBase = (schema: SchemaNode): SchemaNode => (schema.isBoolean ? base : schema.and(base));
  return { shared: undefined, each: entries.map((entry) => ({ ...entry, schema: withBase(entry.schema) })) };
}

/**
 * The alternatives of an object beside its own properties. An alternative repeats what is required and what any of
 * them says more about; the rest is shared. Of a `oneOf`, what one requires is no business of the others.
 */
function beside(
  base: SchemaNode,
  entries: readonly Alternative[],
  keyword: Union["keyword"],
): Pick<Alternatives, "shared" | "each"> {
  const { propertyNames: names, required, isClosed } = base;
  const isExcluding = excludingGroups(base).length > 0;
  const schemas = entries.map(({ schema }) => schema);
  const isConstrained = (name: string): boolean =>
    schemas.some((entry) => entry.property(name) !== undefined || forbiddenOf(entry).includes(name)) ||
    (keyword === "oneOf" && schemas.some((entry) => entry.required.includes(name)));
  const isShut = schemas.some((entry) => entry.isClosed);
  const optional = names.filter((name) => !required.includes(name) && !isConstrained(name) && !isShut);
  const each = entries.map((entry) => {
    const { schema } = entry;
    if (schema.isBoolean) return { ...entry, schema: base };
    const { types, propertyNames: theirs } = schema;
    if (types.length > 0 && !types.includes("object")) return entry;
    const forbidden = forbiddenOf(schema);
    const all = [...new Set([...required, ...schema.required])];
    const written = [...new Set([...all, ...names, ...theirs])]
      .filter((name) => all.includes(name) || !optional.includes(name))
      .filter((name) => !(schema.isClosed && !theirs.includes(name)) && !(isClosed && !names.includes(name)))
      .map((name): [string, Json] => {
        const parts = [schema, base].flatMap((each) => each.property(name)?.json ?? []);
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
      schema: base
        .without("properties", "required", "additionalProperties", "minProperties", "maxProperties", "not")
        .with(schema.without("properties", "required", ...(forbidden.length > 0 ? ["not"] : [])).keywords)
        .with({
          type: "object",
          properties: fromEntries(written),
          ...(all.length === 0 ? {} : { required: all }),
          ...(isClosed ? { additionalProperties: false } : {}),
        }),
    };
  });
  if (optional.length === 0) return { shared: undefined, each };
  const kept = base.properties.filter(([name]) => required.includes(name) || optional.includes(name));
  const shared = base
    .without("properties", "additionalProperties", "anyOf", "oneOf", ...(isExcluding ? ["not"] : []))
    .with({ properties: fromEntries(kept.map(([name, property]) => [name, property.json])) });
  return { shared, each: isClosed ? each.map(opened) : each };
}

/** Beside shared properties an alternative cannot be closed: they are none of its own. */
function opened(entry: Alternative): Alternative {
  return { ...entry, schema: entry.schema.isBoolean ? entry.schema : entry.schema.without("additionalProperties") };
}

/** The alternatives without what may not stand beside the properties that they require. */
function withoutGroups(entries: readonly Alternative[], base: SchemaNode): readonly Alternative[] {
  const groups = excludingGroups(base);
  if (groups.length === 0) return entries;
  return entries.map((entry) => {
    const { schema } = entry;
    if (schema.isBoolean) return entry;
    const required = [...base.required, ...schema.required];
    const excluded = groups.flatMap((group) => {
      const kept = group.find((name) => required.includes(name)) ?? group[0];
      return group.filter((name) => name !== kept && !required.includes(name));
    });
    if (excluded.length === 0) return entry;
    const properties = new Map(schema.properties.map(([name, property]): [string, Json] => [name, property.json]));
    for (const name of excluded) properties.set(name, false);
    return { ...entry, schema: schema.with({ properties: fromEntries(properties) }) };
  });
}
