/** The prose of documents, which is Markdown with HTML (§4.8), as plain text. */
import { withoutHidden } from "./visible.ts";

/** Text without anything that would have to be taken out. */
const plain = /^[\x20-\x7E]*$/;
const markup = /[<>&[\]*#]| {2}/;

/** Markdown or HTML as plain text on one line. */
export function plainText(text: string): string {
  if (text.length < 20_000 && plain.test(text) && !markup.test(text)) return text.trim();
  return withoutHidden(
    withoutHidden(text.slice(0, 20_000).replace(/[\u2028\u2029]/g, "\n"))
      .normalize("NFC")
      // Block quotes and the alerts in them.
      .replace(/^[ \t]*>[> \t]*(?:\[!\w+\])?/gm, "")
      .replace(/[\t\n\r]+/g, (space) => (/\n\s*\n/.test(space) ? "\n\n" : " "))
      .replace(/<!--.*?(?:-->|$)/gs, " ")
      .replace(/<\/?[A-Za-z][^<>]{0,200}>/g, " ")
      .replace(/!\[([^\]]{0,200})\]\([^()\s]{0,2000}\)/g, "$1")
      .replace(/\[([^\][]{1,200})\]\([^()\s]{0,2000}(?:\s"[^"]*")?\)/g, "$1")
      .replace(/(^|\s)#{1,6}\s+/g, "$1")
      .replace(/\*\*([^*]+)\*\*/g, "$1")
      .replace(entity, decoded)
      .replace(/<!--|-->/g, " ")
      // What was written as text stays text, but no tag: of a placeholder its name, of `a < b` all.
      .replace(/<\/?([A-Za-z][^<>]{0,200})>/g, " $1 ")
      .replace(/\s+/g, " "),
  ).trim();
}

/** The owner's own words, with their marks, as they are; without characters that nobody sees. */
export function legibleText(text: string): string {
  return withoutHidden(text.slice(0, 20_000).normalize("NFC").replaceAll(/\r\n?/g, "\n")).trim();
}

export const entity = /&(?:amp;)*(nbsp|amp|lt|gt|quot|apos|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});/g;
const named: ReadonlyMap<string, string> = new Map([
  ["nbsp", " "],
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);

/** A character reference of HTML as its character. */
export function decoded(reference: string, name: string): string {
  if (!name.startsWith("#")) return named.get(name) ?? reference;
  const code = /^#[xX]/.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code > 0x10ffff ? reference : String.fromCodePoint(code);
}
