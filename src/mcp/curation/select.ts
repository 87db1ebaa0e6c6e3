/** Which operations become tools, by what the owner includes and excludes. */
import type { Operation } from "../../api/model.ts";
import { type Diagnostic, diagnosticAt } from "../../base/diagnostics.ts";
import { canonical, isSame } from "../../base/json.ts";
import { likelyName } from "../../base/suggest.ts";
import { visible } from "../../base/visible.ts";
import type { Selection, Selector } from "./curation.ts";
import { nameGlob, pathGlob } from "./glob.ts";

/** Names of the extensions that a selection asks about. */
export function extensionsIn({ include, exclude }: Selection): readonly string[] {
  return [...include, ...exclude].flatMap(({ extension }) => (extension === undefined ? [] : [extension.name]));
}

/**
 * The operations that `include` and `exclude` leave out. `readOnly` is not looked at: it needs the hints of tools.
 *
 * @param tell told of selectors that fit no operation, which are faults: they would silently do nothing
 */
export function deselected(
  operations: readonly Operation[],
  { include, exclude }: Selection,
  tell: (diagnostic: Diagnostic) => void,
): ReadonlySet<Operation> {
  const included = operationsOf(include, operations, tell);
  const excluded = operationsOf(exclude, operations, tell);
  return new Set(
    operations.filter((operation) => (include.length > 0 && !included.has(operation)) || excluded.has(operation)),
  );
}

/** Whether a selection would leave out an operation of which nothing but its request is known. */
export function leavesOut(
  { include, exclude }: Selection,
  { method, path }: { readonly method: string; readonly path: string },
): boolean {
  const operation = { method, path, operationId: undefined, tags: [], deprecated: false };
  const fits = (selector: Selector): boolean => fitOf(selector)(operation);
  return (include.length > 0 && !include.some(fits)) || exclude.some(fits);
}

type Selectable = Pick<
  Operation,
  "method" | "path" | "operationId" | "tags" | "deprecated" | "internal" | "extensions" | "extensionNames"
>;

export function operationsOf(
  selectors: readonly Selector[],
  operations: readonly Operation[],
  tell: (diagnostic: Diagnostic) => void,
): ReadonlySet<Operation> {
  const found = new Set<Operation>();
  for (const selector of selectors) {
    const fits = fitOf(selector);
    const fitting = operations.filter(fits);
    for (const operation of fitting) found.add(operation);
    if (fitting.length === 0)
      tell(diagnosticAt("unmatched-selector", selector.place.file, unmatched(selector, operations), selector.place));
  }
  return found;
}

function fitOf(selector: Selector): (operation: Selectable) => boolean {
  const { tag, method, deprecated, internal, extension } = selector;
  const path = selector.path === undefined ? undefined : pathGlob(selector.path);
  const operationId = selector.operationId === undefined ? undefined : nameGlob(selector.operationId);
  return (operation) =>
    (tag === undefined || operation.tags.includes(tag)) &&
    (path === undefined || path(operation.path)) &&
    (method === undefined || operation.method.toUpperCase() === method.toUpperCase()) &&
    (operationId === undefined || (operation.operationId !== undefined && operationId(operation.operationId))) &&
    (deprecated === undefined || operation.deprecated === deprecated) &&
    (internal === undefined || (operation.internal === true) === internal) &&
    (extension === undefined || hasExtension(operation, extension));
}

function hasExtension({ extensions }: Selectable, { name, value }: NonNullable<Selector["extension"]>): boolean {
  const found = extensions?.get(name);
  if (value === undefined) return found !== undefined && found !== false;
  return found !== undefined && isSame(canonical(found), canonical(value));
}

/** What does not fit, and what was probably meant. */
function unmatched(selector: Selector, operations: readonly Operation[]): string {
  const { tag, path, method, operationId, extension } = selector;
  const alone = selectorWords(selector).length === 1;
  const words = selectorWords(selector).join(" and ");
  const meant = !alone
    ? undefined
    : tag !== undefined
      ? near(
          "tag:",
          tag,
          operations.flatMap(({ tags }) => tags),
        )
      : operationId !== undefined
        ? near(
            "operation:",
            operationId,
            operations.flatMap((operation) => operation.operationId ?? []),
          )
        : path !== undefined
          ? near(
              "path:",
              path,
              operations.map((operation) => operation.path),
            )
          : method !== undefined
            ? near(
                "method:",
                method,
                operations.map((operation) => operation.method),
              )
            : extension !== undefined &&
                !operations.some(({ extensionNames }) => extensionNames?.includes(extension.name))
              ? near(
                  "",
                  extension.name,
                  operations.flatMap(({ extensionNames }) => extensionNames ?? []),
                )
              : undefined;
  return `No operation fits ${words}${meant ?? ""}`;
}

function near(kind: string, wanted: string, names: readonly string[]): string {
  const known = [...new Set(names)].sort();
  const likely = likelyName(wanted, known);
  if (likely !== undefined) return `; did you mean "${kind}${visible(likely)}"?`;
  if (known.length === 0) return "; no operation has any";
  const shown = known.slice(0, 8).map((name) => `"${visible(name)}"`);
  return `; there ${known.length === 1 ? "is" : "are"} ${shown.join(", ")}${known.length > 8 ? ` and ${known.length - 8} more` : ""}`;
}

function selectorWords(selector: Selector): readonly string[] {
  const { tag, path, method, operationId, deprecated, internal, extension } = selector;
  return [
    ...(tag === undefined ? [] : [`"tag:${visible(tag)}"`]),
    ...(path === undefined ? [] : [`"path:${visible(path)}"`]),
    ...(method === undefined ? [] : [`"method:${visible(method)}"`]),
    ...(operationId === undefined ? [] : [`"operation:${visible(operationId)}"`]),
    ...(deprecated === undefined ? [] : [deprecated ? '"deprecated"' : '"deprecated: false"']),
    ...(internal === undefined ? [] : [internal ? '"internal"' : '"internal: false"']),
    ...(extension === undefined
      ? []
      : [
          `"${visible(extension.name)}${extension.value === undefined ? "" : `=${visible(typeof extension.value === "string" ? extension.value : JSON.stringify(extension.value))}`}"`,
        ]),
  ];
}
