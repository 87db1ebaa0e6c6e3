/** The operation that a step of a workflow calls. */
import type { Operation } from "../../api/model.ts";
import { pointerTokens } from "../../base/json.ts";
import { likelyName } from "../../base/suggest.ts";
import { visible } from "../../base/visible.ts";
import type { StepWish, WorkflowWish } from "../curation/workflow.ts";
import type { ServerApi, Tool } from "../model.ts";
import { toolsOf } from "../plan/served-list.ts";

/** An operation that is a tool, and the API that it is of. */
export interface Callable {
  readonly operation: Operation;
  readonly tool: Tool;
  readonly api: string;
  /** Of the API's document: an absolute path or URL. */
  readonly address?: string | undefined;
}

/** The operations of APIs that became tools. */
export function callablesOf(
  selected: readonly {
    readonly name: string;
    readonly address?: string | undefined;
    readonly tools: readonly { readonly operation: Operation; readonly name: string }[];
  }[],
  apis: readonly ServerApi[],
): readonly Callable[] {
  const built = new Map(toolsOf(apis).map((tool) => [tool.listing.name, tool]));
  return selected.flatMap(({ tools, name: api, address }) =>
    tools.flatMap(({ operation, name }) => {
      const tool = built.get(name);
      return tool === undefined ? [] : [{ operation, tool, api, address }];
    }),
  );
}

/** `$sourceDescriptions.NAME.` before an operationId or a workflowId, `{$sourceDescriptions.NAME.url}` before a path. */
const sourceForm = /^\{?\$sourceDescriptions\.([\w-]+)\./;

/** The source that a text names, and the name without it. */
export function partsOf(text: string): { readonly source: string | undefined; readonly id: string } {
  return { source: sourceForm.exec(text)?.[1], id: text.replace(/^\$sourceDescriptions\.[\w-]+\./, "") };
}

/** The operation of a step, or why there is none, in words. */
export function operationOf(
  { operationId, operationPath }: StepWish,
  { sources }: Pick<WorkflowWish, "sources">,
  all: readonly Callable[],
): Callable | { readonly fault: string } {
  const wanted = operationPath ?? operationId ?? "";
  const { source, id } = partsOf(wanted);
  const described = source === undefined ? undefined : sources.get(source);
  if (source !== undefined && described === undefined && sources.size > 0)
    return {
      fault: `The document has no source description "${visible(source)}"${meant(source, [...sources.keys()])}`,
    };
  if (described?.type === "arazzo")
    return { fault: `"${visible(source ?? "")}" describes workflows: name one of them by workflowId` };
  const found =
    operationPath === undefined
      ? all.filter(({ operation }) => operation.operationId === id)
      : byPath(operationPath, all);
  const [only, ...others] = within(found, source, described?.addresses ?? onlyAddresses(sources));
  if (only !== undefined && others.length === 0) return only;
  if (only !== undefined) {
    const apis = [only, ...others].map(({ api }) => api).join(", ");
    return {
      fault: `"${visible(wanted)}" is an operation of ${apis}: name one as $sourceDescriptions.<api>.<operationId>`,
    };
  }
  const ids = all.flatMap(({ operation }) => operation.operationId ?? []);
  return { fault: `No tool stands for the operation "${visible(wanted)}"${meant(id, ids)}` };
}

/** Where a document names one source, its operations are those of it. */
function onlyAddresses(sources: WorkflowWish["sources"]): readonly string[] {
  const [only, ...others] = [...sources.values()].filter(({ type }) => type === "openapi");
  return others.length === 0 ? (only?.addresses ?? []) : [];
}

/** Those of a source: by where its document is, else by the name of its API; all, where neither tells them apart. */
function within(
  found: readonly Callable[],
  source: string | undefined,
  addresses: readonly string[],
): readonly Callable[] {
  const there = found.filter(({ address }) => address !== undefined && addresses.includes(address));
  if (there.length > 0) return there;
  const named = found.filter(({ api }) => api === source);
  return named.length > 0 ? named : found;
}

/** `{$sourceDescriptions.shop.url}#/paths/~1pets/get` */
function byPath(wanted: string, all: readonly Callable[]): readonly Callable[] {
  const [root, path, method = ""] = pointerTokens(decoded(wanted.slice(wanted.indexOf("#") + 1)));
  if (!wanted.includes("#") || root !== "paths") return [];
  return all.filter(
    ({ operation }) => operation.path === path && operation.method.toUpperCase() === method.toUpperCase(),
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The name that is likely meant, as the end of a message. */
export function meant(wanted: string, names: readonly string[]): string {
  const likely = likelyName(wanted, names);
  return likely === undefined ? "" : `; did you mean "${visible(likely)}"?`;
}
