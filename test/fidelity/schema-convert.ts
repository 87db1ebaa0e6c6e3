/**
 * A schema of a document as JSON Schema 2020-12, by a reading of the standards of its own and not through the
 * generator: Schema Object of Swagger 2.0 and of OpenAPI 3.0.4 (§4.7.24), which extend older drafts, and of 3.1 and
 * later, which is 2020-12 itself. What forbids a response nothing is taken away: `readOnly` in `required`.
 */
import {
  type Json,
  type JsonObject,
  fromEntries,
  isArray,
  isObject,
  own,
  ownString,
  valueAt,
} from "../../src/base/json.ts";

/** Which extension of JSON Schema a document speaks. */
export type Dialect = "2.0" | "3.0" | "3.1";

export function dialectOf(root: JsonObject): Dialect {
  if (own(root, "swagger") !== undefined) return "2.0";
  return /^3\.0/.test(ownString(root, "openapi") ?? "") ? "3.0" : "3.1";
}

const types = new Set(["string", "number", "integer", "boolean", "array", "object", "null"]);
const numbers = new Set(
  "multipleOf maximum minimum maxLength minLength maxItems minItems maxProperties minProperties minContains maxContains".split(
    " ",
  ),
);
const texts = new Set(["pattern", "format"]);
const single = new Set(
  "additionalProperties items contains propertyNames unevaluatedProperties unevaluatedItems".split(" "),
);
const maps = new Set(["properties", "patternProperties"]);
/** Of these, a value has to meet the same place: what is read-only there is so here. */
const composed = new Set(["allOf", "anyOf", "oneOf"]);
const conditional = new Set(["if", "then", "else"]);
/** Keywords that the older dialects do not have (§4.7.24.1 of 3.0.4), and which say nothing there. */
const newer = new Set(
  "const prefixItems contains propertyNames unevaluatedProperties unevaluatedItems patternProperties minContains maxContains dependentRequired dependentSchemas if then else".split(
    " ",
  ),
);

/** Names of properties that a request leaves out, also where they are required. */
type Hidden = ReadonlySet<string>;
const none: Hidden = new Set();

export class SchemaConverter {
  readonly #root: JsonObject;
  readonly #dialect: Dialect;
  readonly #add: (name: string, schema: JsonObject) => void;
  readonly #isLoose: boolean;
  readonly #names = new Map<JsonObject, Map<string, string>>();
  #count = 0;

  /**
   * @param isLoose whether a value may meet several alternatives of a `oneOf`
   * @param add takes each schema that others refer to by its name, an absolute URI
   */
  constructor(root: JsonObject, isLoose: boolean, add: (name: string, schema: JsonObject) => void) {
    this.#root = root;
    this.#isLoose = isLoose;
    this.#dialect = dialectOf(root);
    this.#add = add;
  }

  /** The name of a schema, which is converted the first time, with all that it refers to. */
  nameOf(schema: JsonObject, hidden: Hidden = none): string {
    const names = this.#names.get(schema) ?? new Map<string, string>();
    this.#names.set(schema, names);
    const key = [...hidden].sort().join("\n");
    const known = names.get(key);
    if (known !== undefined) return known;
    const name = `urn:document:${this.#count++}`;
    names.set(key, name);
    this.#add(name, this.#object(schema, hidden));
    return name;
  }

  /** What a local reference leads to, or `undefined`. */
  resolve(schema: Json | undefined): Json | undefined {
    let current = schema;
    for (let step = 0; step < 20; step++) {
      const reference = ownString(current, "$ref");
      if (reference === undefined) return current;
      current = this.#target(reference);
    }
    return current;
  }

  #target(reference: string): Json | undefined {
    if (!reference.startsWith("#")) return undefined;
    const pointer = reference.slice(1);
    if (pointer !== "" && !pointer.startsWith("/")) return undefined;
    try {
      return valueAt(this.#root, decodeURIComponent(pointer));
    } catch {
      return undefined;
    }
  }

