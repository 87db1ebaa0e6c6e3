/** What the configuration file of a new project says, so that a run without arguments makes the same files again. */
import { defined } from "../base/defined.ts";
import { type Json, type JsonObject, isArray, isObject, own, valueAt } from "../base/json.ts";
import type { Selector } from "../mcp/curation/curation.ts";
import type { GenerateOptions } from "./options.ts";
import { configurationFields } from "./fields.ts";
import { selectorValue } from "./selector.ts";
import type { WorkflowSource } from "./workflows.ts";

/** A line of the file: words of ours, and a text behind them that is quoted. */
export interface ConfigurationLine {
  readonly lead: string;
  readonly quoted: boolean;
  readonly text: string;
}

/** The options in the words of the configuration file. Curation is not among them: it has no flags. */
export function recordOf(options: GenerateOptions): JsonObject {
  const { selection, list, maxCost, overlays, templates, features, runtime, headers, allowRefHosts, allowRefFolders } =
    options;
  const select = {
    ...lists("include", selection?.include.map(selectorRecord)),
    ...lists("exclude", selection?.exclude.map(selectorRecord)),
    ...(selection?.readOnly === true ? { "read-only": true } : {}),
  };
  return {
    input: options.inputs.map((input) =>
      typeof input === "string" ||
      (input.name === undefined && input.overlays === undefined && input.headers === undefined)
        ? typeof input === "string"
          ? input
          : input.document
        : {
            document: input.document,
            ...defined({ name: input.name }),
            ...lists("overlays", input.overlays),
            ...lists("headers", input.headers),
          },
    ),
    ...lists("overlays", overlays),
    ...(Object.keys(select).length === 0 ? {} : { select }),
    ...defined({
      list: list?.mode,
      budget: list?.budget,
      "max-tools": list?.maxTools,
      target: list?.target,
      "max-cost": maxCost,
      fold: list?.fold === false ? "never" : undefined,
    }),
    ...lists("workflows", options.workflows?.map(workflowRecord)),
    ...defined({ templates }),
    ...lists("features", features),
    ...(runtime === undefined || runtime === "vendored" ? {} : { runtime }),
    ...lists("headers", headers),
    ...lists("allow-ref-hosts", allowRefHosts),
    ...lists("allow-ref-folders", allowRefFolders),
  };
}

function workflowRecord(source: WorkflowSource): Json {
  return typeof source === "string" ? source : (valueAt(source.value, source.pointer) ?? null);
}

function lists(key: string, items: readonly Json[] | undefined): JsonObject {
  return items === undefined || items.length === 0 ? {} : { [key]: items };
}

function selectorRecord(selector: Selector): Json {
  const value = selectorValue(selector);
  const extension = own(value, "extension");
  // A name of the author's that is a key would be text outside quotes.
  return isObject(own(extension, "value")) || isArray(own(extension, "value"))
    ? `${String(own(extension, "name"))}=${JSON.stringify(own(extension, "value"))}`
    : value;
}

/** The file for these settings, in the order of the reference. */
export function configurationLines(settings: JsonObject): readonly ConfigurationLine[] {
  return configurationFields.flatMap(({ key }) => {
    const value = own(settings, key);
    return value === undefined ? [] : linesOf(`${key}:`, value, "");
  });
}

/** YAML in block style. */
function linesOf(lead: string, value: Json, indent: string): readonly ConfigurationLine[] {
  if (isArray(value)) {
    if (value.length === 0) return [plain(`${lead} []`)];
    return [plain(lead), ...value.flatMap((item) => itemLines(item, `${indent}  `))];
  }
  if (isObject(value)) {
    const members = Object.keys(value).flatMap((key) =>
      linesOf(`${indent}  ${key}:`, own(value, key) ?? null, `${indent}  `),
    );
    return [plain(lead), ...members];
  }
  return typeof value === "string" ? [{ lead: `${lead} `, quoted: true, text: value }] : [plain(`${lead} ${value}`)];
}

/** An item of a list: an object begins on the line of its dash. */
function itemLines(item: Json, indent: string): readonly ConfigurationLine[] {
  if (!isObject(item)) return linesOf(`${indent}-`, item, indent);
  const [first, ...rest] = Object.keys(item).flatMap((key) =>
    linesOf(`${indent}  ${key}:`, own(item, key) ?? null, `${indent}  `),
  );
  if (first === undefined) return [plain(`${indent}- {}`)];
  return [{ ...first, lead: `${indent}- ${first.lead.slice(indent.length + 2)}` }, ...rest];
}

function plain(lead: string): ConfigurationLine {
  return { lead, quoted: false, text: "" };
}
