/**
 * Cookies (RFC 6265 §4.2.1). Style `form` percent-encodes; style `cookie` of OpenAPI 3.2 sends the value as it is
 * (Appendix D), so one that a cookie cannot hold is refused. Several values are several cookies, since the `&` of
 * RFC 6570 would make them one; the comma of an array that is not exploded stays, as §4.8.12.5 shows it.
 */
import type { JsonObject, JsonValue, ParameterPlan } from "../data/model.js";
import { argumentValue, refuse } from "./argument.js";
import { contentText } from "./content.js";
import { expandPairs, type Pair, type PairEncoding } from "./expansion.js";
import { isToken } from "./header.js";
import { percentEncode } from "./percent.js";

/** Name-value pairs of the parameters `in: cookie`. */
export function cookiePairs(
  parameters: readonly ParameterPlan[],
  args: JsonObject,
): Pair[] {
  return parameters.flatMap((plan): Pair[] => {
    if (plan.in !== "cookie") return [];
    const value = argumentValue(args, plan.argument);
    if (value === undefined || value === null) return [];
    return pairsOf(plan, value);
  });
}

function pairsOf(plan: ParameterPlan, value: JsonValue): Pair[] {
  if (plan.mediaType !== undefined) {
    const text = contentText(plan.mediaType, value, plan.argument);
    return [[cookieName(plan.name), percentEncode(text)]];
  }
  return expandPairs(plan, value, plan.style === "cookie" ? asIs(plan) : form);
}

const form: PairEncoding = {
  name: cookieName,
  value: percentEncode,
  delimiter: (text) => (text === "," ? "," : percentEncode(text)),
};

function asIs(plan: ParameterPlan): PairEncoding {
  return {
    name: (name) =>
      isToken(name)
        ? name
        : refuse(plan.argument, "has a name that no cookie can have"),
    value: (text) =>
      isCookieValue(text)
        ? text
        : refuse(
            plan.argument,
            "is sent as a cookie, which cannot hold spaces, commas, semicolons, quotes, backslashes, control characters or characters beyond ASCII",
            "Percent-encode them if the API decodes cookies.",
          ),
    delimiter: (text) => text,
  };
}

/** Names that are tokens stay, since servers compare them undecoded. */
export function cookieName(name: string): string {
  return isToken(name) ? name : percentEncode(name);
}

/** A credential's value: as it is where a cookie can hold it, else with the other octets percent-encoded. */
export function cookieValue(text: string): string {
  return isCookieValue(text)
    ? text
    : text.replaceAll(
        /[^\u0021\u0023-\u002b\u002d-\u003a\u003c-\u005b\u005d-\u007e]+/g,
        percentEncode,
      );
}

/** `cookie-octet`s, perhaps in double quotes. */
function isCookieValue(text: string): boolean {
  return /^(?:[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*|"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*")$/.test(
    text,
  );
}

/** Value of the `Cookie` header field: pairs separated by a semicolon and one space. */
export function cookieHeader(pairs: readonly Pair[]): string {
  return pairs.map(([name, value]) => `${name}=${value}`).join("; ");
}
