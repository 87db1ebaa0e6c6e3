/** The authentication scheme (RFC 9110 §11.1) that a document asks for, in words only, before a value of `Authorization`. */

/** What stands for the value in an example: `<token>`, `{api_key}`, `YOUR_TOKEN`, `xxxx`. */
const blank = /(?:<[^<>]{1,60}>|\{[^{}]{1,60}\}|\[[^[\]]{1,60}\]|\$\w+|%\w+%|[A-Z][A-Z0-9]*_[A-Z0-9_]+|[xX*]{3,})/;
const example = new RegExp(`(?:^|[\\s"'\`“:(])([A-Za-z][\\w-]{1,30}) +["'\`]?${blank.source}`, "g");
const named = /\bprefix(?:ed)?(?: +(?:it|of|with|by|is))*:? +["'`“]([A-Za-z][\w-]{1,30}) ?["'`”]/i;
const ordinary = new Set(
  "a an and as be by for format from header in is key like of or pass put send set the this to token use using value with your authorization".split(
    " ",
  ),
);

/**
 * The scheme, as it is to be written, or `undefined` where the value is to be sent as it is given.
 *
 * @param texts name and description of the security scheme or parameter, and its examples
 */
export function headerScheme(texts: readonly (string | undefined)[]): string | undefined {
  const words = texts.filter((text) => text !== undefined).join("\n");
  if (/\b(?:no|not|without|omit\w*|never)\b[^.\n]{0,60}\b(?:bearer|prefix)\b/i.test(words)) return undefined;
  if (/bearer/i.test(words)) return "Bearer";
  const prefix = named.exec(words)?.[1];
  if (prefix !== undefined) return prefix;
  for (const [, word = ""] of words.matchAll(example))
    // `Token <key>` is a scheme, and "the token <key>" is none.
    if (word === "Token" || !ordinary.has(word.toLowerCase())) return word;
  if (/(?:^|[^a-z])basic(?:[^a-z]|$)|basic[_-]?auth/i.test(words)) return "Basic";
  return /(?:^|[^a-z])jwt(?:[^a-z]|$)/i.test(words) ? "Bearer" : undefined;
}
