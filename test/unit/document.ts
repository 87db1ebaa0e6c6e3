import { buildApi } from "../../src/api/build.ts";
import type { Api } from "../../src/api/model.ts";
import type { Finding } from "../../src/base/diagnostics.ts";
import { diagnosticAt } from "../../src/base/diagnostics.ts";
import type { Json, JsonObject } from "../../src/base/json.ts";
import { type ServerOptions, buildServer } from "../../src/mcp/build.ts";
import type { ServerModel, Tool } from "../../src/mcp/model.ts";

/** An API built from a document in the 3.1 shape, with everything that was found on the way. */
export function apiOf(document: JsonObject, stem = "petstore", baseUrl?: string): { api: Api; found: Finding[] } {
  const found: Finding[] = [];
  const root: JsonObject = { openapi: "3.2.0", info: { title: "Petstore", version: "1" }, paths: {}, ...document };
  const api = buildApi(
    {
      root,
      source: `${stem}.yaml`,
      stem,
      baseUrl,
      diagnostics: [],
      locate: (finding) => diagnosticAt(finding.code, "", finding.message, finding),
      placeOf: (pointer) => ({ file: "", pointer }),
    },
    (finding) => found.push(finding),
  );
  return { api, found };
}

export function serverOf(
  document: JsonObject,
  stem?: string,
  options?: ServerOptions,
): { model: ServerModel; found: Finding[] } {
  const { api, found } = apiOf(document, stem);
  return { model: buildServer([{ api, report: (finding) => found.push(finding) }], options), found };
}

/** All tools of a server by name, in the order in which they are listed. */
export function toolsOf(document: JsonObject): Map<string, Tool> {
  const { model } = serverOf(document);
  return new Map(
    model.apis.flatMap(({ groups }) =>
      groups.flatMap(({ tools }) => tools.map((tool) => [tool.listing.name, tool] as const)),
    ),
  );
}

/** The tool of a document with one operation. */
export function toolOf(
  operation: JsonObject,
  { method = "get", path = "/pets", components = {} }: { method?: string; path?: string; components?: JsonObject } = {},
): Tool {
  const tools = [...toolsOf({ paths: { [path]: { [method]: { responses: {}, ...operation } } }, components }).values()];
  const tool = tools[0];
  if (tool === undefined || tools.length !== 1) throw new Error(`expected one tool, got ${tools.length}`);
  return tool;
}

export function at(value: unknown, ...keys: readonly (string | number)[]): Json | undefined {
  let current = value as Json | undefined;
  for (const key of keys) current = (current as Record<string | number, Json> | undefined)?.[key];
  return current;
}
