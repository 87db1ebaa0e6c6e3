/** One walk through a schema, to its portable form. */
import { type Json, type JsonObject, isArray, isObject, own, ownString, pointerTo } from "../../base/json.ts";
import { alternativesOf } from "./alternatives.ts";
import { forbiddenOf, keptApart } from "./excluded.ts";
import { schemaDescription } from "../text/describe.ts";
import { isImpossible } from "./apart.ts";
import { coreOf } from "./core.ts";
import { exampleNote } from "../text/notes.ts";
import { opaqueSchema } from "./opaque.ts";
import { plainEntries } from "./plain-entries.ts";
import { withNotes } from "../text/sentence.ts";
import type { JsonSchema, Loss } from "../model.ts";
import { mergeAllOf, mergeBoth } from "./merge.ts";
import { droppedKeywords, isListedName, weightOf } from "./portable-keywords.ts";
import {
  additionalOf,
  defaultOf,
  enumOf,
  isSetByServer,
  isNested,
  requiredOf,
  restrict,
  typesOf,
  undescribedOf,
  unlistedOf,
  without,
} from "./schema-facts.ts";
import * as limits from "./narrowing-limits.ts";
import { distinct, flattened, joinedByTag, mergedEnum } from "./variants.ts";

/** Thrown where a schema takes more than its budget. */
export class OverBudget extends Error {}

/** Writes the portable form of one schema, and remembers what it loses. */
export class Narrowing {
  readonly losses: Loss[] = [];
  readonly #definitions: ReadonlyMap<string, JsonSchema>;
  readonly #reach: limits.Reach;
  #spent = 0;
  #visited = 0;
  #small = 0;
  /** How many levels of what is required only lie around this place; 0 where a schema is written out. */
  #bare = 0;

  constructor(definitions: ReadonlyMap<string, JsonSchema>, reach: limits.Reach) {
    this.#definitions = definitions;
    this.#reach = reach;
  }

  /** Places that were looked at. */
  get visited(): number {
    return this.#visited;
  }

