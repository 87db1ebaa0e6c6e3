/** The URL with the relation `next` in a header field `Link` (RFC 8288 §3). */

/** Longer fields are not looked at. */
const longest = 32_768;

export function nextLinkOf(field: string): string | undefined {
  if (field.length > longest) return undefined;
  let at = 0;
  while (at < field.length) {
    const start = field.indexOf("<", at);
    const end = start < 0 ? -1 : field.indexOf(">", start);
    if (end < 0) return undefined;
    const behind = endOfParameters(field, end + 1);
    if (isNext(field.slice(end + 1, behind)))
      return field.slice(start + 1, end).trim();
    at = behind + 1;
  }
  return undefined;
}

/** The comma before the next link, outside of quotes; the end where there is none. */
function endOfParameters(field: string, from: number): number {
  let isQuoted = false;
  for (let at = from; at < field.length; at += 1) {
    const character = field[at];
    if (character === "\\" && isQuoted) at += 1;
    else if (character === '"') isQuoted = !isQuoted;
    else if (character === "," && !isQuoted) return at;
  }
  return field.length;
}

/** A name of a parameter, and its value: a text in quotes may hold what looks like another one. */
const parameter =
  /;\s*([^\s=;"]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*)))?/g;

/** A relation may be one of several (§3.3); only the first `rel` counts. */
function isNext(parameters: string): boolean {
  for (const [, name, quoted, plain] of parameters.matchAll(parameter))
    if (name?.toLowerCase() === "rel")
      return (quoted ?? plain ?? "")
        .toLowerCase()
        .split(/\s+/)
        .includes("next");
  return false;
}
