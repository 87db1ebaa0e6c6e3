import type { Report } from "../base/diagnostics.ts";
import {
  type Json,
  type JsonObject,
  isArray,
  isObject,
  own,
  ownString,
  pointerTo,
  valueAt,
  canonical,
  fromEntries,
  put,
} from "../base/json.ts";
import { visible } from "../base/visible.ts";
import { type SchemaNode, Schemas } from "../base/schema/node.ts";
import type { Schema } from "../base/schema/types.ts";
import { isBounded, usablePattern } from "./pattern.ts";
import { Children } from "./children.ts";
import { requiredElsewhere, typeReadOnly } from "./composed.ts";
import { reportDiscriminator, withTags } from "./discriminator.ts";
import { decodeFragment, targetOf } from "./reference.ts";
import { type KeywordKind, keywordsOf } from "./schema-keywords.ts";
import { mendValues, typeOfFormat } from "./schema-values.ts";
import { reportTexts } from "./texts.ts";
import { TypeNames, typeNameWish } from "./type-names.ts";

/** Which way a schema's values travel: an input has no `readOnly` properties, an output no `writeOnly` ones. */
export type Direction = "input" | "output";

const types = new Set(["string", "number", "integer", "boolean", "array", "object", "null"]);

/**
 * Turns the schemas of a document (§4.8.24) into JSON Schemas that stand on their own: known keywords with values of
 * the right type, references as `#/$defs/<Name>`. What is referred to is collected in `definitions`, once for both
 * directions where it is the same in both.
 */
export class SchemaBuilder {
  /** All of them as nodes, once the document is read. */
  readonly schemas: Schemas;
  readonly #definitions = new Map<string, Schema>();
  readonly #root: JsonObject;
  readonly #report: Report;
  readonly #names = new TypeNames();
  readonly #children: Children;
  readonly #nameOf = new Map<string, string>();
  readonly #directional = new Map<string, boolean>();
  readonly #reported = new Set<string>();
  readonly #built = new Map<string, { readonly value: Json | undefined; readonly schema: SchemaNode }>();
  /** Schemas whose texts have been looked at: one may be built for each direction. */
  readonly #read = new Set<JsonObject>();

