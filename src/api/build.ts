import type { Report } from "../base/diagnostics.ts";
import { isObject, own, pointerTo } from "../base/json.ts";
import type { SpecDocument } from "../document/document.ts";
import { visible } from "../base/visible.ts";
import { readMcpExtension } from "./mcp-extension.ts";
import type { Api, Operation, Tag } from "./model.ts";
import { InvalidOperation, buildOperation, findOperations } from "./operation.ts";
import { dereference, sortedEntries, textOf } from "./reference.ts";
import type { Reader } from "./reader.ts";
import { SchemaBuilder } from "./schema.ts";
import { buildSecuritySchemes, withOptionalSchemes, withPrefix } from "./security.ts";
import { buildServers } from "./server.ts";
import { XmlBuilder } from "./xml.ts";

/**
 * What the API of a document means. Faults are reported and cost no more than the part that they are in: an operation
 * that cannot be read is skipped, the others are built.
 *
 * @param extensions names of the extensions that operations keep, `x-…`; default none
 */
export function buildApi(document: SpecDocument, report: Report, extensions: Iterable<string> = []): Api {
  const { root } = document;
  const reader: Reader = {
    root,
    report,
    schemas: new SchemaBuilder(root, report),
    xml: new XmlBuilder(root),
    contents: new Map(),
    parameters: new Map(),
  };
  const securitySchemes = buildSecuritySchemes(reader);
  const inherited = {
    securitySchemes,
    baseUrl: document.baseUrl,
    mcp: readMcpExtension(own(root, "x-mcp"), "/x-mcp", "root", report),
    extensions: new Set(extensions),
  };
  const operations: Operation[] = [];
  const skipped: Api["skipped"][number][] = [];
  let saysSecurity = own(root, "security") !== undefined;

  for (const [path, entry] of sortedEntries(own(root, "paths"))) {
    const pointer = pointerTo("/paths", path);
    const pathItem = dereference(root, entry, pointer);
    const fault = faultOfPath(path, pathItem === undefined);
    if (fault !== undefined || pathItem === undefined) {
      report({ code: "invalid-operation", pointer, message: `The path ${visible(path)} ${fault ?? "is no object"}` });
      skipped.push({ pointer, method: "*", path, reason: "the path is not valid" });
      continue;
    }
    readMcpExtension(own(pathItem.value, "x-mcp"), pointerTo(pathItem.pointer, "x-mcp"), "path", report);
    for (const found of findOperations(reader, path, pathItem)) {
      saysSecurity ||= own(found.value, "security") !== undefined;
      try {
        operations.push(buildOperation(reader, found, inherited));
      } catch (error) {
        // Whatever an author wrote, it takes down its own operation only.
        if (!(error instanceof InvalidOperation) && !(error instanceof RangeError)) throw error;
        const reason = error instanceof InvalidOperation ? error.message : "it is nested too deeply";
        report({
          code: "invalid-operation",
          pointer: found.pointer,
          message: `${found.method} ${visible(path)} is left out: ${reason}`,
        });
        skipped.push({ pointer: found.pointer, method: found.method, path, reason });
      }
    }
  }
  reportPaths(operations, report);
  reportWebhooks(reader);
  reportTitle(reader);
  return {
    title: textOf(own(root, "info"), "title") ?? "API",
    version: versionOf(document),
    description: textOf(own(root, "info"), "description"),
    stem: document.stem,
    servers:
      buildServers(reader, own(root, "servers"), "/servers", document.baseUrl) ?? defaultServers(document.baseUrl),
    tags: buildTags(reader),
    securitySchemes: withPrefix(securitySchemes, operations),
    schemas: reader.schemas.schemas,
    operations: saysSecurity ? operations : withOptionalSchemes(operations, securitySchemes),
    skipped,
  };
}

/** Servers take request lines of 8,000 octets (RFC 9112 §3): a longer path is sent nowhere. */
const longestPath = 8_000;

