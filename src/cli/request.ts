/** What a run asks for: the flags, where they say nothing the configuration file, and where it says nothing the defaults. */
import { isAbsolute, join, relative, resolve } from "node:path";
import { isRemote, withoutFileScheme } from "../base/address.ts";
import { defined } from "../base/defined.ts";
import { type Configuration, configurationName, loadConfiguration } from "../config/read.ts";
import { type SettingPlaces, withoutKeys } from "../config/places.ts";
import { flags } from "../config/options.ts";
import { completeCuration } from "../config/curation.ts";
import { recordOf } from "../config/record.ts";
import { parseSelector } from "../config/selector.ts";
import { type Diagnostic, diagnosticAt } from "../base/diagnostics.ts";
import { hasFile } from "../disk/folder.ts";
import { readUsage } from "../disk/usage-log.ts";
import { type JsonObject, isObject, isSame, own, pointerTo } from "../base/json.ts";
import { targetNames } from "../mcp/plan/targets.ts";
import { foldModes, listModes } from "../config/list-shape.ts";
import type { ListOptions } from "../mcp/plan/list-plan.ts";
import type { Selection, Selector } from "../mcp/curation/curation.ts";
import type { GenerateOptions } from "../config/options.ts";
import { headerFault } from "../document/sent-headers.ts";
import { nearestName } from "../base/suggest.ts";
import { visible } from "../base/visible.ts";
import { type RuntimeMode, runtimeModes } from "../project/runtime-mode.ts";
import { type FeatureWish, featureWishes } from "../project/features/names.ts";
import { lockPath } from "../lock/lock.ts";
import { type CommandLine, UsageError } from "./line.ts";
import type { Surroundings } from "./terminal.ts";

