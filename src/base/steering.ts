/** Texts of a document that a model reads, and that are not what they seem to whoever reads the document. */
import { decoded, entity, plainText } from "./plain-text.ts";
import { oncePerText } from "./once-per-text.ts";
import { hiddenIn, visible } from "./visible.ts";

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

/** Any of them, in one look. Only the one with a beginning of a line minds lines. */
const anySteering = new RegExp(steering.map(({ source }) => source).join("|"), "im");

/** What nearly all texts are, and there are many: without any word of those phrases, mark-up, or foreign characters. */
const harmless = /^[\t\n\r\x20-\x7e]*$/;
const trigger =
  /[<&*[]|ignor|disregard|forget|overrid|you.?are|system|developer|jailbreak|user|tool|function|always|ask|ssh|id_rsa|\.env|passwd|api.?key|history|environment|assistant|llm|language.?model|ai.?(?:model|agent)|\bai\b|claude|gpt|note.?to/i;

/**
 * What is wrong with a text that a model reads: it speaks to a model, or has characters that nobody sees. Completes a
 * sentence that begins with the name of the text; `undefined` where there is nothing.
 */
export const textFault = oncePerText((text: string): string | undefined => {
  const written = text.slice(0, 20_000);
  if (harmless.test(written) && !trigger.test(written)) return undefined;
  const readable = written.replace(entity, decoded);
  // Mark-up, entities and the spelling of names may hide what a model reads in the end.
  for (const form of new Set([written, readable, plainText(written), spelledOut(written)])) {
    if (!anySteering.test(form)) continue;
    for (const pattern of steering) {
      const found = pattern.exec(form);
      if (found !== null) return `may steer a model: ${visible(found[0])}`;
    }
  }
  const hidden = hiddenIn(readable);
  return hidden.length === 0 ? undefined : `has characters that nobody sees: ${hidden.slice(0, 5).join(", ")}`;
});

/** `ignoreAll_previous-instructions` as words; a text that has spaces as it is. */
function spelledOut(text: string): string {
  return /\s/.test(text) ? text : text.replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2").replace(/[_.-]+/g, " ");
}
