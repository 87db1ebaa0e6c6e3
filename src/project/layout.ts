/** The emitted project: every file by its path, made of the model, the templates and nothing else. */
import { CompileError, type Diagnostic, diagnosticAt } from "../base/diagnostics.ts";
import type {
  FindingIndex,
  ListPlan,
  PlanData,
  ServerApi,
  ServerModel,
  ToolsetData,
  ToolsetPlan,
} from "../mcp/model.ts";
import { buildLock } from "../lock/build.ts";
import { type Lock, lockPath } from "../lock/lock.ts";
import type { JsonObject } from "../base/json.ts";
import { visible } from "../base/visible.ts";
import { clientFiles } from "./clients.ts";
import { featuresOf, type FeatureSet } from "./features/features.ts";
import { listedParts, partListPaths } from "./features/part-list.ts";
import type { EmittedFile, FileSet } from "./files.ts";
import { formatFile } from "./format.ts";
import { printJson } from "./json.ts";
import { packageJson } from "./package-json.ts";
import { packageLock } from "./package-lock.ts";
import { type ConfigurationLine, type RenderContext, renderContext } from "./template-context.ts";
import type { TemplateOverrides } from "./template-overrides.ts";
import type { RuntimeMode } from "./runtime-mode.ts";
import { isRuntimeFile, namingPackage } from "./runtime-package.ts";
import { renderTemplate, TemplateError } from "./template.ts";
import { WIDTH } from "./text-layout.ts";
import { loadTemplates, readDependencyLock, type TemplateFile } from "./template-files.ts";
import { renderAllTypes, renderTypes } from "./types.ts";

export interface ProjectOptions {
  /** The documents as the project's configuration file names them: URLs, or paths relative to the project. */
  readonly input: readonly string[];
  /** The lines of the project's configuration file. */
  readonly configuration: readonly ConfigurationLine[];
  readonly generatorVersion: string;
  /** Optional parts that the server has; default: those that the documents need and owners have unless they say no. */
  readonly features?: FeatureSet;
  /** Where the runtime is; default: among the project's files. */
  readonly runtime?: RuntimeMode;
  /** Templates in place of those of this package, and what the lock says of them; default: those of this package. */
  readonly overrides?: Pick<TemplateOverrides, "templates" | "locked">;
  /** What discovery searches; absent where the server has none. */
  readonly finding?: FindingIndex | undefined;
  /** The lock of the project as it is; default: there is none. */
  readonly former?: Lock | undefined;
}

/**
 * The files of the project, sorted by path. The same model gives the same bytes.
 *
 * @throws CompileError `invalid-template` where a template of the user's does not fit; Error only where the package is
 *   broken: a template of its own is missing or does not fit the model
 */