  #convert(schema: Json | undefined, hidden: Hidden = none): Json {
    if (typeof schema === "boolean") return schema;
    return isObject(schema) ? { $ref: this.nameOf(schema, hidden) } : true;
  }

  #object(schema: JsonObject, inherited: Hidden): JsonObject {
    const reference = ownString(schema, "$ref");
    const target = reference === undefined ? undefined : this.#convert(this.#target(reference), inherited);
    // Before 3.1, members beside a reference are ignored (§4.7.23 of 3.0.4).
    if (target !== undefined && this.#dialect !== "3.1") return { allOf: [target] };
    const hidden = new Set([...inherited, ...this.#readOnly(schema, new Set())]);
    const entries = Object.keys(schema).flatMap((key): [string, Json][] => {
      if (this.#dialect !== "3.1" && newer.has(key)) return [];
      const value = this.#keyword(key, own(schema, key), hidden);
      return value === undefined ? [] : [[key, value]];
    });
    const converted = this.#bounds(schema, new Map(entries));
    const one = converted.get("oneOf");
    if (this.#isLoose && one !== undefined) {
      converted.delete("oneOf");
      const all = converted.get("allOf");
      converted.set("allOf", [...(isArray(all) ? all : []), { anyOf: one }]);
    }
    const name = own(target, "$ref");
    if (name !== undefined) converted.set("$ref", name);
    return this.#nullable(schema, converted);
  }

  #keyword(key: string, value: Json | undefined, hidden: Hidden): Json | undefined {
    if (value === undefined) return undefined;
    if (key === "type") return typeOf(value);
    if (key === "enum") return isArray(value) && value.length > 0 ? value : undefined;
    if (key === "const") return value;
    if (key === "required") {
      const names = isArray(value) ? value.filter((name) => typeof name === "string" && !hidden.has(name)) : [];
      return names.length === 0 ? undefined : names;
    }
    if (numbers.has(key)) return typeof value === "number" && (key !== "multipleOf" || value > 0) ? value : undefined;
    if (texts.has(key)) return typeof value === "string" ? value : undefined;
    if (key === "uniqueItems") return value === true ? true : undefined;
    if (key === "exclusiveMaximum" || key === "exclusiveMinimum") return typeof value === "number" ? value : undefined;
    if (single.has(key)) return isArray(value) ? undefined : this.#convert(value);
    if (key === "not") return this.#convert(value);
    if (conditional.has(key)) return this.#convert(value, hidden);
    if (composed.has(key) || key === "prefixItems")
      return isArray(value) && value.length > 0
        ? value.map((member) => this.#convert(member, composed.has(key) ? hidden : none))
        : undefined;
    if (maps.has(key) || key === "dependentSchemas") {
      if (!isObject(value)) return undefined;
      const members = Object.keys(value).map((name) => [name, this.#convert(own(value, name))] as const);
      return fromEntries(members);
    }
    return key === "dependentRequired" ? value : undefined;
  }

  /** `exclusiveMaximum: true` makes `maximum` exclusive in JSON Schema Wright 00 and draft 4. */
  #bounds(schema: JsonObject, converted: Map<string, Json>): Map<string, Json> {
    for (const [flag, bound] of [
      ["exclusiveMaximum", "maximum"],
      ["exclusiveMinimum", "minimum"],
    ] as const) {
      const value = converted.get(bound);
      if (own(schema, flag) !== true || value === undefined) continue;
      converted.set(flag, value);
      converted.delete(bound);
    }
    return converted;
  }

  #nullable(schema: JsonObject, converted: Map<string, Json>): JsonObject {
    const flag = this.#dialect === "2.0" ? "x-nullable" : "nullable";
    const plain = fromEntries(converted);
    return this.#dialect !== "3.1" && own(schema, flag) === true ? { anyOf: [{ type: "null" }, plain] } : plain;
  }

  /** Read-only properties of a schema and of all that it is composed of. */
  #readOnly(schema: Json | undefined, seen: Set<Json>): readonly string[] {
    const resolved = this.resolve(schema);
    if (!isObject(resolved) || seen.has(resolved)) return [];
    seen.add(resolved);
    const properties = own(resolved, "properties");
    const names = isObject(properties)
      ? Object.keys(properties).filter((name) => this.#isReadOnly(own(properties, name)))
      : [];
    const parts = [...composed].flatMap((key) => own(resolved, key)).filter((part) => part !== undefined);
    return [...names, ...parts.flat().flatMap((part) => this.#readOnly(part as Json, seen))];
  }

  #isReadOnly(property: Json | undefined): boolean {
    if (own(property, "readOnly") === true) return true;
    const resolved = this.resolve(property);
    if (own(resolved, "readOnly") === true) return true;
    const all = own(resolved, "allOf");
    return isArray(all) && all.some((part) => own(this.resolve(part), "readOnly") === true);
  }
}

/** Types that JSON Schema knows; `file` of Swagger 2.0 and misspelt ones say nothing. */
function typeOf(value: Json): Json | undefined {
  const known = (isArray(value) ? value : [value]).filter((type) => typeof type === "string" && types.has(type));
  return known.length === 0 || (isArray(value) && known.length < value.length) ? undefined : known;
}
