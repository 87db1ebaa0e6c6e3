/** What the templates of the emitted project are told. Text of the document gets into a README only, as Markdown. */
import type { ServerApi, ServerModel, Tool } from "../mcp/model.ts";
import { settingsTable } from "../../templates/always/src/runtime/settings.ts";
import { clientFiles, credentialVariables, placeholder } from "./clients.ts";
import { dependenciesOf } from "./dependencies.ts";
import { variablesOf, type Purpose, type Variable } from "./environment.ts";
import { printJson } from "./json.ts";
import { htmlText, markdownCode, markdownTable, markdownText } from "../markdown.ts";

/** Up to so many tools and resources stand in tables; more in lists that unfold, by tag. */
const longestTable = 100;

/** Everything that a template may name. */
export interface TemplateContext {
  readonly input: readonly string[];
  readonly title: string;
  readonly name: string;
  readonly packageName: string;
  readonly generatorVersion: string;
  readonly placeholder: string;
  readonly oauth: boolean;
  readonly toolCount: number;
  readonly resourceCount: number;
  /** Markdown, as are the following. Long lists stand in `insertions`, and here what they go in place of. */
  readonly tools: string;
  readonly resources: string;
  readonly credentials: string;
  readonly baseUrls: string;
  readonly apiSettings: string;
  readonly settings: string;
  readonly dependencies: string;
  /** Long lists, laid out already, by the line that they replace once the rest is formatted. */
  readonly insertions: ReadonlyMap<string, string>;
  /** Entry for a file `.mcp.json`. */
  readonly clientConfiguration: string;
  /** Variables of the APIs, without their settings. */
  readonly apiVariables: readonly Variable[];
  readonly apiSettingVariables: readonly Variable[];
  /** Variables that a client has to pass on. */
  readonly clientVariables: readonly Variable[];
  readonly commonVariables: readonly { readonly name: string; readonly default: string }[];
}

export function templateContext(
  model: ServerModel,
  options: { readonly input: readonly string[]; readonly generatorVersion: string },
  oauth: boolean,
): TemplateContext {
  const variables = variablesOf(model);
  const insertions = new Map<string, string>();
  const insert = (line: string, list: List): string => {
    if (!list.long) return list.markdown;
    insertions.set(line, list.markdown);
    return line;
  };
  return {
    title: model.project.title,
    name: model.project.name,
    packageName: model.packageName,
    input: options.input,
    generatorVersion: options.generatorVersion,
    placeholder,
    oauth,
    toolCount: model.apis.flatMap((api) => api.groups).reduce((sum, group) => sum + group.tools.length, 0),
    resourceCount: model.apis.reduce((sum, api) => sum + api.resources.length, 0),
    tools: insert("<!-- tools -->", tools(model)),
    resources: insert("<!-- resources -->", resources(model)),
    insertions,
    credentials: credentials(variables),
    baseUrls: baseUrls(variables),
    apiSettings: tableOf(variables, "setting", ["Variable", "Meaning"], (purpose) => [purpose.meaning]),
    settings: settings(),
    dependencies: dependencies(oauth),
    clientConfiguration: printJson(clientFiles(model).get("claude-code.mcp.json") ?? {}).trimEnd(),
    apiVariables: variables.filter((variable) => variable.purpose.kind !== "setting"),
    apiSettingVariables: variables.filter((variable) => variable.purpose.kind === "setting"),
    clientVariables: credentialVariables(model),
    commonVariables: settingsTable.map((setting) => ({
      name: setting.name,
      default: "default" in setting ? setting.default : "",
    })),
  };
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
    purpose.default === undefined || purpose.default === "" ? "none: it has to be set" : markdownCode(purpose.default),
  ]);
  const parts = tableOf(variables, "server variable", ["Variable", "Part of the URL", "Default"], (purpose) => [
    markdownCode(`{${purpose.variable}}`),
    purpose.default === "" ? "empty" : markdownCode(purpose.default),
  ]);
  return [urls, parts].filter((table) => table !== "").join("\n\n");
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

function settings(): string {
  const rows = settingsTable.map((setting) => {
    const unit = "unit" in setting ? ` ${setting.unit}` : "";
    return [
      markdownCode(setting.name),
      "default" in setting ? `${markdownCode(setting.default)}${unit}` : "",
      setting.meaning,
    ];
  });
  return markdownTable(["Variable", "Default", "Meaning"], rows);
}

function dependencies(oauth: boolean): string {
  return markdownTable(
    ["Package", "Version", "Needed for"],
    dependenciesOf(oauth).map((item) => [markdownCode(item.name), item.version, item.reason]),
  );
}
