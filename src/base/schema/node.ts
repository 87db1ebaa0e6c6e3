import { type Json, type JsonObject, isArray, isObject, own, ownString } from "../json.ts";
import { type JsonType, isJsonType, textFormats, typeOfValue } from "./types.ts";

/** JSON Schema 2020-12. */
export type Schema = JsonObject | boolean;

/**
 * What a schema is at first sight. `reference`: it refers to another, whatever stands beside; `union`: it has
 * alternatives, and lists no values of its own; `several`: more than one type; `any`: it says nothing of the type.
 */
export type SchemaKind = "never" | "reference" | "union" | "several" | "any" | JsonType;

/** Keywords whose value is a number. */
export type Bound =
  | "minimum"
  | "maximum"
  | "exclusiveMinimum"
  | "exclusiveMaximum"
  | "minLength"
  | "maxLength"
  | "minItems"
  | "maxItems"
  | "minProperties"
  | "maxProperties";

/** The alternatives of a schema, and which keyword names them. */
export interface Union {
  readonly keyword: "anyOf" | "oneOf";
  readonly alternatives: readonly SchemaNode[];
}

/** The schemas of an API: those that are referred to by name, and all that are read. Each is one node. */
export class Schemas {
  readonly definitions: ReadonlyMap<string, Schema>;
  readonly #nodes = new WeakMap<JsonObject, SchemaNode>();
  readonly #anything = new SchemaNode(true, this);
  readonly #nothing = new SchemaNode(false, this);
  readonly #empty = new SchemaNode({}, this);

  /** @param definitions what `#/$defs/<Name>` refers to */
  constructor(definitions: ReadonlyMap<string, Schema>) {
    this.definitions = definitions;
  }

  /** The node of a schema; where there is none, of one that says nothing. */
  of(schema: Json | undefined): SchemaNode {
    if (!isObject(schema)) return schema === true ? this.#anything : schema === false ? this.#nothing : this.#empty;
    let node = this.#nodes.get(schema);
    if (node === undefined) this.#nodes.set(schema, (node = new SchemaNode(schema, this)));
    return node;
  }

  /** The schema of a name, `undefined` where there is none. */
  named(name: string): SchemaNode | undefined {
    const schema = this.definitions.get(name);
    return schema === undefined ? undefined : this.of(schema);
  }

  /** As it is printed. */
  toJSON(): ReadonlyMap<string, Schema> {
    return this.definitions;
  }
}

/**
 * A schema that says what it is: each of its keywords has a value of the right type here, or is absent. It is read when
 * it is asked, and printed as it was read.
 */
export class SchemaNode {
  /** As it is printed. */
  readonly json: Schema;
  /** The schemas that it belongs to. */
  readonly schemas: Schemas;
  #types: readonly JsonType[] | undefined;

  constructor(json: Schema, schemas: Schemas) {
    this.json = json;
    this.schemas = schemas;
  }

  get kind(): SchemaKind {
    if (this.json === false) return "never";
    if (this.reference !== undefined) return "reference";
    if (this.union !== undefined && this.values === undefined) return "union";
    const [type, ...others] = this.types;
    return type === undefined ? "any" : others.length > 0 ? "several" : type;
  }

  /** Its keywords with their values; none where it is `true` or `false`. */
  get keywords(): JsonObject {
    return isObject(this.json) ? this.json : {};
  }

  /** Whether it has any of these keywords. */
  says(...keywords: readonly string[]): boolean {
    return keywords.some((keyword) => own(this.json, keyword) !== undefined);
  }

  /** Name of the definition that it refers to. */
  get reference(): string | undefined {
    const reference = ownString(this.json, "$ref");
    return reference?.startsWith(prefix) === true ? reference.slice(prefix.length) : undefined;
  }

  /** What it refers to. */
  get target(): SchemaNode | undefined {
    const { reference } = this;
    return reference === undefined ? undefined : this.schemas.named(reference);
  }

  /** The types that it names. */
  get namedTypes(): readonly JsonType[] {
    const type = own(this.json, "type");
    return (isArray(type) ? type : [type]).filter(isJsonType);
  }

