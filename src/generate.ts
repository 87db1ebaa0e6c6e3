/** The pipeline on one page: documents in, a project out, as a value. Nothing is written here. */
import { isRemote, shownOrigin } from "./base/address.ts";
import { buildApi } from "./api/build.ts";
import { defined } from "./base/defined.ts";
import { loadQueryFault } from "./mcp/workflow/query-check.ts";
import { absoluteAddress, loadWorkflows } from "./config/workflows.ts";
import { settingPlace } from "./config/places.ts";
import { configurationLines, recordOf } from "./config/record.ts";
import { CompileError, type Diagnostic, diagnosticAt, type Finding } from "./base/diagnostics.ts";
import { type JsonObject, isArray, isObject, own } from "./base/json.ts";
import { type ApiInput, buildServer } from "./mcp/build.ts";
import { findingIndexOf } from "./mcp/finding/index-of.ts";
import type { ListOptions } from "./mcp/plan/list-plan.ts";
import { unconfirmedHost } from "./host-pointer.ts";
import { lostTools, requireCost } from "./list-checks.ts";
import { capsOf } from "./mcp/plan/targets.ts";
import { withPolicy } from "./mcp/policy/build.ts";
import { noRules } from "./mcp/policy/wish.ts";
import type { ServerModel, SkippedOperation } from "./mcp/model.ts";
import { extensionsIn } from "./mcp/curation/select.ts";
import { loadExpressionFault } from "./mcp/curation/expression-check.ts";
import { loadValueCheck, noCheck } from "./mcp/curation/value-check.ts";
import type { DocumentInput, GenerateOptions } from "./config/options.ts";
import type { FileSet } from "./project/files.ts";
import { featuresOf, type FeatureSet, refusedFeatures } from "./project/features/features.ts";
import { wishFor } from "./project/features/names.ts";
import { runtimePackage } from "./project/runtime-package.ts";
import { planPath, renderProject } from "./project/layout.ts";
import { type TemplateOverrides, overrideTemplates } from "./project/template-overrides.ts";
import { readUserTemplates } from "./project/user-templates.ts";
import { loadDocuments } from "./document/documents.ts";
import type { Lock } from "./lock/lock.ts";
import type { SpecDocument } from "./document/document.ts";
import { credentialHosts } from "./surface/credential-hosts.ts";
import { version } from "./base/version.ts";

/** What was made of the documents. */
export interface Generated {
  /** The project, file by file. */
  readonly files: FileSet;
  /** The server that the files describe. */
  readonly model: ServerModel;
  /** What was found, in the order of the documents: none of it stopped the generation. */
  readonly diagnostics: readonly Diagnostic[];
  /** Local files and folders that it was made of: documents with what they refer to, overlays, templates. */
  readonly sources: readonly string[];
}

export type Stage = "read" | "map" | "render";

/**
 * Compiles OpenAPI documents into the files of an MCP server.
 *
 * @param options the documents and how to read them
 * @param onStage told as each stage begins
 * @throws {CompileError} when no server can be made: unreadable, not OpenAPI, or without a usable operation
 */
export async function generate(
  options: GenerateOptions,
  onStage: (stage: Stage) => void = () => {},
): Promise<Generated> {
  const { model, diagnostics, sources } = await buildModel(options, onStage);
  await requireConfirmedHosts(model, options);
  onStage("render");
  const features = featuresFor(model, options);
  const overrides = templatesOf(features, options);
  const settings = settingsOf(options, model);
  const files = await renderProject(model, {
    input: documentsIn(settings),
    configuration: configurationLines(settings),
    generatorVersion: version,
    features,
    finding: features.has("discovery") ? findingIndexOf(model) : undefined,
    ...defined({ runtime: options.runtime }),
    overrides,
    former: options.lock,
  });
  const allDiagnostics = [...diagnostics, ...(overrides?.diagnostics ?? []), ...ofRuntime(options)];
  return { files, model, diagnostics: allDiagnostics, sources };
}

