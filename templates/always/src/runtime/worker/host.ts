/** A platform of the web standard alone, such as Cloudflare's Workers, as the rest of this server sees it. */
import type { Environment, Host } from "../host.js";
import { concatBytes } from "../data/bytes.js";
import { isWorthGiving } from "../response/records.js";
import type { OwnRoom } from "../upstream/answer-room.js";
import { isTimeout } from "../upstream/deadline.js";
import type { CutBy, Exchange } from "../upstream/http-message.js";
import { isLoopbackHost } from "../data/url.js";
import {
  isPrivateLiteral,
  PrivateAddressError,
} from "../upstream/public-address.js";

export function workerHost(environment: Environment): Host {
  return {
    environment,
    exchange,
    turn: () => new Promise((resolve) => setTimeout(resolve)),
    close: async () => undefined,
  };
}

/** By `fetch`. Which address a name has the platform alone sees: here only those that stand in URLs are held against the route. */
const exchange: Exchange = async (
  { method, url, headers, body },
  route,
  signal,
  maxBytes,
  room,
  readAlong,
) => {
  const { hostname } = new URL(url);
  const isPrivate = isPrivateLiteral(hostname) || isLoopbackHost(hostname);
  if (!route.allowPrivate && isPrivate) throw new PrivateAddressError(hostname);
  const answer = await fetch(url, {
    method,
    headers: headers.map(([name, value]): [string, string] => [name, value]),
    body: typeof body === "string" ? body : body && new Uint8Array(body),
    redirect: "manual",
    signal,
  });
  room?.release();
  const { status, headers: fields } = answer;
  const type = fields.get("content-type");
  const read = await readBody(
    answer.body,
    maxBytes,
    { room, signal, along: readAlong?.(status, fields) },
    (start) => {
      const by = cutBy(signal);
      return by && isWorthGiving(start, type, by, url) ? by : undefined;
    },
  );
  return { status, headers: fields, url, ...read };
};

interface WhileRead {
  readonly room: OwnRoom | undefined;
  readonly signal: AbortSignal;
  readonly along: ((piece: Uint8Array) => void) | undefined;
}

/** Up to a limit of bytes; what came before a fault, where that is worth something. */
async function readBody(
  body: ReadableStream<Uint8Array> | null,
  limit: number,
  { room, signal, along }: WhileRead,
  cutOf: (start: Uint8Array) => CutBy | undefined,
) {
  const pieces: Uint8Array[] = [];
  const reader = body?.getReader();
  let left = limit;
  try {
    while (reader !== undefined) {
      const { done, value } = await reader.read();
      if (done) break;
      const piece = value.subarray(0, left);
      await room?.take(piece.byteLength, signal);
      along?.(piece);
      pieces.push(piece);
      left -= piece.byteLength;
      if (piece.byteLength < value.byteLength) {
        await reader.cancel();
        return { body: concatBytes(pieces), truncated: true };
      }
    }
  } catch (error) {
    const whole = concatBytes(pieces);
    const by = cutOf(whole);
    if (by === undefined) throw error;
    return { body: whole, truncated: true, cutBy: by };
  }
  return { body: concatBytes(pieces), truncated: false };
}

/** What ended an answer before it was over; a call that was cancelled has none. */
function cutBy({ aborted, reason }: AbortSignal): CutBy | undefined {
  if (!aborted) return "connection";
  return isTimeout(reason) ? "time" : undefined;
}