  /** The types that it allows, inferred from its other keywords where it names none. Empty: any. */
  get types(): readonly JsonType[] {
    return (this.#types ??= this.says("type") ? this.namedTypes : this.#inferredTypes());
  }

  #inferredTypes(): readonly JsonType[] {
    if (this.hasProperties || isObject(own(this.json, "additionalProperties"))) return ["object"];
    // Who requires a property means an object.
    if (this.required.length > 0) return ["object"];
    if (this.says("items", "prefixItems")) return ["array"];
    const values = this.enum ?? (this.const === undefined ? undefined : [this.const]);
    if (values !== undefined) return [...new Set(values.map(typeOfValue))];
    if (this.says("minLength", "maxLength", "pattern")) return ["string"];
    return textFormats.has(this.format ?? "") ? ["string"] : [];
  }

  /** The only values that it allows: that of `const`, else those of `enum`. */
  get values(): readonly Json[] | undefined {
    const values = this.const === undefined ? this.enum : [this.const];
    return values?.length === 0 ? undefined : values;
  }

  get const(): Json | undefined {
    return own(this.json, "const");
  }

  get enum(): readonly Json[] | undefined {
    const values = own(this.json, "enum");
    return isArray(values) ? values : undefined;
  }

  get title(): string | undefined {
    return ownString(this.json, "title");
  }

  get description(): string | undefined {
    return ownString(this.json, "description");
  }

  get format(): string | undefined {
    return ownString(this.json, "format");
  }

  get default(): Json | undefined {
    return own(this.json, "default");
  }

  get deprecated(): boolean {
    return own(this.json, "deprecated") === true;
  }

  bound(keyword: Bound): number | undefined {
    const value = own(this.json, keyword);
    return typeof value === "number" ? value : undefined;
  }

  get required(): readonly string[] {
    const names = own(this.json, "required");
    return isArray(names) ? names.filter((name): name is string => typeof name === "string") : [];
  }

  /** Whether it describes properties, were it none. */
  get hasProperties(): boolean {
    return isObject(own(this.json, "properties"));
  }

  /** Names of the properties that it describes, in its order. */
  get propertyNames(): readonly string[] {
    const properties = own(this.json, "properties");
    return isObject(properties) ? Object.keys(properties) : [];
  }

  property(name: string): SchemaNode | undefined {
    const property = own(own(this.json, "properties"), name);
    return property === undefined ? undefined : this.schemas.of(property);
  }

  /** The properties that it describes, in its order. */
  get properties(): readonly (readonly [string, SchemaNode])[] {
    return this.#map("properties");
  }

  /** Schemas of the properties whose names match a pattern. */
  get patternProperties(): readonly (readonly [string, SchemaNode])[] {
    return this.#map("patternProperties");
  }

  /** Schema of properties that are described nowhere else. */
  get additionalProperties(): SchemaNode | undefined {
    return this.#part("additionalProperties");
  }

  get items(): SchemaNode | undefined {
    return this.#part("items");
  }

  get prefixItems(): readonly SchemaNode[] | undefined {
    return this.#parts("prefixItems");
  }

  /** All of which hold. */
  get allOf(): readonly SchemaNode[] {
    return this.#parts("allOf") ?? [];
  }

  get anyOf(): readonly SchemaNode[] | undefined {
    return this.#parts("anyOf");
  }

  get oneOf(): readonly SchemaNode[] | undefined {
    return this.#parts("oneOf");
  }

  /** Its alternatives, of `anyOf` before those of `oneOf`. */
  get union(): Union | undefined {
    const { anyOf } = this;
    if (anyOf !== undefined) return { keyword: "anyOf", alternatives: anyOf };
    const { oneOf } = this;
    return oneOf === undefined ? undefined : { keyword: "oneOf", alternatives: oneOf };
  }

  /** As it is printed. */
  toJSON(): Schema {
    return this.json;
  }

  #part(keyword: string): SchemaNode | undefined {
    const part = own(this.json, keyword);
    return part === undefined ? undefined : this.schemas.of(part);
  }

  #parts(keyword: string): readonly SchemaNode[] | undefined {
    const parts = own(this.json, keyword);
    return isArray(parts) ? parts.map((part) => this.schemas.of(part)) : undefined;
  }

  #map(keyword: string): readonly (readonly [string, SchemaNode])[] {
    const map = own(this.json, keyword);
    return isObject(map) ? Object.keys(map).map((name) => [name, this.schemas.of(own(map, name))] as const) : [];
  }
}

const prefix = "#/$defs/";
