/** One walk through a schema, to its portable form. */
import { type Json, type JsonObject, pointerTo } from "../../base/json.ts";
import { type SchemaNode, standalone } from "../../base/schema/node.ts";
import type { JsonType } from "../../base/schema/types.ts";
import { alternativesOf } from "./alternatives.ts";
import { forbiddenOf, keptApart } from "./excluded.ts";
import { schemaDescription } from "../text/describe.ts";
import { isImpossible } from "./exclusive-alternatives.ts";
import { coreOf } from "./core.ts";
import { exampleNote } from "../text/notes.ts";
import { opaqueSchema } from "./opaque.ts";
import { plainEntries } from "./plain-entries.ts";
import { withNotes } from "../text/sentence.ts";
import type { Loss } from "../model.ts";
import { droppedKeywords, isListedName, weightOf } from "./portable-keywords.ts";
import { defaultOf, furtherOf, isSetByServer, restrict, undescribedOf, unlistedOf, without } from "./schema-facts.ts";
import * as limits from "./portable-limits.ts";
import { distinct, flattened, joinedByTag, mergedEnum } from "./variants.ts";

/** The words of a schema as they are listed. */
type Described = ReturnType<typeof schemaDescription>;

/** Thrown where a schema takes more than its budget. */
export class OverBudget extends Error {}

/** Writes the portable form of one schema, and remembers what it loses. */
export class PortableWriter {
  readonly losses: Loss[] = [];
  readonly #reach: limits.Reach;
  #spent = 0;
  #visited = 0;
  #small = 0;
  /** How many levels of what is required only lie around this place; 0 where a schema is written out. */
  #bare = 0;

  constructor(reach: limits.Reach) {
    this.#reach = reach;
  }

  /** Places that were looked at. */
  get visited(): number {
    return this.#visited;
  }

  /** @param names the definitions that this place lies within, outermost first */
  write(schema: SchemaNode, pointer: string, depth: number, names: readonly string[]): JsonObject {
    this.#visit(1);
    const { reference, whole } = schema;
    if (schema.isNever) return this.#lose("impossible", pointer, "nothing is allowed here", { type: "null" });
    if (schema.isBoolean) return {};
    if (depth > limits.deepestNesting) return this.#opaque(schema, undefined, pointer, schema.description);
    if (reference !== undefined) return this.#reference(reference, schema, pointer, depth, names);
    if (whole !== schema) return this.write(whole, pointer, depth, names);
    for (const keyword of Object.keys(schema.keywords)) {
      if (droppedKeywords.has(keyword))
        this.#lose("keyword", `${pointer}/${keyword}`, `"${keyword}" is checked by the server only`, {});
    }
    const written = this.#typed(schema, pointer, depth, names);
    this.#spend(written);
    return written;
  }

