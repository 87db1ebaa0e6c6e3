/**
 * Path templating (§4.8.8.2). A value fills a part of one segment and can neither leave nor remove it.
 *
 * `encodeURIComponent` alone does not see to that: the URL parser that comes later removes segments that are `.` or
 * `..`, also as `%2E`, and servers drop empty ones. So each segment is looked at as it is composed, not each value:
 * `{a}{b}` can be two dots of two arguments.
 */
import { ArgumentError } from "../errors.js";
import type { JsonObject, ParameterPlan } from "../data/model.js";
import { argumentValue, refuse, textOf } from "./argument.js";
import { contentText, expandText } from "./expansion.js";
import {
  percentEncode,
  percentEncodeLiteral,
  percentEncodeQueryLiteral,
  percentEncodeReservedPath,
} from "./percent.js";

export interface ComposedPath {
  /** Begins with `/`. */
  readonly path: string;
  /** What a `?` in the template leads in, without it. Documents use it to tell operations on one path apart. */
  readonly query: string;
}

type Part = { readonly literal: string } | { readonly name: string };

/**
 * Fills a path template. A fragment (`/pets#archived`) only makes the key unique in the document and is left out;
 * a query (`/pets?kind=dog`) is kept.
 *
 * @throws ArgumentError for a missing value, or one that makes a segment empty, `.` or `..`.
 */
export function composePath(
  template: string,
  parameters: readonly ParameterPlan[],
  args: JsonObject,
): ComposedPath {
  const plans = new Map(
    parameters
      .filter((parameter) => parameter.in === "path")
      .map((parameter) => [parameter.name, parameter]),
  );
  const { path, query } = divide(template);
  const segments = path.map((parts) => composeSegment(parts, plans, args));
  return {
    path: `/${segments.join("/")}`,
    query: query
      .map((part) =>
        "literal" in part
          ? percentEncodeQueryLiteral(part.literal)
          : queryText(part.name, plans, args),
      )
      .join(""),
  };
}

/** Segments of the path and parts of the query. */
function divide(template: string): { path: Part[][]; query: Part[] } {
  const path: Part[][] = [[]];
  const query: Part[] = [];
  let inQuery = false;
  for (const [text, name] of template.matchAll(/\{([^{}]*)\}|[^{]+|\{/g)) {
    if (name !== undefined) {
      (inQuery ? query : path.at(-1))?.push({ name });
      continue;
    }
    const [kept = "", ...fragment] = text.split("#");
    const mark: number = inQuery ? -1 : kept.indexOf("?");
    const inPath = inQuery ? "" : mark < 0 ? kept : kept.slice(0, mark);
    inPath.split("/").forEach((literal, index) => {
      if (index > 0) path.push([]);
      if (literal !== "") path.at(-1)?.push({ literal });
    });
    if (inQuery) query.push({ literal: kept });
    else if (mark >= 0) query.push({ literal: kept.slice(mark + 1) });
    inQuery ||= mark >= 0;
    if (fragment.length > 0) break;
  }
  // The slash that a template begins with is written by `composePath`.
  if (path.length > 1 && path[0]?.length === 0) path.shift();
  return { path, query };
}

function composeSegment(
  parts: readonly Part[],
  plans: ReadonlyMap<string, ParameterPlan>,
  args: JsonObject,
): string {
  const segment = parts
    .map((part) =>
      "literal" in part
        ? percentEncodeLiteral(part.literal)
        : pathText(planOf(part.name, plans), args),
    )
    .join("");
  const parameters = parts.flatMap((part) =>
    "name" in part ? [planOf(part.name, plans)] : [],
  );
  const fault =
    parameters.length === 0 ? undefined : faultOf(segment, parameters);
  if (fault !== undefined)
    refuse(parameters.map((plan) => plan.argument).join('", "'), fault);
  return segment;
}

/** What is wrong with a segment that arguments fill; with one that they make several of, with any of those. */
function faultOf(
  segment: string,
  parameters: readonly ParameterPlan[],
): string | undefined {
  const segments = segment.split("/");
  // Behind the last slash there may be nothing: a folder.
  if (segments.length > 1 && segments.at(-1) === "") segments.pop();
  // Servers take away what follows a semicolon (RFC 3986 §3.3), which only the style `matrix` means.
  const isMatrix = parameters.some((plan) => plan.style === "matrix");
  const isEmpty = (text: string): boolean =>
    text === "" || (!isMatrix && text.startsWith(";"));
  if (segments.some((text) => isEmpty(text) || climbs(text)))
    return "must not make a path segment that is empty, “.” or “..”";
  return segment.includes("%00")
    ? "must not put a NUL character into the path"
    : undefined;
}

/** Text of a path parameter, encoded. `null` is refused: path parameters are required (§4.8.12.2). */
function pathText(plan: ParameterPlan, args: JsonObject): string {
  const value = argumentValue(args, plan.argument);
  if (value === undefined || value === null)
    return refuse(plan.argument, "is required: it is a part of the path");
  if (plan.mediaType !== undefined)
    return percentEncode(contentText(plan.mediaType, value, plan.argument));
  return expandText(plan, value, encoderOf(plan), percentEncode);
}

function encoderOf(plan: ParameterPlan): (text: string) => string {
  if (plan.allowReserved !== true) return percentEncode;
  return plan.allowSlashes === true
    ? (text) => text.split("/").map(percentEncodeReservedPath).join("/")
    : percentEncodeReservedPath;
}

function queryText(
  name: string,
  plans: ReadonlyMap<string, ParameterPlan>,
  args: JsonObject,
): string {
  const plan = planOf(name, plans);
  const value = argumentValue(args, plan.argument);
  return value === undefined || value === null
    ? ""
    : percentEncode(textOf(value, plan.argument));
}

function planOf(
  name: string,
  plans: ReadonlyMap<string, ParameterPlan>,
): ParameterPlan {
  const plan = plans.get(name);
  if (plan === undefined)
    throw new ArgumentError(`No argument fills "{${name}}" of the path.`);
  return plan;
}

/**
 * Whether a segment reads as `.` or `..`, or as a path that has such a segment, to anyone who decodes it: once or
 * several times, before or after looking for slashes, with parameters (`..;x`), overlong (`%C0%AE`) or in
 * compatibility characters.
 */
function climbs(segment: string): boolean {
  let text = segment;
  for (let round = 0; round < 6; round += 1) {
    const parts = text.normalize("NFKC").split(/[/\\]/);
    for (const part of parts) {
      const name = part.replaceAll(/[\p{Cc} ]/gu, "").split(";")[0];
      if (name === "." || name === "..") return true;
    }
    const decoded = decodeOnce(text);
    if (decoded === text) return false;
    text = decoded;
  }
  // Encoded six times over: nothing that anyone means.
  return true;
}

function decodeOnce(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text
      .replaceAll(/%(?:u00)?([0-9A-Fa-f]{2})/g, (_triple, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      )
      .replaceAll(overlong, (bytes) => lowBits(bytes.slice(-2)));
  }
}

/** ASCII characters in more bytes of UTF-8 than they need (RFC 3629 §3), as lenient decoders read them. */
const overlong =
  /[\u00c0\u00c1][\0-\u00ff]|(?:\u00e0|\u00f0\u0080|\u00f8\u0080\u0080|\u00fc\u0080\u0080\u0080)[\u0080\u0081][\u0080-\u00bf]/g;

function lowBits(bytes: string): string {
  return String.fromCharCode(
    ((bytes.charCodeAt(0) & 1) << 6) | (bytes.charCodeAt(1) & 0x3f),
  );
}
