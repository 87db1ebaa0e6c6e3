/** The part that reads file arguments, put together. */
import { defined } from "../data/defined.js";
import { isJsonArray, isJsonObject, ownValue } from "../data/json-place.js";
import type {
  JsonObject,
  JsonSchema,
  JsonValue,
  ToolListing,
} from "../data/model.js";
import { lastSegment } from "../data/url.js";
import { ArgumentError, ConfigurationError } from "../errors.js";
import { fileNameOf } from "../response/binary.js";
import type { Settings } from "../settings/settings.js";
import { visibleLine } from "../text/visible.js";
import { parseMediaType } from "../upstream/media-type.js";
import type { Sender } from "../upstream/send.js";
import {
  type ReadFile,
  type FilePart,
  type FileSources,
} from "./file-argument.js";
import { type FetchFile, fileReader } from "./file.js";

export async function filesFrom({
  settings: { fileRoot, fileHosts },
  sender,
  signal,
  readFileBelow,
  readResource,
}: FileSources): Promise<ReadFile> {
  return fileReader({
    root: fileRoot,
    ...(fileHosts.length === 0
      ? {}
      : { fetchUrl: fileFetcher(await sender(), fileHosts, signal) }),
    ...defined({ readFileBelow, readResource }),
  });
}

export const listedFiles: FilePart["listedFiles"] = (settings) => {
  const forms = fileForms(settings);
  return (listing) => withFileForms(listing, forms);
};

// How file arguments are listed: with the ways to give a file that this server is set up for.

/** The ways besides text and base64, each as an alternative of the argument's schema. */
export function fileForms({
  fileRoot,
  fileHosts,
}: Pick<Settings, "fileRoot" | "fileHosts">): readonly JsonObject[] {
  return [
    ...(fileRoot === undefined
      ? []
      : [formOf("path", "Path below the folder of this server's files")]),
    ...(fileHosts.length === 0
      ? []
      : [
          formOf(
            "url",
            `https URL at ${fileHosts.slice(0, 10).join(", ")}, or the URI of a resource of this server`,
          ),
        ]),
  ];
}

function formOf(source: string, description: string): JsonObject {
  return {
    type: "object",
    properties: {
      [source]: { type: "string", description },
      filename: { type: "string" },
      media_type: { type: "string" },
    },
    required: [source],
    additionalProperties: false,
  };
}

/** The listing with further forms at its file arguments; the listing itself where it has none. */
export function withFileForms(
  listing: ToolListing,
  forms: readonly JsonObject[],
): ToolListing {
  if (forms.length === 0) return listing;
  const { inputSchema } = listing;
  const properties = Object.entries(inputSchema.properties).map(
    ([name, schema]) => [name, withForms(schema, forms)] as const,
  );
  return properties.every(
    ([name, schema]) => schema === inputSchema.properties[name],
  )
    ? listing
    : {
        ...listing,
        inputSchema: {
          ...inputSchema,
          properties: Object.fromEntries(properties),
        },
      };
}

/** Files stand at an argument, at its items, and at its fields. */
function withForms(
  schema: JsonSchema,
  forms: readonly JsonObject[],
): JsonSchema {
  if (!isJsonObject(schema)) return schema;
  const alternatives = ownValue(schema, "anyOf");
  if (isJsonArray(alternatives) && alternatives.some(isBase64Form))
    return { ...schema, anyOf: [...alternatives, ...forms] };
  const items = ownValue(schema, "items");
  if (isJsonObject(items)) {
    const changed = withForms(items, forms);
    return changed === items ? schema : { ...schema, items: changed };
  }
  const properties = ownValue(schema, "properties");
  if (!isJsonObject(properties)) return schema;
  const fields = Object.entries(properties).map(
    ([name, field]) =>
      [name, isJsonObject(field) ? withForms(field, forms) : field] as const,
  );
  return fields.some(([name, field]) => field !== ownValue(properties, name))
    ? { ...schema, properties: Object.fromEntries(fields) }
    : schema;
}

/** The form that the generator lists for every file. */
function isBase64Form(alternative: JsonValue): boolean {
  const properties = ownValue(alternative, "properties");
  const required = ownValue(alternative, "required");
  return (
    isJsonObject(properties) &&
    Object.keys(properties).join() === "data,filename,media_type" &&
    isJsonArray(required) &&
    required.join() === "data"
  );
}

// Files by https URL. The URL comes from a model, and what it reads may tell it what to fetch: so only from hosts that
// the owner named, only from public addresses, and with nothing that this server knows in the request.

/**
 * A function that fetches files.
 *
 * @param hosts names, as in a URL, with the port unless it is 443: `MCP_FILE_HOSTS`
 * @param signal ends the fetching
 */
export function fileFetcher(
  sender: Sender,
  hosts: readonly string[],
  signal: AbortSignal,
): FetchFile {
  const known = new Set(hosts.map((host) => host.toLowerCase()));
  return async (text, maxBytes) => {
    const url = new URL(text);
    if (url.username !== "" || url.password !== "")
      throw new ArgumentError(
        "A file's URL must not hold a user or a password.",
      );
    if (!known.has(url.host))
      throw new ArgumentError(
        `This server fetches no files from ${visibleLine(url.host, 100)}.`,
        {
          hint: `It fetches them from ${[...known].join(", ")}; its owner can add a host to MCP_FILE_HOSTS.`,
        },
      );
    url.hash = "";
    const request = { method: "GET", url: url.href, headers: [] };
    const response = await sender
      .send(request, {
        signal,
        idempotent: true,
        allowPrivate: false,
        maxBytes,
      })
      .catch((fault: unknown) => {
        if (!(fault instanceof ConfigurationError)) throw fault;
        throw new ArgumentError(
          `${url.host} has a private address; files are fetched from public ones only.`,
          { cause: fault },
        );
      });
    const { status, headers } = response;
    if (status !== 200)
      throw new ArgumentError(
        status >= 300 && status < 400
          ? `${url.host} redirects to another place, where this server does not follow.`
          : `${url.host} answered ${status} to the file's URL.`,
      );
    if (response.truncated)
      throw new ArgumentError(
        `The file is too large: at most ${maxBytes} bytes are left for it in this call.`,
      );
    const type = parseMediaType(headers.get("content-type") ?? "")?.essence;
    return {
      bytes: response.body,
      filename: fileNameOf(headers) ?? lastSegment(url),
      ...(type === undefined || type === "application/octet-stream"
        ? {}
        : { mediaType: type }),
    };
  };
}
