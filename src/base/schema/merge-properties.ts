/** The properties of two schemas that hold together: what one of them does not allow, none has (JSON Schema 2020-12 §10.3.2). */
import { fitting, patternOf, stepsFor } from "../pattern.ts";
import { type Json, type JsonObject, fromEntries, isArray, isObject, isSame, own } from "../json.ts";

/**
 * @returns `contradicts`: one part forbids what another requires, or all that another describes, so that no value meets
 *   both; authors who write that mean the sum, which the properties are then
 */
export function combineProperties(
  first: JsonObject,
  second: JsonObject,
): { readonly properties: JsonObject | undefined; readonly contradicts: boolean } {
  const [mine, theirs] = [own(first, "properties"), own(second, "properties")];
  if (!isObject(mine) && !isObject(theirs))
    return { properties: undefined, contradicts: forbidsRequired(first, second) };
  // What says nothing of properties leaves those of the other as they are.
  if (isObject(theirs) ? isSilent(first) : isSilent(second))
    return {
      properties: isObject(theirs) ? theirs : (mine as JsonObject),
      contradicts: forbidsRequired(first, second),
    };
  const names = [...new Set([mine, theirs].flatMap((list) => (isObject(list) ? Object.keys(list) : [])))];
  const together = (gated: boolean): JsonObject =>
    fromEntries(
      names.map((name): [string, Json] => {
        const [one, other] = [own(mine, name), own(theirs, name)];
        const parts = [one ?? gateOf(first, name, gated), other ?? gateOf(second, name, gated)];
        return [name, combined(parts[0] ?? true, parts[1] ?? true)];
      }),
    );
  const strict = together(true);
  const contradicts = forbidsRequired(first, second) || forbidsAll(first, second, strict);
  return { properties: contradicts ? together(false) : strict, contradicts };
}

/** Whether a schema allows whatever properties another describes. */
function isSilent(schema: JsonObject): boolean {
  return (
    !isObject(own(schema, "properties")) &&
    own(schema, "patternProperties") === undefined &&
    closedTo(schema) === undefined
  );
}

/** What a schema says of properties that it does not list, apart from patterns; `undefined`: nothing. */
export function closedTo(schema: JsonObject): Json | undefined {
  const isUnion = ["anyOf", "oneOf", "if"].some((keyword) => own(schema, keyword) !== undefined);
  const unevaluated = isUnion ? undefined : own(schema, "unevaluatedProperties");
  return own(schema, "additionalProperties") ?? unevaluated;
}

/** What a schema says of a property that it does not list. */
function gateOf(schema: JsonObject, name: string, gated: boolean): Json {
  if (!gated) return true;
  const patterns = own(schema, "patternProperties");
  const matching = isObject(patterns) ? Object.keys(patterns).filter((pattern) => matches(pattern, name)) : [];
  if (matching.length > 0)
    return matching.map((pattern) => own(patterns, pattern) ?? true).reduce<Json>(combined, true);
  return closedTo(schema) ?? true;
}

/** Whether a pattern matches a name; one that cannot be asked is taken to. */
function matches(source: string, name: string): boolean {
  const pattern = patternOf(source);
  return pattern === undefined || fitting(pattern, stepsFor(source, [name]))(name);
}

function combined(first: Json, second: Json): Json {
  if (first === false || second === false) return false;
  if (first === true || isEmpty(first)) return second === true ? first : second;
  if (second === true || isEmpty(second) || isSame(first, second)) return first;
  return { allOf: [first, second] };
}

function isEmpty(schema: Json): boolean {
  return isObject(schema) && Object.keys(schema).length === 0;
}

/** Whether one part requires what the other does not allow. */
function forbidsRequired(first: JsonObject, second: JsonObject): boolean {
  const forbids = (part: JsonObject, other: JsonObject): boolean =>
    namesOf(other).some(
      (name) => own(own(part, "properties"), name) === undefined && gateOf(part, name, true) === false,
    );
  return forbids(first, second) || forbids(second, first);
}

function namesOf(schema: JsonObject): readonly string[] {
  const required = own(schema, "required");
  return isArray(required) ? required.filter((name) => typeof name === "string") : [];
}

/** Whether nothing is left of what the parts describe. */
function forbidsAll(first: JsonObject, second: JsonObject, strict: JsonObject): boolean {
  const describes = [first, second].some((part) =>
    Object.values(own(part, "properties") ?? {}).some((property) => property !== false),
  );
  return describes && Object.values(strict).every((property) => property === false);
}
