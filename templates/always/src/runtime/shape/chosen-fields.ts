/** The fields of an answer that a call asks for, held against the answer's schema. */
import type { ChosenFields, OperationCall } from "../call/call.js";
import {
  isJsonArray,
  isJsonObject,
  ownValue,
  pointerTokens,
} from "../data/json-place.js";
import type {
  CallPlan,
  JsonSchema,
  JsonValue,
  SchemaData,
} from "../data/model.js";
import { ArgumentError } from "../errors.js";
import { nearestNames } from "../text/spelling.js";
import { namesOf } from "./paths.js";

/** Fields that a message names. */
const mostNamed = 40;

export async function chosenFields(
  { row, args }: OperationCall,
  { shape, responses }: CallPlan,
): Promise<ChosenFields> {
  const argument = shape?.argument;
  if (argument === undefined || !Object.hasOwn(args, argument)) return { args };
  const { [argument]: given, ...others } = args;
  const fields = textsOf(given);
  if (fields === undefined || fields.length === 0)
    throw new ArgumentError(`"${argument}" has to be a list of names`, {
      hint: `For example {"${argument}":["id","name"]}.`,
    });
  const schemas = await row.api.schemas();
  const success = responses.find(({ status }) => status.startsWith("2"));
  const root = success?.contents.find(({ schema }) => schema !== undefined);
  const item = pointerTokens(shape?.items ?? "").reduce(
    (found, name) =>
      found.flatMap((one) => membersOf(one, schemas).get(name) ?? []),
    [root?.schema ?? true],
  );
  for (const field of fields) check(field, argument, item, schemas);
  return { args: others, fields };
}

/** A list, or a text with commas between the names. */
function textsOf(given: JsonValue | undefined): readonly string[] | undefined {
  if (typeof given === "string")
    return given
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== "");
  return isJsonArray(given) && given.every((name) => typeof name === "string")
    ? given
    : undefined;
}

/** @throws ArgumentError for a name that the schema does not have, where it has some */
function check(
  field: string,
  argument: string,
  item: readonly JsonSchema[],
  schemas: SchemaData,
): void {
  let place = item;
  for (const name of namesOf(field)) {
    const members = new Map<string, readonly JsonSchema[]>();
    for (const schema of place)
      for (const [key, found] of membersOf(schema, schemas))
        members.set(key, [...(members.get(key) ?? []), ...found]);
    if (members.size === 0 || name === "*") return;
    const next = members.get(name);
    if (next === undefined)
      throw unknown(field, name, argument, [...members.keys()]);
    place = next;
  }
}

function unknown(
  field: string,
  name: string,
  argument: string,
  names: readonly string[],
): ArgumentError {
  const near = nearestNames(name, names);
  const meant = near.length > 0 ? `Did you mean ${near.join(" or ")}? ` : "";
  const shown = names.slice(0, mostNamed).join(", ");
  return new ArgumentError(
    `"${argument}" names "${field}", which the answer does not have`,
    {
      hint: `${meant}It has ${shown}${names.length > mostNamed ? ", …" : ""}.`,
    },
  );
}

/** Members of what a schema describes, by name: of the object, of the items of the list, in all its alternatives. */
function membersOf(
  schema: JsonSchema,
  schemas: SchemaData,
  level = 0,
): ReadonlyMap<string, readonly JsonSchema[]> {
  const found = new Map<string, readonly JsonSchema[]>();
  if (typeof schema === "boolean" || level > 12) return found;
  const add = (part: JsonValue | undefined): void => {
    if (!isJsonObject(part)) return;
    for (const [name, list] of membersOf(part, schemas, level + 1))
      found.set(name, [...(found.get(name) ?? []), ...list]);
  };
  const properties = ownValue(schema, "properties");
  if (isJsonObject(properties))
    for (const [name, property] of Object.entries(properties))
      found.set(name, [property as JsonSchema]);
  const reference = ownValue(schema, "$ref");
  if (typeof reference === "string")
    add(ownValue(schemas, reference.replace(/^#\/\$defs\//, "")));
  add(ownValue(schema, "items"));
  for (const keyword of ["allOf", "anyOf", "oneOf"]) {
    const parts = ownValue(schema, keyword);
    if (isJsonArray(parts)) for (const part of parts) add(part);
  }
  return found;
}
