/** Pages as one answer: the last one, with the items of all. */
import { concatBytes, utf8 } from "../data/bytes.js";
import { pointerTokens } from "../data/json-place.js";
import type { JsonObject, JsonValue } from "../data/model.js";
import { scanJson } from "../response/json-list.js";
import type { HttpResponse } from "../upstream/http-message.js";

export interface JoinablePage {
  /** As it came. */
  readonly bytes: Uint8Array;
  readonly body: JsonValue;
  readonly items: readonly JsonValue[];
  /** JSON pointer of the list; absent where the document does not say it. */
  readonly at: string | undefined;
}

/**
 * The answer with the items of all pages. What stands around the list is the last page's: it says that nothing follows,
 * where nothing does. Numbers keep their digits.
 */
export function joinedPages(
  response: HttpResponse,
  pages: readonly JoinablePage[],
): HttpResponse {
  const last = pages.at(-1);
  if (last === undefined || pages.length < 2) return response;
  const pieces = pages.map(piecesOf);
  const frame = pieces.at(-1);
  if (frame === undefined) return response;
  const comma = utf8(",");
  const items = pieces
    .map((piece) => piece.items)
    .filter(({ byteLength }) => byteLength > 0)
    .flatMap((bytes, index) => (index === 0 ? [bytes] : [comma, bytes]));
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  return {
    ...response,
    headers,
    body: concatBytes([frame.before, ...items, frame.behind]),
  };
}

interface Pieces {
  readonly before: Uint8Array;
  readonly items: Uint8Array;
  readonly behind: Uint8Array;
}

/** What stands before a page's items, its items, and what stands behind them. */
function piecesOf({ bytes, body, items, at }: JoinablePage): Pieces {
  const scanned = scanJson(bytes);
  const list = scanned?.list;
  const property = at === undefined ? undefined : pointerTokens(at).join(".");
  const isThere =
    scanned !== undefined &&
    list !== undefined &&
    list.ends.length === items.length &&
    (property === undefined || property === (list.property ?? ""));
  if (!isThere) return written(body, items, at);
  const end = list.ends.at(-1) ?? list.start;
  return {
    before: scanned.bytes.subarray(0, list.start),
    items: scanned.bytes.subarray(list.start, end),
    behind: scanned.bytes.subarray(end),
  };
}

/** The same of a list that is not the longest of its page. */
function written(
  body: JsonValue,
  items: readonly JsonValue[],
  at = "",
): Pieces {
  const mark = `items:${crypto.randomUUID()}`;
  const framed = JSON.stringify(withValue(body, pointerTokens(at), [mark]));
  const [before = "", behind = ""] = framed.split(JSON.stringify(mark));
  return {
    before: utf8(before),
    items: utf8(JSON.stringify(items).slice(1, -1)),
    behind: utf8(behind),
  };
}

function withValue(
  body: JsonValue,
  [token, ...others]: readonly string[],
  value: JsonValue,
): JsonValue {
  if (token === undefined) return value;
  const object = body as JsonObject;
  return {
    ...object,
    [token]: withValue(object[token] ?? null, others, value),
  };
}
