/** The configuration file `openapi-to-mcp.yaml`: what the flags say, and what is too long for a flag. */
import { dirname, isAbsolute, join, resolve } from "node:path";
import { isRemote, withoutFileScheme } from "../base/address.ts";
import { defined } from "../base/defined.ts";
import { CompileError, diagnosticAt, type Diagnostic, type Finding } from "../base/diagnostics.ts";
import { type Json, type JsonObject, isArray, isObject, own, ownString, ownTexts, pointerTo } from "../base/json.ts";
import type { JobsWish } from "../mcp/job/wish.ts";
import type { PolicyWish } from "../mcp/policy/wish.ts";
import type { Curation, Place, Selector, ToolsetWish } from "../mcp/curation/curation.ts";
import type { ListOptions } from "../mcp/plan/list-plan.ts";
import { type RuntimeMode, runtimeModes } from "../project/runtime-mode.ts";
import { type FeatureWish, featureWishes } from "../project/features/names.ts";
import type { DocumentInput } from "./options.ts";
import { loadValue } from "../document/value.ts";
import { visible } from "../base/visible.ts";
import { checkShape } from "./check.ts";
import { curationOf } from "./curation.ts";
import { configurationFields } from "./fields.ts";
import { type TargetName, targetNames } from "../mcp/plan/targets.ts";
import { foldModes, listModes } from "./list-shape.ts";
import { type SettingPlaces, settingPlaces, withoutKeys } from "./places.ts";
import { selectorsOf } from "./selector.ts";
import { jobsOf } from "./jobs.ts";
import { policyOf } from "./policy.ts";
import { toolsetsOf } from "./toolsets.ts";
import type { LocatedDocument } from "./arazzo/located.ts";
import type { WorkflowSource } from "./workflows.ts";

/** Name of the configuration file in a project. */
export const configurationName = "openapi-to-mcp.yaml";

/** A finding that the owner lives with. */
export interface Acceptance {
  readonly code: string;
  /** Glob over the JSON pointer; absent where any is meant. */
  readonly pointer?: string;
  /** Path or URL of a document; absent where any is meant. */
  readonly document?: string;
  readonly place: Place;
}

