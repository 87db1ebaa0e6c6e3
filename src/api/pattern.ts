import { patternOf } from "../base/pattern.ts";

/**
 * Patterns of documents as regular expressions of ECMA-262 with the flag `u`, as validators read them (JSON Schema
 * 2020-12 §6.4). Documents also have those of other languages: what means the same there and here is written anew.
 */

/** Classes of POSIX within brackets (IEEE Std 1003.1 §9.3.5), in ASCII. */
const classes: ReadonlyMap<string, string> = new Map([
  ["alpha", "A-Za-z"],
  ["digit", "0-9"],
  ["alnum", "0-9A-Za-z"],
  ["upper", "A-Z"],
  ["lower", "a-z"],
  ["space", "\\s"],
  ["blank", "\\t "],
  ["punct", "!-\\/:-@\\[-`{-~"],
  ["xdigit", "0-9A-Fa-f"],
  ["word", "\\w"],
  ["graph", "!-~"],
  ["print", " -~"],
  ["cntrl", "\\x00-\\x1f\\x7f"],
]);
/** Escapes of Ruby, Python, Perl and Java outside brackets. */
const anchors: ReadonlyMap<string, string> = new Map([
  ["A", "^"],
  ["z", "$"],
  ["Z", "$"],
  ["h", "[\\t ]"],
]);
/** Characters that mean something by themselves, so that an escape before them is needed: outside and within brackets. */
const syntax = new Set("^$\\.*+?()[]{}|/");
const classSyntax = new Set("^]\\-[");

/** The pattern as a validator can use it; `undefined` where it has no such form. */
export function usablePattern(given: string): string | undefined {
  const bare = withoutDelimiters(given);
  return bare === undefined ? undefined : [bare, rewritten(bare)].find(isPattern);
}

/** Whether a usable pattern can be checked in bounded time; the server does not check it otherwise. */
export function isBounded(pattern: string): boolean {
  return patternOf(pattern) !== undefined;
}

/** The expression within `/^…$/`, which would match nothing; none where flags behind it change what it means. */
function withoutDelimiters(given: string): string | undefined {
  const found = /^\/(\^.*\$)\/([a-z]*)$/su.exec(given);
  if (found === null) return given;
  return /^[gu]*$/.test(found[2] ?? "") ? found[1] : undefined;
}

function isPattern(pattern: string): boolean {
  try {
    new RegExp(pattern, "u");
    return true;
  } catch {
    return false;
  }
}

function rewritten(pattern: string): string {
  let written = "";
  for (let at = 0; at < pattern.length;) {
    const token = tokenAt(pattern, at);
    written += token.text;
    at = token.end;
  }
  return written;
}

interface Token {
  readonly text: string;
  readonly end: number;
}

function tokenAt(pattern: string, at: number): Token {
  const character = pattern[at] ?? "";
  const next = pattern[at + 1];
  if (character === "[") return classAt(pattern, at);
  if (character === "\\" && next !== undefined) {
    const text = anchors.get(next) ?? escaped(next, syntax);
    return { text, end: at + 2 };
  }
  if (pattern.startsWith("(?P<", at)) return { text: "(?<", end: at + 4 };
  if (character === "{") {
    const count = /^\{(\d*)(,?)(\d*)\}/.exec(pattern.slice(at, at + 40));
    if (count === null || `${count[1]}${count[3]}` === "") return { text: "\\{", end: at + 1 };
    // `{,3}` counts from nought elsewhere.
    const text = count[1] === "" ? `{0${count[0].slice(1)}` : count[0];
    return { text, end: at + count[0].length };
  }
  return { text: character === "}" || character === "]" ? `\\${character}` : character, end: at + 1 };
}

/** A class in brackets. */
function classAt(pattern: string, start: number): Token {
  let at = start + 1;
  let written = "[";
  if (pattern[at] === "^") {
    written += "^";
    at++;
  }
  for (let isFirst = true; at < pattern.length && (isFirst || pattern[at] !== "]"); isFirst = false) {
    const rest = pattern.slice(at, at + 12);
    const named = /^\[:(\w+):\]/.exec(rest);
    const [character = "", next] = rest;
    if (named !== null) {
      written += classes.get(named[1] ?? "") ?? named[0];
      at += named[0].length;
    } else if (character === "\\" && next !== undefined) {
      written += escaped(next, classSyntax);
      at += 2;
    } else {
      // A hyphen beside `\w` or `\d` is no range.
      const isLoose = character === "-" && (/\\[wdsWDS]$/.test(written) || /^-\\[wdsWDS]/.test(rest));
      written += isLoose || character === "]" || character === "[" ? `\\${character}` : character;
      at++;
    }
  }
  return { text: pattern[at] === "]" ? `${written}]` : written, end: at + 1 };
}

/** Escapes that only other dialects need, without them. */
function escaped(character: string, needed: ReadonlySet<string>): string {
  return /[A-Za-z0-9]/.test(character) || needed.has(character) ? `\\${character}` : character;
}
