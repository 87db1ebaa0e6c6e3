/** The operation that a step of a workflow calls. */
import type { Operation } from "../../api/model.ts";
import { pointerTokens } from "../../base/json.ts";
import { likelyName } from "../../base/suggest.ts";
import { visible } from "../../base/visible.ts";
import type { StepWish } from "../curation/workflow.ts";
import type { ServerApi, Tool } from "../model.ts";
import { toolsOf } from "../plan/served-list.ts";

/** An operation that is a tool, and the API that it is of. */
export interface Callable {
  readonly operation: Operation;
  readonly tool: Tool;
  readonly api: string;
}

/** The operations of APIs that became tools. */
export function callablesOf(
  selected: readonly {
    readonly name: string;
    readonly tools: readonly { readonly operation: Operation; readonly name: string }[];
  }[],
  apis: readonly ServerApi[],
): readonly Callable[] {
  const built = new Map(toolsOf(apis).map((tool) => [tool.listing.name, tool]));
  return selected.flatMap(({ tools, name: api }) =>
    tools.flatMap(({ operation, name }) => {
      const tool = built.get(name);
      return tool === undefined ? [] : [{ operation, tool, api }];
    }),
  );
}

/** The operation of a step, or why there is none, in words. */
export function operationOf(
  { operationId, operationPath }: StepWish,
  all: readonly Callable[],
): Callable | { readonly fault: string } {
  const wanted = operationPath ?? operationId ?? "";
  const source = /^\{?\$sourceDescriptions\.([\w-]+)\./.exec(wanted)?.[1];
  const found = operationPath === undefined ? byId(wanted, all) : byPath(operationPath, all);
  const ofSource = found.length > 1 ? found.filter(({ api }) => api === source) : found;
  const [only, ...others] = ofSource.length === 0 ? found : ofSource;
  if (only !== undefined && others.length === 0) return only;
  if (only !== undefined) {
    const apis = [only, ...others].map(({ api }) => api).join(", ");
    return {
      fault: `"${visible(wanted)}" is an operation of ${apis}: name one as $sourceDescriptions.<api>.<operationId>`,
    };
  }
  const likely = likelyName(
    plainId(wanted),
    all.flatMap(({ operation }) => operation.operationId ?? []),
  );
  const meant = likely === undefined ? "" : `; did you mean "${visible(likely)}"?`;
  return { fault: `No tool stands for the operation "${visible(wanted)}"${meant}` };
}

function plainId(wanted: string): string {
  return wanted.replace(/^\$sourceDescriptions\.[\w-]+\./, "");
}

function byId(wanted: string, all: readonly Callable[]): readonly Callable[] {
  const id = plainId(wanted);
  return all.filter(({ operation }) => operation.operationId === id);
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
