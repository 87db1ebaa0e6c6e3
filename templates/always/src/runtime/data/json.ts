/** Any value that JSON can carry (RFC 8259). */
export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** A JSON object. Keys come from documents and models: read them with `Object.hasOwn` first. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** A JSON Schema, dialect 2020-12, as data. References are `#/$defs/<Name>` and resolve in `schemas.json`. */
export type JsonSchema = JsonObject | boolean;