export async function renderProject(model: ServerModel, options: ProjectOptions): Promise<FileSet> {
  const features = options.features ?? featuresOf(model);
  const { templates: all, locked } = options.overrides ?? { templates: loadTemplates(features), locked: [] };
  const inPackage = options.runtime === "package";
  const templates = inPackage ? all.filter(({ path }) => !isRuntimeFile(path)) : all;
  const context = renderContext(model, options, features);
  const ownPackage = packageJson(model, features, options.runtime);
  const data = [
    ...(await dataFiles(model, features)),
    ...planFiles(model, options.finding),
    ...(model.workflows.length === 0 ? [] : [json("src/generated/workflows.json", model.workflows)]),
    ...(model.jobs === undefined ? [] : [json("src/generated/jobs.json", model.jobs)]),
    ...(model.policy === undefined ? [] : [json("src/generated/policy.json", model.policy)]),
    json("package.json", ownPackage, "user"),
    ...[...clientFiles(model)].map(([name, value]) => json(`clients/${name}`, value, "user")),
  ];
  refuseData(templates, data);
  const rendered = await renderAll(templates, context, features);
  const placed = inPackage ? await Promise.all(rendered.map(withPackage)) : rendered;
  const paths = new Set(templates.map(({ path }) => path));
  // Of the package of the runtime no hash is known here: npm writes the lock.
  const isLocked = !inPackage && !paths.has("package.json") && !paths.has("package-lock.json");
  const lockOfPackages = isLocked ? [packageLockFile(ownPackage)] : [];
  const files = [...placed, ...data.filter(({ path }) => !paths.has(path)), ...lockOfPackages];
  const lock = json(
    lockPath,
    buildLock(
      model,
      files,
      options.generatorVersion,
      locked,
      options.former,
      inPackage ? [...features].sort() : undefined,
    ),
  );
  return [...files, lock].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/** Where a project says which of its tools are listed. */
export const planPath = "src/generated/plan.json";

/** What is listed, and what is found: a server without discovery lists all. */
function planFiles({ plan, toolsets }: ServerModel, finding: FindingIndex | undefined): readonly EmittedFile[] {
  if (finding === undefined && toolsets.length === 0 && !plan.strict) return [];
  const data: PlanData = {
    ...listDataOf(plan),
    ...(toolsets.length === 0 ? {} : { toolsets: toolsets.map(toolsetDataOf) }),
  };
  return [json(planPath, data), ...(finding === undefined ? [] : [json("src/generated/finding.json", finding)])];
}

function listDataOf({
  mode,
  folded,
  strict,
  listed,
}: ListPlan): Pick<PlanData, "list" | "folded" | "strict" | "listed"> {
  return { list: mode, ...(folded ? { folded } : {}), ...(strict ? { strict } : {}), listed };
}

function toolsetDataOf(toolset: ToolsetPlan): ToolsetData {
  const { name, title, instructions, tools, prompts, custom } = toolset;
  return { name, title, instructions, ...listDataOf(toolset), tools, prompts, custom };
}

/** A source file that imports the package of the runtime. */
async function withPackage(file: EmittedFile): Promise<EmittedFile> {
  const text = file.path.endsWith(".ts") ? namingPackage(file.text) : file.text;
  return text === file.text ? file : { ...file, text: await formatFile(file.path, text) };
}

/** Laid out as npm does, which writes it from then on. */
function packageLockFile(ownPackage: JsonObject): EmittedFile {
  const lock = packageLock(ownPackage, readDependencyLock());
  return {
    path: "package-lock.json",
    text: `${JSON.stringify(lock, null, 2)}\n`,
    owner: "user",
    along: "package.json",
  };
}

/** What the server is made of is never a template's; a file that becomes the user's anyway may be. */
function refuseData(templates: readonly TemplateFile[], data: FileSet): void {
  const reserved = new Set([lockPath, ...data.filter(({ owner }) => owner === "generator").map(({ path }) => path)]);
  const folded = new Set([...reserved].map((path) => path.toLowerCase()));
  const faults = templates.flatMap(({ path, shownAs }) =>
    shownAs !== undefined && folded.has(path.toLowerCase())
      ? [
          diagnosticAt(
            "invalid-template",
            shownAs,
            `"${visible(path)}" is made from the document and cannot be a template`,
          ),
        ]
      : [],
  );
  if (faults.length > 0) throw new CompileError(faults);
}

/** Every fault of the user's templates is told, not only the first one. */
async function renderAll(
  templates: readonly TemplateFile[],
  context: RenderContext,
  features: FeatureSet,
): Promise<FileSet> {
  const results = await Promise.allSettled(templates.map((template) => renderFile(template, context, features)));
  const faults: Diagnostic[] = [];
  const files = results.flatMap((result) => {
    if (result.status === "fulfilled") return [result.value];
    if (!(result.reason instanceof CompileError)) throw result.reason;
    faults.push(...result.reason.diagnostics);
    return [];
  });
  if (faults.length > 0) throw new CompileError(faults);
  const rendered = new Set(templates.filter((template) => template.rendered).map(({ path }) => path));
  // A template that has nothing to say of this server is no file of it.
  return files.filter(({ path, text }) => !rendered.has(path) || text.trim() !== "");
}

async function renderFile(
  template: TemplateFile,
  { context, insertions }: RenderContext,
  features: FeatureSet,
): Promise<EmittedFile> {
  const { path, owner, shownAs } = template;
  if (!template.rendered)
    return { path, owner, text: partListPaths.includes(path) ? listedParts(template.text, features) : template.text };
  try {
    const { text, exact } = renderTemplate(template.text, context);
    // Ours lie as the formatter leaves them; of the user's nobody knows.
    const formatted = exact && shownAs === undefined ? text : await formatFile(path, text);
    return { path, owner, text: insertLists(formatted, insertions) };
  } catch (error) {
    if (shownAs === undefined) throw error;
    throw new CompileError([faultOf(error, shownAs)]);
  }
}

/** A fault of a template of the user's: of what it says, or of what it became, where the formatter cannot read that. */
function faultOf(error: unknown, file: string): Diagnostic {
  if (error instanceof TemplateError)
    return diagnosticAt("invalid-template", file, `${error.message} (column ${error.column})`, { line: error.line });
  const [what = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
  return diagnosticAt("invalid-template", file, `What it becomes cannot be laid out: ${visible(what)}`);
}

function insertLists(text: string, insertions: ReadonlyMap<string, string>): string {
  return [...insertions].reduce((whole, [line, list]) => whole.replace(`\n${line}\n`, () => `\n${list}\n`), text);
}

async function dataFiles(model: ServerModel, features: FeatureSet): Promise<readonly EmittedFile[]> {
  const apis = await Promise.all(model.apis.map((api) => apiFiles(api, features)));
  const types: EmittedFile = {
    path: "src/generated/types.d.ts",
    text: await formattedIfLong("types.d.ts", renderAllTypes(model)),
    owner: "generator",
  };
  return [json("src/generated/apis.json", model.project), types, ...apis.flat()];
}

async function apiFiles(api: ServerApi, features: FeatureSet): Promise<readonly EmittedFile[]> {
  const folder = `src/generated/${api.data.name}`;
  return [
    json(`${folder}/api.json`, api.data),
    ...api.groups.flatMap((group) => [
      json(
        `${folder}/tools/${group.file}.json`,
        group.tools.map((tool) => tool.listing),
      ),
      json(`${folder}/calls/${group.file}.json`, new Map(group.tools.map((tool) => [tool.listing.name, tool.call]))),
    ]),
    json(`${folder}/schemas.json`, api.schemas),
    json(`${folder}/resources.json`, api.resources),
    json(`${folder}/prompts.json`, api.prompts),
    ...(features.has("mock") ? [json(`${folder}/examples.json`, api.examples)] : []),
    { path: `${folder}/types.d.ts`, text: await typesText(api), owner: "generator" },
  ];
}

/** A text that is laid out unless a line of it is too long. */
function formattedIfLong(path: string, text: string): Promise<string> | string {
  return text.split("\n").some((line) => line.length > WIDTH) ? formatFile(path, text) : text;
}

/** Characters of one API's declarations that the formatter lays out: it takes seconds for a megabyte. */
const mostFormatted = 300_000;

/** The formatter sees only the declarations that it might lay out in another way, and of very many the first. */
async function typesText(api: ServerApi): Promise<string> {
  let left = mostFormatted;
  const declarations = await Promise.all(
    renderTypes(api).map(({ text, exact }) => {
      if (exact) return text;
      left -= text.length;
      return left < 0 ? text : formatFile("types.d.ts", text);
    }),
  );
  return declarations.join("\n");
}

function json(path: string, value: object, owner: EmittedFile["owner"] = "generator"): EmittedFile {
  return { path, text: printJson(value), owner };
}
