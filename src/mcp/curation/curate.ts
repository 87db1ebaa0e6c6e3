/** Which operation each entry of the configuration speaks of, and what is decided about it in all. */
import type { Operation } from "../../api/model.ts";
import type { Finding } from "../../base/diagnostics.ts";
import { likelyName } from "../../base/suggest.ts";
import { visible } from "../../base/visible.ts";
import { type Anchors, type FormerSurface, type FormerTool, formerRequest, requestOf } from "./anchor.ts";
import type { Curation, ToolCuration } from "./curation.ts";
import { type Decision, type Tell, byPlace, decisionOf, diagnosticOf, over } from "./decision.ts";
import { operationsOf } from "./select.ts";
import { idempotentMethods } from "../hints.ts";
import { type FixedName, toolNamePattern } from "../names/tool-name.ts";

/** An API as far as entries name its operations. */
export interface CuratedApi {
  readonly name: string;
  readonly operations: readonly Operation[];
}

/**
 * What is decided about each operation that an entry speaks of. An operation that was moved since is found by the lock.
 *
 * @param below what the document itself decides
 * @param tell told of entries that speak of no operation, of several, or of one that another entry speaks of
 */
export function decideTools(
  apis: readonly CuratedApi[],
  curation: Curation | undefined,
  below: ReadonlyMap<Operation, Decision>,
  former: FormerSurface,
  anchors: Anchors,
  tell: Tell,
): ReadonlyMap<Operation, Decision> {
  const decisions = new Map(below);
  if (curation === undefined || curation.tools.length === 0) return decisions;
  const finder = new Finder(apis, former, anchors);
  const curated = new Map<Operation, ToolCuration>();
  const all = apis.flatMap(({ operations }) => operations);
  const isNamed = ({ operation: key }: ToolCuration): boolean =>
    all.some((operation) => operation.operationId === key) || former.tools.some(({ name }) => name === key);
  for (const entry of curation.tools) {
    if (entry.selector === undefined || isNamed(entry)) continue;
    const within =
      entry.api === undefined ? all : apis.flatMap((api) => (api.name === entry.api ? api.operations : []));
    for (const key of ofOneOnly(entry))
      tell(
        diagnosticOf(
          "invalid-curation",
          entry.place,
          `"${key}" is for one operation, not for all that "${visible(entry.operation)}" fits`,
        ),
      );
    for (const operation of operationsOf([entry.selector], within, tell))
      decisions.set(operation, over(decisions.get(operation), decisionOf(entry, byPlace(entry.place), entry.place)));
  }
  for (const entry of curation.tools) {
    if (entry.selector !== undefined && !isNamed(entry)) continue;
    const operation = finder.find(entry, tell);
    if (operation === undefined) continue;
    const other = curated.get(operation);
    if (other !== undefined) {
      tell(
        diagnosticOf(
          "invalid-curation",
          entry.place,
          `"${visible(entry.operation)}" is ${visible(requestOf(operation))}, which "${visible(other.operation)}" speaks of already`,
        ),
      );
      continue;
    }
    // What a selector says is for those that it is of use to.
    if (entry.idempotencyKey !== undefined && idempotentMethods.has(operation.method)) {
      const message = `"${visible(requestOf(operation))}" does the same however often it is sent, so that its idempotency-key would never be sent`;
      tell(diagnosticOf("invalid-curation", entry.place, message));
    }
    curated.set(operation, entry);
    decisions.set(operation, over(decisions.get(operation), decisionOf(entry, byPlace(entry.place), entry.place)));
  }
  return decisions;
}

/** What an entry says that makes sense for one operation only. */
function ofOneOnly(entry: ToolCuration): readonly string[] {
  const keys = ["name", "title", "description", "resource"] as const;
  return [...keys.filter((key) => entry[key] !== undefined), ...(entry.arguments.size > 0 ? ["arguments"] : [])];
}

/** Finds operations by what an entry calls them. */
class Finder {
  readonly #apis: readonly CuratedApi[];
  readonly #former: FormerSurface;
  readonly #now: ReadonlyMap<FormerTool, Operation>;

  constructor(apis: readonly CuratedApi[], former: FormerSurface, anchors: Anchors) {
    this.#apis = apis;
    this.#former = former;
    this.#now = new Map([...anchors.tools].map(([operation, tool]) => [tool, operation]));
  }

