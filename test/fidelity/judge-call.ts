/** Judges one call: what the server sent, what Prism and the judge's own check say of it, and what came back. */
import { isTold } from "../corpus/listed.ts";
import { METHODS } from "node:http";
import type { Client } from "@modelcontextprotocol/client";
import { type Json, type JsonObject, fromEntries, isArray, own } from "../../src/base/json.ts";
import type { Tool } from "../../src/mcp/model.ts";
import { judgeAnswer } from "./answer.ts";
import type { DocumentOperation } from "./document.ts";
import { parameterComplaints } from "./parameter-check.ts";
import { type Evidence, excuseOf } from "./prism-faults.ts";
import { complaintsOf } from "./prism.ts";
import type { Exchange, RecordingProxy } from "./proxy.ts";
import { bodyFaults } from "./read-body.ts";
import { type RawRequest, parameterFaults, pathValues } from "./read-parameters.ts";
import { isReadOnlyAt } from "./read-typed.ts";
import { bodyComplaints } from "./read-sent.ts";
import type { Question } from "./report.ts";
import { type Complaint, type SchemaCheck, overlap } from "./schema-check.ts";

/** Names that "shall be ignored" as header parameters (§4.8.12.2). */
const ignoredHeaders = new Set(["accept", "content-type", "authorization"]);

export interface Bench {
  readonly check: SchemaCheck;
  readonly client: Client;
  /** Whether operations are not listed, and called by the tools of discovery. */
  readonly isFound: boolean;
  readonly proxy: RecordingProxy;
  /** Whether the proxy leads to Prism. */
  readonly withPrism: boolean;
  /** Query parameters that hold credentials. */
  readonly credentials: ReadonlySet<string>;
}

/** What is said against a call. */
export interface Finding {
  readonly question: Question;
  readonly reason: string;
  readonly excused?: string;
  readonly request?: string;
}

/** Parameters and bodies of the document that no argument leads to. */
export function reachFaults(tool: Tool, operation: DocumentOperation | undefined): readonly string[] {
  if (operation === undefined) return ["the document has no such operation"];
  const planned = new Set(tool.call.request.parameters.map((parameter) => `${parameter.in} ${parameter.name}`));
  const missing = operation.parameters.filter(
    (parameter) => !planned.has(`${parameter.in} ${parameter.name}`) && !isIgnored(parameter),
  );
  const body =
    operation.body?.required === true && operation.body.contents.size > 0 && tool.call.request.body === undefined;
  return [
    ...missing.map((parameter) => `no argument for ${parameter.in} ${parameter.name}`),
    ...(body ? ["no argument for the body"] : []),
  ];
}

function isIgnored(parameter: { readonly in: string; readonly name: string }): boolean {
  return parameter.in === "header" && ignoredHeaders.has(parameter.name.toLowerCase());
}

export async function judgeCall(
  bench: Bench,
  tool: Tool,
  operation: DocumentOperation | undefined,
  args: JsonObject,
): Promise<readonly Finding[]> {
  bench.proxy.take();
  let result: Awaited<ReturnType<Client["callTool"]>>;
  try {
    result = await bench.client.callTool(callOf(tool.listing, args, bench.isFound));
  } catch (fault) {
    return [{ question: "answer", reason: `the client refused the result: ${String(fault).slice(0, 300)}` }];
  }
  const [exchange] = bench.proxy.take();
  if (exchange === undefined) {
    const text = textOf(result);
    return [{ question: "refused", reason: text.slice(0, 500), ...unjudged(text, tool) }];
  }
  if (operation === undefined) return [];
  const sent = judgeRequest(bench, tool, operation, args, exchange);
  const answer = judgeAnswer(exchange, result).map((reason): Finding => ({ question: "answer", reason }));
  return [...sent.map((finding) => ({ ...finding, request: shown(exchange.request) })), ...answer];
}

/** How a client calls a tool that it is shown, or one that it has found. */
function callOf(
  { name, annotations }: Tool["listing"],
  args: JsonObject,
  isFound: boolean,
): { readonly name: string; readonly arguments: JsonObject } {
  if (!isFound) return { name, arguments: args };
  const tool = annotations.readOnlyHint ? "call_read_operation" : "call_write_operation";
  return { name: tool, arguments: { name, arguments: args } };
}