export interface Request {
  /** Without the lock, which the folder of the project holds, and without `recorded`, which depends on that folder. */
  readonly options: GenerateOptions;
  /** Folder of the project, relative to the working folder; absent where it is called after the server. */
  readonly output: string | undefined;
  readonly strict: boolean;
  readonly configuration: Configuration | undefined;
  /** Documents that the command line names. */
  readonly documents: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

const mebibyte = 1024 * 1024;

/**
 * The request of a command line.
 *
 * @param documents those that the line names; where there are none, the configuration file says them
 * @param projects folders where a configuration file is looked for, the first one first; a missing one is left out
 * @throws {UsageError} where nothing says which documents to read
 * @throws {CompileError} where the configuration file is faulty
 */
export async function readRequest(
  line: CommandLine,
  surroundings: Surroundings,
  documents: readonly string[],
  projects: readonly (string | undefined)[],
): Promise<Request> {
  const file = line.text("config") ?? (await findConfiguration(projects));
  const configuration = file === undefined ? undefined : await loadConfiguration(file);
  const inputs = documents.length > 0 ? documents : (configuration?.inputs ?? []);
  if (inputs.length === 0) {
    const where = file === undefined ? `, or run it where an ${configurationName} is` : `: "${file}" names no input`;
    throw new UsageError(`Give an OpenAPI document: a path, a URL, or - for standard input${where}.`);
  }
  const options = optionsOf(line, configuration, inputs, surroundings);
  const usage = line.text("usage") ?? configuration?.usage;
  const calls = usage === undefined ? undefined : await readUsage(usage);
  return {
    options: { ...options, list: { ...options.list, ...defined({ usage: calls }) } },
    output: line.text("output") ?? (configuration === undefined ? undefined : await outputOf(configuration)),
    strict: line.isSet("strict") || configuration?.strict === true,
    configuration,
    documents,
    diagnostics: [
      ...(configuration?.diagnostics ?? []),
      ...(calls?.size === 0
        ? [diagnosticAt("empty-usage", visible(usage ?? ""), "No line says that a tool was called")]
        : []),
      ...differences(line, configuration, options, documents, surroundings),
    ],
  };
}

async function findConfiguration(folders: readonly (string | undefined)[]): Promise<string | undefined> {
  for (const folder of folders)
    if (folder !== undefined && (await hasFile(folder, configurationName))) return join(folder, configurationName);
  return undefined;
}

/** A configuration without `output` that lies in a project is that project's. */
async function outputOf({ file, output }: Configuration): Promise<string | undefined> {
  if (output !== undefined) return output;
  const folder = join(file, "..");
  return (await hasFile(folder, lockPath)) ? folder : undefined;
}

function optionsOf(
  line: CommandLine,
  configuration: Configuration | undefined,
  inputs: GenerateOptions["inputs"],
  surroundings: Surroundings,
): GenerateOptions {
  const size = line.count("max-document-size") ?? configuration?.maxDocumentSize ?? 64;
  const templates = line.text("templates") ?? configuration?.templates;
  const overlays = line.list("overlay")?.map(withoutFileScheme) ?? configuration?.overlays;
  const workflows = line.list("workflows")?.map(withoutFileScheme) ?? configuration?.workflows;
  const runtime = runtimeOf(line) ?? configuration?.runtime;
  const features = featuresOf(line) ?? configuration?.features;
  const headers = headersOf(line) ?? configuration?.headers;
  const selection = selectionOf(line, configuration);
  return {
    inputs,
    name: line.text("name") ?? configuration?.name,
    ...defined({ overlays, headers, workflows }),
    ...defined({ credentialHosts: configuration?.credentialHosts }),
    ...defined({ selection }),
    list: listOf(line, configuration),
    ...defined({ maxCost: line.count("max-cost") ?? configuration?.maxCost }),
    ...defined({ toolsets: configuration?.toolsets, policy: configuration?.policy, jobs: configuration?.jobs }),
    ...(configuration === undefined ? {} : { curation: completeCuration(configuration.curation) }),
    ...defined({ templates, features, runtime, places: placesIn(line, configuration) }),
    allowRefHosts: line.list("allow-ref-host") ?? configuration?.allowRefHosts ?? [],
    allowRefFolders: line.list("allow-ref-folder") ?? configuration?.allowRefFolders ?? [],
    maxDocumentBytes: size * mebibyte,
    timeoutMs: (line.count("timeout") ?? configuration?.timeout ?? 30) * 1000,
    stdin: () => readAll(surroundings.stdin),
    environment: surroundings.env,
  };
}

/** Where the configuration says what holds: not where a flag says something else. */
function placesIn(line: CommandLine, configuration: Configuration | undefined): SettingPlaces | undefined {
  const said = flags.flatMap(({ name, key }) => (key !== undefined && line.says(name) ? [rootPointer(key)] : []));
  return configuration === undefined ? undefined : withoutKeys(configuration.places, said);
}

/** Where the file has a key, or the object that it lies in: `/select` for `select.include`. */
function rootPointer(key: string): string {
  return pointerTo("", key.split(".")[0] ?? key);
}

function listOf(line: CommandLine, configuration: Configuration | undefined): ListOptions {
  const given = line.text("list");
  const mode = listModes.find((known) => known === given) ?? configuration?.list;
  if (given !== undefined && given !== mode)
    throw new UsageError(`--list takes ${listModes.join(", ")}, not ${visible(given)}`);
  const budget = line.count("budget") ?? configuration?.budget;
  const maxTools = line.count("max-tools") ?? configuration?.maxTools;
  const givenFold = line.text("fold");
  const fold = foldModes.find((known) => known === givenFold) ?? configuration?.fold;
  if (givenFold !== undefined && givenFold !== fold)
    throw new UsageError(`--fold takes ${foldModes.join(" or ")}, not ${visible(givenFold)}`);
  const givenTarget = line.text("target");
  const target = targetNames.find((known) => known === givenTarget) ?? configuration?.target;
  if (givenTarget !== undefined && givenTarget !== target)
    throw new UsageError(`--target takes ${targetNames.join(", ")}, not ${visible(givenTarget)}`);
  return defined({ mode, target, budget, maxTools, fold: fold === undefined ? undefined : fold === "auto" });
}

function featuresOf(line: CommandLine): readonly FeatureWish[] | undefined {
  return line.list("feature")?.map((given) => {
    const wish = featureWishes.find((known) => known === given);
    if (wish !== undefined) return wish;
    const near = nearestName(given, featureWishes);
    const hint = near === undefined ? "" : `; did you mean "${near}"?`;
    throw new UsageError(`--feature takes ${featureWishes.join(", ")}, not ${visible(given)}${hint}`);
  });
}

function runtimeOf(line: CommandLine): RuntimeMode | undefined {
  const given = line.text("runtime");
  const mode = runtimeModes.find((known) => known === given);
  if (given !== undefined && mode === undefined)
    throw new UsageError(`--runtime takes ${runtimeModes.join(" or ")}, not ${visible(given)}`);
  return mode;
}

function headersOf(line: CommandLine): readonly string[] | undefined {
  const headers = line.list("header");
  for (const header of headers ?? []) {
    const fault = headerFault(header);
    if (fault !== undefined) throw new UsageError(`--header: ${fault}`);
  }
  return headers;
}

function selectionOf(line: CommandLine, configuration: Configuration | undefined): Selection | undefined {
  const include = selectorsOf(line.list("include"), "include") ?? configuration?.include;
  const exclude = selectorsOf(line.list("exclude"), "exclude") ?? configuration?.exclude;
  const readOnly = line.isSet("read-only") || configuration?.readOnly === true;
  if (include === undefined && exclude === undefined && !readOnly) return undefined;
  return { include: include ?? [], exclude: exclude ?? [], readOnly };
}

function selectorsOf(texts: readonly string[] | undefined, flag: string): readonly Selector[] | undefined {
  return texts?.map((text) => {
    const selector = parseSelector(text, { file: "command line", pointer: "" });
    if ("fault" in selector) throw new UsageError(`--${flag}: ${selector.fault}`);
    return selector;
  });
}

/**
 * What the configuration file of a new project says, so that a run without flags makes the same: the flags of this run
 * and, where a configuration elsewhere says the rest, a reference to that. Paths are relative to the project.
 */
export function recordedSettings(
  line: CommandLine,
  request: Request,
  folder: string,
  surroundings: Surroundings,
): JsonObject {
  const from = (path: string): string => relativePath(path, folder, surroundings.cwd());
  const { configuration, documents } = request;
  const { input: _, select, ...given } = recordOf(optionsOf(line, undefined, documents, surroundings));
  const paths = (key: string): JsonObject => {
    const value = own(given, key);
    if (value === undefined) return {};
    return { [key]: Array.isArray(value) ? value.map((path) => from(String(path))) : from(String(value)) };
  };
  const [include, exclude] = [line.list("include"), line.list("exclude")];
  const size = line.count("max-document-size");
  const timeout = line.count("timeout");
  const usage = line.text("usage");
  const name = line.text("name") ?? (configuration?.name === undefined ? request.options.name : undefined);
  return {
    ...(configuration === undefined ? {} : { extends: from(configuration.file) }),
    ...(documents.length === 0 ? {} : { input: documents.map(from) }),
    ...defined({ name }),
    ...given,
    ...paths("overlays"),
    ...(isObject(select)
      ? {
          select: {
            ...select,
            ...defined({ include, exclude }),
          },
        }
      : {}),
    ...paths("workflows"),
    ...paths("templates"),
    ...paths("allow-ref-folders"),
    ...defined({ "max-document-size": size, timeout, usage: usage === undefined ? undefined : from(usage) }),
  };
}

function relativePath(path: string, folder: string, workingFolder: string): string {
  if (isRemote(path)) return path;
  const found = relative(resolve(workingFolder, folder), resolve(workingFolder, path)).replaceAll("\\", "/");
  return isAbsolute(found) ? path : found === "" ? "." : found;
}

/** The flags hold for this run only where a file says otherwise: that is worth a word. */
function differences(
  line: CommandLine,
  configuration: Configuration | undefined,
  options: GenerateOptions,
  documents: readonly string[],
  surroundings: Surroundings,
): readonly Diagnostic[] {
  if (configuration === undefined) return [];
  const path = (given: string | undefined): string | undefined =>
    given === undefined || isRemote(given) ? given : resolve(surroundings.cwd(), given);
  const selectors = (list: readonly Selector[] | undefined): unknown =>
    list?.map(({ place: _, ...criteria }) => criteria);
  const pairs: readonly (readonly [key: string, given: unknown, said: unknown])[] = [
    [
      "input",
      documents.length === 0 ? undefined : documents.map(path),
      configuration.inputs?.map((input) => path(input.document)),
    ],
    ["output", path(line.text("output")), path(configuration.output)],
    ["name", line.text("name"), configuration.name],
    ["overlays", line.list("overlay")?.map(path), configuration.overlays?.map(path)],
    ["select.include", selectors(line.list("include") && options.selection?.include), selectors(configuration.include)],
    ["select.exclude", selectors(line.list("exclude") && options.selection?.exclude), selectors(configuration.exclude)],
    ["select.read-only", line.isSet("read-only") ? true : undefined, configuration.readOnly],
    ["list", line.text("list"), configuration.list],
    ["budget", line.count("budget"), configuration.budget],
    ["max-tools", line.count("max-tools"), configuration.maxTools],
    ["usage", path(line.text("usage")), path(configuration.usage)],
    ["fold", line.text("fold"), configuration.fold],
    [
      "workflows",
      line.list("workflows")?.map(path),
      configuration.workflows?.map((source) => (typeof source === "string" ? path(source) : source.pointer)),
    ],
    ["target", line.text("target"), configuration.target],
    ["max-cost", line.count("max-cost"), configuration.maxCost],
    ["templates", path(line.text("templates")), path(configuration.templates)],
    ["runtime", line.text("runtime"), configuration.runtime],
    ["features", line.list("feature"), configuration.features],
    ["headers", line.list("header"), configuration.headers],
    ["allow-ref-hosts", line.list("allow-ref-host"), configuration.allowRefHosts],
    ["allow-ref-folders", line.list("allow-ref-folder")?.map(path), configuration.allowRefFolders?.map(path)],
  ];
  const other = pairs.filter(([, given, said]) => given !== undefined && !isSame(given, said)).map(([key]) => key);
  if (other.length === 0) return [];
  return [
    diagnosticAt(
      "different-configuration",
      configuration.file,
      `The command line says something else than this file about ${other.join(", ")}; it holds for this run, and the file stays as it is`,
      other.map((key) => configuration.places.get(rootPointer(key))).find((place) => place !== undefined),
    ),
  ];
}

/** Everything that a stream gives. */
export async function readAll(stream: AsyncIterable<Uint8Array | string>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
  return Buffer.concat(chunks);
}
