/**
 * Style and explode (§4.8.12.2, §4.8.12.3): how arrays and objects become text. The RFC 6570 styles follow its §3.2;
 * those without an equivalent follow Appendix C.
 *
 * As in RFC 6570 §2.3, `null`, empty arrays and objects without a value are undefined: they leave nothing behind, and
 * neither do `null` members. The empty string is a value. What the specification leaves open is decided here:
 *
 * - Arrays and objects inside arrays and objects are JSON text, but with `deepObject`, and but for arrays of an exploded
 *   object in pairs, which repeat their name: `sort=a&sort=b`.
 * - `deepObject` nests: `a[b][c]=1` for objects, `a[b][0]=1` for arrays, also for an array at its root. Of the
 *   notations in use only the index keeps the order and tells the members of two objects apart.
 * - `spaceDelimited`, `pipeDelimited` and `tabDelimited` with `explode` repeat the name, as `form` does.
 * - Single values are `name=value` in each of these styles.
 */
import type { JsonValue, ParameterStyle } from "../data/model.js";
import {
  covers,
  isJson,
  isRange,
  isText,
  parseMediaType,
} from "../upstream/media-type.js";
import {
  isArray,
  isObject,
  jsonText,
  refuse,
  textOf,
  wellFormed,
} from "./argument.js";
import { formEncode } from "./percent.js";

/** What is expanded: part of a `ParameterPlan`. */
export interface Expandable {
  readonly argument: string;
  readonly name: string;
  readonly style: ParameterStyle;
  readonly explode: boolean;
}

/** How the parts of a pair are encoded where they go. */
export interface PairEncoding {
  readonly name: (text: string) => string;
  readonly value: (text: string) => string;
  /** Delimiters that the place forbids are encoded as well. */
  readonly delimiter: (text: string) => string;
}

export type Pair = readonly [name: string, value: string];

/** Name-value pairs of a parameter in a query, cookie or form. */
export function expandPairs(
  plan: Expandable,
  value: JsonValue,
  encoding: PairEncoding,
): Pair[] {
  if (plan.style === "deepObject") return expandDeep(plan, value, encoding);
  const name = encoding.name(plan.name);
  const text = (member: JsonValue): string =>
    encoding.value(textOf(member, plan.argument));
  const delimiter = encoding.delimiter(delimiterOf(plan.style));
  if (isArray(value)) {
    const members = value.filter(isDefined).map(text);
    if (plan.explode) return members.map((member) => [name, member]);
    return members.length === 0 ? [] : [[name, members.join(delimiter)]];
  }
  if (isObject(value)) {
    const members = definedMembers(value, plan.argument);
    if (plan.explode)
      return members.flatMap(([key, member]) =>
        (isArray(member) ? member.filter(isDefined) : [member]).map(
          (item): Pair => [encoding.name(key), text(item)],
        ),
      );
    const parts = members.flatMap(([key, member]) => [
      encoding.value(key),
      text(member),
    ]);
    return parts.length === 0 ? [] : [[name, parts.join(delimiter)]];
  }
  return isDefined(value) ? [[name, text(value)]] : [];
}

/** Text of a parameter in a path or header. Delimiters other than commas are encoded like values. */
export function expandText(
  plan: Expandable,
  value: JsonValue,
  encode: (text: string) => string,
  encodeName: (text: string) => string = encode,
): string {
  const text = (member: JsonValue): string =>
    encode(textOf(member, plan.argument));
  const { first, separator, named } = operatorOf(plan.style);
  const delimiter = delimiterOf(plan.style);
  const listed = delimiter === "," ? "," : encode(delimiter);
  const joint = plan.explode ? (separator ?? listed) : listed;
  const pair = (name: string, member: string): string =>
    named && member === "" ? name : `${name}=${member}`;
  const name = encodeName(plan.name);
  const parts = isArray(value)
    ? value
        .filter(isDefined)
        .map(text)
        .map((member) => (named && plan.explode ? pair(name, member) : member))
    : isObject(value)
      ? definedMembers(value, plan.argument).flatMap(([key, member]) =>
          plan.explode
            ? [pair(encode(key), text(member))]
            : [encode(key), text(member)],
        )
      : isDefined(value)
        ? [text(value)]
        : [];
  if (parts.length === 0) return "";
  const joined = parts.join(joint);
  const composite = isArray(value) || isObject(value);
  return named && !(composite && plan.explode)
    ? first + pair(name, joined)
    : first + joined;
}

/**
 * RFC 6570 Appendix A: what comes first, what stands between exploded members if it is not the delimiter of a list, and
 * whether names are written.
 */