/** Judges a request that was recorded. */
export function judgeRequest(
  bench: Pick<Bench, "check" | "withPrism" | "credentials">,
  tool: Pick<Tool, "call">,
  operation: DocumentOperation,
  args: JsonObject,
  exchange: Exchange,
): readonly Finding[] {
  const { request } = exchange;
  const path = request.target.split("?")[0] ?? "";
  if (request.method !== operation.method || pathValues(operation.path, path) === undefined)
    return [{ question: "route", reason: `${request.method} ${path} is not ${operation.method} ${operation.path}` }];
  const given = operation.parameters
    .filter((parameter) => !isIgnored(parameter))
    .map((parameter) => ({ parameter, value: valueOf(tool, parameter.in, parameter.name, args) }));
  const arrived = [
    ...parameterFaults(request, operation.path, given, (name) => bench.credentials.has(name)),
    ...bodyFaults(request, operation.body, bodyOf(tool, args), bench.check),
  ].map((reason): Finding => ({ question: "arrived", reason }));
  const parameters = parameterComplaints(given, bench.check);
  const body = bodyComplaints(request, operation.body, bench.check);
  const own = [
    ...[...parameters].flatMap(([place, list]) => list.map((complaint) => ownFinding(place, complaint))),
    ...(body ?? []).map((complaint) => ownFinding("body", complaint)),
  ];
  if (!bench.withPrism) return [...arrived, ...own];
  if (exchange.fault !== undefined)
    return [...arrived, ...own, { question: "accepted", reason: `Prism did not answer: ${exchange.fault}` }];
  const complaints = complaintsOf(exchange.status, exchange.headers, exchange.body);
  const schemas = [...(operation.body?.contents.values() ?? [])].flatMap(({ schema }) => schema ?? []);
  const isReadOnly: Evidence["isReadOnly"] = (place, name) => isReadOnlyAt(schemas, place, name, bench.check);
  const evidence: Evidence = { operation, request, given, parameters, body, isReadOnly, complaints };
  const outside = complaints.map((complaint): Finding => {
    const excused = arrived.length === 0 ? excuseOf(complaint, evidence) : undefined;
    return {
      question: complaint.place[0] === "route" ? "route" : "accepted",
      reason: `${complaint.place.join(".")}: ${complaint.message}`,
      ...(excused === undefined ? {} : { excused }),
    };
  });
  return [...arrived, ...own, ...outside];
}

function ownFinding(place: string, { place: tokens, keyword, message }: Complaint): Finding {
  return {
    question: "schema",
    reason: `${[place, ...tokens].join(".")}: ${message}`.slice(0, 400),
    ...(keyword === overlap ? { excused: "the alternatives of a oneOf overlap in the document" } : {}),
  };
}

function shown({ method, target, body }: RawRequest): string {
  return `${method} ${target}`.slice(0, 500) + (body.length > 0 ? `\n${body.toString().slice(0, 800)}` : "");
}

/** Why a call could not be judged for want of means. */
function unjudged(text: string, tool: Tool): Partial<Finding> {
  if (text.includes("_CERTIFICATE_FILE")) return { excused: "a certificate is needed, and the judge has none" };
  if (text.startsWith("HTTP 400") && !METHODS.includes(tool.call.request.method))
    return { excused: "Node.js has no HTTP server that takes methods of the document's own" };
  const [first, ...faults] = text.split("\n");
  if (first === "Invalid arguments" && isTold(faults.join("\n"), JSON.stringify(tool.listing.inputSchema)))
    return { excused: "the tool says in words what holds, and the sampler reads none" };
  return {};
}

/** The value that was given for a parameter, by the argument that the tool says stands for it. */
function valueOf(tool: Pick<Tool, "call">, place: string, name: string, args: JsonObject): Json | undefined {
  const planned = tool.call.request.parameters.find((parameter) => parameter.in === place && parameter.name === name);
  return planned === undefined ? undefined : own(args, planned.argument);
}

function bodyOf(tool: Pick<Tool, "call">, args: JsonObject): Json | undefined {
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
