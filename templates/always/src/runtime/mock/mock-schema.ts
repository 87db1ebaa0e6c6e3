/** What the mock asks of a schema (JSON Schema 2020-12): each keyword with a value of its type, or absent. */
import { isJsonArray, isJsonObject, ownValue } from "../data/json-place.js";
import type { JsonValue } from "../data/model.js";

/** Keywords whose value is a number. */
export type Bound =
  | "minimum"
  | "maximum"
  | "exclusiveMinimum"
  | "exclusiveMaximum"
  | "multipleOf"
  | "minLength"
  | "maxLength"
  | "minItems"
  | "maxItems";

export class MockSchema {
  readonly #json: JsonValue;

  constructor(json: JsonValue) {
    this.#json = json;
  }

  /** Whether it is `false`: no value meets it. */
  get isNever(): boolean {
    return this.#json === false;
  }

  /** Whether it has keywords at all. */
  get hasKeywords(): boolean {
    return isJsonObject(this.#json);
  }

  get reference(): string | undefined {
    return this.#text("$ref");
  }

  /** The value that it shows, of several that of an index; `undefined` where there is none, or where that is `null`. */
  shownValue(index: number): JsonValue | undefined {
    return (
      ownValue(this.#json, "const") ??
      ownValue(this.#json, "example") ??
      itemAt(ownValue(this.#json, "examples"), index) ??
      ownValue(this.#json, "default") ??
      itemAt(ownValue(this.#json, "enum"), index) ??
      undefined
    );
  }

  get allOf(): readonly MockSchema[] {
    return this.#parts("allOf") ?? [];
  }

  /** The alternatives of `oneOf`, else those of `anyOf`. */
  get alternatives(): readonly MockSchema[] | undefined {
    return this.#parts(this.#says("oneOf") ? "oneOf" : "anyOf");
  }

  /** The type of its values: the first that is not `null`, or what its other keywords speak of. */
  get type(): string {
    const type = ownValue(this.#json, "type");
    const named = isJsonArray(type)
      ? (type.find((item) => item !== "null") ?? "null")
      : type;
    if (typeof named === "string") return named;
    if (this.#says("properties")) return "object";
    if (this.#says("items")) return "array";
    const isNumber = ["minimum", "maximum", "multipleOf"].some((rule) =>
      this.#says(rule),
    );
    return isNumber ? "number" : "string";
  }

  /** Whether it takes nothing but `null`. */
  get isNull(): boolean {
    return ownValue(this.#json, "type") === "null";
  }

  get hasProperties(): boolean {
    return this.#says("properties");
  }

  get properties(): readonly (readonly [string, MockSchema])[] {
    const properties = ownValue(this.#json, "properties");
    return isJsonObject(properties)
      ? Object.entries(properties).map(
          ([name, property]) => [name, new MockSchema(property)] as const,
        )
      : [];
  }

  requires(name: string): boolean {
    const required = ownValue(this.#json, "required");
    return isJsonArray(required) && required.includes(name);
  }

  /** Items that it does not describe may be anything. */
  get items(): MockSchema {
    return new MockSchema(ownValue(this.#json, "items") ?? true);
  }

  bound(keyword: Bound): number | undefined {
    const value = ownValue(this.#json, keyword);
    return typeof value === "number" ? value : undefined;
  }

  get format(): string | undefined {
    return this.#text("format");
  }

  get pattern(): string | undefined {
    return this.#text("pattern");
  }

  #says(keyword: string): boolean {
    return ownValue(this.#json, keyword) !== undefined;
  }

  #text(keyword: string): string | undefined {
    const value = ownValue(this.#json, keyword);
    return typeof value === "string" ? value : undefined;
  }

  #parts(keyword: string): readonly MockSchema[] | undefined {
    const parts = ownValue(this.#json, keyword);
    return isJsonArray(parts)
      ? parts.map((part) => new MockSchema(part))
      : undefined;
  }
}

function itemAt(
  list: JsonValue | undefined,
  index: number,
): JsonValue | undefined {
  return isJsonArray(list) ? list[index % list.length] : undefined;
}
