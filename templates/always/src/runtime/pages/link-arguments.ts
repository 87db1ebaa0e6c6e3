/**
 * A link to the next page as arguments. It is never followed: what counts is its query, and that only where it leads to
 * what was asked already, page apart. So no answer leads a call elsewhere.
 */
import { isJsonObject, ownValue, typedValue } from "../data/json-place.js";
import type {
  HttpPlan,
  JsonObject,
  JsonSchema,
  JsonValue,
} from "../data/model.js";
import { parseWebUrl } from "../data/url.js";

/** The request whose answer has the link. */
export interface LinkScope {
  readonly request: HttpPlan;
  /** URL that was asked for, without credentials. */
  readonly url: string;
  /** Arguments that it was made of. */
  readonly args: JsonObject;
  /** Schemas of the arguments that a caller may give. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  /** Names of query parameters that credentials are sent in. */
  readonly credentials: ReadonlySet<string>;
}

/** `undefined` for a link to another origin or path, and for one that says what no argument does. */
export function linkArguments(
  link: string,
  scope: LinkScope,
): JsonObject | undefined {
  const own = parseWebUrl(scope.url);
  const target = parseWebUrl(link, scope.url);
  if (own === undefined || target === undefined) return undefined;
  const isOurs =
    target.origin === own.origin &&
    target.username === "" &&
    target.password === "" &&
    plainPath(target) === plainPath(own);
  if (!isOurs) return undefined;
  const change: Record<string, JsonValue> = {};
  for (const name of new Set(target.searchParams.keys())) {
    const texts = target.searchParams.getAll(name);
    const before = own.searchParams.getAll(name);
    const isSame =
      texts.length === before.length &&
      texts.every((text, index) => text === before[index]);
    if (isSame || scope.credentials.has(name)) continue;
    const found = argumentFor(name, texts, scope);
    if (found === undefined) return undefined;
    if (found.value !== undefined) change[found.argument] = found.value;
  }
  return change;
}

interface Found {
  readonly argument: string;
  /** Absent where the owner of this server gives the value, not the caller. */
  readonly value?: JsonValue;
}

/** The argument that a query parameter stands for, with its value. */
function argumentFor(
  name: string,
  texts: readonly string[],
  { request, args, schemas }: LinkScope,
): Found | undefined {
  const parameters = request.parameters.filter(
    ({ in: place }) => place === "query",
  );
  const plan =
    parameters.find((parameter) => parameter.name === name) ??
    parameters.find(
      (parameter) => parameter.name.toLowerCase() === name.toLowerCase(),
    );
  if (plan !== undefined) {
    const { argument } = plan;
    if (!Object.hasOwn(schemas, argument)) return { argument };
    if (plan.mediaType !== undefined || plan.style !== "form") return undefined;
    return { argument, value: valueOf(texts, schemas[argument]) };
  }
  const [, base, property] = /^([^[\]]+)\[([^[\]]+)\]$/.exec(name) ?? [];
  const object = parameters.find(
    (parameter) => parameter.name === base && parameter.style === "deepObject",
  );
  const schema = object === undefined ? undefined : schemas[object.argument];
  if (object === undefined || schema === undefined || property === undefined)
    return undefined;
  const before = ownValue(args, object.argument);
  const member = ownValue(ownValue(schema, "properties"), property);
  return {
    argument: object.argument,
    value: {
      ...(isJsonObject(before) ? before : {}),
      [property]: valueOf(texts, member as JsonSchema | undefined),
    },
  };
}

function valueOf(
  texts: readonly string[],
  schema: JsonSchema | undefined,
): JsonValue {
  const given = ownValue(schema, "type");
  const types = Array.isArray(given) ? given : [given];
  for (const type of ["integer", "number", "boolean"] as const)
    if (types.includes(type) && !types.includes("string"))
      return typedValue(texts, type);
  if (!types.includes("array")) return typedValue(texts, "string");
  const items = ownValue(schema, "items") as JsonSchema | undefined;
  return texts
    .flatMap((text) => (texts.length > 1 ? [text] : text.split(",")))
    .map((text) => valueOf([text], items));
}

/** Segments decoded one by one: however they are spelled, they lead to the same. */
function plainPath({ pathname }: URL): string {
  const segments = pathname.split("/").map((segment) => {
    try {
      return encodeURIComponent(decodeURIComponent(segment));
    } catch {
      return segment;
    }
  });
  return segments.join("/");
}
