/** What a tool answers with: the schema of its JSON result, and the lenient form that clients see. */
import type { Content, Operation, Response } from "../../api/model.ts";
import { defined } from "../../base/defined.ts";
import { type Json, type JsonObject, fromEntries } from "../../base/json.ts";
import type { SchemaNode } from "../../base/schema/node.ts";
import { plainText } from "../../base/plain-text.ts";
import { withoutHidden } from "../../base/visible.ts";
import { legible } from "./legible.ts";
import { cut } from "../text/condense.ts";
import { acceptable, isJson, isSequential } from "../input/media-type.ts";
import type { CallPlan } from "../model.ts";

/** What an answer may hold in any field: a type, since there are readers that ask for one, and one that it always meets. */
const anyType: JsonObject = { type: ["string", "number", "boolean", "object", "array", "null"] };
/** Longest listed output schema, in characters of JSON. A longer one is left out. */
const maximumListed = 2_000;

/** So many fields, whatever they are called, take longer than that. */
const mostListed = maximumListed / JSON.stringify({ ...anyType, description: "" }).length;

/** Responses that tell success, the most specific first. */
export function successes(operation: Operation): readonly Response[] {
  const found = operation.responses.filter(({ status }) => status.startsWith("2"));
  return found.length > 0 ? found : operation.responses.filter(({ status }) => status === "default");
}

/** The JSON content of the first successful response that has one. */
export function jsonContent(operation: Operation): Content | undefined {
  for (const response of successes(operation)) {
    const content = [...response.contents]
      .sort((a, b) => a.mediaType.length - b.mediaType.length)
      .find(({ mediaType }) => isJson(mediaType) && !isSequential(mediaType));
    if (content !== undefined) return content;
  }
  return undefined;
}

/** Schema of a successful JSON result; a sequence of values becomes a list. */
export function resultSchema(operation: Operation): SchemaNode | undefined {
  const content = jsonContent(operation);
  if (content !== undefined) return content.schema;
  const sequence = successes(operation)
    .flatMap(({ contents }) => contents)
    .find((candidate) => listOfItems(candidate) !== undefined);
  return sequence && listOfItems(sequence);
}

/** Schema of a sequence of values as the list that it becomes. */
function listOfItems({ mediaType, itemSchema }: Content): SchemaNode | undefined {
  return itemSchema !== undefined && isSequential(mediaType)
    ? itemSchema.schemas.of({ type: "array", items: itemSchema.json })
    : undefined;
}

/** What the runtime knows of the answers. */
export function responsePlans(operation: Operation): CallPlan["responses"] {
  return operation.responses.map(({ status, contents }) => ({
    status,
    contents: contents.map((content) => ({
      mediaType: content.mediaType,
      ...defined({ schema: (content.schema ?? listOfItems(content))?.json }),
    })),
  }));
}

export function acceptOf(operation: Operation): readonly string[] {
  const types = acceptable(successes(operation).flatMap(({ contents }) => contents));
  const { accept } = operation.requestHeaders;
  if (accept === undefined) return types;
  if (accept.length === 0) return types.length === 0 ? ["*/*"] : types;
  const both = types.filter((type) => accept.includes(type));
  return both.length === 0 ? accept.slice(0, 1) : both;
}

/**
 * The output schema that clients see: the names of an object's fields and what they mean, nothing that an answer
 * could fail to meet. Real APIs differ from their documents, and clients refuse a whole answer over one field.
 */
export function listedOutput(result: SchemaNode | undefined): JsonObject | undefined {
  const fields = fieldsOf(result);
  if (fields.length === 0 || fields.length > mostListed) return undefined;
  const written = fields.map(([name, field]): [string, Json] => [name, { ...anyType, description: fieldText(field) }]);
  const schema = legible({ type: "object", properties: fromEntries(written) }, withoutHidden);
  return JSON.stringify(schema).length > maximumListed ? undefined : schema;
}

/** Why an output schema is listed, or is not. */
export function outputReason(result: SchemaNode | undefined, listed: boolean): string {
  if (listed) return "the fields of the JSON object that a success answers with";
  if (result === undefined) return "no output schema: the document describes no JSON answer";
  if (fieldsOf(result).length === 0) return "no output schema: the answer is no object with named fields";
  return listedOutput(result) === undefined
    ? `no output schema: it would take more than ${maximumListed} characters`
    : "no output schema: those of all tools together would weigh down the list";
}

/** The named fields of an object; none of any other value. */
function fieldsOf(result: SchemaNode | undefined): SchemaNode["properties"] {
  const whole = result?.whole;
  return whole?.types.join() === "object" ? whole.properties : [];
}

function fieldText({ whole }: SchemaNode): string {
  const types = whole.types.join(" or ") || "any";
  const about = cut(plainText(whole.description ?? ""), 120);
  return about === "" ? types : `${types}: ${about}`;
}
