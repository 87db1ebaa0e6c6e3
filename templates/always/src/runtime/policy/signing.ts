/** What this server signs, so that nobody else can make it: messages of its webhook, and the links in them. */
import {
  fromBase64,
  fromUrlAlphabet,
  toBase64,
  toUrlAlphabet,
  utf8,
} from "../data/bytes.js";

export interface Signing {
  /** HMAC-SHA-256 in base64. */
  sign(text: string): Promise<string>;
  /** Takes the same time wherever a signature differs. */
  isSigned(text: string, signature: string): Promise<boolean>;
}

export function signingWith(key: Uint8Array<ArrayBuffer>): Signing {
  const made = crypto.subtle.importKey(
    "raw",
    key,
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign", "verify"],
  );
  return {
    async sign(text) {
      const bytes = await crypto.subtle.sign("HMAC", await made, utf8(text));
      return toBase64(new Uint8Array(bytes));
    },
    async isSigned(text, signature) {
      const bytes = fromBase64(signature);
      return (
        bytes !== undefined &&
        crypto.subtle.verify("HMAC", await made, bytes, utf8(text))
      );
    },
  };
}

/** Of a link to the page of approvals, besides the name of its question. */
export interface LinkProof {
  /** Milliseconds since 1970, in decimal digits: from then on it is worth nothing. */
  readonly until: string;
  /** In the alphabet of URLs (RFC 4648 §5). */
  readonly signature: string;
}

export async function linkProof(
  { sign }: Signing,
  name: string,
  until: number,
): Promise<LinkProof> {
  const signature = await sign(signedText(name, String(until)));
  return {
    until: String(until),
    signature: toUrlAlphabet(signature),
  };
}

/** Whether a link is one of this server's, for the question of this name, and still good. */
export async function isProven(
  { isSigned }: Signing,
  name: string,
  { until, signature }: LinkProof,
): Promise<boolean> {
  // One spelling for one signature.
  if (!/^\d{1,15}$/.test(until) || !/^[\w-]{43}$/.test(signature)) return false;
  return (
    (await isSigned(signedText(name, until), fromUrlAlphabet(signature))) &&
    Date.now() < Number(until)
  );
}

/** No message of the webhook begins like that: those begin with their own id. */
function signedText(name: string, until: string): string {
  return `approval-link.${name}.${until}`;
}
