/** Judges one document: every tool of its server is called several times, and each request is looked at. */
import { METHODS } from "node:http";
import { validate } from "@cfworker/json-schema";
import type { Client } from "@modelcontextprotocol/client";
import { generate } from "../../src/index.ts";
import { type Json, type JsonObject, fromEntries, isArray, isObject, own } from "../../src/json.ts";
import type { Tool } from "../../src/mcp/model.ts";
import { judgeAnswer } from "./answer.ts";
import { type DocumentOperation, ReadDocument } from "./document.ts";
import { excuseOf } from "./prism-faults.ts";
import { startPrism, verdictOf } from "./prism.ts";
import { type Exchange, type RecordingProxy, startProxy } from "./proxy.ts";
import { bodyFaults } from "./read-body.ts";
import { parameterFaults, pathValues } from "./read-parameters.ts";
import type { DocumentReport, Failure, Question } from "./report.ts";
import { type Variant, sample } from "./sample.ts";
import { startServer } from "./server-under-test.ts";

/** Names that "shall be ignored" as header parameters (§4.8.12.2). */
const ignoredHeaders = new Set(["accept", "content-type", "authorization"]);
/** From this many tools on, each is called less often. */
const manyTools = 150;

interface Bench {
  readonly read: ReadDocument;
  readonly client: Client;
  readonly proxy: RecordingProxy;
  readonly withPrism: boolean;
  /** Query parameters that hold credentials. */
  readonly credentials: ReadonlySet<string>;
}

export async function judgeDocument(document: string, path: string, seed: string): Promise<DocumentReport> {
  const started = performance.now();
  // Prism takes the longest: it reads the document in a process of its own meanwhile.
  const starting = startPrism(path).catch((fault: unknown) => (fault instanceof Error ? fault.message : String(fault)));
  const generated = await generate({ inputs: [path], allowRefFolders: foldersOf(document, path) });
  const read = await ReadDocument.load(path);
  const answer = await starting;
  const prism = typeof answer === "string" ? undefined : answer;
  const withoutPrism = typeof answer === "string" ? answer : undefined;
  const proxy = await startProxy(prism?.url);
  const server = await startServer(generated, proxy.url);
  const api = generated.model.apis[0];
  const tools = generated.model.apis.flatMap(({ groups }) => groups.flatMap((group) => group.tools));
  const schemes = Object.values(api?.data.securitySchemes ?? {});
  const bench: Bench = {
    read,
    client: server.client,
    proxy,
    withPrism: prism !== undefined,
    credentials: new Set(
      schemes.flatMap((scheme) => (scheme.type === "apiKey" && scheme.in === "query" ? [scheme.name] : [])),
    ),
  };
  const failures: Failure[] = [];
  let calls = 0;
  let good = 0;
  try {
    await server.client.listTools();
    for (const tool of tools) {
      const operation = read.operation(tool.call.pointer, tool.call.request);
      failures.push(...reachFaults(tool, operation).map((reason) => failure(tool, "", "reachable", reason)));
      const seen = new Set<string>();
      for (const variant of variantsOf(tools.length)) {
        const args = argumentsOf(tool, variant, seed);
        const text = JSON.stringify(args);
        if (seen.has(text)) continue;
        seen.add(text);
        calls++;
        const found = await judgeCall(bench, tool, operation, variant, args);
        failures.push(...found);
        if (found.every(({ excused }) => excused !== undefined)) good++;
      }
    }
  } finally {
    await server.stop();
    proxy.stop();
    prism?.stop();
  }
  return {
    document,
    tools: tools.length,
    calls,
    good,
    seconds: Math.round((performance.now() - started) / 1000),
    ...(withoutPrism === undefined ? {} : { withoutPrism }),
    failures,
  };
}

/** Documents of several files lie in a folder of their own, within which their references lead anywhere. */
function foldersOf(document: string, path: string): readonly string[] {
  const own = /^multi\/[^/]+/.exec(document)?.[0];
  return own === undefined ? [] : [path.slice(0, path.length - document.length) + own];
}

function variantsOf(tools: number): readonly Variant[] {
  return tools > manyTools
    ? ["required", "all", "low", "seed-1"]
    : ["required", "all", "low", "high", "seed-1", "seed-2", "seed-3"];
}

function argumentsOf(tool: Tool, variant: Variant, seed: string): JsonObject {
  const value = sample(tool.listing.inputSchema as unknown as Json, variant, "", `${seed} ${tool.listing.name}`);
  return isObject(value) ? value : {};
}

function failure(
  tool: Tool,
  variant: Variant | "",
  question: Question,
  reason: string,
  more: Partial<Failure> = {},
): Failure {
  return { tool: tool.listing.name, operation: tool.call.pointer, variant, question, reason, ...more };
}

/** Parameters and bodies of the document that no argument leads to. */
function reachFaults(tool: Tool, operation: DocumentOperation | undefined): readonly string[] {
  if (operation === undefined) return ["the document has no such operation"];
  const planned = new Set(tool.call.request.parameters.map((parameter) => `${parameter.in} ${parameter.name}`));
  const missing = operation.parameters.filter(
    (parameter) =>
      !planned.has(`${parameter.in} ${parameter.name}`) &&
      !(parameter.in === "header" && ignoredHeaders.has(parameter.name.toLowerCase())),
  );
  const body =
    operation.body?.required === true && operation.body.contents.size > 0 && tool.call.request.body === undefined;
  return [
    ...missing.map((parameter) => `no argument for ${parameter.in} ${parameter.name}`),
    ...(body ? ["no argument for the body"] : []),
  ];
}

