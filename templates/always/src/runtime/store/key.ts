import { toBase64, utf8 } from "../data/bytes.js";

/** A key for any text, under a name: neither its length nor its letters matter, and it cannot be read from the key. */
export async function hashedKey(name: string, text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", utf8(text));
  return `${name}:${toBase64(new Uint8Array(digest))}`;
}