  /** @param names the definitions that this place lies within, outermost first */
  narrow(schema: JsonSchema, pointer: string, depth: number, names: readonly string[]): JsonObject {
    this.#visit(1);
    if (schema === true) return {};
    if (schema === false) return this.#lose("impossible", pointer, "nothing is allowed here", { type: "null" });
    if (depth > limits.deepestNesting) return this.#opaque(schema, undefined, pointer, own(schema, "description"));
    const reference = ownString(schema, "$ref");
    if (reference !== undefined)
      return this.#reference(reference.slice("#/$defs/".length), schema, pointer, depth, names);
    const merged = mergeAllOf(schema, this.#definitions);
    if (merged !== schema) return this.narrow(merged, pointer, depth, names);
    for (const keyword of Object.keys(schema)) {
      if (droppedKeywords.has(keyword))
        this.#lose("keyword", `${pointer}/${keyword}`, `"${keyword}" is checked by the server only`, {});
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
    return this.narrow(mergeBoth(outer, target, this.#definitions), pointer, depth, inner);
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
    if (this.#bare >= limits.deepestRequired) return opaque;
    this.#bare++;
    const written = this.narrow(schema, pointer, depth + 1, names);
    this.#bare--;
    const told = this.#bare > 0 ? undefined : ownString(opaque, "description");
    const { description: _, default: __, ...rest } = written;
    return told === undefined ? rest : { description: told, ...rest };
  }

  #opaque(schema: JsonSchema, name: string | undefined, pointer: string, description: Json | undefined): JsonObject {
    this.#lose("depth", pointer, `${name ?? "the value"} is not written out further`, {});
    const merged = isObject(schema) ? mergeAllOf(schema, this.#definitions) : {};
    const opaque = opaqueSchema(merged, description);
    const core = coreOf(merged, this.#definitions, (part) => this.#typed(part, pointer, 0, []));
    return { ...opaque, ...core };
  }

  #typed(schema: JsonObject, pointer: string, depth: number, names: readonly string[]): JsonObject {
    const apart = keptApart(schema);
    if (apart !== undefined) return this.#typed(apart, pointer, depth, names);
    // Of `format: int64` a number is whole (OpenAPI Format Registry).
    const isWhole = own(schema, "type") === "number" && /^int(?:8|16|32|64)$/.test(ownString(schema, "format") ?? "");
    const types = isWhole ? ["integer"] : typesOf(schema);
    const described = this.#bare > 0 ? {} : schemaDescription(schema, depth, this.#reach.longest, enumOf(schema));
    const union = own(schema, "anyOf") ?? own(schema, "oneOf");
    // Values of its own say more than the alternatives that they are taken from.
    if (isArray(union) && enumOf(schema) === undefined) return this.#union(schema, described, pointer, depth, names);
    if (types.length > 1) {
      const variants = types.map((type) => this.#single(restrict(schema, type), type, {}, pointer, depth, names));
      return { ...described, anyOf: distinct(variants), ...defaultOf(schema) };
    }
    return this.#single(schema, types[0], described, pointer, depth, names);
  }

  #union(
    schema: JsonObject,
    described: JsonObject,
    pointer: string,
    depth: number,
    names: readonly string[],
  ): JsonObject {
    const within = (name: string): number => names.filter((entry) => entry === name).length;
    const { keyword, shared, each, covered, losses } = alternativesOf(
      schema,
      this.#definitions,
      (name) => within(name) === 0 || (within(name) === 1 && this.#bare === 0),
    );
    this.losses.push(...losses.map((loss) => ({ ...loss, pointer: `${pointer}${loss.pointer}` })));
    if (each.length === 0) {
      return this.#typed(without(schema, [keyword]), pointer, depth, names);
    }
    const narrowed = each.map(({ schema: alternative, name, index }) => {
      const place = pointerTo(pointer, keyword, index);
      const inner = name === undefined ? names : [...names, name];
      return this.#bare === 0 && depth + 1 >= this.#reach.depth && isNested(alternative, this.#definitions)
        ? this.#least(alternative, name, place, undefined, depth, inner)
        : this.narrow(alternative, place, depth + 1, inner);
    });
    const variants = joinedByTag(distinct(narrowed.flatMap(flattened)));
    const inner = narrowed.find((variant) => own(variant, "anyOf"));
    const told = [ownString(described, "description") ?? ownString(inner, "description"), exampleNote(covered)];
    const text = withNotes(told[0], told.slice(1));
    const about: JsonObject = text === "" ? {} : { description: text };
    if (shared !== undefined)
      return { ...this.#single(shared, "object", about, pointer, depth, names), anyOf: variants };
    const only = variants[0];
    if (variants.length === 1 && only !== undefined) return { ...only, ...about, ...defaultOf(schema) };
    const enumerated = mergedEnum(variants);
    if (enumerated !== undefined) return { ...enumerated, ...about, ...defaultOf(schema) };
    return { ...about, anyOf: variants, ...defaultOf(schema) };
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
    const { entries, text, values, losses } = plainEntries(
      schema,
      type,
      ownString(described, "description"),
      this.#definitions,
    );
    this.losses.push(...losses.map((loss) => ({ ...loss, pointer: `${pointer}${loss.pointer}` })));
    if (type === "array") {
      const items = this.#items(schema, pointer, depth, names);
      // What the list is said to hold need not be said again of an item.
      const isTold = text !== "" && own(items, "type") === "object";
      entries.push(["items", isTold ? without(items, ["description"]) : items]);
    }
    if (type === "object") entries.push(...this.#object(schema, pointer, depth, names));
    // Where there is one value only, it needs no default.
    const fallback = values?.length === 1 ? {} : defaultOf(schema);
    return Object.fromEntries([
      ...entries,
      ...Object.entries(fallback).map(([key, value]): [string, Json] => [key, value ?? null]),
    ]);
  }

  #items(schema: JsonObject, pointer: string, depth: number, names: readonly string[]): JsonObject {
    const items = own(schema, "items");
    const prefix = own(schema, "prefixItems");
    if (isArray(prefix)) {
      this.#lose(
        "order",
        pointerTo(pointer, "prefixItems"),
        "the order of kinds of items is checked by the server only",
        {},
      );
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
    if (isObject(properties)) this.#visit(Object.keys(properties).length);
    const forbidden = forbiddenOf(schema);
    const entries: [string, Json][] = [];
    const required = new Set(requiredOf(schema));
    const written: [string, Json][] = isObject(properties)
      ? Object.keys(properties)
          .filter((name) => this.#bare === 0 || required.has(name))
          .filter((name) => own(properties, name) !== false && !forbidden.includes(name))
          .filter((name) => isListedName(name, required.has(name)))
          .filter((name) => required.has(name) || this.#isOffered(schema, name, pointer, depth))
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
    const asked = requiredOf(schema).filter((name) => listed.has(name));
    if (asked.length > 0) entries.push(["required", asked]);
    const additional = additionalOf(schema);
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

  /** Whether a property that is not required is worth a caller's while: a value fits, and the server does not set it. */
  #isOffered(schema: JsonObject, name: string, pointer: string, depth: number): boolean {
    const property = (own(own(schema, "properties"), name) ?? {}) as JsonSchema;
    const isImpossibleValue = isImpossible(property, this.#definitions);
    if (isImpossibleValue)
      this.#lose("impossible", pointerTo(pointer, "properties", name), "no value meets what is said of it", {});
    // An object that is closed would refuse what it does not list.
    const isSet =
      !isImpossibleValue && depth > 0 && own(schema, "additionalProperties") !== false && isSetByServer(property);
    if (isSet)
      this.#lose(
        "read-only",
        pointerTo(pointer, "properties", name),
        "it is described as read-only, and taken all the same",
        {},
      );
    return !isImpossibleValue && !isSet;
  }

  /** A schema one level down, or its name where that is too deep. */
  #below(schema: JsonSchema, pointer: string, depth: number, names: readonly string[]): JsonObject {
    if (depth + 1 < this.#reach.depth || !isNested(schema, this.#definitions))
      return this.narrow(schema, pointer, depth + 1, names);
    const small = this.#bare === 0 ? this.#smallBelow(schema, pointer, depth, names) : undefined;
    if (small !== undefined) return small;
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

  /** A schema at the last level, with what lies below, where that takes little. */
  #smallBelow(schema: JsonSchema, pointer: string, depth: number, names: readonly string[]): JsonObject | undefined {
    const key =
      (isObject(schema) && this.#definitions.get((ownString(schema, "$ref") ?? "").slice("#/$defs/".length))) || schema;
    const { large, mostVisited } = this.#reach;
    if (!isObject(key) || this.#small > limits.allSmall || large.has(key)) return undefined;
    const within = new Narrowing(this.#definitions, {
      depth: depth + limits.smallLevels,
      budget: limits.smallBudget,
      longest: 0,
      large,
      mostVisited: mostVisited - this.#visited,
    });
    try {
      const written = within.narrow(schema, pointer, depth + 1, names);
      if (within.losses.some(({ kind }) => kind === "depth")) {
        large.add(key);
        return undefined;
      }
      this.losses.push(...within.losses);
      this.#small += within.#spent;
      return written;
    } catch (error) {
      if (!(error instanceof OverBudget)) throw error;
      large.add(key);
      return undefined;
    } finally {
      this.#visited += within.visited;
    }
  }

  #lose(kind: Loss["kind"], pointer: string, text: string, instead: JsonObject): JsonObject {
    this.losses.push({ kind, pointer, text });
    return instead;
  }

  #visit(places: number): void {
    this.#visited += places;
    if (this.#visited > this.#reach.mostVisited) throw new OverBudget();
  }

  #spend(written: JsonObject): void {
    this.#spent += weightOf(written);
    if (this.#spent > this.#reach.budget) throw new OverBudget();
  }
}
