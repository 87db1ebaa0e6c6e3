/** What a server offers and why it is as it is: of documents, or of a project. */
import { isRemote } from "./base/address.ts";
import { CompileError, type Diagnostic, diagnosticAt } from "./base/diagnostics.ts";
import { kindOfPath } from "./disk/project.ts";
import { type ExplainedTool, explain } from "./explain.ts";
import { type Mapped, buildModel, mapDocuments } from "./generate.ts";
import { projectSurface } from "./diff.ts";
import type { GenerateOptions } from "./config/options.ts";
import type { ReadOptions } from "./document/load.ts";
import type { ServerModel } from "./mcp/model.ts";
import { listOfServer, toolsOf } from "./mcp/plan/served-list.ts";
import { type Loading, loadingOfAll } from "./surface/loading.ts";
import { withinToolset } from "./mcp/plan/toolset-plan.ts";
import { type Inspection, inspectModel, inspectSurface } from "./surface/inspection.ts";
import { likelyName } from "./base/suggest.ts";
import { visible } from "./base/visible.ts";

/** An inspection with what was found on the way. */
export interface Inspected extends Inspection {
  /** What each client loads of the list; absent where only the files of a project are at hand. */
  readonly targets?: readonly Loading[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * What a server offers, what it costs and whom it talks to.
 *
 * @param target path of a document or of a project's folder, URL, or the options by which `generate` would make it
 * @param reading how a document is read that is given as path or URL
 * @param toolset name of the only part of it to inspect; default: the whole server
 * @throws {CompileError} where it cannot be read, no server can be made of it, or it has no such toolset
 */
export async function inspect(
  target: string | GenerateOptions,
  reading: ReadOptions = {},
  toolset?: string,
): Promise<Inspected> {
  const isUrl = typeof target === "string" && isRemote(target);
  if (typeof target === "string" && !isUrl && (await kindOfPath(target)) === "folder") {
    const { surface, tags } = await projectSurface(target);
    return { ...inspectSurface(surface, tags), diagnostics: [] };
  }
  const { model, diagnostics } = await buildModel(
    typeof target === "string" ? { ...reading, inputs: [target] } : target,
  );
  const part = toolset === undefined ? model : toolsetOf(model, toolset);
  const targets = loadingOfAll(listOfServer(part), part.project.name);
  return { ...inspectModel(part), targets, diagnostics };
}

function toolsetOf(model: ServerModel, name: string): ServerModel {
  const found = model.toolsets.find((toolset) => toolset.name === name);
  if (found !== undefined) return withinToolset(model, found);
  const names = model.toolsets.map((toolset) => toolset.name).join(", ");
  const there = names === "" ? "the configuration names none" : `there are ${names}`;
  throw new CompileError([
    diagnosticAt("unknown-toolset", "command line", `There is no toolset "${visible(name)}"; ${there}`),
  ]);
}

/**
 * Why a tool is as it is: every part traced to the document, to a rule or to the configuration.
 *
 * @param name of the tool, an old name of it, the operationId, or `METHOD /path`
 * @throws {CompileError} `unknown-tool` where there is none, naming the nearest; or as `inspect` does
 */
export async function inspectTool(options: GenerateOptions, name: string): Promise<ExplainedTool> {
  const mapped = await mapDocuments(options);
  const { model } = mapped;
  const tools = toolsOf(model.apis);
  const alias = model.project.aliases?.find((entry) => entry.name === name)?.tool;
  const tool =
    tools.find(({ listing }) => listing.name === (alias ?? name)) ??
    tools.find(({ operationId, call: { request } }) => operationId === name || requestOf(request) === name);
  if (tool !== undefined) return explain(tool, mapped);
  const message = missingTool(name, mapped);
  throw new CompileError([diagnosticAt("unknown-tool", mapped.documents[0]?.source ?? "", message)]);
}

function missingTool(name: string, { model }: Mapped): string {
  const without = model.apis.flatMap(({ skipped, leftOut = [] }) => [...skipped, ...leftOut]);
  const known = without.find((operation) => requestOf(operation) === name);
  if (known !== undefined) return `${visible(name)} has no tool: ${visible(known.reason)}`;
  if (model.workflows.some(({ listing, id }) => listing.name === name || id === name))
    return `${visible(name)} is a workflow: what it says and calls is as its Arazzo document has it`;
  const names = toolsOf(model.apis).map(({ listing }) => listing.name);
  const likely = likelyName(name, names);
  return `There is no tool "${visible(name)}"${likely === undefined ? "" : `; did you mean "${likely}"?`}`;
}

function requestOf({ method, path }: { readonly method: string; readonly path: string }): string {
  return `${method} ${path}`;
}