function operatorOf(style: ParameterStyle): {
  readonly first: string;
  readonly separator?: string;
  readonly named: boolean;
} {
  switch (style) {
    case "label":
      return { first: ".", separator: ".", named: false };
    case "matrix":
      return { first: ";", separator: ";", named: true };
    case "segments":
      return { first: "", separator: "/", named: false };
    case "simple":
    case "form":
    case "spaceDelimited":
    case "pipeDelimited":
    case "tabDelimited":
    case "deepObject":
    case "cookie":
      return { first: "", named: false };
    default:
      style satisfies never;
      return { first: "", named: false };
  }
}

function delimiterOf(style: ParameterStyle): string {
  switch (style) {
    case "spaceDelimited":
      return " ";
    case "pipeDelimited":
      return "|";
    case "tabDelimited":
      return "\t";
    case "form":
    case "cookie":
    case "simple":
    case "label":
    case "matrix":
    case "segments":
    case "deepObject":
      return ",";
    default:
      style satisfies never;
      return ",";
  }
}

function expandDeep(
  plan: Expandable,
  root: JsonValue,
  encoding: PairEncoding,
): Pair[] {
  const open = encoding.delimiter("[");
  const close = encoding.delimiter("]");
  const pairs: Pair[] = [];
  const visit = (name: string, value: JsonValue): void => {
    if (isArray(value)) {
      value
        .filter(isDefined)
        .forEach((member, index) =>
          visit(`${name}${open}${index}${close}`, member),
        );
    } else if (isObject(value)) {
      for (const [key, member] of definedMembers(value, plan.argument))
        visit(`${name}${open}${encoding.name(key)}${close}`, member);
    } else if (isDefined(value)) {
      pairs.push([name, encoding.value(textOf(value, plan.argument))]);
    }
  };
  visit(encoding.name(plan.name), root);
  return pairs;
}

function definedMembers(
  value: { readonly [key: string]: JsonValue },
  argument: string,
): [string, JsonValue][] {
  return Object.entries(value)
    .filter(([, member]) => isDefined(member))
    .map(([key, member]) => [wellFormed(key, argument), member]);
}

function isDefined(value: JsonValue | undefined): value is JsonValue {
  return value !== null && value !== undefined;
}

// Parameters that are described by a media type instead of a style (§4.8.12.2.3).

export const formMediaType = "application/x-www-form-urlencoded";

/**
 * A value as its media type writes it, not yet percent-encoded: JSON, a form, or text that the caller gives ready.
 *
 * @throws ArgumentError for an array or object of a media type that is neither JSON nor a form.
 */
export function contentText(
  mediaType: string,
  value: JsonValue,
  argument: string,
): string {
  const essence = parseMediaType(mediaType)?.essence ?? mediaType;
  if (isJson(essence)) return jsonText(value, argument);
  if (essence === formMediaType && isObject(value))
    return formText(value, argument);
  if ((isArray(value) || isObject(value)) && isText(essence))
    return refuse(argument, `is sent as ${essence}: give it as text`);
  return textOf(value, argument);
}

/** An object as a form with the defaults of §4.8.15: arrays repeat their name, objects are JSON text. */
export function formText(value: JsonValue, argument: string): string {
  const encoding = {
    name: formEncode,
    value: formEncode,
    delimiter: formEncode,
  };
  return Object.entries(isObject(value) ? value : {})
    .flatMap(([name, member]) =>
      isObject(member)
        ? [[formEncode(name), formEncode(jsonText(member, argument))] as const]
        : expandPairs(
            { argument, name, style: "form", explode: true },
            member,
            encoding,
          ),
    )
    .map(([name, text]) => `${name}=${text}`)
    .join("&");
}

// `contentType` of an encoding object (§4.8.15): a list of media types and ranges.

/** The first media type of the list that is no range; `undefined` where there is none. */
export function firstType(contentType: string | undefined): string | undefined {
  return listed(contentType).find((text) => !isRange(essenceOf(text)));
}

/**
 * The type to send a file with: its own where the list covers it, else the first that the list names, else its own.
 */
export function typeOfFile(
  contentType: string | undefined,
  own: string,
): string {
  const types = listed(contentType);
  const fits = types.find((text) => covers(essenceOf(text), essenceOf(own)));
  if (fits !== undefined) return isRange(essenceOf(fits)) ? own : fits;
  return firstType(contentType) ?? own;
}

/** Commas inside quoted parameters do not divide. */
function listed(contentType: string | undefined): readonly string[] {
  return Array.from(
    (contentType ?? "").matchAll(/(?:[^,"]|"(?:[^"\\]|\\.)*")+/g),
    ([text]) => text.trim(),
  ).filter((text) => parseMediaType(text) !== undefined);
}

function essenceOf(text: string): string {
  return parseMediaType(text)?.essence ?? "";
}
