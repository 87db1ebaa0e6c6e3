/** The body of a step, and the arguments that it is of its operation's tool. */
import {
  isJsonArray,
  isJsonObject,
  ownValue,
  pointerTokens,
} from "../data/json-place.js";
import type { JsonObject, JsonValue } from "../data/model.js";
import type { WorkflowBody } from "../data/project.js";
import { foundBy } from "./selection.js";
import { Stopped } from "./record.js";
import { filled, type Known } from "./values.js";

export function bodyOf(
  body: WorkflowBody,
  known: Known,
): JsonValue | undefined {
  return body.replacements.reduce<JsonValue | undefined>(
    (whole, { target, isQuery, value }) =>
      placesOf(target, isQuery === true, whole, known).reduce<
        JsonValue | undefined
      >((part, place) => replaced(part, place, filled(value, known)), whole),
    filled(body.payload, known),
  );
}

function placesOf(
  target: string,
  isQuery: boolean,
  whole: JsonValue | undefined,
  { jsonPath }: Known,
): readonly (readonly string[])[] {
  if (!isQuery) return [pointerTokens(target)];
  if (whole === undefined || jsonPath === undefined) return [];
  return foundBy(jsonPath, target, whole).map(({ location }) =>
    location.map(String),
  );
}

/** A value with another one at a place; where there is no such place, as it was. */
function replaced(
  whole: JsonValue | undefined,
  [key, ...rest]: readonly string[],
  value: JsonValue | undefined,
): JsonValue | undefined {
  if (key === undefined) return value;
  if (isJsonArray(whole))
    return whole.map((item, index) =>
      String(index) === key ? (replaced(item, rest, value) ?? null) : item,
    );
  if (!isJsonObject(whole)) return whole;
  const member = replaced(ownValue(whole, key), rest, value);
  return Object.fromEntries([
    ...Object.entries(whole).filter(([name]) => name !== key),
    ...(member === undefined ? [] : [[key, member] as const]),
  ]);
}

/** @throws Stopped where the operation takes no such body */
export function argumentsOf(
  { argument, fields = {}, mediaType }: WorkflowBody,
  body: JsonValue | undefined,
  step: string,
): JsonObject {
  const chosen =
    mediaType === undefined ? {} : { [mediaType.argument]: mediaType.value };
  if (body === undefined) return chosen;
  if (argument !== undefined) return { ...chosen, [argument]: body };
  if (!isJsonObject(body))
    throw new Stopped(`The body of the step "${step}" is no object.`);
  const entries = Object.entries(body).map(([name, value]) => {
    if (!Object.hasOwn(fields, name))
      throw new Stopped(
        `The body of the step "${step}" has no field "${name}".`,
      );
    return [fields[name] ?? name, value] as const;
  });
  return { ...chosen, ...Object.fromEntries(entries) };
}
