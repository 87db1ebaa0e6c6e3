/** A host of the web standard alone: what a platform without Node.js would have. */
import type { Environment } from "../../../templates/always/src/runtime/data/environment.js";
import type { DataFiles } from "../../../templates/always/src/runtime/data/project.js";
import type { Host } from "../../../templates/always/src/runtime/host.js";
import type { Exchange } from "../../../templates/always/src/runtime/upstream/http-message.js";
import {
  isLoopbackHost,
  PrivateAddressError,
  isPrivateLiteral,
} from "../../../templates/always/src/runtime/upstream/public-address.js";
import { concatBytes, utf8Length } from "../../../templates/always/src/runtime/data/bytes.js";

export function webHost(environment: Environment): Host {
  return {
    environment,
    exchange,
    turn: () => new Promise((resolve) => setTimeout(resolve)),
    close: async () => undefined,
  };
}

const exchange: Exchange = async ({ method, url, headers, body }, route, signal, maxBytes, room) => {
  const { hostname } = new URL(url);
  if (!route.allowPrivate && (isPrivateLiteral(hostname) || isLoopbackHost(hostname)))
    throw new PrivateAddressError(hostname);
  const answer = await fetch(url, {
    method,
    headers: headers.map(([name, value]): [string, string] => [name, value]),
    body: typeof body === "string" ? body : body === undefined ? null : new Uint8Array(body),
    redirect: "manual",
    signal,
  });
  room?.release();
  const chunks: Uint8Array[] = [];
  let left = maxBytes;
  let truncated = false;
  const reader = answer.body?.getReader();
  for (let next = await reader?.read(); next?.value !== undefined; next = await reader?.read()) {
    const chunk = next.value as Uint8Array;
    await room?.take(Math.min(chunk.byteLength, left), signal);
    chunks.push(chunk.subarray(0, left));
    truncated = chunk.byteLength > left;
    left -= Math.min(chunk.byteLength, left);
    if (truncated) {
      await reader?.cancel();
      break;
    }
  }
  return { status: answer.status, headers: answer.headers, body: concatBytes(chunks), truncated, url };
};

/** Files that were bundled, by their paths below `src/generated/`. */
export function bundledFiles(values: ReadonlyMap<string, unknown>): DataFiles {
  return {
    read: (path) => {
      const value = values.get(path);
      return value === undefined ? undefined : { value, bytes: utf8Length(JSON.stringify(value)) };
    },
    readLater: async (path) => values.get(path),
  };
}