/** Whoever takes a package that nobody has published takes what somebody else may publish under its name. */
function ofRuntime({ runtime, places }: GenerateOptions): readonly Diagnostic[] {
  if (runtime !== "package") return [];
  const message = `The project depends on ${runtimePackage}, which is not published yet`;
  const place = settingPlace(places, "/runtime");
  return [diagnosticAt("unpublished-runtime", place.file, message, place)];
}

/**
 * A document that names another host than the owner confirmed would send credentials there.
 *
 * @throws {CompileError} `unconfirmed-host`
 */
export async function requireConfirmedHosts(model: ServerModel, options: GenerateOptions): Promise<void> {
  const { credentialHosts: confirmed, inputs } = options;
  if (confirmed === undefined) return;
  const confirmedOrigins = new Set(confirmed.map(shownOrigin));
  const others = credentialHosts(model).filter(({ origin }) => !confirmedOrigins.has(origin));
  if (others.length === 0) return;
  const documents = inputs.map(documentInput);
  // Lines are known to the documents alone: they are read once more, but for what standard input gave.
  const read = documents.some(({ document }) => document === "-") ? [] : (await mapDocuments(options)).documents;
  throw new CompileError(
    others.map(({ origin, api }) => unconfirmedHost(origin, documents[api]?.document ?? "-", read[api])),
  );
}

/**
 * The optional parts of the server.
 *
 * @throws {CompileError} `needed-feature`
 */
function featuresFor(model: ServerModel, { features: wishes = [], lock, places }: GenerateOptions): FeatureSet {
  const refused = refusedFeatures(model, wishes);
  if (refused.length === 0) return featuresOf(model, wishes, lock);
  throw new CompileError(
    refused.map((name) => {
      const entry = `/features/${wishes.lastIndexOf(`no-${name}`)}`;
      const place = settingPlace(places, places?.has(entry) === true ? entry : "/features");
      const message = `"no-${name}": the server cannot be made without ${name}`;
      return diagnosticAt("needed-feature", place.file, message, place);
    }),
  );
}

/** The user's templates over those of this package; `undefined` where there are none. */
function templatesOf(features: FeatureSet, { templates, lock }: GenerateOptions): TemplateOverrides | undefined {
  if (templates === undefined) return undefined;
  return overrideTemplates(readUserTemplates(templates), templates, features, lock?.templates);
}

/** What the project's configuration file says: a run in its folder, without arguments, makes the same files. */
function settingsOf(options: GenerateOptions, model: ServerModel): JsonObject {
  const given = options.recorded ?? recordOf(options);
  const { recordedInputs: input } = options;
  const hosts = [...new Set(credentialHosts(model).map(({ origin }) => origin))];
  return {
    output: ".",
    ...(hosts.length === 0 ? {} : { "credential-hosts": hosts }),
    ...(Object.hasOwn(given, "extends") ? {} : { name: model.project.name }),
    ...given,
    ...defined({ input }),
  };
}

/** The documents that the configuration file names; none where it leaves them to another one. */
function documentsIn(settings: JsonObject): readonly string[] {
  const input = own(settings, "input");
  return isArray(input) ? input.map((item) => (isObject(item) ? String(own(item, "document")) : String(item))) : [];
}

/**
 * The server that the documents describe, without its files. The documents themselves are freed.
 *
 * @throws {CompileError} as `generate` does
 */
export async function buildModel(
  options: GenerateOptions,
  onStage: (stage: Stage) => void = () => {},
): Promise<Omit<Generated, "files">> {
  const { model, diagnostics, sources } = await mapDocuments(options, onStage);
  return { model, diagnostics, sources };
}

/** A server with what it was made of. */
export interface Mapped extends Omit<Generated, "files"> {
  /** In the order of the inputs. */
  readonly documents: readonly SpecDocument[];
  readonly inputs: readonly ApiInput[];
}