  find({ operation: key, api, place }: ToolCuration, tell: Tell): Operation | undefined {
    const apis = api === undefined ? this.#apis : this.#apis.filter(({ name }) => name === api);
    if (apis.length === 0) {
      const names = this.#apis.map(({ name }) => name);
      tell(
        diagnosticOf("unknown-operation", place, `There is no API "${visible(api ?? "")}"${meant(api ?? "", names)}`),
      );
      return undefined;
    }
    const operations = apis.flatMap((entry) => entry.operations);
    const tools = this.#former.tools.filter((tool) => api === undefined || tool.api === api || this.#now.has(tool));
    const found = this.#byDocument(key, operations) ?? this.#byLock(key, tools, operations);
    const [operation, second] = found.operations;
    if (operation === undefined) {
      tell(diagnosticOf("unknown-operation", place, this.#unknown(key, operations, tools)));
    } else if (second !== undefined) {
      const choice = found.operations.map((candidate) => visible(requestOf(candidate))).join(", ");
      tell(diagnosticOf("ambiguous-operation", place, `"${visible(key)}" may be any of ${choice}`));
    } else {
      if (found.moved) {
        const now = operation.operationId ?? requestOf(operation);
        tell(diagnosticOf("moved-entry", place, `"${visible(key)}" is ${visible(now)} now: write "${visible(now)}"`));
      }
      return operation;
    }
    return undefined;
  }

  #byDocument(key: string, operations: readonly Operation[]): Found | undefined {
    const request = normalised(key);
    const ways: readonly ((operation: Operation) => boolean)[] = [
      ({ operationId }) => operationId === key,
      (operation) => requestOf(operation) === request,
    ];
    for (const way of ways) {
      const found = operations.filter(way);
      if (found.length > 0) return { operations: found, moved: false };
    }
    return undefined;
  }

  #byLock(key: string, tools: readonly FormerTool[], operations: readonly Operation[]): Found {
    const present = new Set(operations);
    const alias = this.#former.aliases?.find(({ name }) => name === key);
    const request = normalised(key);
    const ways: readonly { readonly moved: boolean; readonly is: (tool: FormerTool) => boolean }[] = [
      { moved: false, is: ({ name }) => name === key },
      { moved: true, is: ({ name }) => name === alias?.tool },
      { moved: true, is: (tool) => tool.operationId === key || formerRequest(tool) === request },
      { moved: true, is: ({ formerly }) => formerly?.some((name) => name === key || name === request) === true },
    ];
    for (const { moved, is } of ways) {
      const found = tools.filter(is).flatMap((tool) => this.#now.get(tool) ?? []);
      const within = found.filter((operation) => present.has(operation));
      if (within.length > 0) return { operations: within, moved };
    }
    return { operations: [], moved: false };
  }

  #unknown(key: string, operations: readonly Operation[], tools: readonly FormerTool[]): string {
    const gone = tools.some(
      (tool) => !this.#now.has(tool) && [tool.name, tool.operationId, formerRequest(tool)].includes(key),
    );
    const isRequest = /^\S+ \//.test(key);
    const keys = operations.flatMap((operation) => {
      const name = isRequest ? requestOf(operation) : operation.operationId;
      return name === undefined ? [] : [name];
    });
    const present = tools.flatMap((tool) => (this.#now.has(tool) ? [tool.name] : []));
    const candidates = [...new Set([...keys, ...(isRequest ? [] : present)])];
    const what = gone ? `The operation "${visible(key)}" is gone` : `There is no operation "${visible(key)}"`;
    return `${what}${meant(normalised(key), candidates)}`;
  }
}

interface Found {
  readonly operations: readonly Operation[];
  /** Whether the key is what the operation was called before. */
  readonly moved: boolean;
}

/** `get  /pets` as the document's own words would be. */
function normalised(key: string): string {
  const found = /^\s*(\S+)\s+(\/.*?)\s*$/s.exec(key);
  return found === null ? key : `${(found[1] ?? "").toUpperCase()} ${found[2] ?? ""}`;
}

/** A clause that names what was probably meant. */
export function meant(name: string, names: readonly string[]): string {
  const likely = likelyName(name, names);
  return likely === undefined ? "" : `; did you mean "${visible(likely)}"?`;
}

/**
 * The names that were chosen for tools. One that is no name, or that is another tool's, is told: the configuration's
 * as an error, the document's as a name that is not used.
 *
 * @param without operations that become no tools
 */
export function chosenNames(
  decisions: ReadonlyMap<Operation, Decision>,
  anchors: Anchors,
  without: ReadonlyMap<Operation, unknown>,
  tell: Tell,
  report: (operation: Operation, finding: Finding) => void,
): ReadonlyMap<Operation, FixedName> {
  const chosen = new Map<Operation, FixedName>();
  const takers = new Map<string, Operation>();
  const operations = new Map<string, Operation>();
  for (const [operation, { name }] of anchors.tools)
    if (decisions.get(operation)?.name === undefined && !without.has(operation)) operations.set(name, operation);
  const wishes = [...decisions].flatMap(([operation, { name }]) =>
    name === undefined || without.has(operation) ? [] : [{ operation, name }],
  );
  // The configuration's names first: the document's give way to them.
  const ordered = [
    ...wishes.filter(({ name }) => name.place !== undefined),
    ...wishes.filter(({ name }) => name.place === undefined),
  ];
  for (const { operation, name } of ordered) {
    const { value, by, place } = name;
    const other = takers.get(value) ?? operations.get(value);
    if (toolNamePattern.test(value) && other === undefined) {
      chosen.set(operation, { name: value, reason: `set by ${by}` });
      takers.set(value, operation);
    } else {
      const message =
        other === undefined
          ? `"${visible(value)}" is no name of a tool: it takes 1 to 50 of a-z, 0-9 and _, the first one no _`
          : `${visible(requestOf(operation))} cannot be called ${visible(value)}: that is ${visible(requestOf(other))}`;
      if (place !== undefined)
        tell(diagnosticOf(other === undefined ? "invalid-curation" : "name-clash", place, message));
      else report(operation, { code: "unused-name", pointer: operation.pointer, message });
    }
  }
  return chosen;
}
