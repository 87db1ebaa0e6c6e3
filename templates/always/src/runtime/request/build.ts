/** A call's arguments as one HTTP request, by the rules of its plan (§4.8.12, §4.8.13). */
import { parseWebUrl } from "../data/url.js";
import { ArgumentError, ConfigurationError } from "../errors.js";
import type { HttpRequest } from "../upstream/http-message.js";
import type { HttpPlan, JsonObject, ParameterPlan } from "../data/model.js";
import { composeBody } from "./body.js";
import type { BodyWriters } from "./body-writer.js";
import { cookieHeader, cookiePairs } from "./cookie.js";
import { fileLoader, type ReadFile } from "./file-argument.js";
import { acceptField, headerFields } from "./header.js";
import { composePath } from "./path.js";
import { composeQuery } from "./query.js";

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
