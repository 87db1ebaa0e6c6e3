/** A call's arguments as one HTTP request, by the rules of its plan (§4.8.12, §4.8.13). */
import type {
  HttpPlan,
  JsonObject,
  JsonValue,
  ParameterPlan,
} from "../data/model.js";
import { parseWebUrl } from "../data/url.js";
import { ArgumentError, ConfigurationError } from "../errors.js";
import type { HttpRequest } from "../upstream/http-message.js";
import { parseMediaType } from "../upstream/media-type.js";
import { argumentValue, isArray, isObject } from "./argument.js";
import type { BodyWriters } from "./body-writer.js";
import { composeBody } from "./body.js";
import {
  contentText,
  formMediaType,
  expandPairs,
  type PairEncoding,
} from "./expansion.js";
import {
  cookieHeader,
  cookiePairs,
  acceptField,
  headerFields,
} from "./header.js";
import { fileLoader, type ReadFile } from "./file-argument.js";
import { composePath } from "./path.js";
import { percentEncode, percentEncodeReservedQuery } from "./percent.js";

export type { LoadedFile } from "./file-argument.js";

export interface BuildOptions {
  /** Absolute http or https URL, perhaps with a path; no query, fragment or user. */
  readonly baseUrl: string;
  /** Reads file arguments; see `fileReader`. */
  readonly readFile: ReadFile;
  /** Of bodies that only some servers have. Default: none. */
  readonly writers?: BodyWriters;
}

/**
 * Builds the request, without credentials.
 *
 * Arguments that the plan does not name are ignored; absent and `null` ones leave nothing behind, but in JSON bodies.
 *
 * @throws ArgumentError for an argument that the request cannot carry, naming it and the rule.
 * @throws ConfigurationError for a base URL that is none.
 */
export async function buildRequest(
  plan: HttpPlan,
  args: JsonObject,
  options: BuildOptions,
): Promise<HttpRequest> {
  const url = composeUrl(plan, args, options.baseUrl);
  const headers = [
    acceptField(plan.accept),
    ...headerFields(plan.parameters, args),
    ...cookieField(plan.parameters, args),
  ].filter((field) => field !== undefined);
  const composed =
    plan.body === undefined
      ? undefined
      : await composeBody(
          plan.body,
          args,
          fileLoader(options.readFile),
          options.writers ?? {},
        );
  if (composed === undefined)
    return {
      method: plan.method,
      url,
      headers:
        plan.contentType === undefined
          ? headers
          : [...headers, ["Content-Type", plan.contentType]],
    };
  return {
    method: plan.method,
    url,
    headers: [...headers, ["Content-Type", composed.contentType]],
    body: composed.body,
  };
}

/**
 * Joins base, path and query as text. Resolving the path against the base would lose the base's path, and `//host`
 * would even leave its host. The parsed URL has to be what was composed, piece by piece.
 */
function composeUrl(plan: HttpPlan, args: JsonObject, baseUrl: string): string {
  const base = parseBase(baseUrl);
  const fixed = composePath(plan.path, plan.parameters, args);
  const path = base.pathname.replace(/\/+$/, "") + fixed.path;
  const query = [fixed.query, composeQuery(plan.parameters, args)]
    .filter((part) => part !== "")
    .join("&");
  const text = base.origin + path + (query === "" ? "" : `?${query}`);
  const url = new URL(text);
  if (
    url.origin !== base.origin ||
    url.pathname !== path ||
    url.search !== (query === "" ? "" : `?${query}`) ||
    url.hash !== ""
  )
    throw new ArgumentError(
      "The arguments make a URL that does not lead where this tool goes.",
    );
  return text;
}

function parseBase(baseUrl: string): URL {
  const base = parseWebUrl(baseUrl);
  if (
    base === undefined ||
    base.username !== "" ||
    base.password !== "" ||
    base.search !== "" ||
    base.hash !== ""
  )
    throw new ConfigurationError(
      "The base URL of the API must be an absolute http or https URL without user, query and fragment.",
    );
  return base;
}

function cookieField(
  parameters: readonly ParameterPlan[],
  args: JsonObject,
): (readonly [string, string])[] {
  const pairs = cookiePairs(parameters, args);
  return pairs.length === 0 ? [] : [["Cookie", cookieHeader(pairs)]];
}

// The query string: parameters `in: query` by style, and `in: querystring` as a whole (§4.8.12).

const plain: PairEncoding = {
  name: percentEncode,
  value: percentEncode,
  // A comma may stand in a query; space, bar, tab and brackets may not (Appendix E).
  delimiter: (text) => (text === "," ? "," : percentEncode(text)),
};
const reserved: PairEncoding = { ...plain, value: percentEncodeReservedQuery };

/** Query without `?`, in the order of the plan; empty where no argument has a value. */
export function composeQuery(
  parameters: readonly ParameterPlan[],
  args: JsonObject,
): string {
  return parameters
    .flatMap((plan) => {
      const value = argumentValue(args, plan.argument);
      if (value === undefined || value === null) return [];
      if (plan.in === "query") return queryPairs(plan, value);
      return plan.in === "querystring" ? [wholeQuery(plan, value)] : [];
    })
    .filter((part) => part !== "")
    .join("&");
}

function queryPairs(plan: ParameterPlan, value: JsonValue): readonly string[] {
  if (plan.allowEmptyValue === true && isEmpty(value))
    return [`${percentEncode(plan.name)}=`];
  if (plan.mediaType !== undefined)
    return [
      `${percentEncode(plan.name)}=${percentEncode(contentText(plan.mediaType, value, plan.argument))}`,
    ];
  const encoding = plan.allowReserved === true ? reserved : plain;
  return expandPairs(plan, value, encoding).map(
    ([name, text]) => `${name}=${text}`,
  );
}

/** A form is a query as it is; any other media type is percent-encoded as one piece (Appendix E). */
function wholeQuery(plan: ParameterPlan, value: JsonValue): string {
  const mediaType = plan.mediaType ?? formMediaType;
  const text = contentText(mediaType, value, plan.argument);
  const isForm = parseMediaType(mediaType)?.essence === formMediaType;
  return isForm && isObject(value) ? text : percentEncode(text);
}

function isEmpty(value: JsonValue): boolean {
  if (isArray(value)) return value.length === 0;
  return value === "" || (isObject(value) && Object.keys(value).length === 0);
}
