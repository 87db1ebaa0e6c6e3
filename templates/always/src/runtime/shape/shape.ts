/** The part that chooses what is seen of answers: by the owner's configuration, and by what a call asks for. */
import type { AnswerParts } from "../call/call.js";
import { utf8, utf8Text } from "../data/bytes.js";
import type { ShapePlan } from "../data/model-parts.js";
import {
  isJsonArray,
  isJsonObject,
  pointerTokens,
} from "../data/json-place.js";
import type { JsonObject, JsonValue } from "../data/model.js";
import { ConfigurationError, missingPart } from "../errors.js";
import { readJson } from "../response/json.js";
import type { HttpResponse } from "../upstream/http-message.js";
import { pathTree, without, withOnly } from "./paths.js";

export { chosenFields } from "./chosen-fields.js";

interface Shaped {
  readonly response: HttpResponse;
  readonly note?: string;
}

export async function shaped(
  shape: ShapePlan,
  fields: readonly string[] | undefined,
  response: HttpResponse,
  parts: AnswerParts,
): Promise<Shaped> {
  const { status, body, truncated } = response;
  const { drop, keep, jmespath, items = "" } = shape;
  const isOwners = (drop ?? keep ?? jmespath) !== undefined;
  const isAnswer = status >= 200 && status < 300 && body.byteLength > 0;
  if (!isAnswer || (!isOwners && fields === undefined)) return { response };
  const json = truncated ? undefined : readJson(utf8Text(body));
  if (json === undefined) {
    if (!isOwners) return { response };
    throw new ConfigurationError(
      "This server shows only a part of the API's answers, and cannot tell it of this one: it is no JSON, or too long",
      { hint: "Ask for less, if the tool can be." },
    );
  }
  const seen = await ownersPart(json.value, shape, parts);
  const chosen =
    fields === undefined
      ? seen
      : withFields(seen, pointerTokens(items), fields);
  const text = JSON.stringify(chosen);
  if (text === JSON.stringify(json.value)) return { response };
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  const notes = [
    ...(seen === json.value
      ? []
      : ["this server shows only a part of the API's answer"]),
    ...(fields === undefined ? [] : [fieldsNote(fields, shape)]),
  ];
  return {
    response: { ...response, headers, body: utf8(text) },
    note: `Note: ${notes.join("; ")}.`,
  };
}

async function ownersPart(
  value: JsonValue,
  { drop, keep, jmespath }: Pick<ShapePlan, "drop" | "keep" | "jmespath">,
  parts: AnswerParts,
): Promise<JsonValue> {
  const rest = drop === undefined ? value : without(value, pathTree(drop));
  const kept = keep === undefined ? rest : withOnly(rest, pathTree(keep));
  if (jmespath === undefined) return kept;
  const part = await parts.jmespath?.();
  if (part === undefined) throw missingPart("evaluates JMESPath");
  try {
    return part.searchValue(kept, jmespath);
  } catch (cause) {
    throw new ConfigurationError(
      "The expression that says what this server shows of the answer does not fit it",
      { hint: 'Have "answer.jmespath" of this tool corrected.', cause },
    );
  }
}

/** The items of the list, or the object, with these fields; what stands around stays. */
function withFields(
  value: JsonValue,
  [token, ...others]: readonly string[],
  fields: readonly string[],
): JsonValue {
  if (token === undefined) return withOnly(value, pathTree(fields));
  if (isJsonArray(value) || !isJsonObject(value)) return value;
  if (!Object.hasOwn(value, token)) return value;
  const around: JsonObject = value;
  return {
    ...around,
    [token]: withFields(around[token] ?? null, others, fields),
  };
}

function fieldsNote(
  fields: readonly string[],
  { argument, fields: preset }: ShapePlan,
): string {
  const names = fields.slice(0, 10).map((name) => JSON.stringify(name));
  const more = fields.length > 10 ? ` and ${fields.length - 10} more` : "";
  const other =
    preset !== undefined && argument !== undefined
      ? `, "${argument}" asks for others`
      : "";
  return `of its items only the fields ${names.join(", ")}${more} are here${other}`;
}
