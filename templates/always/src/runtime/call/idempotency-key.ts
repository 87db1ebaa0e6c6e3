/** A name for what a call does, by which the API knows it again: then a POST, too, may be sent once more. */
import { ownValue } from "../data/json-place.js";
import type { HttpRequest } from "../upstream/http-message.js";
import type { Outgoing } from "./call.js";

const headerName = /^(?:x-)?idempotency-key$/i;
/** Of `crypto.randomUUID()`. */
const keyLength = 36;

/**
 * The request with a key of its own, the same however often it is sent, where the owner names a header for one or the
 * document has a parameter for it, or with the one that was given (draft-ietf-httpapi-idempotency-key-header).
 *
 * @returns `undefined` where the API has no such header, or takes other keys than those that are made here
 */
export function withIdempotencyKey({
  row,
  plan,
  request,
}: Outgoing): HttpRequest | undefined {
  const chosen = row.policy.idempotencyKey;
  const isMeant = (name: string): boolean =>
    chosen === undefined
      ? headerName.test(name)
      : name.toLowerCase() === chosen.toLowerCase();
  const parameter = plan.request.parameters.find(
    (one) => one.in === "header" && isMeant(one.name),
  );
  const name = parameter?.name ?? chosen;
  if (name === undefined) return undefined;
  const isGiven = request.headers.some(
    ([field]) => field.toLowerCase() === name.toLowerCase(),
  );
  if (isGiven) return request;
  const { properties } = row.listing.inputSchema;
  const schema = parameter && ownValue(properties, parameter.argument);
  return takesKey(schema)
    ? { ...request, headers: [...request.headers, [name, crypto.randomUUID()]] }
    : undefined;
}

/** @param schema what the document asks of it; absent: nothing */
function takesKey(schema: unknown): boolean {
  const most = ownValue(schema, "maxLength");
  const least = ownValue(schema, "minLength");
  return (
    (typeof most !== "number" || most >= keyLength) &&
    (typeof least !== "number" || least <= keyLength) &&
    ["pattern", "enum", "const"].every(
      (word) => ownValue(schema, word) === undefined,
    )
  );
}