/** The server that the documents describe, with the documents, for whoever asks where something comes from. */
export async function mapDocuments(
  options: GenerateOptions,
  onStage: (stage: Stage) => void = () => {},
): Promise<Mapped> {
  onStage("read");
  const documentInputs = options.inputs.map(documentInput);
  const { documents, diagnostics: overlayDiagnostics } = await loadDocuments(documentInputs, options);

  onStage("map");
  const found = documents.map(() => [] as Finding[]);
  const inputs = documents.map((document, index) =>
    readApi(document, documentInputs[index]?.name, options, found[index] ?? []),
  );
  const curationDiagnostics: Diagnostic[] = [];
  const isCurated = options.curation?.tools.some((entry) => entry.arguments.size > 0) === true;
  const { features: wishes = [] } = options;
  const workflowWishes = await loadWorkflows(options.workflows ?? [], options);
  const serverOptions = {
    ...options,
    workflowWishes,
    withoutResources: wishFor("resources", wishes) === false,
    withoutPrompts: wishFor("prompts", wishes) === false,
    list: listFor(options),
    jobs: options.jobs ?? (wishFor("jobs", wishes) === true ? { tools: [] } : undefined),
  };
  const tell = (diagnostic: Diagnostic): void => void curationDiagnostics.push(diagnostic);
  const server = buildServer(inputs, serverOptions, {
    tell,
    valueCheck: isCurated ? await loadValueCheck() : noCheck,
    queryFault: workflowWishes.length === 0 ? undefined : await loadQueryFault(),
    expressionFault:
      options.curation?.tools.some(({ answer }) => answer?.jmespath !== undefined) === true
        ? await loadExpressionFault()
        : undefined,
  });
  const policy = options.policy ?? (wishFor("policy", wishes) === true ? noRules : undefined);
  const model = withPolicy(server, policy, inputs, tell);
  // What the owner decides is done as it is written, or not at all.
  if (curationDiagnostics.some(({ severity }) => severity === "error")) throw new CompileError(curationDiagnostics);
  const diagnostics = [
    ...overlayDiagnostics,
    ...curationDiagnostics,
    ...documents.flatMap((document, index) => [
      ...document.diagnostics,
      ...aboutTools(found[index] ?? [], model.apis[index]?.leftOut ?? []).map(document.locate),
    ]),
  ];
  requireSelected(model, inputs, options);
  requireCost(model, options);
  const further = requireOperations(documents, inputs, diagnostics);
  return {
    model,
    diagnostics: [...diagnostics, ...further, ...lostTools(model, options)],
    sources: sourcesOf(documents, options),
    documents,
    inputs,
  };
}

/**
 * How much is listed. A project that listed more than fits before servers could find tools goes on so, until its owner
 * says otherwise: tests and clients rest on its list.
 */
function listFor({ list = {}, lock }: GenerateOptions): ListOptions {
  const { mode = "auto", maxTools = capsOf(list.target).maxTools } = list;
  const isOfBefore = lock !== undefined && lock.tools.length > maxTools && listsAll(lock);
  return mode === "auto" && isOfBefore ? { ...list, mode: "all", fold: list.fold ?? false } : list;
}

/** A plan without a list in the lock is that of a server that lists all, and has toolsets. */
function listsAll({ list, toolsets, files }: Lock): boolean {
  return list === undefined && (toolsets !== undefined || !files.some(({ path }) => path === planPath));
}

/** Local files and folders that a run with these options reads. */
function sourcesOf(
  documents: readonly SpecDocument[],
  { inputs, overlays, templates, workflows, policy }: GenerateOptions,
): readonly string[] {
  const named = [
    ...(overlays ?? []),
    ...(workflows ?? []).filter((source) => typeof source === "string"),
    ...(policy?.file === undefined ? [] : [policy.file]),
    ...inputs.flatMap((input) => documentInput(input).overlays ?? []),
  ];
  const local = named.filter((path) => !isRemote(path));
  const paths = [...documents.flatMap(({ files }) => files ?? []), ...local];
  return [...new Set([...paths, ...(templates === undefined ? [] : [templates])])];
}

