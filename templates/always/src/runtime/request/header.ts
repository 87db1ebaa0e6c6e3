/** Header fields (RFC 9110 §5): which names a parameter may have, and which values a field can carry. */
import type { JsonObject, JsonValue, ParameterPlan } from "../data/model.js";
import { isJson, parseMediaType } from "../upstream/media-type.js";
import { argumentValue, refuse } from "./argument.js";
import {
  contentText,
  expandPairs,
  expandText,
  type Pair,
  type PairEncoding,
} from "./expansion.js";
import { percentEncode } from "./percent.js";

export type HeaderField = readonly [name: string, value: string];

/** Fields that frame the message or speak for a proxy. Only the HTTP client writes them. */
const forbidden: ReadonlySet<string> = new Set([
  "host",
  "content-length",
  "transfer-encoding",
  "connection",
  "keep-alive",
  "upgrade",
  "te",
  "trailer",
  "expect",
  "forwarded",
  "x-real-ip",
  "x-http-method",
  "x-http-method-override",
  "x-method-override",
]);

/** Parameters of these names "shall be ignored" (§4.8.12.2): the media types and the security say what goes there. */
const ignored: ReadonlySet<string> = new Set([
  "accept",
  "content-type",
  "authorization",
]);

export function isForbiddenHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return (
    forbidden.has(lower) ||
    lower.startsWith("proxy-") ||
    lower.startsWith("x-forwarded-")
  );
}

export function isToken(text: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(text);
}

/** Why a value cannot be sent as a header field, as the end of a sentence; `undefined` where it can. */
export function headerFault(value: string): string | undefined {
  if (/(?!\t)\p{Cc}/u.test(value))
    return "must not hold line breaks or other control characters: it is sent in a header";
  if (/[^\0-\u00ff]/.test(value))
    return "holds characters beyond Latin-1, which a header cannot carry; encode them as the API asks";
  if (/^[\t ]|[\t ]$/.test(value))
    return "must not begin or end with a space: it is sent in a header";
  return undefined;
}

/** Header fields of the parameters `in: header`. Nothing is percent-encoded (Appendix D). */
export function headerFields(
  parameters: readonly ParameterPlan[],
  args: JsonObject,
): HeaderField[] {
  return parameters.flatMap((plan): HeaderField[] => {
    if (plan.in !== "header" || ignored.has(plan.name.toLowerCase())) return [];
    const value = argumentValue(args, plan.argument);
    if (value === undefined || value === null) return [];
    if (
      !isToken(plan.name) ||
      isForbiddenHeader(plan.name) ||
      plan.name.toLowerCase() === "cookie"
    )
      return refuse(
        plan.argument,
        "names a header that a parameter must not set",
      );
    const text = fieldText(plan, value);
    if (text === undefined) return [];
    const fault = headerFault(text);
    if (fault !== undefined) return refuse(plan.argument, fault);
    return [[plan.name, text]];
  });
}

function fieldText(plan: ParameterPlan, value: JsonValue): string | undefined {
  if (plan.mediaType !== undefined) {
    const text = contentText(plan.mediaType, value, plan.argument);
    const mediaType = parseMediaType(plan.mediaType);
    return mediaType !== undefined && isJson(mediaType.essence)
      ? text.replaceAll(/[\u0080-\uffff]/g, jsonEscape)
      : text;
  }
  const text = expandText(plan, value, (member) => member);
  return text === "" && value !== "" ? undefined : text;
}

/** JSON needs no character beyond ASCII: `\uXXXX` says the same (RFC 8259 §7). */
function jsonEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** `Accept` with falling quality, best first; `undefined` where no media type is known. */
export function acceptField(
  mediaTypes: readonly string[],
): HeaderField | undefined {
  const ranges = mediaTypes.filter(
    (text) =>
      parseMediaType(text) !== undefined && headerFault(text) === undefined,
  );
  if (ranges.length === 0) return undefined;
  return [
    "Accept",
    ranges
      .map((range, index) =>
        index === 0
          ? range
          : `${range};q=${(Math.max(1, 10 - index) / 10).toFixed(1)}`,
      )
      .join(", "),
  ];
}

// Cookies (RFC 6265 §4.2.1). Style `form` percent-encodes; style `cookie` of OpenAPI 3.2 sends the value as it is
// (Appendix D), so one that a cookie cannot hold is refused. Several values are several cookies, since the `&` of
// RFC 6570 would make them one; the comma of an array that is not exploded stays, as §4.8.12.5 shows it.

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
