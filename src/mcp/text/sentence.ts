/** Sentences put one behind the other. */
import { cut } from "./condense.ts";

/** A text that ends as a sentence does; one that ends in the middle of one gets a full stop. */
export function sentence(text: string): string {
  return /[.!?…。！？؟।][)\]"'”’»`]*$/u.test(text) ? text : `${text.replace(/[\s,;:–—-]+$/u, "")}.`;
}

/** Longest description: what the strictest client takes. */
export const maximumDescription = 1024;

/** A text and notes behind it, within the length of a description: where it is too long, the text is cut. */
export function withNotes(text: string | undefined, notes: readonly (string | undefined)[]): string {
  const behind = joinSentences(notes);
  return joinSentences([cut(text ?? "", maximumDescription - behind.length - 2), behind]);
}

/** Texts as sentences, one behind the other; the last one as it is. Empty and absent ones are left out. */
export function joinSentences(texts: readonly (string | undefined)[]): string {
  const present = texts.filter((text): text is string => text !== undefined && text !== "");
  return present.map((text, index) => (index === present.length - 1 ? text : sentence(text))).join(" ");
}
