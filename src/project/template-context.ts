/** What the templates of the emitted project are told. Text of the document gets into a README only, as Markdown. */
import type { ServerApi, ServerModel, Tool } from "../mcp/model.ts";
import { settingsFor } from "../../templates/always/src/runtime/settings/settings.ts";
import { clientFiles, credentialVariables, placeholder } from "./clients.ts";
import { dependenciesOf } from "./dependencies.ts";
import { Encoded } from "./encoded.ts";
import { features as known, type FeatureSet } from "./features/features.ts";
import { variablesOf, type Purpose, type Variable } from "./environment.ts";
import { printJson } from "./json.ts";
import { htmlText, markdownCode, markdownTable, markdownText } from "../base/markdown.ts";
import { packageJson } from "./package-json.ts";
import type { RuntimeMode } from "./runtime-mode.ts";
import { resourceName } from "./resource-name.ts";
import { runtimePackage } from "./runtime-package.ts";
import {
  promptsOf,
  resourcesOf,
  type TemplatePrompt,
  type TemplateResource,
  type TemplateTool,
  toolsOf,
} from "./template-model.ts";

/** Up to so many tools and resources stand in tables; more in lists that unfold, by tag. */
const longestTable = 100;

/** A line of the configuration file: words of ours, and a text of the owner's behind them. */
export interface ConfigurationLine {
  /** One line of ASCII. */
  readonly lead: string;
  /** Whether the text belongs to the line. */
  readonly quoted: boolean;
  readonly text: string;
}

/** Everything that a template may name. Each text needs a helper for its place; tables are Markdown already. */
export interface TemplateContext {
  /** The documents: URLs, or paths relative to the project. */
  readonly input: readonly string[];
  /** The lines of `openapi-to-mcp.yaml`: words of ours, and behind them a text where `quoted` says so. */
  readonly configuration: readonly { readonly lead: Encoded; readonly quoted: boolean; readonly text: string }[];
  /** Title of the server, text of the document. */
  readonly title: string;
  /** Name of the server as clients see it, `[a-z0-9-]`. */
  readonly name: string;
  /** npm name of the project, `[a-z0-9-]`. */
  readonly packageName: string;
  /** Name of images, services and the like on container platforms: a DNS label of at most 40 characters. */
  readonly resourceName: string;
  /** Version of the generator. */
  readonly generatorVersion: Encoded;
  /** Where the user's own path has to go in a file for clients. */
  readonly placeholder: Encoded;
  /** Whether the server fetches access tokens; the same as `features.oauth`. */
  readonly oauth: boolean;
  /** Whether the server has an optional part, by the part's name. */
  readonly features: Readonly<Record<string, boolean>>;
  /** Name of the package that the runtime is in; empty where it is among the project's files. */
  readonly runtimePackage: Encoded;
  readonly toolCount: number;
  readonly resourceCount: number;
  /** Every tool, in the order in which clients see them. */
  readonly tools: readonly TemplateTool[];
  /** Every resource and resource template. */
  readonly resources: readonly TemplateResource[];
  /** Every prompt. */
  readonly prompts: readonly TemplatePrompt[];
  /** Tables of Markdown, empty where there is nothing to tell: tools and resources, … */
  readonly toolTable: Encoded;
  readonly resourceTable: Encoded;
  /** … parts that are served by themselves, … */
  readonly toolsetTable: Encoded;
  /** … tools that call several others … */
  readonly workflowTable: Encoded;
  /** … the environment variables of credentials, of base URLs, of arguments that the owner takes from them, of settings of an API, and of the server, … */
  readonly credentialTable: Encoded;
  readonly baseUrlTable: Encoded;
  readonly argumentTable: Encoded;
  readonly apiSettingTable: Encoded;
  readonly settingTable: Encoded;
  /** … and the packages that the server depends on. */
  readonly dependencyTable: Encoded;
  /** Entry for a file `.mcp.json`, laid out. */
  readonly clientConfiguration: Encoded;
  /** Variables of the APIs, without their settings. */
  readonly apiVariables: readonly Variable[];
  readonly apiSettingVariables: readonly Variable[];
  /** Variables that a client has to pass on. */
  readonly clientVariables: readonly Variable[];
  readonly commonVariables: readonly { readonly name: string; readonly default: Encoded }[];
  /** The project's `package.json`. */
  readonly package: object;
  /** The whole model of the server. Unlike all of the above, it may change between minor versions. */
  readonly server: ServerModel;
}

/** A context, and what is put into the text that was made of it. */
export interface RenderContext {
  readonly context: TemplateContext;
  /** Long lists, laid out already, by the line that they replace once the rest is formatted. */
  readonly insertions: ReadonlyMap<string, string>;
}

