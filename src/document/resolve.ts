import { shownAddress } from "../base/address.ts";
import type { Diagnostic, DiagnosticCode } from "../base/diagnostics.ts";
import { isObject, own, pointerTo, pointerTokens, put } from "../base/json.ts";
import { visible } from "../base/visible.ts";
import { noFurtherFiles, type FurtherFiles } from "./further-files.ts";
import { removeCircles } from "./circles.ts";
import { hoist, type Hoisted } from "./hoist.ts";
import { copy, type MutableObject } from "./mutable.ts";
import { isVisited, visitReferences, type ReferencePlace, type ReferenceVisitor } from "./references.ts";
import { targetFinder, type Target } from "./target.ts";
import { located, type SourceFile } from "./source-file.ts";

export interface Resolved {
  readonly origins: Hoisted["origins"];
  readonly diagnostics: readonly Diagnostic[];
}

/** A reference whose text changes, or whose target is not known yet. */
interface Site extends ReferencePlace {
  readonly file: SourceFile;
  readonly pointer: string;
  target?: Target;
}

/** A reference that is not followed, with those that are not for the same reason. */
interface ReferenceFault {
  readonly code: DiagnosticCode;
  /** In words that follow the text of the reference. */
  readonly reason: string;
  readonly site: Site;
  readonly texts: Set<string>;
  /** Folders that would have to be allowed. */
  readonly folders: Set<string>;
  count: number;
}

const referenceCodes = {
  missing: "missing-reference",
  refused: "refused-reference",
  unsupported: "unsupported-reference",
} as const;

/** Fields of the document itself that authors keep in files of their own. */
const outsourcedFields = new Set(["info", "components", "externalDocs"]);

/**
 * Makes every `$ref` of a document lead, as `#/…`, to a value in it: reads the files that it names, moves what is
 * referred to below `x-external`, turns anchors and dynamic references into pointers (JSON Schema 2020-12 §8.2), and
 * replaces what leads nowhere by an empty object, with a diagnostic. Changes the value of `root` in place.
 */
export async function resolveReferences(
  root: SourceFile,
  rootValue: MutableObject,
  files: FurtherFiles,
): Promise<Resolved> {
  const linker = linkReferences(root, rootValue, files);
  for (let wanted = linker.wanted(); wanted.length > 0; wanted = linker.wanted()) {
    await files.load(wanted);
    linker.settle();
  }
  return linker.finish();
}

/** The same for a document that has no place, and thus no further files. */
export function resolveWithin(root: SourceFile, rootValue: MutableObject): Resolved {
  return linkReferences(root, rootValue, noFurtherFiles).finish();
}

interface Linker {
  /** URLs of files that must be loaded before the next `settle`. */
  readonly wanted: () => string[];
  readonly settle: () => void;
  readonly finish: () => Resolved;
}

