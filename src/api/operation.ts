import { defined } from "../base/defined.ts";
import { type Json, type JsonObject, isArray, isObject, own, pointerTo } from "../base/json.ts";
import { visible } from "../base/visible.ts";
import { buildBody, buildResponses } from "./content.ts";
import { mergeMcpExtensions, readMcpExtension } from "./mcp-extension.ts";
import type { McpExtension, Operation, SecurityScheme } from "./model.ts";
import { buildParameters } from "./parameter.ts";
import { type Placed, followReferences, sortedEntries, textOf } from "./reference.ts";
import type { Reader } from "./reader.ts";
import { buildRequestHeaders } from "./request-headers.ts";
import { buildSecurity, withAuthorization } from "./security.ts";
import { buildServers } from "./server.ts";

/** Methods that a Path Item Object has fields for (§4.8.9), in the order in which their tools are listed. */
const methods = ["get", "query", "head", "options", "trace", "post", "put", "patch", "delete"] as const;

/** What operations inherit from their document. */
export interface Inherited {
  readonly securitySchemes: ReadonlyMap<string, SecurityScheme>;
  readonly baseUrl: string | undefined;
  /** `x-mcp` of the document. */
  readonly mcp: McpExtension | undefined;
  /** Names of extensions that a selection asks about. */
  readonly extensions: ReadonlySet<string>;
}

/** An operation as the document writes it, with the method that its key stands for. */
export interface FoundOperation {
  readonly method: string;
  readonly path: string;
  readonly value: Json | undefined;
  /** Where the path item names it. */
  readonly pointer: string;
  /** Where its fields are, which is elsewhere for an operation that is kept in another place. */
  readonly contentPointer: string;
  readonly pathItem: Placed;
}

/** The operations of a Path Item Object, `additionalOperations` of OpenAPI 3.2 included. */
export function findOperations(reader: Reader, path: string, pathItem: Placed): readonly FoundOperation[] {
  const found: FoundOperation[] = [];
  const add = (method: string, pointer: string, entry: Json): void => {
    const { value, pointer: contentPointer } = followReferences(reader.root, entry, pointer);
    found.push({ method, path, value, pointer, contentPointer, pathItem });
  };
  for (const method of methods) {
    const entry = own(pathItem.value, method);
    if (entry !== undefined) add(method.toUpperCase(), pointerTo(pathItem.pointer, method), entry);
  }
  for (const [method, value] of sortedEntries(own(pathItem.value, "additionalOperations"))) {
    const pointer = pointerTo(pathItem.pointer, "additionalOperations", method);
    // A method is a token (RFC 9110 §9.1), and those with a field of their own are not repeated here.
    if (/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,40}$/.test(method) && method.toUpperCase() !== "CONNECT")
      add(method, pointer, value);
    else
      reader.report({
        code: "invalid-operation",
        pointer,
        message: `${visible(method)} is no method that can be called`,
      });
  }
  return found;
}

/**
 * Operation Object (§4.8.10) with everything that its path item and its document say for it.
 *
 * @throws {InvalidOperation} where no tool can be made of it.
 */
export function buildOperation(reader: Reader, found: FoundOperation, inherited: Inherited): Operation {
  const { method, path, value, pointer, contentPointer, pathItem } = found;
  if (!isObject(value)) throw new InvalidOperation("The operation is no object");
  const at = (key: string): string => pointerTo(contentPointer, key);
  const shared = (key: string): { value: Json | undefined; pointer: string } => ({
    value: own(pathItem.value, key),
    pointer: pointerTo(pathItem.pointer, key),
  });
  const declared = own(value, "security");
  const parameters = [shared("parameters"), { value: own(value, "parameters"), pointer: at("parameters") }];
  const requestHeaders = buildRequestHeaders(reader, parameters);
  const security =
    declared === undefined
      ? buildSecurity(reader, inherited.securitySchemes, own(reader.root, "security"), "/security")
      : buildSecurity(reader, inherited.securitySchemes, declared, at("security"));
  return {
    pointer,
    method,
    path,
    operationId: textOf(value, "operationId"),
    summary: textOf(value, "summary") ?? textOf(pathItem.value, "summary"),
    description: textOf(value, "description") ?? textOf(pathItem.value, "description"),
    tags: tagsOf(value),
    deprecated: own(value, "deprecated") === true,
    servers:
      buildServers(reader, own(value, "servers"), at("servers"), inherited.baseUrl) ??
      buildServers(reader, shared("servers").value, shared("servers").pointer, inherited.baseUrl),
    ...buildParameters(reader, path, contentPointer, parameters),
    body:
      own(value, "requestBody") === undefined
        ? undefined
        : buildBody(reader, own(value, "requestBody"), at("requestBody")),
    responses: buildResponses(reader, own(value, "responses"), at("responses")),
    security: withAuthorization(security, inherited.securitySchemes, requestHeaders.authorization),
    requestHeaders,
    ...extensionsOf(reader, found, value, inherited),
  };
}

/** Extensions of the operation and its path, the former over the latter: a document may hold many, and few are needed. */
function extensionsOf(
  { report }: Reader,
  { contentPointer, pathItem }: FoundOperation,
  operation: JsonObject,
  inherited: Inherited,
): Pick<Operation, "internal" | "extensions" | "extensionNames" | "mcp"> {
  const internal = own(operation, "x-internal") ?? own(pathItem.value, "x-internal");
  const mcp = mergeMcpExtensions([
    inherited.mcp,
    // Reported once for the path, not with each of its operations.
    readMcpExtension(own(pathItem.value, "x-mcp"), pointerTo(pathItem.pointer, "x-mcp"), "path", () => {}),
    readMcpExtension(own(operation, "x-mcp"), pointerTo(contentPointer, "x-mcp"), "operation", report),
  ]);
  return {
    ...(internal === undefined || internal === false ? {} : { internal: true }),
    ...defined({ mcp }),
    ...(inherited.extensions.size === 0 ? {} : selectable(operation, pathItem.value, inherited.extensions)),
  };
}

function selectable(
  operation: JsonObject,
  pathItem: JsonObject,
  wanted: ReadonlySet<string>,
): Pick<Operation, "extensions" | "extensionNames"> {
  const names = [...new Set([...Object.keys(pathItem), ...Object.keys(operation)])].filter((name) =>
    name.startsWith("x-"),
  );
  const found = names.flatMap((name) => {
    const value = own(operation, name) ?? own(pathItem, name);
    return value === undefined || !wanted.has(name) ? [] : [[name, value] as const];
  });
  return { extensions: new Map(found), extensionNames: names };
}

/** An operation that no tool can be made of. */
export class InvalidOperation extends Error {}

function tagsOf(operation: JsonObject): readonly string[] {
  const tags = own(operation, "tags");
  return isArray(tags)
    ? tags.filter((tag): tag is string => typeof tag === "string" && tag.trim() !== "").map((tag) => tag.trim())
    : [];
}
