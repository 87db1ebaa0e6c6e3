/**
 * What is sent for a document that is not public: headers and query parameters whose values are in the environment. The
 * project, its configuration and all messages hold the names of the variables only.
 */
import { headerForm, variable } from "../base/address.ts";
import { CompileError, diagnosticAt } from "../base/diagnostics.ts";
import { visible } from "../base/visible.ts";

/** Variables of the environment, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

const form = new RegExp(headerForm);

/** Headers that belong to the connection or to the reading (RFC 9110 §7.6.1). */
const reserved =
  /^(?:host|connection|keep-alive|proxy-authorization|te|trailer|transfer-encoding|upgrade|accept-encoding|content-length|expect|range)$/i;

/**
 * What is wrong with the text of a header, in words that do not repeat it, since it may be a secret; `undefined` where
 * nothing is.
 */
export function headerFault(text: string): string | undefined {
  const name = /^([\w-]{1,80}):/.exec(text)?.[1];
  if (name !== undefined && reserved.test(name)) return `The header ${name} cannot be chosen`;
  if (form.test(text)) return undefined;
  return name === undefined
    ? `A header needs the form "Name: $VARIABLE"`
    : `The value of the header ${name} has to come from the environment: write '${name}: $VARIABLE' or '${name}: Bearer $VARIABLE', in single quotes, so that your shell leaves the name as it is`;
}

/**
 * Headers with their values.
 *
 * @param file what they are for, for messages
 * @throws {CompileError} `invalid-header` where one is faulty or its variable is not set
 */
export function headersFrom(
  texts: readonly string[],
  environment: Environment,
  file: string,
): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const text of texts) {
    const fault = headerFault(text);
    if (fault !== undefined) throw invalid(file, fault);
    const [, name = "", lead = "", braced, bare] = form.exec(text) ?? [];
    headers[name.toLowerCase()] = lead + valueOf(braced ?? bare ?? "", environment, file);
  }
  return headers;
}

/**
 * A URL with the variables in its query replaced by their values.
 *
 * @throws {CompileError} `invalid-header` where one is not set
 */
export function withVariables(url: string, environment: Environment, file: string): string {
  const query = url.indexOf("?");
  if (query < 0) return url;
  return (
    url.slice(0, query) +
    url
      .slice(query)
      .replace(variable, (_, braced?: string, bare?: string) =>
        encodeURIComponent(valueOf(braced ?? bare ?? "", environment, file)),
      )
  );
}

function valueOf(name: string, environment: Environment, file: string): string {
  const value = environment[name]?.trim() ?? "";
  if (value === "") throw invalid(file, `The environment variable ${visible(name)} is not set or empty`);
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
    throw invalid(file, `The environment variable ${visible(name)} holds a character that cannot be sent`);
  return value;
}

function invalid(file: string, message: string): CompileError {
  return new CompileError([diagnosticAt("invalid-header", file, message)]);
}
