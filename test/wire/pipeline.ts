/** A case through the whole pipeline: document, tool, validated arguments, request; answer, result. */
import { buildApi } from "../../src/api/build.ts";
import type { Finding } from "../../src/base/diagnostics.ts";
import { buildServer } from "../../src/mcp/build.ts";
import type { ServerApi, Tool } from "../../src/mcp/model.ts";
import { documentFromValue } from "../../src/document/build.ts";
import { ArgumentError } from "../../templates/always/src/runtime/errors.ts";
import type { HttpRequest, HttpResponse } from "../../templates/always/src/runtime/upstream/http-message.ts";
import type { JsonObject } from "../../templates/always/src/runtime/data/model.ts";
import { buildRequest } from "../../templates/always/src/runtime/request/build.ts";
import { readFileBelow } from "../../templates/always/src/runtime/node/files.ts";
import { fileReader } from "../../templates/always/src/runtime/request/file.ts";
import { type CallResult, defaultLimits, readResult } from "../../templates/always/src/runtime/response/result.ts";
import { baseUrlOf } from "../../templates/always/src/runtime/upstream/servers.ts";
import { argumentValidator } from "../../templates/always/src/runtime/validation/validate.ts";
import { everyPart } from "../runtime/parts.ts";
import { type Case, type DocumentParts, readYaml } from "./cases.ts";

/** The tool of a case's document. */
export interface Compiled {
  readonly api: ServerApi;
  readonly tool: Tool;
  readonly found: readonly Finding[];
}

const defaultPath = "/things";
const answers: JsonObject = { responses: { "204": { description: "Done" } } };

export function compile(parts: DocumentParts): Compiled {
  const found: Finding[] = [];
  const report = (finding: Finding): void => void found.push(finding);
  const document = documentFromValue(documentOf(parts), "case");
  const model = buildServer([{ api: buildApi(document, report), report }]);
  const [api] = model.apis;
  const tool = api?.groups[0]?.tools[0];
  if (api === undefined || tool === undefined) throw new Error(`No tool came of it: ${JSON.stringify(found)}`);
  return { api, tool, found: [...document.diagnostics, ...found] };
}

function documentOf(parts: DocumentParts): JsonObject {
  const { openapi = "3.2.0", pathItem = {}, document = {} } = parts;
  const parameters = [...(parts.parameters ?? []), ...(parts.parameter === undefined ? [] : [parts.parameter])];
  const place = parts.parameter?.["in"] === "path" ? `/x/{${String(parts.parameter["name"])}}` : defaultPath;
  const operation: JsonObject = {
    ...answers,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(parts.content === undefined ? {} : { requestBody: { required: true, content: parts.content } }),
    ...parts.operation,
  };
  const shared = parts.components === undefined ? {} : (readYaml(parts.components) as JsonObject);
  return {
    ...(openapi === "2.0" ? { swagger: "2.0" } : { openapi }),
    info: { title: "Things", version: "1" },
    ...shared,
    ...document,
    paths: { [parts.path ?? place]: { ...pathItem, [parts.method ?? "get"]: operation } },
  };
}

/**
 * The request of a case, from arguments as a client gives them: validated first, as the server does.
 *
 * @throws ArgumentError where they are refused
 */
export async function requestOf({ api, tool }: Compiled, args: JsonObject, baseUrl: string): Promise<HttpRequest> {
  const { listing, call } = tool;
  const input = call.input ?? (listing.inputSchema as unknown as JsonObject);
  const validate = argumentValidator(listing.inputSchema, input, Object.fromEntries(api.schemas));
  const validated = validate(args);
  if (!validated.valid) throw new ArgumentError(validated.message);
  return buildRequest(throughJson(call.request), validate.exact(validated.args), {
    baseUrl,
    writers: everyPart,
    readFile: fileReader({ root: undefined, readFileBelow }),
  });
}

/** Plans reach the runtime as JSON. */
function throughJson<T>(plan: T): T {
  return JSON.parse(JSON.stringify(plan)) as T;
}

/** The base URL that the server would use. */
export function baseUrlFor({ api, tool }: Compiled, environment: Case["environment"] = {}): string {
  return baseUrlOf(api.data, tool.call.request.server, { ...environment }).url;
}

export function resultOf({ tool }: Compiled, given: NonNullable<Case["response"]>): CallResult {
  return readResult(responseOf(given), throughJson(tool.call), defaultLimits);
}

export function responseOf(given: NonNullable<Case["response"]>): HttpResponse {
  const body = given.base64 === undefined ? Buffer.from(given.body ?? "") : Buffer.from(given.base64, "base64");
  return {
    status: given.status ?? 200,
    headers: new Headers({ ...given.headers }),
    body,
    truncated: false,
    url: "https://api.example.com/v1/things",
  };
}
