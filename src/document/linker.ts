/** Finds where the references of a document and of its further files lead, and what of those files is referred to. */
import type { DiagnosticCode } from "../base/diagnostics.ts";
import { isObject, own, pointerTo, pointerTokens, put } from "../base/json.ts";
import type { FurtherFiles } from "./further-files.ts";
import { copy } from "./mutable.ts";
import { ReferenceFaults, type ReferenceSite } from "./reference-faults.ts";
import { isVisited, visitReferences, type ReferencePlace, type ReferenceVisitor } from "./references.ts";
import { type Outcome, type Target, TargetFinder } from "./target.ts";
import type { SourceFile } from "./source-file.ts";

/** A reference whose text changes, with what it leads to. */
export interface Link {
  readonly site: ReferenceSite;
  readonly target: Target;
}

const referenceCodes = {
  missing: "missing-reference",
  refused: "refused-reference",
  unsupported: "unsupported-reference",
} as const;

/** Fields of the document itself that authors keep in files of their own. */
const outsourcedFields = new Set(["info", "components", "externalDocs"]);

export class Linker {
  readonly faults = new ReferenceFaults();
  /** What is referred to, by file and pointer. */
  readonly parts = new Map<SourceFile, Map<string, Target>>();
  readonly #root: SourceFile;
  readonly #finder: TargetFinder;
  readonly #links: Link[] = [];
  /** Texts of references within the document that say already what they should. */
  readonly #settled = new Set<string>();
  readonly #visitedTargets = new Set<object>();
  #waiting: { readonly site: ReferenceSite; readonly url: string }[] = [];
  #unvisitedTargets: Target[] = [];

  /** Visits the document, and takes what leads nowhere out of it. */
  constructor(root: SourceFile, files: FurtherFiles) {
    this.#root = root;
    this.#finder = new TargetFinder(root, files);
    visitReferences(root.value, [], this.#visitorIn(root));
    this.#visitTargets();
  }

  /** URLs of files that must be loaded before the next `settleWaiting`. */
  wanted(): readonly string[] {
    return [...new Set(this.#waiting.map(({ url }) => url))];
  }

  /** Follows the references that waited for files. */
  settleWaiting(): void {
    const sites = this.#waiting;
    this.#waiting = [];
    for (const { site } of sites) this.#settle(site);
    this.#visitTargets();
  }

  /** The references whose text changes. Those that still wait for a file are dropped. */
  links(): readonly Link[] {
    for (const { site } of this.#waiting) this.#drop(site, "refused-reference", "is not read");
    return this.#links;
  }

  #visitorIn(file: SourceFile): ReferenceVisitor {
    return (place, tokens) => {
      if (place.kind === "mapping" && isComponentName(file, place)) return;
      const outsourced = place.kind === "reference" && file === this.#root && isOutsourced(tokens);
      if (place.kind === "reference" && file === this.#root && this.#isSettled(place) && !outsourced) return;
      this.#settle({ ...place, kind: outsourced ? "names" : place.kind, file, pointer: pointerTo("", ...tokens) });
    };
  }

  /** The common case leaves no trace: a reference within the document that says already what it should. */
  #isSettled({ node, text }: ReferencePlace): boolean {
    if (this.#settled.has(text)) return true;
    const outcome = this.#finder.find(node, text, this.#root, "");
    if (outcome.kind !== "target" || outcome.file !== this.#root) return false;
    const { pointer } = outcome;
    if (text.length !== pointer.length + 1 || !text.startsWith("#/") || !text.endsWith(pointer)) return false;
    this.#addPart(outcome);
    this.#settled.add(text);
    return true;
  }

  #settle(site: ReferenceSite): void {
    if (site.kind === "faulty") return this.#drop(site, "unsupported-reference", "is no text");
    const outcome: Outcome = this.#finder.find(site.node, site.text, site.file, site.pointer);
    switch (outcome.kind) {
      case "wait":
        this.#waiting.push({ site, url: outcome.url });
        return;
      case "missing":
      case "refused":
      case "unsupported":
        this.#drop(site, referenceCodes[outcome.kind], outcome.reason, outcome.folder);
        return;
      case "target":
        if (site.kind === "names" && isObject(outcome.value)) {
          this.#splice(site, outcome);
          return;
        }
        this.#links.push({ site, target: outcome });
        this.#addPart(outcome);
        return;
      default:
        outcome satisfies never;
    }
  }

  /** Remembers a target once, and has it visited where the visit of its file did not come to it. */
  #addPart(target: Target): void {
    let parts = this.parts.get(target.file);
    if (parts === undefined) {
      parts = new Map();
      this.parts.set(target.file, parts);
    }
    if (parts.has(target.pointer)) return;
    parts.set(target.pointer, target);
    if (target.file !== this.#root || !isVisited(this.#root.value, pointerTokens(target.pointer)))
      this.#unvisitedTargets.push(target);
  }

  #visitTargets(): void {
    for (let next = this.#unvisitedTargets.shift(); next !== undefined; next = this.#unvisitedTargets.shift()) {
      visitReferences(next.value, pointerTokens(next.pointer), this.#visitorIn(next.file), "fields", (value) => {
        if (this.#visitedTargets.has(value)) return true;
        this.#visitedTargets.add(value);
        return false;
      });
    }
  }

  /** Names kept in another file (`schemas: { $ref: schemas.yaml }`) become names here, each with a reference of its own. */
  #splice(site: ReferenceSite, target: Target): void {
    delete site.node["$ref"];
    if (target.value === site.node || !isObject(target.value))
      return this.faults.add(site, "circular-reference", "leads to itself");
    if (typeof own(target.value, "$ref") === "string") {
      const text = String(own(target.value, "$ref"));
      put(site.node, "$ref", text);
      return this.#settle({ ...site, text, node: site.node, file: target.file });
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
      this.#finder.pin(reference, { kind: "target", file: target.file, pointer, value });
      put(site.node, key, reference);
    }
    const tokens = pointerTokens(site.pointer);
    const content = site.file === this.#root && isOutsourced(tokens) ? "fields" : "names";
    visitReferences(site.node, [...tokens], this.#visitorIn(site.file), content);
  }

  #drop(site: ReferenceSite, code: DiagnosticCode, reason: string, folder?: string): void {
    delete site.node[site.key];
    this.faults.add(site, code, reason, folder);
  }
}

function isOutsourced(tokens: readonly (string | number)[]): boolean {
  return tokens.length === 1 && outsourcedFields.has(String(tokens[0]));
}

/** A mapping's value that is the name of a component rather than a URL reference (§4.8.25.1). */
function isComponentName(file: SourceFile, place: ReferencePlace): boolean {
  return own(own(own(file.value, "components"), "schemas"), place.text) !== undefined || /^[\w-]+$/.test(place.text);
}
