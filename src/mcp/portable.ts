/**
 * The portable profile: a schema that every client loads. No references, no `const`, no exclusive bounds, no
 * `patternProperties`, no lists of types, no unknown formats; unions only below the root. What it cannot say is
 * recorded, and the server still checks it with the whole schema.
 */
import { type Json, type JsonObject, isArray, isObject, own, ownString, pointerTo } from "../json.ts";
import { visible } from "../visible.ts";
import { plainText, shorten } from "./describe.ts";
import type { JsonSchema, Loss } from "./model.ts";
import { mergeAllOf } from "./merge.ts";

/** Formats that clients know or leave alone (JSON Schema Validation 2020-12 §7.3). */
const portableFormats = new Set("date-time date time duration email uri uuid ipv4 ipv6 hostname".split(" "));
/** Formats that a type says already, or that say nothing to a caller. */
const silentFormats = new Set("int32 int64 float double decimal string password binary number integer".split(" "));
/** Keywords that the profile drops although they forbid something. */
const droppedKeywords = new Set([
  "patternProperties",
  "propertyNames",
  "dependentRequired",
  "dependentSchemas",
  "unevaluatedProperties",
  "unevaluatedItems",
  "contains",
  "minContains",
  "maxContains",
  "not",
  "if",
  "then",
  "else",
]);
/** Keywords that go on as they are, with the types that they belong to. */
const plainKeywords: ReadonlyMap<string, readonly string[]> = new Map([
  ["minLength", ["string"]],
  ["maxLength", ["string"]],
  ["pattern", ["string"]],
  ["minimum", ["number", "integer"]],
  ["maximum", ["number", "integer"]],
  ["multipleOf", ["number", "integer"]],
  ["minItems", ["array"]],
  ["maxItems", ["array"]],
  ["uniqueItems", ["array"]],
  ["minProperties", ["object"]],
  ["maxProperties", ["object"]],
]);

/** Depths that are tried, from generous to bare, until a schema fits its budget. */
const depths = [12, 8, 6, 5, 4, 3, 2, 1] as const;
/** Characters of JSON that the schema of one argument may take. */
const defaultBudget = 10_000;

export interface Portable {
  readonly schema: JsonObject;
  readonly losses: readonly Loss[];
}

/** Makes portable forms for the tools of one API. What is asked for again, as by a second operation, is made once. */
export class PortableProfile {
  readonly #definitions: ReadonlyMap<string, JsonSchema>;
  readonly #budget: number;
  readonly #made = new Map<string, Portable>();

  /** @param budget characters of JSON that the schema of one argument may take */
  constructor(definitions: ReadonlyMap<string, JsonSchema>, budget: number = defaultBudget) {
    this.#definitions = definitions;
    this.#budget = budget;
  }