/** What the templates are told of a server. */
export function renderContext(model: ServerModel, options: ContextOptions, features: FeatureSet): RenderContext {
  const variables = variablesOf(model, features);
  const insertions = new Map<string, string>();
  const insert = (line: string, list: List): Encoded => {
    if (!list.long) return markdown(list.markdown);
    insertions.set(line, list.markdown);
    return markdown(line);
  };
  const context: TemplateContext = {
    title: model.project.title,
    name: model.project.name,
    packageName: model.packageName,
    resourceName: resourceName(model.packageName),
    input: options.input,
    generatorVersion: own(options.generatorVersion),
    placeholder: own(placeholder),
    runtimePackage: own(options.runtime === "package" ? runtimePackage : ""),
    oauth: features.has("oauth"),
    features: Object.fromEntries(known.map((feature) => [feature.name, features.has(feature.name)])),
    toolCount: model.apis.flatMap((api) => api.groups).reduce((sum, group) => sum + group.tools.length, 0),
    resourceCount: model.apis.reduce((sum, api) => sum + api.resources.length, 0),
    // Most templates ask for none of these, and they are as many as the operations of the document.
    get tools() {
      return toolsOf(model);
    },
    get resources() {
      return resourcesOf(model);
    },
    get prompts() {
      return promptsOf(model);
    },
    toolTable: insert("<!-- tools -->", tools(model)),
    resourceTable: insert("<!-- resources -->", resources(model)),
    toolsetTable: markdown(toolsets(model)),
    workflowTable: markdown(workflows(model)),
    credentialTable: markdown(credentials(variables)),
    baseUrlTable: markdown(baseUrls(variables)),
    argumentTable: markdown(argumentValues(variables)),
    apiSettingTable: markdown(tableOf(variables, "setting", ["Variable", "Meaning"], (purpose) => [purpose.meaning])),
    settingTable: markdown(settings(features)),
    dependencyTable: markdown(dependencies(features, options.runtime)),
    clientConfiguration: markdown(printJson(clientFiles(model).get("claude-code.mcp.json") ?? {}).trimEnd()),
    apiVariables: variables.filter((variable) => variable.purpose.kind !== "setting"),
    apiSettingVariables: variables.filter((variable) => variable.purpose.kind === "setting"),
    clientVariables: credentialVariables(model),
    commonVariables: settingsOf(features).map((setting) => ({
      name: setting.name,
      default: own("default" in setting ? setting.default : ""),
    })),
    configuration: options.configuration.map((line) => ({ ...line, lead: own(line.lead) })),
    package: packageJson(model, features, options.runtime),
    server: model,
  };
  return { context, insertions };
}

export interface ContextOptions {
  readonly input: readonly string[];
  readonly configuration: readonly ConfigurationLine[];
  readonly generatorVersion: string;
  readonly runtime?: RuntimeMode;
}

function markdown(text: string): Encoded {
  return new Encoded("markdown", text);
}

function own(text: string): Encoded {
  return new Encoded("own", text);
}

/** The formatter takes seconds for a thousand lines: a long list is written as it would leave it. */
interface List {
  readonly markdown: string;
  readonly long: boolean;
}

function tools(model: ServerModel): List {
  const sections = model.apis.flatMap((api) =>
    api.groups.map((group, index) => ({ label: groupLabel(model, api, index), tools: group.tools })),
  );
  const all = sections.flatMap((section) => section.tools);
  if (all.length <= longestTable) {
    const rows = all.map((tool) => [name(tool), markdownText(tool.listing.title), request(tool)]);
    return { markdown: markdownTable(["Tool", "Title", "Request"], rows), long: false };
  }
  const lists = sections.map((section) => {
    const items = section.tools.map((tool) => `${name(tool)} ${markdownText(tool.listing.title)}: ${request(tool)}`);
    return unfolding(`${section.label} (${section.tools.length})`, items);
  });
  return { markdown: lists.join("\n\n"), long: true };
}

function groupLabel(model: ServerModel, api: ServerApi, index: number): string {
  const tag = htmlText(api.data.groups[index]?.tag ?? "") || "Without a tag";
  return model.apis.length > 1 ? `${htmlText(api.data.title)}: ${tag}` : tag;
}

function name(tool: Tool): string {
  return markdownCode(tool.listing.name);
}

function request(tool: Tool): string {
  return markdownCode(`${tool.call.request.method} ${tool.call.request.path}`);
}