  #reference(name: string, schema: SchemaNode, pointer: string, depth: number, names: readonly string[]): JsonObject {
    const { target = schema.schemas.anything, description } = schema;
    const within = names.filter((entry) => entry === name).length;
    if (within > 2 || (within > 0 && this.#bare > 0)) return this.#opaque(target, name, pointer, description);
    const inner = [...names, name];
    if (within > 1) return this.#least(target, name, pointer, description, depth, inner);
    if (schema.saysOnly("$ref")) return this.write(target, pointer, depth, inner);
    // Siblings of a reference apply together with it (JSON Schema 2020-12 §8.2.3.1).
    return this.write(schema.without("$ref").and(target), pointer, depth, inner);
  }

  /** Where a schema is too deep to be written out: what is required of it, so that no caller has to guess that. */
  #least(
    schema: SchemaNode,
    name: string | undefined,
    pointer: string,
    description: string | undefined,
    depth: number,
    names: readonly string[],
  ): JsonObject {
    const opaque = this.#opaque(schema, name, pointer, description);
    if (this.#bare >= limits.deepestRequired) return opaque;
    this.#bare++;
    const written = this.write(schema, pointer, depth + 1, names);
    this.#bare--;
    const told = this.#bare > 0 ? undefined : standalone.of(opaque).description;
    const { description: _, default: __, ...rest } = written;
    return told === undefined ? rest : { description: told, ...rest };
  }

  #opaque({ whole }: SchemaNode, name: string | undefined, pointer: string, description?: string): JsonObject {
    this.#lose("depth", pointer, `${name ?? "the value"} is not written out further`, {});
    const opaque = opaqueSchema(whole, description);
    const core = coreOf(whole, (part) => this.#typed(part, pointer, 0, []));
    return { ...opaque, ...core };
  }

  #typed(schema: SchemaNode, pointer: string, depth: number, names: readonly string[]): JsonObject {
    const apart = keptApart(schema);
    if (apart !== undefined) return this.#typed(apart, pointer, depth, names);
    const types = isWholeNumber(schema) ? (["integer"] as const) : schema.types;
    const described = this.#bare > 0 ? {} : schemaDescription(schema, depth, this.#reach.longest);
    // Values of its own say more than the alternatives that they are taken from.
    if (schema.kind === "union") return this.#union(schema, described, pointer, depth, names);
    if (types.length > 1) {
      const variants = types.map((type) => this.#single(restrict(schema, type), type, {}, pointer, depth, names));
      return { ...described, anyOf: distinct(variants), ...defaultOf(schema) };
    }
    return this.#single(schema, types[0], described, pointer, depth, names);
  }

  #union(
    schema: SchemaNode,
    described: Described,
    pointer: string,
    depth: number,
    names: readonly string[],
  ): JsonObject {
    const within = (name: string): number => names.filter((entry) => entry === name).length;
    const {
      keyword,
      shared,
      each,
      coveredValues: covered,
      losses,
    } = alternativesOf(schema, (name) => within(name) === 0 || (within(name) === 1 && this.#bare === 0));
    this.losses.push(...losses.map((loss) => ({ ...loss, pointer: `${pointer}${loss.pointer}` })));
    if (each.length === 0) {
      return this.#typed(schema.without(keyword), pointer, depth, names);
    }
    const written = each.map(({ schema: alternative, name, index }) => {
      const place = pointerTo(pointer, keyword, index);
      const inner = name === undefined ? names : [...names, name];
      return this.#bare === 0 && depth + 1 >= this.#reach.depth && alternative.isNested
        ? this.#least(alternative, name, place, undefined, depth, inner)
        : this.write(alternative, place, depth + 1, inner);
    });
    const variants = joinedByTag(distinct(written.flatMap(flattened)));
    const inner = written.map((variant) => standalone.of(variant)).find(({ anyOf }) => anyOf !== undefined);
    const notes = [described.description ?? inner?.description, exampleNote(covered)];
    const text = withNotes(notes[0], notes.slice(1));
    const about: Described = text === "" ? {} : { description: text };
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
    schema: SchemaNode,
    type: JsonType | undefined,
    described: Described,
    pointer: string,
    depth: number,
    names: readonly string[],
  ): JsonObject {
    const { entries, text, values, losses } = plainEntries(schema, type, described.description);
    this.losses.push(...losses.map((loss) => ({ ...loss, pointer: `${pointer}${loss.pointer}` })));
    if (type === "array") {
      const items = this.#items(schema, pointer, depth, names);
      // What the list is said to hold need not be said again of an item.
      const isTold = text !== "" && standalone.of(items).namedTypes.includes("object");
      entries.push(["items", isTold ? without(items, ["description"]) : items]);
    }
    if (type === "object") entries.push(...this.#object(schema, pointer, depth, names));
    // Where there is one value only, it needs no default.
    return { ...Object.fromEntries(entries), ...(values?.length === 1 ? {} : defaultOf(schema)) };
  }

  #items(
    { items, prefixItems: prefix }: SchemaNode,
    pointer: string,
    depth: number,
    names: readonly string[],
  ): JsonObject {
    if (prefix !== undefined) {
      this.#lose(
        "order",
        pointerTo(pointer, "prefixItems"),
        "the order of kinds of items is checked by the server only",
        {},
      );
      const variants = distinct(
        prefix.map((item, index) => this.write(item, pointerTo(pointer, "prefixItems", index), depth + 1, names)),
      );
      return variants.length === 1 ? (variants[0] ?? {}) : { anyOf: variants };
    }
    return items === undefined || items.isNever ? {} : this.#below(items, pointerTo(pointer, "items"), depth, names);
  }

  #object(schema: SchemaNode, pointer: string, depth: number, names: readonly string[]): [string, Json][] {
    const { properties } = schema;
    const further = furtherOf(schema);
    this.#visit(properties.length);
    const forbidden = forbiddenOf(schema);
    const entries: [string, Json][] = [];
    const required = new Set(schema.required);
    const offered = properties.filter(([name, property]) => {
      const isRequired = required.has(name);
      if (!isRequired && this.#bare > 0) return false;
      if (property.isNever || forbidden.includes(name) || !isListedName(name, isRequired)) return false;
      return isRequired || this.#isOffered(schema, property, pointerTo(pointer, "properties", name), depth);
    });
    const written = offered.map(([name, property]): [string, Json] => [
      name,
      this.#below(property, pointerTo(pointer, "properties", name), depth, names),
    ]);
    for (const name of undescribedOf(schema)) written.push([name, {}]);
    if (written.length > 0) entries.push(["properties", Object.fromEntries(written)]);
    const listed = new Set(written.map(([name]) => name));
    const requiredNames = schema.required.filter((name) => listed.has(name));
    if (requiredNames.length > 0) entries.push(["required", requiredNames]);
    // A client that checks the arguments shall not refuse what only the description names.
    if (further?.isNever === true && this.#bare === 0 && unlistedOf(schema).length === 0)
      entries.push(["additionalProperties", false]);
    if (further?.saysOnly() === false)
      entries.push([
        "additionalProperties",
        this.#below(further, pointerTo(pointer, "additionalProperties"), depth, names),
      ]);
    return entries;
  }

  /** Whether a property that is not required is worth a caller's while: a value fits, and the server does not set it. */
  #isOffered({ isClosed }: SchemaNode, property: SchemaNode, pointer: string, depth: number): boolean {
    const isImpossibleValue = isImpossible(property);
    if (isImpossibleValue) this.#lose("impossible", pointer, "no value meets what is said of it", {});
    // An object that is closed would refuse what it does not list.
    const isSet = !isImpossibleValue && depth > 0 && !isClosed && isSetByServer(property);
    if (isSet) this.#lose("read-only", pointer, "it is described as read-only, and taken all the same", {});
    return !isImpossibleValue && !isSet;
  }

  /** A schema one level down, or its name where that is too deep. */
  #below(schema: SchemaNode, pointer: string, depth: number, names: readonly string[]): JsonObject {
    if (depth + 1 < this.#reach.depth || !schema.isNested) return this.write(schema, pointer, depth + 1, names);
    const small = this.#bare === 0 ? this.#smallBelow(schema, pointer, depth, names) : undefined;
    if (small !== undefined) return small;
    const { reference: name, description } = schema;
    if (name === undefined) return this.#least(schema, name, pointer, description, depth, names);
    const { target = schema.schemas.anything } = schema;
    if (names.includes(name) && this.#bare > 0) return this.#opaque(target, name, pointer);
    return this.#least(target, name, pointer, description, depth, [...names, name]);
  }

  /** A schema at the last level, with what lies below, where that takes little. */
  #smallBelow(schema: SchemaNode, pointer: string, depth: number, names: readonly string[]): JsonObject | undefined {
    const key = schema.target ?? schema;
    const { large, mostVisited } = this.#reach;
    if (key.isBoolean || this.#small > limits.allSmall || large.has(key)) return undefined;
    const within = new PortableWriter({
      depth: depth + limits.smallLevels,
      budget: limits.smallBudget,
      longest: 0,
      large,
      mostVisited: mostVisited - this.#visited,
    });
    try {
      const written = within.write(schema, pointer, depth + 1, names);
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

/** Of `format: int64` a number is whole (OpenAPI Format Registry). */
function isWholeNumber({ namedTypes, format }: SchemaNode): boolean {
  return format !== undefined && /^int(?:8|16|32|64)$/.test(format) && namedTypes.join() === "number";
}