function linkReferences(root: SourceFile, rootValue: MutableObject, files: FurtherFiles): Linker {
  const finder = targetFinder(root, files);
  const settled: Site[] = [];
  const parts = new Map<SourceFile, Map<string, Target>>();
  const visited = new Set<object>();
  const faults = new Map<string, ReferenceFault>();
  let waiting: { readonly site: Site; readonly url: string }[] = [];
  let unvisited: Target[] = [];

  const visitorIn =
    (file: SourceFile): ReferenceVisitor =>
    (place, tokens) => {
      if (place.kind === "mapping" && isComponentName(file, place)) return;
      if (place.kind === "reference" && file === root) {
        // The common case leaves no trace: a reference within the document that says already what it should.
        const outcome = finder.find(place.node, place.text, file, "");
        if (
          outcome.kind === "target" &&
          outcome.file === root &&
          place.text.length === outcome.pointer.length + 1 &&
          place.text.startsWith("#/") &&
          place.text.endsWith(outcome.pointer)
        ) {
          noteTarget(outcome);
          if (!isOutsourced(tokens)) return;
        }
      }
      const kind = place.kind === "reference" && file === root && isOutsourced(tokens) ? "names" : place.kind;
      settle({ ...place, kind, file, pointer: pointerTo("", ...tokens) });
    };

  const settle = (site: Site): void => {
    if (site.kind === "faulty") return drop(site, "unsupported-reference", "is no text");
    const outcome = finder.find(site.node, site.text, site.file, site.pointer);
    switch (outcome.kind) {
      case "wait":
        waiting.push({ site, url: outcome.url });
        return;
      case "missing":
      case "refused":
      case "unsupported":
        drop(site, referenceCodes[outcome.kind], outcome.reason, outcome.folder);
        return;
      case "target":
        if (site.kind === "names" && isObject(outcome.value)) {
          splice(site, outcome);
          return;
        }
        site.target = outcome;
        settled.push(site);
        noteTarget(outcome);
        return;
      default:
        outcome satisfies never;
    }
  };

  /** Remembers a target once, and has it visited where the visit of its file did not come to it. */
  const noteTarget = (target: Target): void => {
    let known = parts.get(target.file);
    if (known === undefined) {
      known = new Map();
      parts.set(target.file, known);
    }
    if (known.has(target.pointer)) return;
    known.set(target.pointer, target);
    if (target.file !== root || !isVisited(root.value, pointerTokens(target.pointer))) unvisited.push(target);
  };

  const visitTargets = (): void => {
    for (let next = unvisited.shift(); next !== undefined; next = unvisited.shift()) {
      visitReferences(next.value, pointerTokens(next.pointer), visitorIn(next.file), "fields", (value) => {
        if (visited.has(value)) return true;
        visited.add(value);
        return false;
      });
    }
  };

  /** Names kept in another file (`schemas: { $ref: schemas.yaml }`) become names here, each with a reference of its own. */
  const splice = (site: Site, target: Target): void => {
    delete site.node["$ref"];
    if (target.value === site.node || !isObject(target.value))
      return report(site, "circular-reference", "leads to itself");
    if (typeof own(target.value, "$ref") === "string") {
      const text = String(own(target.value, "$ref"));
      put(site.node, "$ref", text);
      return settle({ ...site, text, node: site.node, file: target.file });
    }
    for (const key of Object.keys(target.value)) {
      const value = target.value[key];
      if (value === undefined || Object.hasOwn(site.node, key)) continue;
      if (!isObject(value)) {
        put(site.node, key, copy(value));
        continue;
      }
      const pointer = pointerTo(target.pointer, key);
      const reference = { $ref: `${target.file.name}#${pointer}` };
      finder.pin(reference, { kind: "target", file: target.file, pointer, value });
      put(site.node, key, reference);
    }
    const tokens = pointerTokens(site.pointer);
    visitReferences(
      site.node,
      [...tokens],
      visitorIn(site.file),
      site.file === root && isOutsourced(tokens) ? "fields" : "names",
    );
  };

  const drop = (site: Site, code: DiagnosticCode, reason: string, folder?: string): void => {
    delete site.node[site.key];
    report(site, code, reason, folder);
  };

  const report = (site: Site, code: DiagnosticCode, reason: string, folder?: string): void => {
    // What the owner decides once is told once, however many references it is about.
    const key =
      code === "refused-reference" || code === "unsupported-reference"
        ? `${code} ${reason}`
        : `${code} ${site.file.name} ${site.text}`;
    const fault = faults.get(key) ?? { code, reason, site, texts: new Set(), folders: new Set(), count: 0 };
    faults.set(key, fault);
    fault.count += 1;
    fault.texts.add(site.text);
    if (folder !== undefined) fault.folders.add(folder);
  };

  visitReferences(root.value, [], visitorIn(root));
  visitTargets();

  const settleWaiting = (): void => {
    const sites = waiting;
    waiting = [];
    for (const { site } of sites) settle(site);
    visitTargets();
  };

  const finish = (): Resolved => {
    for (const { site } of waiting) drop(site, "refused-reference", "is not read");
    const bySite = new Map(settled.map((site) => [site.node, site]));
    const linked = settled.flatMap((site) => {
      const target = site.target === undefined ? undefined : beyondAliases(site.target, root, bySite);
      return target === undefined ? [] : [{ site, target }];
    });
    const hoisted = hoist(
      rootValue,
      root,
      linked.flatMap(({ target }) => (target.file === root ? [] : [target])),
    );
    for (const { site, target } of linked) {
      const text = `#${hoisted.pointerOf(target.file, target.pointer)}`;
      if (site.kind === "dynamic") {
        delete site.node["$dynamicRef"];
        if (typeof site.node["$ref"] !== "string") site.node["$ref"] = text;
      } else put(site.node, site.key, text);
    }
    const circles = removeCircles(rootValue, parts);
    const diagnostics = [...faults.values()].map((fault) =>
      located(fault.site.file, pointerTo(fault.site.pointer, fault.site.key), fault.code, faultMessage(fault)),
    );
    return { origins: hoisted.origins, diagnostics: [...diagnostics, ...circles] };
  };

  return { wanted: () => [...new Set(waiting.map(({ url }) => url))], settle: settleWaiting, finish };
}

function faultMessage({ reason, site, texts, folders, count }: ReferenceFault): string {
  const others = texts.size - 1;
  const more =
    others > 0
      ? ` (nor ${others === 1 ? "is another one" : `are ${others} others`}; used ${count} times in all)`
      : count > 1
        ? ` (used ${count} times)`
        : "";
  const flags = [...folders].sort().map((folder) => `--allow-ref-folder ${visible(folder)}`);
  const shown = flags.length > 5 ? [...flags.slice(0, 5), "…"] : flags;
  return `The reference "${visible(shownAddress(site.text))}" ${reason}${more}${flags.length === 0 ? "" : `. To read ${others > 0 ? "them" : "it"}: ${shown.join(" ")}`}`;
}

/** What a target means where another file says only `Pet: { $ref: Pet.yaml }`: an index needs no place of its own. */
function beyondAliases(start: Target, root: SourceFile, sites: ReadonlyMap<object, Site>): Target {
  let target = start;
  for (let step = 0; step < 100; step += 1) {
    if (target.file === root || !isObject(target.value) || Object.keys(target.value).length !== 1) return target;
    const next = sites.get(target.value);
    if (next?.kind !== "reference" || next.target === undefined) return target;
    target = next.target;
  }
  return start;
}

function isOutsourced(tokens: readonly (string | number)[]): boolean {
  return tokens.length === 1 && outsourcedFields.has(String(tokens[0]));
}

/** A mapping's value that is the name of a component rather than a URL reference (§4.8.25.1). */
function isComponentName(file: SourceFile, place: ReferencePlace): boolean {
  return own(own(own(file.value, "components"), "schemas"), place.text) !== undefined || /^[\w-]+$/.test(place.text);
}
