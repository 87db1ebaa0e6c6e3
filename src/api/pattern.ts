import { patternOf } from "../pattern.ts";

/**
 * A regular expression of ECMA-262 as a validator can use it, if possible with the flag `u` (JSON Schema 2020-12 §6.4);
 * `undefined` where it is none.
 */
export function usablePattern(given: string): string | undefined {
  if (isPattern(given, "u")) return given;
  // `\_` and `[\w-.]` are common in documents and legal without the flag: written so that they are legal with it.
  const relaxed = given.replace(/\\([-_#@!%&='"`:;<>,~ ])/g, "$1");
  if (isPattern(relaxed, "u")) return relaxed;
  return isPattern(given, "") ? given : undefined;
}

/** Whether a usable pattern can be checked in bounded time; the server does not check it otherwise. */
export function isBounded(pattern: string): boolean {
  return !isPattern(pattern, "u") || patternOf(pattern) !== undefined;
}

function isPattern(pattern: string, flags: string): boolean {
  try {
    new RegExp(pattern, flags);
    return true;
  } catch {
    return false;
  }
}
