/** A platform of the web standard alone, such as Cloudflare's Workers, as the rest of this server sees it. */
import type { Environment } from "../data/environment.js";
import { concatBytes } from "../data/bytes.js";
import type { Host } from "../host.js";
import type { Exchange } from "../upstream/http-message.js";
import {
  isLoopbackHost,
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
  const chunks: Uint8Array[] = [];
  let left = maxBytes;
  let truncated = false;
  const reader = answer.body?.getReader();
  while (reader !== undefined && !truncated) {
    const { done, value } = await reader.read();
    if (done) break;
    await room?.take(Math.min(value.byteLength, left), signal);
    chunks.push(value.subarray(0, left));
    truncated = value.byteLength > left;
    left -= Math.min(value.byteLength, left);
  }
  if (truncated) await reader?.cancel();
  const { status } = answer;
  return {
    status,
    headers: answer.headers,
    body: concatBytes(chunks),
    truncated,
    url,
  };
};
