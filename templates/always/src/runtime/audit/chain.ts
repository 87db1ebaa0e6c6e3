/** Lines that each carry the hash of the one before: none can be changed, left out or put between unnoticed. */
import { utf8 } from "../data/bytes.js";

/** Where a chain goes on. */
export interface Link {
  /** Number of the next line. */
  readonly seq: number;
  /** Hash of the last one; empty: there was none. */
  readonly hash: string;
}

export const firstLink: Link = { seq: 1, hash: "" };

/** Hash of a text, in hexadecimal. */
export type Hash = (text: string) => Promise<string>;

/** @param key what it is made with (HMAC-SHA-256); absent: whoever can write the file can hash, too (SHA-256) */
export async function hashWith(key: string | undefined): Promise<Hash> {
  if (key === undefined)
    return async (text) =>
      hex(await crypto.subtle.digest("SHA-256", utf8(text)));
  const made = await crypto.subtle.importKey(
    "raw",
    utf8(key),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  return async (text) =>
    hex(await crypto.subtle.sign("HMAC", made, utf8(text)));
}

/** @param line text of an object of JSON */
export async function chained(
  line: string,
  { seq, hash: prev }: Link,
  hash: Hash,
): Promise<{ readonly line: string; readonly next: Link }> {
  const body = `${line.slice(0, -1)},"seq":${seq},"prev":"${prev}"`;
  const own = await hash(`${body}}`);
  return {
    line: `${body},"hash":"${own}"}`,
    next: { seq: seq + 1, hash: own },
  };
}

const end =
  /,"seq":(\d{1,15}),"prev":"([0-9a-f]*)"(,"hash":"([0-9a-f]{64})"\})$/;

/** What a line says of the one after it; `undefined` for one of no chain. */
export function linkAfter(line: string): Link | undefined {
  const [, seq, , , hash] = end.exec(line) ?? [];
  return seq === undefined || hash === undefined
    ? undefined
    : { seq: Number(seq) + 1, hash };
}

/**
 * What is wrong with a line; `undefined`: nothing.
 *
 * @param link where the chain goes on; absent: this is the first line that is seen of it
 */
export async function faultOf(
  line: string,
  link: Link | undefined,
  hash: Hash,
): Promise<string | undefined> {
  const [, seq, prev, tail = "", own] = end.exec(line) ?? [];
  if (seq === undefined) return "is no line of a chain";
  if ((await hash(`${line.slice(0, -tail.length)}}`)) !== own)
    return "was changed: it is not what its hash says";
  if (link === undefined) return undefined;
  if (Number(seq) !== link.seq)
    return `has number ${seq}, and ${link.seq} was to come`;
  return prev === link.hash
    ? undefined
    : "does not go on from the line before it";
}

function hex(bytes: ArrayBuffer): string {
  return [...new Uint8Array(bytes)]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}
