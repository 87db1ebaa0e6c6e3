/** Hashes of texts and values: what is compared without being kept. */
import { hash } from "node:crypto";

/** SHA-256 of a text in UTF-8, hexadecimal. */
export function sha256(text: string): string {
  return hash("sha256", text, "hex");
}

/** SHA-256 of a value's JSON text, the first 16 hexadecimal digits. */
export function shortHash(value: unknown): string {
  return sha256(JSON.stringify(value)).slice(0, 16);
}
