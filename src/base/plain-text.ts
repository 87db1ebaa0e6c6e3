/** The prose of documents, which is Markdown with HTML (§4.8), as plain text. */
import { oncePerText } from "./once-per-text.ts";
import { withoutHidden } from "./visible.ts";

/** Printable ASCII without a sign of markup: nothing of it has to be taken out, but for spaces. */
const plain = /^[ !"$%'()+-;=?-Z\\^-~]*$/;
/** Nothing that is not seen, and nothing to normalize. */
const ascii = /^[\t\n\r\x20-\x7E]*$/;

/** Markdown or HTML as plain text on one line. */
export function plainText(text: string): string {
  if (text.length < 20_000 && plain.test(text) && !text.includes("  ")) return text.trim();
  return withoutMarkup(text);
}

const withoutMarkup = oncePerText((text: string): string => {
  const start = text.slice(0, 20_000);
  let rest = ascii.test(start) ? start : withoutHidden(start.replace(/[\u2028\u2029]/g, "\n")).normalize("NFC");
  for (const { sign, without } of steps) if (rest.includes(sign)) rest = without(rest);
  // Single spaces, which most are, stay.
  return withoutHidden(rest.replace(/[^\S ]\s*| \s+/g, " ")).trim();
});

/** Markup in the order in which it is taken out, each kind with a sign without which a text has none of it. */
const steps: readonly { readonly sign: string; readonly without: (text: string) => string }[] = [
  // Block quotes and the alerts in them.
  { sign: ">", without: (text) => text.replace(/^[ \t]*>[> \t]*(?:\[!\w+\])?/gm, "") },
  // Rules between the rows of a table say nothing.
  {
    sign: "|",
    without: (text) => text.replace(/^[ \t]*\|?(?:[ \t]*:?-+:?[ \t]*\|)+[ \t]*(?::?-+:?)?[ \t]*$/gm, ""),
  },
  // Lines, so that what follows finds markup over two of them, but not over paragraphs.
  {
    sign: "",
    without: (text) => text.replace(/[\t\n\r]+/g, (space) => (/\n\s*\n/.test(space) ? "\n\n" : " ")),
  },
  { sign: "<!--", without: (text) => text.replace(/<!--.*?(?:-->|$)/gs, " ") },
  { sign: "<", without: (text) => text.replace(tag, withoutTag) },
  { sign: "![", without: (text) => text.replace(/!\[([^\]]{0,200})\]\([^()\s]{0,2000}\)/g, "$1") },
  {
    sign: "](",
    without: (text) => text.replace(/\[([^\][]{1,200})\]\([^()\s]{0,2000}(?:\s"[^"]*")?\)/g, "$1"),
  },
  { sign: "#", without: (text) => text.replace(/(^|\s)#{1,6}\s+/g, "$1") },
  { sign: "**", without: (text) => text.replace(/\*\*([^*]+)\*\*/g, "$1") },
  { sign: "&", without: (text) => text.replace(entity, decoded) },
  { sign: "--", without: (text) => text.replace(/<!--|-->/g, " ") },
  // What was written as text stays text, but no tag: of a placeholder its name, of `a < b` all.
  {
    sign: "<",
    without: (text) => text.replace(tag, (written, name: string) => placeholder(written) ?? ` ${name} `),
  },
];

/** What may be a tag of HTML: code that compares, as in `<n` and `>n`, is none. */
const tag = /<\/?([A-Za-z][^<>`]{0,200})>/g;
const elements = new Set(
  "a abbr address article aside b blockquote body br button caption center cite code col colgroup dd del details dfn div dl dt em figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header hr html i iframe img input ins kbd label li link main mark meta nav ol option p picture pre q s samp script section select small source span strong style sub summary sup svg table tbody td textarea tfoot th thead title tr tt u ul var video wbr important system instruction instructions assistant secret admin override".split(
    " ",
  ),
);

/** A tag as nothing, a placeholder as such. */
function withoutTag(written: string): string {
  return placeholder(written) ?? " ";
}

/** `<branch name>` as `{branch name}`; `undefined` for a tag. */
function placeholder(written: string): string | undefined {
  const name = /^<([A-Za-z][\w .:|-]{0,60})>$/.exec(written)?.[1];
  return name === undefined || elements.has((/^\w+/.exec(name)?.[0] ?? "").toLowerCase()) ? undefined : `{${name}}`;
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