async function judgeCall(
  bench: Bench,
  tool: Tool,
  operation: DocumentOperation | undefined,
  variant: Variant,
  args: JsonObject,
): Promise<readonly Failure[]> {
  const input = tool.listing.inputSchema;
  const fail = (question: Question, reason: string, more: Partial<Failure> = {}): Failure =>
    failure(tool, variant, question, reason, { arguments: args, ...more });
  if (!isAllowed(args, input))
    return [
      fail("sampled", "the sampler made no value that the listed schema allows", { excused: "a fault of the sampler" }),
    ];
  bench.proxy.take();
  let result: Awaited<ReturnType<Client["callTool"]>>;
  try {
    result = await bench.client.callTool({ name: tool.listing.name, arguments: args });
  } catch (fault) {
    return [fail("answer", `the client refused the result: ${String(fault).slice(0, 300)}`)];
  }
  const [exchange] = bench.proxy.take();
  if (exchange === undefined) {
    const text = textOf(result).slice(0, 500);
    return [fail("refused", text, unjudged(text, tool))];
  }
  if (operation === undefined) return [];
  const { request } = exchange;
  const shown =
    `${request.method} ${request.target}`.slice(0, 500) +
    (request.body.length > 0 ? `\n${request.body.toString().slice(0, 800)}` : "");
  const faults: Failure[] = [];
  const path = request.target.split("?")[0] ?? "";
  if (request.method !== operation.method || pathValues(operation.path, path) === undefined)
    return [
      fail("route", `${request.method} ${path} is not ${operation.method} ${operation.path}`, { request: shown }),
    ];
  const given = operation.parameters.map((parameter) => ({
    parameter,
    value: valueOf(tool, parameter.in, parameter.name, args),
  }));
  const sentParameters = given.filter(
    ({ parameter }) => !(parameter.in === "header" && ignoredHeaders.has(parameter.name.toLowerCase())),
  );
  faults.push(
    ...parameterFaults(request, operation.path, sentParameters, (name) => bench.credentials.has(name)).map((reason) =>
      fail("arrived", reason, { request: shown }),
    ),
  );
  faults.push(
    ...bodyFaults(request, operation.body, bodyOf(tool, args)).map((reason) =>
      fail("arrived", reason, { request: shown }),
    ),
  );
  if (bench.withPrism)
    faults.push(
      ...prismFaults(exchange, operation, args, faults.length === 0).map((found) =>
        fail(found.question, found.reason, {
          request: shown,
          ...(found.excused === undefined ? {} : { excused: found.excused }),
        }),
      ),
    );
  faults.push(...judgeAnswer(exchange, result).map((reason) => fail("answer", reason)));
  return faults;
}

/** Why a call could not be judged for want of means. */
function unjudged(text: string, tool: Tool): Partial<Failure> {
  if (text.includes("_CERTIFICATE_FILE")) return { excused: "a certificate is needed, and the judge has none" };
  if (text.startsWith("HTTP 400") && !METHODS.includes(tool.call.request.method))
    return { excused: "Node.js has no HTTP server that takes methods of the document's own" };
  return {};
}

/** Whether the listed schema allows the arguments; one that the validator cannot read allows all. */
function isAllowed(args: JsonObject, input: Tool["listing"]["inputSchema"]): boolean {
  try {
    return validate(args, input as unknown as Parameters<typeof validate>[1], "2020-12").valid;
  } catch {
    return true;
  }
}

interface Found {
  readonly question: Question;
  readonly reason: string;
  readonly excused: string | undefined;
}

/** @param arrived whether the independent reader found every value at its place: only then may Prism be wrong */
function prismFaults(
  exchange: Exchange,
  operation: DocumentOperation,
  args: JsonObject,
  arrived: boolean,
): readonly Found[] {
  const verdict = verdictOf(exchange.status, exchange.headers, exchange.body);
  const excused = (reason: string): string | undefined =>
    arrived ? excuseOf(reason, operation, exchange, args) : undefined;
  if (verdict.route !== undefined)
    return [{ question: "route", reason: verdict.route, excused: excused(verdict.route) }];
  // The server has found an alternative that fits; that another one fits too is the document's doing.
  const overlap =
    arrived && verdict.violations.some((reason) => /body.* must match exactly one schema in oneOf/.test(reason));
  return verdict.violations.map((reason) => ({
    question: "accepted",
    reason,
    excused:
      excused(reason) ??
      (overlap && reason.includes("body") ? "the alternatives of a oneOf overlap in the document" : undefined),
  }));
}

/** The value that was given for a parameter, by the argument that the tool says stands for it. */
function valueOf(tool: Tool, place: string, name: string, args: JsonObject): Json | undefined {
  const planned = tool.call.request.parameters.find((parameter) => parameter.in === place && parameter.name === name);
  return planned === undefined ? undefined : own(args, planned.argument);
}

function bodyOf(tool: Tool, args: JsonObject): Json | undefined {
  const plan = tool.call.request.body;
  if (plan === undefined) return undefined;
  if (plan.argument !== undefined) return own(args, plan.argument);
  const entries = (plan.fields ?? []).flatMap(({ argument, name }): [string, Json][] => {
    const value = own(args, argument);
    return value === undefined ? [] : [[name, value]];
  });
  return entries.length === 0 ? undefined : fromEntries(entries);
}

function textOf(result: unknown): string {
  const content = (result as { readonly content?: unknown }).content;
  return isArray(content) ? content.map((block) => own(block, "text") ?? "").join("\n") : "";
}
