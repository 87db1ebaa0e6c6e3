/**
 * The portable profile: a schema that every client loads. No references, no `const`, no exclusive bounds, no
 * `patternProperties`, no lists of types, no unknown formats; unions only below the root. What it cannot say is
 * recorded, and the server still checks it with the whole schema.
 */
import { type Json, type JsonObject, isArray, isObject, own, ownString, pointerTo } from "../json.ts";
import { needsNote, plainText, schemaDescription, shorten, unlistedNote } from "./describe.ts";
import { opaqueSchema } from "./opaque.ts";
import type { JsonSchema, Loss } from "./model.ts";
import { mergeAllOf } from "./merge.ts";
import { droppedKeywords, exclusiveBounds, plainFormat, plainKeywords, weightOf } from "./portable-keywords.ts";
import { longNumberNote, mayExceedDouble, portableFormats, portableName, silentFormats } from "./portable-keywords.ts";
import {
  defaultOf,
  enumOf,
  isNested,
  onlyRequired,
  requiredOf,
  restrict,
  typesOf,
  undescribedOf,
  unlistedOf,
  without,
} from "./schema-facts.ts";
import { alternativesOf, apart, distinct, mergedEnum } from "./variants.ts";

export { typesOf } from "./schema-facts.ts";

/** Depths that are tried, from generous to bare, until a schema fits its budget. */
const depths = [12, 8, 6, 5, 4, 3, 2, 1] as const;
/** Levels of what is required that are written below the last level that is written out. */
const deepestRequired = 4;
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
  /** How many levels of what is required only lie around this place; 0 where a schema is written out. */
  #bare = 0;

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
    const within = names.filter((entry) => entry === name).length;
    if (within > 2 || (within > 0 && this.#bare > 0))
      return this.#opaque(target, name, pointer, own(schema, "description"));
    if (within > 1) return this.#least(target, name, pointer, own(schema, "description"), depth, [...names, name]);
    const inner = [...names, name];
    if (siblings.length === 0) return this.narrow(target, pointer, depth, inner);
    // Siblings of a reference apply together with it (JSON Schema 2020-12 §8.2.3.1).
    const outer = Object.fromEntries(siblings.map((key) => [key, own(schema, key) ?? null]));
    return this.narrow(mergeAllOf({ ...outer, allOf: [target as Json] }, this.#definitions), pointer, depth, inner);
  }

  /** Where a schema is too deep to be written out: what is required of it, so that no caller has to guess that. */
  #least(
    schema: JsonSchema,
    name: string | undefined,
    pointer: string,
    description: Json | undefined,
    depth: number,
    names: readonly string[],
  ): JsonObject {
    const opaque = this.#opaque(schema, name, pointer, description);
    if (this.#bare >= deepestRequired) return opaque;
    this.#bare++;
    const written = this.narrow(schema, pointer, depth + 1, names);
    this.#bare--;
    const told = this.#bare > 0 ? undefined : ownString(opaque, "description");
    const { description: _, default: __, ...rest } = written;
    return told === undefined ? rest : { description: told, ...rest };
  }

  #opaque(schema: JsonSchema, name: string | undefined, pointer: string, description: Json | undefined): JsonObject {
    this.losses.push({ pointer, text: `${name ?? "the value"} is not written out further` });
    return opaqueSchema(isObject(schema) ? mergeAllOf(schema, this.#definitions) : {}, name, description);
  }

  #typed(schema: JsonObject, pointer: string, depth: number, names: readonly string[]): JsonObject {
    const types = typesOf(schema);
    const described = this.#bare > 0 ? {} : schemaDescription(schema, depth);
    const union = own(schema, "anyOf") ?? own(schema, "oneOf");
    // Values of its own say more than the alternatives that they are taken from.
    if (isArray(union) && enumOf(schema) === undefined)
      return this.#union(schema, union, described, pointer, depth, names);
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
      const text = [ownString(described, "description") ?? "", needsNote(alternatives)].filter((part) => part !== "");
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
    const listed = distinct(narrowed.flatMap(alternativesOf));
    const variants = own(schema, "anyOf") === undefined ? apart(listed) : listed;
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
    else entries.push(...Object.entries(plainFormat(format, type, schema)));
    for (const keyword of Object.keys(schema)) {
      const belongsTo = plainKeywords.get(keyword);
      const value = schema[keyword];
      if (belongsTo === undefined || value === undefined || value === false) continue;
      if (type === undefined || belongsTo.includes(type)) entries.push([keyword, value]);
    }
    entries.push(...exclusiveBounds(schema, type, entries));
    if (type === "array") entries.push(["items", this.#items(schema, pointer, depth, names)]);
    if (type === "object") entries.push(...this.#object(schema, pointer, depth, names));
    return Object.fromEntries([
      ...entries,
      ...Object.entries(defaultOf(schema)).map(([key, value]): [string, Json] => [key, value ?? null]),
    ]);
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
          .filter((name) => this.#bare === 0 || requiredOf(schema).includes(name))
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
    written.push(...undescribedOf(schema).map((name): [string, Json] => [name, {}]));
    if (written.length > 0) entries.push(["properties", Object.fromEntries(written)]);
    const listed = new Set(written.map(([name]) => name));
    const required = requiredOf(schema).filter((name) => listed.has(name));
    if (required.length > 0) entries.push(["required", required]);
    const additional = own(schema, "additionalProperties");
    // A client that checks the arguments shall not refuse what only the description names.
    if (additional === false && this.#bare === 0 && unlistedOf(schema).length === 0)
      entries.push(["additionalProperties", false]);
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
    if (name !== undefined && names.includes(name) && this.#bare > 0)
      return this.#opaque(this.#definitions.get(name) ?? {}, name, pointer, undefined);
    return this.#least(
      name === undefined ? schema : (this.#definitions.get(name) ?? {}),
      name,
      pointer,
      isObject(schema) ? own(schema, "description") : undefined,
      depth,
      name === undefined ? names : [...names, name],
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
    if (mayExceedDouble(schema, type)) notes.push(longNumberNote);
    if (ownString(schema, "contentEncoding") !== undefined)
      notes.push(`Encoded as ${shorten(plainText(ownString(schema, "contentEncoding") ?? ""), 40)}.`);
    if (own(schema, "deprecated") === true) notes.push("Deprecated.");
    const unlisted = type === "object" ? unlistedOf(schema) : [];
    if (unlisted.length > 0) {
      notes.push(unlistedNote(unlisted, requiredOf(schema)));
      this.#lose(pointerTo(pointer, "properties"), "some properties are named in the description only", {});
    }
    return notes;
  }

  #lose(pointer: string, text: string, instead: JsonObject): JsonObject {
    this.losses.push({ pointer, text });
    return instead;
  }

  #spend(written: JsonObject): void {
    this.#spent += weightOf(written);
    if (this.#spent > this.#budget) throw new OverBudget();
  }
}
