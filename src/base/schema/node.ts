import { type Json, type JsonObject, isArray, isObject, own, ownString, ownTexts } from "../json.ts";
import { isFolded, mergeAllOf, mergeBoth, patternsOf } from "./merge.ts";
import { type JsonType, type Schema, namedTypesOf, typesOf } from "./types.ts";

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
  /** `false` */
  readonly nothing = new SchemaNode(false, this);
  /** `{}` */
  readonly anything = new SchemaNode({}, this);
  readonly #true = new SchemaNode(true, this);

  /** @param definitions what `#/$defs/<Name>` refers to */
  constructor(definitions: ReadonlyMap<string, Schema>) {
    this.definitions = definitions;
  }

  /** The node of a schema; where there is none, of one that says nothing. */
  of(schema: Json | undefined): SchemaNode {
    if (!isObject(schema)) return schema === true ? this.#true : schema === false ? this.nothing : this.anything;
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
  #required: readonly string[] | undefined;
  #whole: SchemaNode | undefined;

  constructor(json: Schema, schemas: Schemas) {
    this.json = json;
    this.schemas = schemas;
  }

  get kind(): SchemaKind {
    if (this.isNever) return "never";
    if (this.reference !== undefined) return "reference";
    if (this.isUnion && this.values === undefined) return "union";
    const [type, ...others] = this.types;
    return type === undefined ? "any" : others.length > 0 ? "several" : type;
  }

  /** Its keywords with their values; none where it is `true` or `false`. */
  get keywords(): JsonObject {
    return isObject(this.json) ? this.json : {};
  }

  /** Whether it is `false`: no value meets it. */
  get isNever(): boolean {
    return this.json === false;
  }

  get isBoolean(): boolean {
    return typeof this.json === "boolean";
  }

  /** Whether it has no other keywords than these. */
  saysOnly(...keywords: readonly string[]): boolean {
    return Object.keys(this.keywords).every((keyword) => keywords.includes(keyword));
  }

  /** Whether it has any of these keywords. */
  says(...keywords: readonly string[]): boolean {
    return keywords.some((keyword) => own(this.json, keyword) !== undefined);
  }

  /** What a keyword says that is only compared or shown, whatever it means. */
  keyword(name: string): Json | undefined {
    return own(this.json, name);
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
    return namedTypesOf(this.json);
  }

  /** As `typesOf` says. */
  get types(): readonly JsonType[] {
    return (this.#types ??= typesOf(this.json));
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

  get contentEncoding(): string | undefined {
    return ownString(this.json, "contentEncoding");
  }

  get contentMediaType(): string | undefined {
    return ownString(this.json, "contentMediaType");
  }

  get pattern(): string | undefined {
    return ownString(this.json, "pattern");
  }

  /** The patterns that a text has to match, all of them. */
  get patterns(): readonly string[] {
    return patternsOf(this.keywords);
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
    return (this.#required ??= ownTexts(this.json, "required") ?? []);
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

  /** Whether it allows no property that it does not describe. */
  get isClosed(): boolean {
    return own(this.json, "additionalProperties") === false;
  }

  /** What the names of its properties have to meet. */
  get namesOfProperties(): SchemaNode | undefined {
    return this.#part("propertyNames");
  }

  /** What may not hold. */
  get not(): SchemaNode | undefined {
    return this.#part("not");
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

  get isUnion(): boolean {
    return isArray(own(this.json, "anyOf")) || isArray(own(this.json, "oneOf"));
  }

  /** Its alternatives, of `anyOf` before those of `oneOf`. */
  get union(): Union | undefined {
    const { anyOf } = this;
    if (anyOf !== undefined) return { keyword: "anyOf", alternatives: anyOf };
    const { oneOf } = this;
    return oneOf === undefined ? undefined : { keyword: "oneOf", alternatives: oneOf };
  }

  /** With all that it refers to and is composed of folded into it, as `mergeAllOf` does; what it is cannot change. */
  get whole(): SchemaNode {
    if (this.#whole === undefined) {
      const whole = isObject(this.json) ? mergeAllOf(this.json, this.schemas.definitions) : this.json;
      this.#whole = whole === this.json ? this : this.schemas.of(whole);
      this.#whole.#whole = this.#whole;
    }
    return this.#whole;
  }

  /** Both schemas as one. Texts and other annotations of this one win. */
  and(other: SchemaNode): SchemaNode {
    return new SchemaNode(mergeBoth(this.json, other.json, this.schemas.definitions), this.schemas);
  }

  /** With these keywords in place of its own. */
  with(keywords: JsonObject): SchemaNode {
    if (!this.isBoolean && Object.keys(keywords).length === 0) return this;
    return new SchemaNode({ ...this.keywords, ...keywords }, this.schemas);
  }

  without(...keywords: readonly string[]): SchemaNode {
    const kept = Object.entries(this.keywords).filter(([keyword]) => !keywords.includes(keyword));
    return new SchemaNode(Object.fromEntries(kept), this.schemas);
  }

  /** Whether writing it out, or what it refers to, means going deeper. */
  get isNested(): boolean {
    const target = this.reference === undefined ? this : this.target;
    if (target === undefined) return false;
    return nesting.some((keyword) => {
      const value = own(target.json, keyword);
      if (keyword === "allOf" && isArray(value)) return !isFolded(target.keywords);
      return isObject(value) || isArray(value) || (keyword === "$ref" && value !== undefined);
    });
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
const nesting = ["properties", "items", "prefixItems", "allOf", "anyOf", "oneOf", "additionalProperties", "$ref"];

/** Schemas that refer to nothing, as those that are listed: nothing of them takes work, so that no node is kept. */
class Standalone extends Schemas {
  override of(schema: Json | undefined): SchemaNode {
    return isObject(schema) ? new SchemaNode(schema, this) : super.of(schema);
  }
}

export const standalone: Schemas = new Standalone(new Map());
