/**
 * The document's prose as a model should read it: plain text without what nobody sees, purpose first, short. It stays
 * data, and it stays untrusted: text that speaks to a model is reported.
 */
import { cutMark } from "../../../templates/always/src/runtime/finding/words.ts";
import type { Operation } from "../../api/model.ts";
import { oncePerText } from "../../base/once-per-text.ts";
import { plainText } from "../../base/plain-text.ts";
import type { SchemaNode } from "../../base/schema/node.ts";
import { escapedText } from "../../base/visible.ts";
import { sentence, withNotes } from "./sentence.ts";
import { condense, cut, firstOf, sentencesOf, shorten, someOf, withoutSentences } from "./condense.ts";

/** Characters that a tool's description takes at most, unless it has notes of ours. */
const usualDescription = 1000;
/** Longest title of a tool. */
export const maximumTitle = 100;

/** The first sentence of a text. */
export function firstSentence(text: string, maximum: number): string {
  return cut(firstOf(text), maximum);
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
  const shortened = prose !== "" && main.length < prose.length ? ", shortened" : "";
  return {
    title: summary === "" ? "the words of the name, since there is no summary" : `the summary${cut}`,
    description: `${source}${shortened}${operation.deprecated ? ", marked as deprecated" : ""}`,
  };
}

/** What the document says of an operation, which of its texts that is, and what of it is listed. */
function proseOf(operation: Operation): { readonly source: string; readonly prose: string; readonly main: string } {
  const summary = plainText(operation.summary ?? "");
  const description = plainText(withoutBlocks(operation.description ?? ""));
  const request = escapedText(`${operation.method} ${operation.path}`);
  const listed = (source: string, prose: string): ReturnType<typeof proseOf> => ({
    source,
    prose,
    main: condense(withoutCredentials(prose), usualDescription) || summary || request,
  });
  if (description !== "")
    return summary === "" || startsWith(description, summary) || repeats(firstSentence(description, 300), summary)
      ? listed("the description", description)
      : listed("summary and description", `${sentence(summary)} ${description}`);
  return summary === ""
    ? listed("method and path, since there is neither summary nor description", "")
    : listed("the summary", summary);
}

/** What a tool does: summary, then description, then what a caller has to know besides. */
export function descriptionOf(operation: Operation, notes: readonly (string | undefined)[]): string {
  const { main } = proseOf(operation);
  return withNotes(main, [operation.deprecated ? "Deprecated." : undefined, ...notes]);
}

/** Longest text on the body in a tool's description. */
const longestBody = 300;

/**
 * What the document says of the body of an operation whose fields stand beside its parameters, as far as neither the
 * operation nor the names of the fields say it.
 */
export function bodyText(operation: Operation, fields: readonly string[]): string | undefined {
  const prose = plainText(operation.body?.description ?? "");
  if (prose === "") return undefined;
  const texts = [operation.summary, operation.description].map((text) => plainText(text ?? "")).join(" ");
  const said = stemsOf(wordsOf([texts, operation.operationId, operation.path, ...fields].join(" ")));
  const isSaid = (stem: string): boolean => said.has(stem) || bodyStems.has(stem);
  const useful = withoutSentences(sentencesOf(prose), (each) => [...stemsOf(wordsOf(each))].every(isSaid));
  const text = condense(useful.join(" "), longestBody);
  return text === "" ? undefined : `Body: ${text}`;
}

/** Words of names apart, so that `petName` says what "name of the pet" does. */
function wordsOf(text: string): string {
  return text.replace(/([a-z0-9])([A-Z])/g, "$1 $2").replace(/_/g, " ");
}

const withoutEnding = oncePerText((word) => word.replace(/(?:ies|es|ed|ing|s|y|e)$/, ""));

const fillers = new Set("a an the of for to in on by with from and or this that is are".split(" "));

/** Words that say of a body no more than that it is one. */
const bodyStems = stemsOf(
  "the body of this request payload post put patch data json object objects model dto input params parameters arguments " +
    "fields properties attributes values details information info content entity resource item definition schema command " +
    "contains containing holds needed needs need required optional to be that which for with add added create created new " +
    "update updated updates set sent given want configuration config settings setting valid desired identifies describes apply " +
    "multipart form its it their them",
);

/** Sentences on which token the API wants: a caller of the tool has none to choose, and a refusal says what it lacks. */
function withoutCredentials(text: string): string {
  if (!/scope|permission/iu.test(text)) return text;
  const mayGo = (sentence: string, index: number): boolean =>
    index > 0 && credentials.every((words) => words.test(sentence));
  return withoutSentences(sentencesOf(text), mayGo).join(" ");
}

/** What such a sentence has all of. */
const credentials: readonly RegExp[] = [
  /\b(?:scopes?|permissions?)\b/iu,
  /\b(?:OAuth|API keys?|tokens?)\b/iu,
  /\b(?:needs?|requires?d?|must have|must use)\b/iu,
];

/** A text that is long without its blocks of code and tables, which show answers and programs rather than calls. */
function withoutBlocks(text: string): string {
  if (text.length < usualDescription) return text;
  const bare = text
    .slice(0, 40_000)
    .replace(/^ {0,3}(`{3,}|~{3,})[^\n]*\n[\s\S]*?\n {0,3}\1 *$/gm, cutMark)
    .replace(/(?:^[ \t]*\|.*\|[ \t]*$\n?)+/gm, `${cutMark}\n`)
    .replace(/\[…\](?:\s*\[…\])+/g, cutMark);
  return bare.replaceAll(cutMark, "").trim() === "" ? text : bare;
}

/** Whether a text has every word of another, endings aside. */
export function repeats(text: string, other: string): boolean {
  const wanted = [...stemsOf(other)];
  const lower = text.toLowerCase();
  // A word begins with its stem: most texts lack one, and need not come apart.
  if (!wanted.every((stem) => lower.includes(stem))) return false;
  const stems = stemsOf(lower);
  return wanted.every((stem) => stems.has(stem));
}

/** Words of a text without their endings, but for those that say nothing. */
function stemsOf(text: string): ReadonlySet<string> {
  const stems = new Set<string>();
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])
    if (!fillers.has(word)) stems.add(withoutEnding(word));
  return stems;
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

/** About how long the description of a schema is, by how deep it stands; deeper ones are as the last. */
const longestByDepth = [500, 160, 120, 90] as const;

/**
 * A schema's description as clients are shown it: shorter the deeper it stands.
 *
 * @param longest of a schema at depth 0
 */
export function schemaDescription(
  schema: SchemaNode,
  depth: number,
  longest: number,
): { readonly description?: string } {
  const text = plainText(schema.description ?? "");
  if (text === "") return {};
  const maximum = depth === 0 ? longest : (longestByDepth[depth] ?? 90);
  const description = condense(text, maximum, { values: schema.values, default: schema.default }, 2 * maximum);
  return description === "" ? {} : { description };
}

/** A name of the document within a sentence of ours. */
export function quoted(name: string): string {
  return `"${shorten(escapedText(name), 80)}"`;
}

/** Properties that are named in a description only. */
export function unlistedNote(names: readonly string[], required: readonly string[]): string {
  return `Also takes ${someOf(
    names.map((name) => `${quoted(name)}${required.includes(name) ? " (required)" : ""}`),
    220,
  )}.`;
}
