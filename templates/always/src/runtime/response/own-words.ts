/**
 * Whose words a result holds. Ours stand on lines that begin in one of a few ways, mostly in blocks of their own; lines of
 * an answer that begin like those are marked as quoted (`> `), so that no answer speaks in this server's name.
 */

/** How lines of this server begin, whatever decorates them: add what a new one begins with. */
const own =
  /^[\s>*_#`"'“‘([|~+=-]{0,40}(?:hint|note|part|cut|done|created at|received|http \d{3}|the api (?:accepted|redirects|gave)|the (?:answer|structured content|rest))(?![\p{L}\p{N}_-])/iu;

/** Text of an answer that is no JSON, with its lines that read like ours marked. */
export function quotedWhereLikeOurs(text: string): string {
  // `^` stands behind every line break that there is; compatible forms of letters read alike.
  return text.replaceAll(/^[^\n\r\u2028\u2029]{1,80}/gm, (start) =>
    own.test(start.normalize("NFKC")) ? `> ${start}` : start,
  );
}

/** JSON of an answer on as many lines as it has: within texts, two line breaks may stand as they are (ECMA-404 §9). */
export function jsonWithoutBreaks(text: string): string {
  return text.replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

/** A URI of an answer within a sentence of ours: it has no spaces, so that it ends where it ends. */
export function withoutSpaces(uri: string): string {
  return uri.replaceAll(/\s/gu, (space) => encodeURIComponent(space));
}

/** A name within quotes of ours, which it cannot end. */
export function withoutQuotes(name: string): string {
  return name.replaceAll(/["“”„‟]/gu, "'");
}
