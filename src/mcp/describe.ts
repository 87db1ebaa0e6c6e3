/**
 * The document's prose as a model should read it: plain text without what nobody sees, purpose first, short. It stays
 * data, and it stays untrusted: text that speaks to a model is reported.
 */
import type { Operation } from "../api/model.ts";
import { type JsonObject, own, ownString } from "../json.ts";
import { visible } from "../visible.ts";
import { type Known, condense, sentencesOf, shorten } from "./condense.ts";

/** Longest description of a tool: what the strictest client takes. */
export const maximumDescription = 1024;
/** Characters that a tool's description takes at most, unless it has notes of ours. */
const usualDescription = 640;
/** Longest title of a tool. */
export const maximumTitle = 100;

/**
 * Characters without a glyph: controls, private use, direction overrides, tags, fillers (Unicode Technical Report 36).
 * Joiners stay, since emoji and Indic scripts need them.
 */
const invisible =
  /[\p{Cc}\p{Co}\p{Cs}\p{Cn}\u00AD\u061C\u115F\u1160\u17B4\u17B5\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u206F\u2800\u3164\uFEFF\uFFA0\uFFF9-\uFFFB\u{E0000}-\u{E0FFF}]/gu;

/** Text without anything that would have to be taken out. */
const plain = /^[\x20-\x7E]*$/;
const markup = /[<>&[\]*#]| {2}/;

/** Markdown or HTML as plain text on one line. */
export function plainText(text: string): string {
  if (text.length < 20_000 && plain.test(text) && !markup.test(text)) return text.trim();
  return (
    text
      .slice(0, 20_000)
      .normalize("NFC")
      // Block quotes and the alerts in them.
      .replace(/^[ \t]*>[> \t]*(?:\[!\w+\])?/gm, "")
      .replace(/[\t\n\r\u2028\u2029]+/g, (space) => (/\n\s*\n/.test(space) ? "\n\n" : " "))
      .replace(invisible, (character) => (character === "\n" ? character : ""))
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
      .replace(/\s+/g, " ")
      .trim()
  );
}

/** The owner's own words, with their marks, as they are; without characters that nobody sees. */
export function legibleText(text: string): string {
  return text
    .slice(0, 20_000)
    .normalize("NFC")
    .replaceAll("\r\n", "\n")
    .replace(invisible, (character) => (character === "\n" || character === "\t" ? character : ""))
    .trim();
}

const entity = /&(?:amp;)*(nbsp|amp|lt|gt|quot|apos|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});/g;
const named: ReadonlyMap<string, string> = new Map([
  ["nbsp", " "],
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);

/** A character reference of HTML as its character, without those that nobody sees. */
function decoded(reference: string, name: string): string {
  if (!name.startsWith("#")) return named.get(name) ?? reference;
  const code = /^#[xX]/.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code > 0x10ffff ? reference : String.fromCodePoint(code).replace(invisible, " ");
}

/** The first sentence of a text. */
export function firstSentence(text: string, maximum: number): string {
  const end = /[.!?](?=\s|$)/.exec(text);
  return shorten(end === null ? text : text.slice(0, end.index + 1), maximum);
}

/** What a tool is called where a person reads it: the summary, else the words of its name. */
export function titleOf(operation: Operation, nameWords: readonly string[]): string {
  const summary = plainText(operation.summary ?? "").replace(/\.$/, "");
  if (summary !== "") return shorten(summary, maximumTitle);
  const text = nameWords.join(" ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Why the title is what it is, and why the description, where nobody decided it. */
export function textReasons(operation: Operation): { readonly title: string; readonly description: string } {
  const summary = plainText(operation.summary ?? "").replace(/\.$/, "");
  const cut = summary.length > maximumTitle ? `, cut to ${maximumTitle} characters` : "";
  const { source, prose, main } = proseOf(operation);
  const shortened = prose !== "" && main.length < prose.length ? ", shortened to what a call may depend on" : "";
  return {
    title: summary === "" ? "the words of the name, since there is no summary" : `the summary${cut}`,
    description: `${source}${shortened}${operation.deprecated ? ", marked as deprecated" : ""}`,
  };
}

/** What the document says of an operation, which of its texts that is, and what of it is listed. */
function proseOf(operation: Operation): { readonly source: string; readonly prose: string; readonly main: string } {
  const summary = plainText(operation.summary ?? "");
  const description = plainText(withoutBlocks(operation.description ?? ""));
  const request = `${operation.method} ${operation.path}`;
  const listed = (source: string, prose: string): ReturnType<typeof proseOf> => ({
    source,
    prose,
    main: condense(withoutCredentials(prose), usualDescription) || summary || request,
  });
  if (description !== "")
    return summary === "" || startsWith(description, summary) || repeats(description, summary)
      ? listed("the description", description)
      : listed("summary and description", `${sentence(summary)} ${description}`);
  return summary === ""
    ? listed("method and path, since there is neither summary nor description", "")
    : listed("the summary", summary);
}

/** What a tool does: summary, then description, then what a caller has to know besides. */
export function descriptionOf(operation: Operation, notes: readonly string[]): string {
  const { main } = proseOf(operation);
  const suffix = [...(operation.deprecated ? ["Deprecated."] : []), ...notes].join(" ");
  return suffix === ""
    ? shorten(main, maximumDescription)
    : `${shorten(sentence(main), maximumDescription - suffix.length - 1)} ${suffix}`;
}

/** Sentences on which token the API wants: a caller of the tool has none to choose, and a refusal says what it lacks. */
function withoutCredentials(text: string): string {
  const [first, ...others] = sentencesOf(text);
  return [first, ...others.filter((sentence) => !credentials.test(sentence))].join(" ");
}

const credentials =
  /^(?=.*\b(?:OAuth|API keys?|(?:access|bearer|API|app) tokens?|tokens?)\b)(?=.*\b(?:scopes?|permissions?)\b)(?=.*\b(?:needs?|requires?d?|must have|must use)\b)/iu;

/** Blocks of code and tables of a text that is long without them; they show answers and programs, not calls. */
function withoutBlocks(text: string): string {
  if (text.length < usualDescription) return text;
  const bare = text
    .slice(0, 40_000)
    .replace(/^ {0,3}(`{3,}|~{3,})[^\n]*\n[\s\S]*?\n {0,3}\1 *$/gm, "")
    .replace(/^[ \t]*\|.*\|[ \t]*$/gm, "");
  return bare.trim() === "" ? text : bare;
}

/** Whether the first sentence of a text has every word of a summary, endings aside. */
function repeats(text: string, summary: string): boolean {
  const stems = (words: string): readonly string[] =>
    (words.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])
      .filter((word) => !fillers.has(word))
      .map((word) => word.replace(/(?:ies|es|ed|ing|s|y|e)$/, ""));
  const first = new Set(stems(firstSentence(text, 300)));
  return stems(summary).every((stem) => first.has(stem));
}

const fillers = new Set("a an the of for to in on by with from and or this that is are".split(" "));

function sentence(text: string): string {
  return /[.!?…:]$/.test(text) ? text : `${text}.`;
}

/** Whether a text begins with another, punctuation and case aside. */
function startsWith(text: string, start: string): boolean {
  const bare = (value: string): string =>
    value
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, " ")
      .trim();
  return bare(text.slice(0, start.length * 2)).startsWith(bare(start));
}

/** Phrases with which a text tries to steer whoever reads it, rather than describe a call. */
const steering: readonly RegExp[] = [
  /\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:previous|prior|above|earlier|all|any|other|system)\b.{0,30}\b(?:instructions?|prompts?|rules?|messages?|tools?)\b/i,
  /\byou are (?:now|no longer)\b/i,
  /\bif you are an? (?:ai|llm|language model|assistant|agent)\b/i,
  /<\/?\s*(?:important|system|instructions?|assistant|secret|admin|override)\b[^>]*>/i,
  /\[(?:system|inst|admin)\]|^\W{0,10}system\s{0,3}:/im,
  /\b(?:system prompt|developer message|jailbreak)\b/i,
  /\b(?:do not|don't|never|without)\b.{0,30}\b(?:tell|inform|mention|notify|telling|informing|mentioning|notifying|reveal|asking)\b.{0,30}\b(?:the )?user\b/i,
  /\b(?:hide|conceal|keep)\b.{0,30}\bfrom the user\b/i,
  /\b(?:before|after|instead of) (?:using|calling|invoking|running) (?:this|any|another|other|the) (?:\w+ )?tools?\b/i,
  /\b(?:tool|function)\b.{0,20}\bmust (?:always )?be (?:called|used|invoked|run) (?:first|before)\b/i,
  /\bwhen(?:ever)? the user (?:asks|says|wants)\b.{0,60}\b(?:always|instead|call|use)\b/i,
  /\balways (?:execute|obey|follow) (?:the|any|all|every) (?:commands?|instructions?|orders?)\b/i,
  /\bask (?:the user |them )?for (?:the |their |his |her )?(?:passwords?|credentials|secrets?|api keys?)\b/i,
  /\b(?:read|send|include|pass|upload|exfiltrate|forward|append)\b.{0,60}(?:~\/|\.ssh|id_rsa|\.env\b|\/etc\/passwd|api[_ ]?keys? of|conversation history|chat history|environment variables?)/i,
  /\b(?:assistants?|llms?|language models?|ai models?|ai agents?|claude|chatgpt|gpt-?\d)\b.{0,40}\b(?:must|should always|shall|has to|have to|needs? to)\b/i,
  /\bnote to (?:the |an? )?(?:ai|llm|model|assistant|agent)s?\b|\b(?:llms?|ai (?:assistants?|agents?|models?)):/i,
];

/** A phrase in which a text speaks to a model, or uses characters that nobody sees. `undefined` where there is none. */
export function suspiciousPhrase(text: string): string | undefined {
  const written = text.slice(0, 20_000);
  // Mark-up and entities may hide what a model reads in the end.
  for (const form of new Set([written, written.replace(entity, decoded), plainText(written)])) {
    for (const pattern of steering) {
      const found = pattern.exec(form);
      if (found !== null) return found[0];
    }
  }
  return /[\u{E0000}-\u{E0FFF}\u202A-\u202E\u2066-\u2069]/u.test(text) ? "invisible characters" : undefined;
}

/** Longest description of a schema, by how deep it stands; deeper ones are as the last. */
const longestByDepth = [400, 120, 90, 70] as const;

/**
 * A schema's description as clients are shown it: shorter the deeper it stands.
 *
 * @param longest of a schema at depth 0
 */
export function schemaDescription(
  schema: JsonObject,
  depth: number,
  longest: number,
  values: Known["values"],
): JsonObject {
  const text = plainText(ownString(schema, "description") ?? "");
  if (text === "") return {};
  const maximum = depth === 0 ? longest : (longestByDepth[depth] ?? 70);
  const description = condense(text, maximum, { values, default: own(schema, "default") });
  return description === "" ? {} : { description };
}

/** A name of the document within a sentence of ours. */
export function quoted(name: string): string {
  return `"${shorten(visible(name), 80)}"`;
}

/** Properties that are named in a description only. */
export function unlistedNote(names: readonly string[], required: readonly string[]): string {
  const list = names.map((name) => `${quoted(name)}${required.includes(name) ? " (required)" : ""}`).join(", ");
  return shorten(`Also takes ${list}.`, 240);
}
