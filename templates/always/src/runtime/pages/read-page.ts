/** A page of a list as it came. */
import { isJsonArray, isJsonObject, valueAt } from "../data/json-place.js";
import type { PagePlan } from "../data/answer-plan.js";
import type { JsonSchema, JsonValue } from "../data/model.js";
import { utf8Text } from "../data/bytes.js";
import type { OperationCall, Outgoing } from "../call/call.js";
import { readJson } from "../response/json.js";
import type { HttpResponse } from "../upstream/http-message.js";
import type { ReadPage } from "./next-page.js";

/** `undefined` for an answer that is no page: a failure, or no JSON. */
export function readPage(
  plan: PagePlan,
  call: OperationCall,
  { plan: { request, input }, request: sent }: Outgoing,
  args: OperationCall["args"],
  { status, headers, body, truncated }: HttpResponse,
): ReadPage | undefined {
  if (status < 200 || status >= 300 || truncated) return undefined;
  const json = readJson(utf8Text(body));
  if (json === undefined) return undefined;
  const { data } = call.row.api;
  const credentials = Object.values(data.securitySchemes).flatMap((scheme) =>
    scheme.type === "apiKey" && scheme.in === "query" ? [scheme.name] : [],
  );
  const { properties } = (input ?? call.row.listing.inputSchema) as {
    readonly properties?: Readonly<Record<string, JsonSchema>>;
  };
  return {
    body: json.value,
    headers,
    items: itemsOf(json.value, plan.items),
    request,
    url: sent.url,
    args,
    schemas: properties ?? {},
    credentials: new Set(credentials),
  };
}

/** The list of an answer; where the document does not say which, its only one. */
function itemsOf(
  body: JsonValue,
  pointer: string | undefined,
): readonly JsonValue[] | undefined {
  const named = pointer === undefined ? body : valueAt(body, pointer);
  if (isJsonArray(named)) return named;
  if (pointer !== undefined || !isJsonObject(body)) return undefined;
  const lists = Object.values(body).filter(isJsonArray);
  return lists.length === 1 ? lists[0] : undefined;
}