  /**
   * The portable form of a schema. Nested objects are written out as deep as the budget allows; what lies deeper, or
   * within itself, ends in an object that is described by name. Losses are relative to the schema.
   */
  narrow(schema: JsonSchema): Portable {
    if (schema === true || (isObject(schema) && !isNested(schema, this.#definitions))) return this.#make(schema);
    const key = JSON.stringify(schema);
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const made = this.#make(schema);
    this.#made.set(key, made);
    return made;
  }

  #make(schema: JsonSchema): Portable {
    for (const depth of depths) {
      const narrowing = new Narrowing(this.#definitions, depth, depth === 1 ? Number.POSITIVE_INFINITY : this.#budget);
      try {
        return { schema: narrowing.narrow(schema, "", 0, []), losses: narrowing.losses };
      } catch (error) {
        if (!(error instanceof OverBudget)) throw error;
      }
    }
    return { schema: { type: "object" }, losses: [{ pointer: "", text: "too large to be listed" }] };
  }
}

class OverBudget extends Error {}

class Narrowing {
  readonly losses: Loss[] = [];
  readonly #definitions: ReadonlyMap<string, JsonSchema>;
  readonly #depth: number;
  readonly #budget: number;
  #spent = 0;

  constructor(definitions: ReadonlyMap<string, JsonSchema>, depth: number, budget: number) {
    this.#definitions = definitions;
    this.#depth = depth;
    this.#budget = budget;
  }

  /** @param names the definitions that this place lies within, outermost first */
  narrow(schema: JsonSchema, pointer: string, depth: number, names: readonly string[]): JsonObject {
    if (schema === true) return {};
    if (schema === false) return this.#lose(pointer, "nothing is allowed here", { type: "null" });
    const reference = ownString(schema, "$ref");
    if (reference !== undefined)
      return this.#reference(reference.slice("#/$defs/".length), schema, pointer, depth, names);
    const parts = own(schema, "allOf");
    if (isArray(parts)) return this.narrow(mergeAllOf(schema, this.#definitions), pointer, depth, names);
    for (const keyword of Object.keys(schema)) {
      if (droppedKeywords.has(keyword))
        this.#lose(`${pointer}/${keyword}`, `"${keyword}" is checked by the server only`, {});
    }
    const written = this.#typed(schema, pointer, depth, names);
    this.#spend(written);
    return written;
  }

  #reference(name: string, schema: JsonObject, pointer: string, depth: number, names: readonly string[]): JsonObject {
    const target = this.#definitions.get(name) ?? {};
    const siblings = Object.keys(schema).filter((key) => key !== "$ref");
    if (names.filter((entry) => entry === name).length > 1)
      return this.#opaque(target, name, pointer, own(schema, "description"));
    const inner = [...names, name];
    if (siblings.length === 0) return this.narrow(target, pointer, depth, inner);
    // Siblings of a reference apply together with it (JSON Schema 2020-12 §8.2.3.1).
    const outer = Object.fromEntries(siblings.map((key) => [key, own(schema, key) ?? null]));
    return this.narrow(mergeAllOf({ ...outer, allOf: [target as Json] }, this.#definitions), pointer, depth, inner);
  }

  /** Where a schema stops being written out. */
  #opaque(schema: JsonSchema, name: string | undefined, pointer: string, description: Json | undefined): JsonObject {
    this.losses.push({ pointer, text: `${name ?? "the value"} is not written out further` });
    const resolved = isObject(schema) ? mergeAllOf(schema, this.#definitions) : {};
    const keys = Object.keys(isObject(own(resolved, "properties")) ? (own(resolved, "properties") as JsonObject) : {});
    const given = typeof description === "string" ? description : ownString(resolved, "description");
    const about = [
      plainText(given ?? ""),
      name === undefined ? "" : `A ${name}.`,
      keys.length === 0 ? "" : `Properties: ${keys.join(", ")}.`,
    ].filter((text) => text !== "");
    const type = typesOf(resolved).find((candidate) => candidate !== "null") ?? "object";
    const items: JsonObject = type === "array" ? { items: {} } : {};
    return { type, ...(about.length === 0 ? {} : { description: shorten(about.join(" "), 240) }), ...items };
  }

  #typed(schema: JsonObject, pointer: string, depth: number, names: readonly string[]): JsonObject {
    const types = typesOf(schema);
    const described = descriptionOf(schema, depth);
    const union = own(schema, "anyOf") ?? own(schema, "oneOf");
    if (isArray(union)) return this.#union(schema, union, described, pointer, depth, names);
    if (types.length > 1) {
      const variants = types.map((type) => this.#single(restrict(schema, type), type, {}, pointer, depth, names));
      return { ...described, anyOf: distinct(variants), ...defaultOf(schema) };
    }
    return this.#single(schema, types[0], described, pointer, depth, names);
  }

  #union(
    schema: JsonObject,
    union: readonly Json[],
    described: JsonObject,
    pointer: string,
    depth: number,
    names: readonly string[],
  ): JsonObject {
    const hasBase = own(schema, "properties") !== undefined;
    const alternatives = union.map(onlyRequired);
    if (alternatives.every((names) => names !== undefined)) {
      this.#lose(pointerTo(pointer, "anyOf"), "which properties go together is named in the description only", {});
      const needs = `Needs ${alternatives.map((names) => names.map(quoted).join(" and ")).join(", or ")}.`;
      const text = [ownString(described, "description") ?? "", shorten(needs, 240)].filter((part) => part !== "");
      return this.#single(
        without(schema, ["anyOf", "oneOf"]),
        hasBase ? "object" : typesOf(schema)[0],
        { description: text.join(" ") },
        pointer,
        depth,
        names,
      );
    }
    const narrowed = union.map((variant, index) =>
      this.narrow(variant as JsonSchema, pointerTo(pointer, "anyOf", index), depth + 1, names),
    );
    const variants = distinct(narrowed.flatMap(alternativesOf));
    const told =
      own(described, "description") ??
      own(
        narrowed.find((variant) => own(variant, "anyOf")),
        "description",
      );
    const about: JsonObject = told === undefined ? {} : { description: told };
    const only = variants[0];
    if (!hasBase && variants.length === 1 && only !== undefined) return { ...only, ...about, ...defaultOf(schema) };
    const enumerated = hasBase ? undefined : mergedEnum(variants);
    if (enumerated !== undefined) return { ...enumerated, ...about, ...defaultOf(schema) };
    if (!hasBase) return { ...about, anyOf: variants, ...defaultOf(schema) };
    const base = this.#single(without(schema, ["anyOf", "oneOf"]), "object", about, pointer, depth, names);
    return { ...base, anyOf: variants };
  }

  /** A schema of one type, or of none. */
  #single(
    schema: JsonObject,
    type: string | undefined,
    described: JsonObject,
    pointer: string,
    depth: number,
    names: readonly string[],
  ): JsonObject {
    const values = enumOf(schema);
    const entries: [string, Json][] = [];
    if (type !== undefined) entries.push(["type", type]);
    const description = ownString(described, "description");
    const notes = this.#notes(schema, type, pointer);
    const text = [description ?? "", ...notes].filter((part) => part !== "").join(" ");
    if (text !== "") entries.push(["description", text]);
    if (values !== undefined) entries.push(["enum", values]);
    const format = ownString(schema, "format");
    if (format !== undefined && type === "string" && portableFormats.has(format)) entries.push(["format", format]);
    for (const keyword of Object.keys(schema)) {
      const belongsTo = plainKeywords.get(keyword);
      const value = schema[keyword];
      if (belongsTo === undefined || value === undefined || value === false) continue;
      if (type === undefined || belongsTo.includes(type)) entries.push([keyword, value]);
    }
    entries.push(...this.#exclusive(schema, type, entries));
    if (type === "array") entries.push(["items", this.#items(schema, pointer, depth, names)]);
    if (type === "object") entries.push(...this.#object(schema, pointer, depth, names));
    return Object.fromEntries([
      ...entries,
      ...Object.entries(defaultOf(schema)).map(([key, value]): [string, Json] => [key, value ?? null]),
    ]);
  }

  /** An exclusive bound as the nearest inclusive one. */
  #exclusive(
    schema: JsonObject,
    type: string | undefined,
    entries: readonly (readonly [string, Json])[],
  ): [string, Json][] {
    const step = type === "integer" ? 1 : 1e-6;
    const bounds = [
      ["exclusiveMinimum", "minimum", 1],
      ["exclusiveMaximum", "maximum", -1],
    ] as const;
    return bounds.flatMap(([exclusive, inclusive, direction]): [string, Json][] => {
      const bound = own(schema, exclusive);
      if (typeof bound !== "number" || entries.some(([key]) => key === inclusive)) return [];
      const nearest =
        type === "integer"
          ? direction === 1
            ? Math.floor(bound) + 1
            : Math.ceil(bound) - 1
          : Number((bound + direction * Math.max(step, Math.abs(bound) * step)).toPrecision(12));
      return [[inclusive, nearest]];
    });
  }

  #items(schema: JsonObject, pointer: string, depth: number, names: readonly string[]): JsonObject {
    const items = own(schema, "items");
    const prefix = own(schema, "prefixItems");
    if (isArray(prefix)) {
      this.#lose(pointerTo(pointer, "prefixItems"), "the order of kinds of items is checked by the server only", {});
      const variants = distinct(
        prefix.map((item, index) =>
          this.narrow(item as JsonSchema, pointerTo(pointer, "prefixItems", index), depth + 1, names),
        ),
      );
      return variants.length === 1 ? (variants[0] ?? {}) : { anyOf: variants };
    }
    return items === undefined || items === false
      ? {}
      : this.#below(items as JsonSchema, pointerTo(pointer, "items"), depth, names);
  }

  #object(schema: JsonObject, pointer: string, depth: number, names: readonly string[]): [string, Json][] {
    const properties = own(schema, "properties");
    const entries: [string, Json][] = [];
    const written: [string, Json][] = isObject(properties)
      ? Object.keys(properties)
          .filter((name) => own(properties, name) !== false && portableName.test(name))
          .map((name) => [
            name,
            this.#below(
              (own(properties, name) ?? {}) as JsonSchema,
              pointerTo(pointer, "properties", name),
              depth,
              names,
            ),
          ])
      : [];
    if (written.length > 0) entries.push(["properties", Object.fromEntries(written)]);
    const listed = new Set(written.map(([name]) => name));
    const required = requiredOf(schema).filter((name) => listed.has(name));
    if (required.length > 0) entries.push(["required", required]);
    const additional = own(schema, "additionalProperties");
    // A client that checks the arguments shall not refuse what only the description names.
    if (additional === false && unlistedOf(schema).length === 0) entries.push(["additionalProperties", false]);
    if (isObject(additional) && Object.keys(additional).length > 0)
      entries.push([
        "additionalProperties",
        this.#below(additional, pointerTo(pointer, "additionalProperties"), depth, names),
      ]);
    return entries;
  }

  /** A schema one level down, or its name where that is too deep. */
  #below(schema: JsonSchema, pointer: string, depth: number, names: readonly string[]): JsonObject {
    if (depth + 1 < this.#depth || !isNested(schema, this.#definitions))
      return this.narrow(schema, pointer, depth + 1, names);
    const name = isObject(schema) ? ownString(schema, "$ref")?.slice("#/$defs/".length) : undefined;
    return this.#opaque(
      name === undefined ? schema : (this.#definitions.get(name) ?? {}),
      name,
      pointer,
      isObject(schema) ? own(schema, "description") : undefined,
    );
  }

  #notes(schema: JsonObject, type: string | undefined, pointer: string): string[] {
    const notes: string[] = [];
    const format = ownString(schema, "format");
    if (
      format !== undefined &&
      (type === "string" || type === undefined) &&
      !portableFormats.has(format) &&
      !silentFormats.has(format)
    ) {
      notes.push(`Format: ${shorten(plainText(format), 60)}.`);
      this.losses.push({ pointer: pointerTo(pointer, "format"), text: `the format is named in the description only` });
    }
    if (ownString(schema, "contentEncoding") !== undefined)
      notes.push(`Encoded as ${shorten(plainText(ownString(schema, "contentEncoding") ?? ""), 40)}.`);
    if (own(schema, "deprecated") === true) notes.push("Deprecated.");
    const unlisted = type === "object" ? unlistedOf(schema) : [];
    if (unlisted.length > 0) {
      const required = new Set(requiredOf(schema));
      const list = unlisted.map((name) => `${quoted(name)}${required.has(name) ? " (required)" : ""}`).join(", ");
      notes.push(shorten(`Also takes ${list}.`, 240));
      this.#lose(pointerTo(pointer, "properties"), "some properties are named in the description only", {});
    }
    return notes;
  }

  #lose(pointer: string, text: string, instead: JsonObject): JsonObject {
    this.losses.push({ pointer, text });
    return instead;
  }

  #spend(written: JsonObject): void {
    // Counted without what lies below: each level counts its own.
    for (const key of Object.keys(written)) {
      const value = written[key];
      this.#spent +=
        key.length + 4 + (typeof value === "string" ? value.length : key === "enum" ? JSON.stringify(value).length : 8);
    }
    if (this.#spent > this.#budget) throw new OverBudget();
  }
}

/** The types that a schema allows, inferred from its other keywords where it names none. Empty: any. */
export function typesOf(schema: JsonObject): readonly string[] {
  const type = own(schema, "type");
  if (typeof type === "string") return [type];
  if (isArray(type)) return type.filter((entry): entry is string => typeof entry === "string");
  if (own(schema, "properties") !== undefined || isObject(own(schema, "additionalProperties"))) return ["object"];
  if (own(schema, "items") !== undefined || own(schema, "prefixItems") !== undefined) return ["array"];
  const values =
    own(schema, "enum") ?? (own(schema, "const") === undefined ? undefined : [own(schema, "const") ?? null]);
  if (isArray(values)) return [...new Set(values.map(typeOf))];
  if (["minLength", "maxLength", "pattern"].some((keyword) => own(schema, keyword) !== undefined)) return ["string"];
  const format = ownString(schema, "format");
  return format !== undefined && portableFormats.has(format) ? ["string"] : [];
}

function typeOf(value: Json): string {
  if (value === null) return "null";
  if (isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

/** The part of a schema of several types that concerns one of them. */
function restrict(schema: JsonObject, type: string): JsonObject {
  const values = enumOf(schema);
  const fitting = values?.filter((value) => typeOf(value) === type || (type === "number" && typeof value === "number"));
  const entries = Object.keys(schema)
    .filter((key) => !["type", "description", "title", "default", "enum", "const"].includes(key))
    .map((key): [string, Json] => [key, own(schema, key) ?? null]);
  if (type === "null") return {};
  return Object.fromEntries([
    ...entries,
    ...(fitting === undefined || fitting.length === 0 ? [] : [["enum", fitting] as const]),
  ]);
}

/** Names that every client takes for a property. */
const portableName = /^[a-zA-Z0-9_.-]{1,64}$/;

function requiredOf(schema: JsonObject): readonly string[] {
  const required = own(schema, "required");
  return isArray(required) ? required.filter((name): name is string => typeof name === "string") : [];
}

/** Properties of an object that a client cannot be shown as such: by their names, or required and not described. */
function unlistedOf(schema: JsonObject): readonly string[] {
  const properties = own(schema, "properties");
  const names = isObject(properties) ? Object.keys(properties) : [];
  const allowed = names.filter((name) => own(properties, name) !== false);
  const undescribed = requiredOf(schema).filter((name) => !names.includes(name));
  return [...allowed.filter((name) => !portableName.test(name)), ...undescribed];
}

/** The names of a variant that says nothing but which properties are required. */
function onlyRequired(variant: Json): readonly string[] | undefined {
  if (!isObject(variant) || requiredOf(variant).length === 0) return undefined;
  return Object.keys(variant).every((key) => ["required", "title", "description"].includes(key))
    ? requiredOf(variant)
    : undefined;
}

function quoted(name: string): string {
  return `"${shorten(visible(name), 80)}"`;
}

function without(schema: JsonObject, keywords: readonly string[]): JsonObject {
  return Object.fromEntries(
    Object.keys(schema)
      .filter((key) => !keywords.includes(key))
      .map((key) => [key, own(schema, key) ?? null]),
  );
}

function enumOf(schema: JsonObject): readonly Json[] | undefined {
  const constant = own(schema, "const");
  if (constant !== undefined) return [constant];
  const values = own(schema, "enum");
  return isArray(values) && values.length > 0 ? values : undefined;
}

function defaultOf(schema: JsonObject): JsonObject {
  const value = own(schema, "default");
  // A default that is long, or a whole structure, costs more than it tells.
  return value === undefined || value === null || JSON.stringify(value).length > 200 ? {} : { default: value };
}

function descriptionOf(schema: JsonObject, depth: number): JsonObject {
  const text = plainText(ownString(schema, "description") ?? "");
  return text === "" ? {} : { description: shorten(text, depth === 0 ? 500 : 240) };
}

/** Variants without repetition; bare `{}` accepts everything, so nothing beside it matters. */
function distinct(variants: readonly JsonObject[]): readonly JsonObject[] {
  const seen = new Map(variants.map((variant) => [JSON.stringify(variant), variant]));
  return seen.has("{}") ? [{}] : [...seen.values()];
}

/** The alternatives of a union within a union, which says no more than they do; else the variant itself. */
function alternativesOf(variant: JsonObject): readonly JsonObject[] {
  const inner = own(variant, "anyOf");
  const isOnlyUnion = Object.keys(variant).every((key) => key === "anyOf" || key === "description");
  return isArray(inner) && isOnlyUnion ? (inner as readonly JsonObject[]) : [variant];
}

/** Variants that are all values of one type become one list of values. */
function mergedEnum(variants: readonly JsonObject[]): JsonObject | undefined {
  const type = own(variants[0], "type");
  const simple = variants.every(
    (variant) =>
      own(variant, "type") === type &&
      isArray(own(variant, "enum")) &&
      Object.keys(variant).every((key) => ["type", "enum", "description"].includes(key)),
  );
  if (!simple || typeof type !== "string") return undefined;
  return { type, enum: [...new Set(variants.flatMap((variant) => own(variant, "enum") as readonly Json[]))] };
}

/** Whether writing a schema out means going deeper. */
function isNested(schema: JsonSchema, definitions: ReadonlyMap<string, JsonSchema>): boolean {
  if (!isObject(schema)) return false;
  const reference = ownString(schema, "$ref");
  const target = reference === undefined ? schema : definitions.get(reference.slice("#/$defs/".length));
  return (
    isObject(target) &&
    ["properties", "items", "prefixItems", "allOf", "anyOf", "oneOf", "additionalProperties", "$ref"].some(
      (key) =>
        isObject(own(target, key)) || isArray(own(target, key)) || (key === "$ref" && own(target, key) !== undefined),
    )
  );
}