  constructor(root: JsonObject, report: Report) {
    this.schemas = new Schemas(this.#definitions);
    this.#root = root;
    this.#report = report;
    this.#children = new Children(root);
    // Named before anything refers to them, so that a name does not depend on which operation comes first.
    for (const name of Object.keys(
      isObject(own(own(root, "components"), "schemas")) ? (own(own(root, "components"), "schemas") as JsonObject) : {},
    ).sort()) {
      const pointer = pointerTo("/components/schemas", name);
      this.#nameOf.set(`output ${pointer}`, this.#names.allocate(name));
    }
  }

  /** The schema at a pointer, for values that travel in a direction. Whatever refers to that pointer shares it. */
  build(value: Json | undefined, pointer: string, direction: Direction): SchemaNode {
    const key = `${direction} ${pointer}`;
    const known = this.#built.get(key);
    if (known !== undefined && known.value === value) return known.schema;
    const schema = this.schemas.of(this.#build(value, pointer, direction));
    this.#built.set(key, { value, schema });
    return schema;
  }

  #build(value: Json | undefined, pointer: string, direction: Direction): Schema {
    if (typeof value === "boolean") return value;
    if (!isObject(value)) {
      if (value !== undefined)
        this.#invalid(pointer, `A schema has to be an object or a boolean, not ${kindOf(value)}`);
      return {};
    }
    const built: Record<string, Json> = {};
    if (!this.#read.has(value)) {
      this.#read.add(value);
      reportTexts(value, pointer, this.#report);
      reportDiscriminator(value, pointer, this.#report);
    }
    const reference = ownString(value, "$ref");
    if (reference?.startsWith("#/") === true) {
      const target = targetOf(this.#root, reference).pointer;
      const union = this.#children.unionOf(target, pointer);
      built["$ref"] = `#/$defs/${this.#definition(target, direction, union)}`;
    }
    for (const { name, kind } of keywordsOf(value)) {
      const entry = this.#keyword(name, kind, value[name] ?? null, pointer, direction, value);
      if (entry !== undefined) built[name] = entry;
    }
    if (ownString(value, "pattern") !== undefined && built["pattern"] === undefined)
      built["description"] = [built["description"], `Has to match ${visible(ownString(value, "pattern") ?? "")}.`]
        .filter((text) => text !== undefined)
        .join(" ");
    const type = typeOfFormat(built["type"], built["format"]);
    if (type !== undefined) built["type"] = type;
    for (const keyword of mendValues(built))
      this.#once({
        code: "invalid-document",
        pointer: `${pointer}/${keyword}`,
        message: `"${keyword}" has values of another type than the schema: they are read as that type`,
      });
    const required = this.#required(value, pointer, direction);
    if (required.length > 0) built["required"] = required;
    const carried = direction === "input" ? requiredElsewhere(value, this.#root) : [];
    if (carried.length > 0) {
      const properties = carried.map(([name, property]): [string, Json] => [
        name,
        this.#build(property, pointerTo(pointer, "required"), direction),
      ]);
      built["properties"] = fromEntries([...Object.entries(built["properties"] ?? {}), ...properties]);
    }
    if (direction === "input") typeReadOnly(built, value, this.#root);
    return this.#discriminated(built, value, direction);
  }

  #keyword(
    keyword: string,
    kind: KeywordKind,
    given: Json,
    at: string,
    direction: Direction,
    parent: JsonObject,
  ): Json | undefined {
    const pointer = `${at}/${keyword}`;
    const refuse = (wanted: string): undefined =>
      this.#invalid(pointer, `"${keyword}" has to be ${wanted}, not ${kindOf(given)}`);
    switch (kind) {
      case "number":
        return typeof given === "number" && Number.isFinite(given) ? given : refuse("a number");
      case "count":
        return typeof given === "number" && Number.isInteger(given) && given >= 0
          ? given
          : refuse("a whole number from 0 up");
      case "boolean":
        return typeof given === "boolean" ? given : refuse("true or false");
      case "string":
        return typeof given === "string" ? given : refuse("text");
      case "value":
        return canonical(given);
      case "values":
        if (isArray(given)) return given.map(canonical);
        // OpenAPI's `examples` of a parameter is a map; in a schema people write one too.
        return keyword === "examples" ? undefined : refuse("a list");
      case "strings":
        return strings(given) ?? refuse("a list of names");
      case "string lists":
        return isObject(given)
          ? fromEntries(
              Object.keys(given)
                .sort()
                .map((key) => [key, strings(own(given, key)) ?? []]),
            )
          : refuse("an object");
      case "type":
        return this.#type(given, pointer);
      case "pattern":
        return this.#pattern(given, pointer);
      case "schema":
        if (keyword === "items" && isArray(given)) return undefined;
        return this.#build(given, pointer, direction);
      case "schemas":
        return isArray(given) && given.length > 0
          ? given.map((entry, index) => this.#build(entry, pointerTo(pointer, index), direction))
          : refuse("a list of schemas");
      case "schema map":
        if (keyword === "patternProperties" && isObject(given))
          for (const key of Object.keys(given)) this.#pattern(key, pointerTo(pointer, key));
        return isObject(given)
          ? fromEntries(
              Object.keys(given)
                .sort()
                .map((key) => [key, this.#build(own(given, key), pointerTo(pointer, key), direction)]),
            )
          : refuse("an object");
      case "properties":
        return isObject(given)
          ? this.#properties(given, pointer, direction, strings(own(parent, "required")) ?? [])
          : refuse("an object");
      default:
        return kind satisfies never;
    }
  }

  /** Properties that travel in this direction: the required ones in the author's order, then the others by name. */
  #properties(given: JsonObject, pointer: string, direction: Direction, required: readonly string[]): JsonObject {
    const built: Record<string, Json> = {};
    for (const name of [...required, ...Object.keys(given).sort()]) {
      if (!Object.hasOwn(given, name) || Object.hasOwn(built, name)) continue;
      const property = given[name];
      if (this.#travels(property, direction))
        put(built, name, this.#build(property, pointerTo(pointer, name), direction));
    }
    return built;
  }

  #required(value: JsonObject, pointer: string, direction: Direction): readonly string[] {
    const given = own(value, "required");
    if (given === undefined) return [];
    const names = strings(given);
    if (names === undefined) {
      this.#invalid(
        pointerTo(pointer, "required"),
        `"required" has to be a list of property names, not ${kindOf(given)}`,
      );
      return [];
    }
    const properties = own(value, "properties");
    return [...new Set(names)].filter((name) => this.#travels(own(properties, name), direction));
  }

  /** §4.8.24.5: a read-only property is not sent in a request, a write-only one not in a response. */
  #travels(property: Json | undefined, direction: Direction): boolean {
    const keyword = direction === "input" ? "readOnly" : "writeOnly";
    if (own(property, keyword) === true) return false;
    const reference = ownString(property, "$ref");
    return reference?.startsWith("#/") !== true || own(targetOf(this.#root, reference).value, keyword) !== true;
  }

  #type(given: Json, pointer: string): Json | undefined {
    if (typeof given === "string" && types.has(given)) return given;
    const wanted = isArray(given) ? given : [given];
    const known = [...new Set(wanted.filter((type): type is string => typeof type === "string" && types.has(type)))];
    if (known.length < wanted.length) {
      const unknown = wanted.find((type) => typeof type !== "string" || !types.has(type));
      this.#invalid(pointer, `${visible(JSON.stringify(unknown ?? null))} is no type of JSON Schema`);
    }
    return known.length > 1 ? known : known[0];
  }

  #pattern(given: Json, pointer: string): Json | undefined {
    if (typeof given !== "string") return this.#invalid(pointer, `"pattern" has to be text, not ${kindOf(given)}`);
    const pattern = usablePattern(given);
    if (pattern === undefined || !isBounded(pattern))
      this.#once({
        code: "unsupported-pattern",
        pointer,
        message:
          pattern === undefined
            ? `The pattern ${visible(given)} is no regular expression of ECMA-262`
            : `The pattern ${visible(given)} refers to what a group matched, or is too large, so that checking it has no bound in time`,
      });
    return pattern;
  }

  #discriminated(schema: JsonObject, value: JsonObject, direction: Direction): JsonObject {
    return withTags(schema, value, this.#root, (property) => this.#travels(property, direction));
  }

  /** Name of the definition for a pointer; builds it at its first use. */
  #definition(target: string, direction: Direction, union?: JsonObject): string {
    const shared = direction === "output" || !this.#isDirectional(target);
    const pointer = union === undefined ? target : `${target}/discriminator`;
    const key = `${shared ? "output" : "input"} ${pointer}`;
    let name = this.#nameOf.get(key);
    if (name === undefined) {
      const wish = union === undefined ? typeNameWish(pointer) : `Any${typeNameWish(target)}`;
      name = this.#names.allocate(shared ? wish : `${this.#nameOf.get(`output ${pointer}`) ?? wish}Input`);
      this.#nameOf.set(key, name);
    }
    if (!this.#definitions.has(name)) {
      this.#definitions.set(name, {}); // Stands for itself while it is being built: schemas may be recursive.
      this.#definitions.set(
        name,
        this.#build(union ?? valueAt(this.#root, pointer), pointer, shared ? "output" : "input"),
      );
    }
    return name;
  }

  /** Whether a schema, or one that it refers to, has read-only or write-only properties. */
  #isDirectional(pointer: string): boolean {
    const known = this.#directional.get(pointer);
    if (known !== undefined) return known;
    const visited = new Set<string>([pointer]);
    for (const place of visited) {
      if (this.#directional.get(place) === false) continue;
      const { directional, references } = scan(valueAt(this.#root, place));
      if (directional || this.#directional.get(place) === true) {
        this.#directional.set(pointer, true);
        return true;
      }
      for (const reference of references) visited.add(decodeFragment(reference.slice(1)));
      if (own(valueAt(this.#root, place), "discriminator") !== undefined)
        for (const child of this.#children.of(place)) visited.add(child);
    }
    for (const place of visited) this.#directional.set(place, false);
    return false;
  }

  #invalid(pointer: string, message: string): undefined {
    this.#once({ code: "invalid-schema", pointer, message });
    return undefined;
  }

  /** A schema is built once for each direction and use; its faults are told once. */
  #once(finding: Parameters<Report>[0]): void {
    const key = `${finding.code} ${finding.pointer}`;
    if (this.#reported.has(key)) return;
    this.#reported.add(key);
    this.#report(finding);
  }
}

function scan(value: Json | undefined): { directional: boolean; references: readonly string[] } {
  const references: string[] = [];
  let directional = false;
  const visit = (node: Json | undefined): void => {
    if (isArray(node)) node.forEach(visit);
    if (!isObject(node)) return;
    if (node["readOnly"] === true || node["writeOnly"] === true) directional = true;
    const reference = ownString(node, "$ref");
    if (reference?.startsWith("#/") === true) references.push(reference);
    for (const key of Object.keys(node)) visit(node[key]);
  };
  visit(value);
  return { directional, references };
}

function strings(value: Json | undefined): readonly string[] | undefined {
  return isArray(value) && value.every((entry) => typeof entry === "string") ? (value as readonly string[]) : undefined;
}

function kindOf(value: Json): string {
  if (value === null) return "null";
  return isArray(value)
    ? "a list"
    : typeof value === "object"
      ? "an object"
      : `the ${typeof value} ${visible(JSON.stringify(value))}`;
}