/** What a configuration file says. What it does not say is absent; paths are relative to the working folder. */
export interface Configuration {
  /** As the user named it. */
  readonly file: string;
  readonly inputs?: readonly DocumentInput[];
  readonly output?: string;
  readonly name?: string;
  readonly overlays?: readonly string[];
  readonly include?: readonly Selector[];
  readonly exclude?: readonly Selector[];
  readonly readOnly?: boolean;
  readonly list?: ListOptions["mode"];
  readonly budget?: number;
  readonly maxTools?: number;
  /** Path of a server's log. */
  readonly usage?: string;
  readonly toolsets?: readonly ToolsetWish[];
  readonly policy?: PolicyWish;
  readonly jobs?: JobsWish;
  readonly target?: TargetName;
  /** Estimated tokens. */
  readonly maxCost?: number;
  readonly fold?: (typeof foldModes)[number];
  readonly workflows?: readonly WorkflowSource[];
  readonly templates?: string;
  readonly features?: readonly FeatureWish[];
  readonly runtime?: RuntimeMode;
  readonly headers?: readonly string[];
  readonly credentialHosts?: readonly string[];
  readonly allowRefHosts?: readonly string[];
  readonly allowRefFolders?: readonly string[];
  /** MiB. */
  readonly maxDocumentSize?: number;
  /** Seconds. */
  readonly timeout?: number;
  readonly strict?: boolean;
  readonly accept?: readonly Acceptance[];
  readonly curation: Partial<Curation>;
  /** Where its keys stand, and those of the files that it extends. */
  readonly places: SettingPlaces;
  /** Files that were read: the configuration and what it extends. */
  readonly files: readonly string[];
  /** What was found that does not stand against it: keys that stand twice. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Configurations that extend each other in a row. */
const longestChain = 10;
const largestFile = 4 * 1024 * 1024;

/**
 * Reads a configuration file with those that it extends.
 *
 * @param file its path
 * @throws {CompileError} `missing-input`, `invalid-syntax`, `unknown-key`, `invalid-configuration` or
 *   `invalid-selector`: every fault that was found, each with pointer and line
 */
export async function loadConfiguration(file: string): Promise<Configuration> {
  return load(file, []);
}

async function load(file: string, above: readonly string[]): Promise<Configuration> {
  if (isRemote(file)) throw fault(file, "A configuration is a file of this machine");
  const read = await loadValue(file, { maxDocumentBytes: largestFile });
  const placeOf = (pointer: string): Place => ({ file, ...read.locate(pointer) });
  const value = read.value ?? {};
  const findings: Finding[] = [];
  const report = (finding: Finding): void => void findings.push(finding);
  checkShape(value, { kind: "fields", fields: configurationFields }, "", report);
  const root = isObject(value) ? value : {};
  const select = own(root, "select");
  const include =
    findings.length > 0 ? undefined : selectorsOf(own(select, "include"), "/select/include", placeOf, report);
  const exclude =
    findings.length > 0 ? undefined : selectorsOf(own(select, "exclude"), "/select/exclude", placeOf, report);
  const toolsets = findings.length > 0 ? undefined : toolsetsOf(own(root, "toolsets"), placeOf, report);
  if (findings.length > 0)
    throw new CompileError(
      findings.map(({ code, message, pointer }) => diagnosticAt(code, file, message, read.locate(pointer))),
    );
  const policy = await policyOf(own(root, "policy"), placeOf, (given) => relativeTo(file, given));
  const workflows = workflowSources(own(root, "workflows"), { file, value, locate: read.locate });
  const configuration: Configuration = {
    ...settingsOf(root, file),
    ...defined({ workflows }),
    ...defined({ include, exclude, toolsets, policy, jobs: jobsOf(own(root, "jobs"), placeOf) }),
    ...acceptedBy(own(root, "accept"), file, placeOf),
    curation: curationOf(root, placeOf),
    places: settingPlaces(root, placeOf),
    file,
    files: [file],
    diagnostics: read.diagnostics,
  };
  return extended(configuration, ownString(root, "extends"), [...above, resolve(file)], placeOf);
}

/** The keys of the configuration that another extends hold where the other does not have them. */
async function extended(
  configuration: Configuration,
  path: string | undefined,
  chain: readonly string[],
  placeOf: (pointer: string) => Place,
): Promise<Configuration> {
  if (path === undefined) return configuration;
  const { file } = configuration;
  const base = relativeTo(file, path);
  if (chain.includes(resolve(base)) || chain.length >= longestChain)
    throw new CompileError([
      diagnosticAt("invalid-configuration", file, `"${visible(path)}" leads back to this file`, placeOf("/extends")),
    ]);
  const further = await load(base, chain);
  return {
    ...further,
    ...configuration,
    curation: { ...further.curation, ...configuration.curation },
    places: new Map([...withoutKeys(further.places, configuration.places.keys()), ...configuration.places]),
    files: [...configuration.files, ...further.files],
    diagnostics: [...configuration.diagnostics, ...further.diagnostics],
  };
}

function settingsOf(root: JsonObject, file: string): Partial<Configuration> {
  const input = own(root, "input");
  const output = ownString(root, "output");
  const templates = ownString(root, "templates");
  const overlays = ownTexts(root, "overlays");
  const folders = ownTexts(root, "allow-ref-folders");
  const hosts = ownTexts(root, "allow-ref-hosts");
  const headers = ownTexts(root, "headers");
  const features = ownTexts(root, "features");
  const runtime = runtimeModes.find((mode) => mode === own(root, "runtime"));
  const credentialHosts = ownTexts(root, "credential-hosts");
  const name = ownString(root, "name");
  const size = own(root, "max-document-size");
  const timeout = own(root, "timeout");
  const strict = own(root, "strict");
  const readOnly = own(own(root, "select"), "read-only");
  const path = (given: string): string => relativeTo(file, given);
  const list = listModes.find((known) => known === own(root, "list"));
  const target = targetNames.find((known) => known === own(root, "target"));
  const maxCost = own(root, "max-cost");
  const fold = foldModes.find((known) => known === own(root, "fold"));
  const budget = own(root, "budget");
  const maxTools = own(root, "max-tools");
  const usage = ownString(root, "usage");
  return {
    ...(input === undefined ? {} : { inputs: (isArray(input) ? input : [input]).map((item) => inputOf(item, path)) }),
    ...(output === undefined ? {} : { output: path(output) }),
    ...defined({ name }),
    ...(overlays === undefined ? {} : { overlays: overlays.map(path) }),
    ...(typeof readOnly === "boolean" ? { readOnly } : {}),
    ...defined({ list, fold, target }),
    ...(typeof budget === "number" ? { budget } : {}),
    ...(typeof maxCost === "number" ? { maxCost } : {}),
    ...(typeof maxTools === "number" ? { maxTools } : {}),
    ...(usage === undefined ? {} : { usage: path(usage) }),
    ...(templates === undefined ? {} : { templates: path(templates) }),
    ...defined({ features: features && wishesOf(features), runtime }),
    ...defined({ headers, credentialHosts, allowRefHosts: hosts }),
    ...(folders === undefined ? {} : { allowRefFolders: folders.map(path) }),
    ...(typeof size === "number" ? { maxDocumentSize: size } : {}),
    ...(typeof timeout === "number" ? { timeout } : {}),
    ...(typeof strict === "boolean" ? { strict } : {}),
  };
}

/** In their order: of two that contradict each other the last one counts. */
function wishesOf(entries: readonly string[]): readonly FeatureWish[] {
  return entries.flatMap((entry) => featureWishes.find((wish) => wish === entry) ?? []);
}

/** Documents by their path, and the workflows that stand in the file itself. */
function workflowSources(value: Json | undefined, document: LocatedDocument): readonly WorkflowSource[] | undefined {
  if (!isArray(value)) return undefined;
  return value.map((item, index) =>
    typeof item === "string"
      ? relativeTo(document.file, item)
      : { ...document, pointer: pointerTo("/workflows", index) },
  );
}

function acceptedBy(
  value: Json | undefined,
  file: string,
  placeOf: (pointer: string) => Place,
): Pick<Configuration, "accept"> {
  if (!isArray(value)) return {};
  const accept = value.map((entry, index) => {
    const pointer = ownString(entry, "pointer");
    const document = ownString(entry, "document");
    return {
      code: ownString(entry, "code") ?? "",
      // Copied as it is shown, with `#`.
      ...(pointer === undefined ? {} : { pointer: pointer.replace(/^#/, "") }),
      ...(document === undefined ? {} : { document: relativeTo(file, document) }),
      place: placeOf(pointerTo("/accept", index)),
    };
  });
  return { accept };
}

function inputOf(value: Json, path: (given: string) => string): DocumentInput {
  if (!isObject(value)) return { document: path(String(value)) };
  const name = ownString(value, "name");
  const overlays = ownTexts(value, "overlays");
  const headers = ownTexts(value, "headers");
  return {
    document: path(ownString(value, "document") ?? ""),
    ...defined({ name }),
    ...(overlays === undefined ? {} : { overlays: overlays.map(path) }),
    ...defined({ headers }),
  };
}

/** A path that a configuration names, as seen from the working folder; URLs and `-` stay. */
function relativeTo(file: string, address: string): string {
  const path = withoutFileScheme(address);
  if (isRemote(path)) return path;
  return isAbsolute(path) ? path : join(dirname(file), path);
}

function fault(file: string, message: string): CompileError {
  return new CompileError([diagnosticAt("invalid-configuration", file, message)]);
}
