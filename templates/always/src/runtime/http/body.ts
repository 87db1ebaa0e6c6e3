/** Reading the body of a request, up to a length. */
import type { HttpRequest } from "./message.js";

export const maxBodyBytes = 4 * 1024 * 1024;

/** The body, or `undefined` once it is longer than the limit, or says that it will be. */
export async function readBody({
  headers,
  body,
}: HttpRequest): Promise<Uint8Array | undefined> {
  if (Number(headers.get("content-length")) > maxBodyBytes) return undefined;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > maxBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return joined(chunks, size);
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const [first, ...more] = chunks;
  if (first !== undefined && more.length === 0) return first;
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}