function resources(model: ServerModel): List {
  const all = model.apis.flatMap((api) => api.resources);
  if (all.length === 0) return { markdown: "", long: false };
  if (all.length <= longestTable) {
    const rows = all.map((item) => [markdownCode(item.uri), markdownText(item.title), markdownCode(item.tool)]);
    return { markdown: markdownTable(["URI", "Title", "Tool"], rows), long: false };
  }
  const items = all.map((item) => `${markdownCode(item.uri)} ${markdownText(item.title)}`);
  return { markdown: unfolding("All resources", items), long: true };
}

function toolsets({ toolsets: all }: ServerModel): string {
  if (all.length === 0) return "";
  const rows = all.map(({ name: toolset, tools: held, listed, mode }) => [
    markdownCode(`/mcp/${toolset}`),
    String(held.length),
    mode === "all" ? "all" : `${listed.length}, and what finds the others`,
  ]);
  return markdownTable(["Path", "Tools", "Listed"], rows);
}

function workflows({ workflows: all }: ServerModel): string {
  if (all.length === 0) return "";
  const rows = all.map(({ listing, steps }) => [
    markdownCode(listing.name),
    markdownText(listing.title),
    steps.map((step) => markdownCode("tool" in step ? step.tool : step.call.workflow)).join(", "),
  ]);
  return markdownTable(["Tool", "Title", "Calls in turn"], rows);
}

/** A heading, as HTML, that unfolds a list. The list needs no alignment, so that it is laid out as it is written. */
function unfolding(heading: string, items: readonly string[]): string {
  return `<details>\n<summary>${heading}</summary>\n\n${items.map((item) => `- ${item}`).join("\n")}\n\n</details>`;
}

function credentials(variables: readonly Variable[]): string {
  return tableOf(variables, "credential", ["Variable", "What it holds", "Scheme", "Needed by"], (purpose) => [
    purpose.carrier === undefined ? purpose.what : `${purpose.what} ${markdownCode(purpose.carrier)}`,
    markdownCode(purpose.scheme),
    purpose.tools === 1 ? "1 tool" : `${purpose.tools} tools`,
  ]);
}

function baseUrls(variables: readonly Variable[]): string {
  const urls = tableOf(variables, "base URL", ["Variable", "Default"], (purpose) => [
    purpose.whole && purpose.default !== undefined
      ? markdownCode(purpose.default)
      : `none: it has to be set${purpose.open.length === 0 ? "" : `, or ${purpose.open.map(markdownCode).join(" and ")}`}, such as ${markdownCode(purpose.example)}`,
  ]);
  const parts = tableOf(variables, "server variable", ["Variable", "Part of the URL", "Default"], (purpose) => [
    markdownCode(`{${purpose.variable}}`),
    purpose.default === undefined
      ? "none: it has to be set"
      : purpose.default === ""
        ? "empty"
        : markdownCode(purpose.default),
  ]);
  return [urls, parts].filter((table) => table !== "").join("\n\n");
}

function argumentValues(variables: readonly Variable[]): string {
  return tableOf(variables, "argument", ["Variable", "Argument", "Used by", "Has to be set"], (purpose) => [
    markdownCode(purpose.argument),
    purpose.tools === 1 ? "1 tool" : `${purpose.tools} tools`,
    purpose.needed ? "yes" : "no",
  ]);
}

/** The variables of one purpose; nothing where there are none. */
function tableOf<Kind extends Purpose["kind"]>(
  variables: readonly Variable[],
  kind: Kind,
  head: readonly string[],
  cells: (purpose: Extract<Purpose, { kind: Kind }>) => readonly string[],
): string {
  const isOf = (purpose: Purpose): purpose is Extract<Purpose, { kind: Kind }> => purpose.kind === kind;
  const rows = variables.flatMap(({ name: variable, purpose }) =>
    isOf(purpose) ? [[markdownCode(variable), ...cells(purpose)]] : [],
  );
  return rows.length === 0 ? "" : markdownTable(head, rows);
}

function settings(features: FeatureSet): string {
  const rows = settingsOf(features).map((setting) => {
    const unit = "unit" in setting ? ` ${setting.unit}` : "";
    return [
      markdownCode(setting.name),
      "default" in setting ? `${markdownCode(setting.default)}${unit}` : "",
      setting.meaning,
    ];
  });
  return markdownTable(["Variable", "Default", "Meaning"], rows);
}

/** The settings that a server with these parts reads. */
function settingsOf(features: FeatureSet): ReturnType<typeof settingsFor> {
  return settingsFor(Object.fromEntries([...features].map((name) => [name, true])));
}

function dependencies(features: FeatureSet, runtime: RuntimeMode | undefined): string {
  return markdownTable(
    ["Package", "Version", "Needed for"],
    dependenciesOf(features, runtime).map((item) => [markdownCode(item.name), item.version, item.reason]),
  );
}
