/** Schemas of rules. The validator passes over what it does not know: here that would be a rule that nobody keeps. */
import { isJsonArray, isJsonObject } from "../data/json-place.js";
import type { JsonValue } from "../data/model-parts.js";
import { patternOf } from "../pattern/pattern.js";
import { formats, types } from "../validation/schema.js";
import type { PolicyFault } from "./policy-data.js";

type Check = (value: JsonValue, pointer: string) => readonly PolicyFault[];

const check =
  (fits: (value: JsonValue) => boolean, need: string): Check =>
  (value, pointer) =>
    fits(value)
      ? []
      : [{ pointer, message: `"${pointer.slice(1)}" needs ${need}` }];

const isText = (value: JsonValue): value is string => typeof value === "string";
const number = check((value) => Number.isFinite(value), "a number");
const size = check(
  (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  "a whole number",
);
const note = check(isText, "text");
const names = check(
  (value) => isJsonArray(value) && value.every(isText),
  "a list of names",
);
const one: Check = (value, pointer) => schemaFaults(value, pointer);
const several: Check = (value, pointer) =>
  isJsonArray(value) && value.length > 0
    ? value.flatMap((item, index) => schemaFaults(item, `${pointer}/${index}`))
    : [{ pointer, message: `"${pointer.slice(1)}" needs a list of schemas` }];

const keywords: { readonly [keyword: string]: Check } = {
  $comment: note,
  title: note,
  description: note,
  type: check(
    (value) => {
      const given = isJsonArray(value) ? value : [value];
      return (
        given.length > 0 &&
        given.every((type) => isText(type) && types.includes(type))
      );
    },
    `one of ${types.join(", ")}`,
  ),
  const: () => [],
  enum: check(
    (value) => isJsonArray(value) && value.length > 0,
    "a list that is not empty",
  ),
  format: check(
    (value) => isText(value) && formats.includes(value),
    `one of ${formats.join(", ")}`,
  ),
  pattern: check(
    (value) => isText(value) && patternOf(value) !== undefined,
    "a regular expression that can be run in bounded time, without backreferences",
  ),
  minimum: number,
  maximum: number,
  exclusiveMinimum: number,
  exclusiveMaximum: number,
  multipleOf: check(
    (value) => Number.isFinite(value) && Number(value) > 0,
    "a number above 0",
  ),
  minLength: size,
  maxLength: size,
  minItems: size,
  maxItems: size,
  minProperties: size,
  maxProperties: size,
  required: names,
  properties: (value, pointer) =>
    isJsonObject(value)
      ? Object.entries(value).flatMap(([name, schema]) =>
          schemaFaults(
            schema,
            `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`,
          ),
        )
      : [{ pointer, message: `"${pointer.slice(1)}" needs an object` }],
  additionalProperties: one,
  propertyNames: one,
  items: one,
  prefixItems: several,
  contains: one,
  allOf: several,
  anyOf: several,
  not: one,
  if: one,
  then: one,
  else: one,
};

/** What of a schema would not be checked as it is written. `oneOf` is among it: documents make it mean `anyOf`. */
export function schemaFaults(
  schema: JsonValue,
  pointer: string,
): readonly PolicyFault[] {
  if (typeof schema === "boolean") return [];
  if (!isJsonObject(schema))
    return [{ pointer, message: `"${pointer.slice(1)}" needs a JSON Schema` }];
  return Object.entries(schema).flatMap(([keyword, value]) => {
    const known = Object.hasOwn(keywords, keyword)
      ? keywords[keyword]
      : undefined;
    const at = `${pointer}/${keyword.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    return (
      known?.(value, at) ?? [
        {
          pointer: at,
          message: `"${keyword.slice(0, 100)}" is no keyword that rules can hold; known are ${Object.keys(keywords).join(", ")}`,
        },
      ]
    );
  });
}