/** What keeps a key of the Paths Object from being used (§4.8.8), as the end of a sentence. */
function faultOfPath(path: string, isNoObject: boolean): string | undefined {
  if (!path.startsWith("/")) return "has to start with /";
  if (path.length > longestPath)
    return `has ${path.length} characters, and no more than ${longestPath} can be sent: it is left out`;
  return isNoObject ? "is no object" : undefined;
}

function versionOf(document: SpecDocument): string {
  const version = own(own(document.root, "info"), "version");
  return typeof version === "number" ? String(version) : (textOf(own(document.root, "info"), "version") ?? "0.0.0");
}

/** §4.8.1: a document without servers is served from the root of where it lies. */
function defaultServers(baseUrl: string | undefined): Api["servers"] {
  return baseUrl === undefined ? [] : [{ url: new URL("/", baseUrl).href, description: undefined, variables: [] }];
}

/** Tag Objects (§4.8.22), in the order of the document: it is the author's table of contents. */
function buildTags(reader: Reader): ReadonlyMap<string, Tag> {
  const tags = own(reader.root, "tags");
  const list = Array.isArray(tags) ? (tags as readonly unknown[]) : [];
  const named = list.flatMap((entry) => {
    if (!isObject(entry)) return [];
    const name = textOf(entry, "name");
    return name === undefined
      ? []
      : [
          [
            name,
            {
              name,
              summary: textOf(entry, "summary"),
              description: textOf(entry, "description"),
              parent: textOf(entry, "parent"),
            },
          ] as const,
        ];
  });
  return new Map(named);
}

/**
 * §4.8.8: two templates that differ only by the names of their parameters are the same path, and no name stands twice
 * in one.
 */
function reportPaths(operations: readonly Operation[], report: Report): void {
  const shapes = new Map<string, string>();
  for (const { path } of operations) {
    if (shapes.has(path)) continue;
    shapes.set(path, path.replace(/\{[^{}]*\}/g, "{}"));
    const names = [...path.matchAll(/\{([^{}]+)\}/g)].map((match) => match[1] ?? "");
    const repeated = names.find((name, index) => names.indexOf(name) !== index);
    if (repeated !== undefined)
      report({
        code: "invalid-document",
        pointer: pointerTo("/paths", path),
        message: `The path ${visible(path)} names {${visible(repeated)}} more than once; each place takes the same value`,
      });
  }
  const seen = new Map<string, Operation>();
  const identifiers = new Map<string, Operation>();
  for (const operation of operations) {
    const shape = `${operation.method} ${shapes.get(operation.path)}`;
    const first = seen.get(shape);
    if (first === undefined) seen.set(shape, operation);
    else
      report({
        code: "duplicate-path",
        pointer: operation.pointer,
        message: `${operation.method} ${visible(operation.path)} is the same as ${visible(first.path)}`,
      });
    if (operation.operationId === undefined) continue;
    if (identifiers.has(operation.operationId))
      report({
        code: "duplicate-operation-id",
        pointer: pointerTo(operation.pointer, "operationId"),
        message: `The operationId ${visible(operation.operationId)} is used more than once`,
      });
    else identifiers.set(operation.operationId, operation);
  }
}

function reportWebhooks(reader: Reader): void {
  const count = sortedEntries(own(reader.root, "webhooks")).length;
  if (count > 0)
    reader.report({
      code: "ignored-extension",
      pointer: "/webhooks",
      message: `${count} ${count === 1 ? "webhook is" : "webhooks are"} left out`,
    });
}

/** Without a title the server is called like the file. */
function reportTitle({ root, report }: Reader): void {
  const info = own(root, "info");
  if (info === undefined || info === null)
    report({ code: "invalid-document", pointer: "", message: 'The document has no "info" with a title and a version' });
  else if (isObject(info) && textOf(info, "title") === undefined && typeof own(info, "title") !== "object")
    report({ code: "invalid-document", pointer: "/info", message: '"info" has no "title"' });
}