function documentInput(input: string | DocumentInput): DocumentInput {
  return typeof input === "string" ? { document: input } : input;
}

function readApi(
  document: SpecDocument,
  name: string | undefined,
  { selection, toolsets = [] }: GenerateOptions,
  found: Finding[],
): ApiInput {
  const report = (finding: Finding): void => void found.push(finding);
  const extensions = [...(selection === undefined ? [] : [selection]), ...toolsets].flatMap(extensionsIn);
  const address = absoluteAddress(document.source);
  return { api: buildApi(document, report, extensions), name, report, address };
}

/** What is wrong with an operation that nobody wants a tool of is nobody's concern. */
function aboutTools(found: readonly Finding[], leftOut: readonly SkippedOperation[]): readonly Finding[] {
  const leftOutPointers = new Set(leftOut.map(({ pointer }) => pointer));
  if (leftOutPointers.size === 0) return found;
  const depth = (pointer: string): string => pointer.split("/", 4).join("/");
  return found.filter(({ pointer }) => !leftOutPointers.has(depth(pointer)) && !leftOutPointers.has(pointer));
}

/**
 * A selection that leaves nothing is a mistake.
 *
 * @throws {CompileError} `empty-selection`
 */
function requireSelected(model: ServerModel, inputs: readonly ApiInput[], { selection }: GenerateOptions): void {
  const wanted = model.apis.some(({ groups }) => groups.some(({ tools }) => tools.length > 0));
  const present = inputs.reduce((sum, { api }) => sum + api.operations.length, 0);
  if (wanted || present === 0) return;
  const place = selection?.include[0]?.place ?? selection?.exclude[0]?.place;
  const message = `None of the ${present} operations becomes a tool: all are left out`;
  throw new CompileError([diagnosticAt("empty-selection", place?.file ?? "command line", message, place)]);
}

/**
 * A server without tools is of use only where the document is right to have no operations: it describes webhooks.
 *
 * @throws {CompileError} for any other document without operations
 */
function requireOperations(
  documents: readonly SpecDocument[],
  inputs: readonly ApiInput[],
  diagnostics: readonly Diagnostic[],
): readonly Diagnostic[] {
  const empty = documents.filter((_, index) => inputs[index]?.api.operations.length === 0);
  const describesWebhooks = ({ root }: SpecDocument): boolean => Object.keys(own(root, "webhooks") ?? {}).length > 0;
  const useless = empty.filter((document) => !describesWebhooks(document));
  if (useless.length === 0) {
    return empty.map((document) =>
      document.locate({
        code: "only-webhooks",
        pointer: "/webhooks",
        message: "The document describes webhooks only: the server has no tools",
      }),
    );
  }
  // Causes first: where operations are there and faulty, adding one is not what is missing.
  const causes = diagnostics.filter(({ severity }) => severity !== "info");
  throw new CompileError([
    ...causes,
    ...useless.map((document) => document.locate(withoutOperation(document, causes.length > 0))),
  ]);
}

function withoutOperation({ root }: SpecDocument, isExplained: boolean): Finding {
  const paths = own(root, "paths");
  const count = isObject(paths) ? Object.keys(paths).filter((path) => !path.startsWith("x-")).length : 0;
  if (count > 0 && isExplained)
    return {
      code: "no-usable-operation",
      pointer: "/paths",
      message: `None of the ${count === 1 ? "operations of its path" : `operations of its ${count} paths`} can be used`,
    };
  return {
    code: "no-operations",
    pointer: "/paths",
    message:
      count > 0 ? "The paths of the document have no operations" : "The document has no paths, and thus no operation",
  };
}
