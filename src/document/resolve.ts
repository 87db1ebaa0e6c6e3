import type { Diagnostic } from "../base/diagnostics.ts";
import { isObject, put } from "../base/json.ts";
import { removeCircles } from "./circles.ts";
import { noFurtherFiles, type FurtherFiles } from "./further-files.ts";
import { hoist, type Hoisted } from "./hoist.ts";
import { type Link, Linker } from "./linker.ts";
import type { MutableObject } from "./mutable.ts";
import type { SourceFile } from "./source-file.ts";
import type { Target } from "./target.ts";

export interface Resolved {
  readonly origins: Hoisted["origins"];
  readonly diagnostics: readonly Diagnostic[];
}

/** Indexes of indexes of files that are followed. */
const longestChain = 100;

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
  const linker = new Linker(root, files);
  for (let wanted = linker.wanted(); wanted.length > 0; wanted = linker.wanted()) {
    await files.load(wanted);
    linker.settleWaiting();
  }
  return rewritten(root, rootValue, linker);
}

/** The same for a document that has no place, and thus no further files. */
export function resolveWithin(root: SourceFile, rootValue: MutableObject): Resolved {
  return rewritten(root, rootValue, new Linker(root, noFurtherFiles));
}

/** Moves the parts of other files into the document, and has each reference say where its target now stands. */
function rewritten(root: SourceFile, rootValue: MutableObject, linker: Linker): Resolved {
  const found = linker.links();
  const bySite = new Map(found.map((link) => [link.site.node, link]));
  const links = found.map(({ site, target }) => ({ site, target: beyondAliases(target, root, bySite) }));
  const targets = links.map(({ target }) => target);
  const hoisted = hoist(
    rootValue,
    root,
    targets.filter(({ file }) => file !== root),
  );
  for (const { site, target } of links) {
    const text = `#${hoisted.pointerOf(target.file, target.pointer)}`;
    if (site.kind === "dynamic") {
      delete site.node["$dynamicRef"];
      if (typeof site.node["$ref"] !== "string") site.node["$ref"] = text;
    } else put(site.node, site.key, text);
  }
  const circles = removeCircles(rootValue, linker.parts);
  return { origins: hoisted.origins, diagnostics: [...linker.faults.diagnostics(), ...circles] };
}

/** What a target means where another file says only `Pet: { $ref: Pet.yaml }`: an index needs no place of its own. */
function beyondAliases(start: Target, root: SourceFile, links: ReadonlyMap<object, Link>): Target {
  let target = start;
  for (let step = 0; step < longestChain; step += 1) {
    if (target.file === root || !isObject(target.value) || Object.keys(target.value).length !== 1) return target;
    const next = links.get(target.value);
    if (next?.site.kind !== "reference") return target;
    target = next.target;
  }
  return start;
}
