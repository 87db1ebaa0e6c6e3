/** Where the text of a reference leads. */
import { isArray, isObject, own, pointerTo, pointerTokens, type Json } from "../base/json.ts";
import { visible } from "../base/visible.ts";
import { anchorsOf, type Anchors } from "./anchors.ts";
import type { FurtherFiles } from "./further-files.ts";
import type { SourceFile } from "./source-file.ts";
import { nearestName } from "../base/suggest.ts";

/** References that may lead from one to the next. */
export const longestChain = 100;

/** References that lead nowhere and are told what was probably meant. */
const mostSuggestions = 100;

export interface Target {
  readonly kind: "target";
  readonly file: SourceFile;
  readonly pointer: string;
  readonly value: Json;
}

export type Outcome =
  | Target
  /** The file must be loaded first. */
  | { readonly kind: "wait"; readonly url: string }
  /** In words that follow the text of the reference. */
  | {
      readonly kind: "missing" | "refused" | "unsupported";
      readonly reason: string;
      /** The folder that would have to be allowed. */
      readonly folder?: string;
    };

const tooMany = `leads through more than ${longestChain} references, one to the next`;

export class TargetFinder {
  readonly #root: SourceFile;
  readonly #files: FurtherFiles;
  readonly #pinned = new Map<object, Target>();
  readonly #outcomes = new Map<SourceFile, Map<string, Outcome>>();
  readonly #anchors = new Map<SourceFile, Anchors>();
  /** Names are compared for the first references that lead nowhere: a document may have thousands, and of one kind. */
  #suggested = 0;

  constructor(root: SourceFile, files: FurtherFiles) {
    this.#root = root;
    this.#files = files;
  }

  /** @param from pointer of the referring object, for anchors that are defined more than once */
  find(node: object, text: string, file: SourceFile, from: string): Outcome {
    const outcome = this.#find(node, text, file, from, 0);
    if (outcome.kind === "target" || outcome.kind === "wait" || outcome.reason.includes("did you mean")) return outcome;
    const meant = this.#suggested < mostSuggestions ? suggestion(text, file, this.#root) : "";
    // Where a component is meant, no folder has to be allowed.
    return meant === "" ? outcome : { kind: outcome.kind, reason: outcome.reason + meant };
  }

  /** Makes an object refer to a value whatever its text says. */
  pin(node: object, target: Target): void {
    this.#pinned.set(node, target);
  }

  #find(node: object, text: string, file: SourceFile, from: string, chain: number): Outcome {
    const pin = this.#pinned.get(node);
    if (pin !== undefined) return pin;
    if (chain > longestChain) return { kind: "missing", reason: tooMany };
    let outcomes = this.#outcomes.get(file);
    if (outcomes === undefined) {
      outcomes = new Map();
      this.#outcomes.set(file, outcomes);
    }
    const before = outcomes.get(text);
    if (before !== undefined) return before;
    const outcome = this.#textTarget(text, file, from, chain);
    // An anchor may lead elsewhere from elsewhere, and what waits now is found later.
    if (outcome.kind !== "wait" && (/#(?:\/|$)/.test(text) || !text.includes("#")) && chain === 0)
      outcomes.set(text, outcome);
    return outcome;
  }

  #textTarget(text: string, file: SourceFile, from: string, chain: number): Outcome {
    if (text === "") return { kind: "missing", reason: "names nothing" };
    const hash = text.indexOf("#");
    const address = hash < 0 ? text : text.slice(0, hash);
    const fragment = hash < 0 ? "" : text.slice(hash + 1);
    if (address === "") return this.#fragmentTarget(file, fragment, from, chain);
    if (/^[a-z][a-z\d+.-]*:/i.test(address)) {
      const id = this.#anchorsIn(file).findId(address);
      if (id === "") return this.#fragmentTarget(file, fragment, from, chain);
      const schema = id === undefined ? undefined : this.#walk(file, pointerTokens(id), chain);
      if (schema?.kind === "target")
        return fragment === ""
          ? schema
          : this.#walk(file, [...pointerTokens(schema.pointer), ...pointerTokens(decoded(fragment))], chain);
    }
    const decision = this.#files.decide(address, file);
    if (decision.kind !== "allowed") return decision;
    const loaded = this.#files.get(decision.url);
    if (loaded === undefined) return { kind: "wait", url: decision.url };
    if ("fault" in loaded) return loaded.fault;
    return this.#fragmentTarget(loaded.file, fragment, from, chain);
  }

  #fragmentTarget(file: SourceFile, fragment: string, from: string, chain: number): Outcome {
    if (fragment === "") {
      if (file === this.#root) return { kind: "missing", reason: "leads to the whole document" };
      return { kind: "target", file, pointer: "", value: file.value };
    }
    if (fragment.startsWith("/") || fragment.startsWith("%2")) {
      const outcome = this.#walk(file, pointerTokens(decoded(fragment)), chain);
      if (outcome.kind !== "missing" || !fragment.includes("%")) return outcome;
      const literal = this.#walk(file, pointerTokens(fragment), chain);
      return literal.kind === "missing" ? outcome : literal;
    }
    const pointer = this.#anchorsIn(file).find(decoded(fragment), from);
    if (pointer === undefined) return { kind: "missing", reason: "leads to no anchor" };
    return this.#walk(file, pointerTokens(pointer), chain);
  }

  #anchorsIn(file: SourceFile): Anchors {
    let found = this.#anchors.get(file);
    if (found === undefined) {
      found = anchorsOf(file.value);
      this.#anchors.set(file, found);
    }
    return found;
  }

  /** Through own properties, and through references where the property is behind one. */
  #walk(start: SourceFile, tokens: readonly string[], chain: number): Outcome {
    let file = start;
    let value: Json = start.value;
    let pointer = "";
    for (const [index, token] of tokens.entries()) {
      let next = memberOf(value, token);
      for (let step = 0; next === undefined && isObject(value); step += 1) {
        const text = own(value, "$ref");
        if (typeof text !== "string") break;
        const behind = this.#find(value, text, file, pointer, chain + 1 + step);
        if (behind.kind !== "target")
          return behind.kind === "missing" && behind.reason !== tooMany
            ? { kind: "missing", reason: "leads through a reference that leads nowhere" }
            : behind;
        if (step > longestChain) return { kind: "missing", reason: "leads through a circle of references" };
        ({ file, value, pointer } = behind);
        next = memberOf(value, token);
      }
      if (next === undefined) {
        const meant = this.#nearest(token, value);
        return {
          kind: "missing",
          reason: `leads nowhere${meant === undefined ? "" : `; did you mean "${visible(index === tokens.length - 1 ? meant : pointerTo(pointer, meant))}"?`}`,
        };
      }
      value = next;
      pointer = pointerTo(pointer, token);
    }
    return { kind: "target", file, pointer, value };
  }

  #nearest(token: string, value: Json): string | undefined {
    this.#suggested += 1;
    return this.#suggested <= mostSuggestions && isObject(value) ? nearestName(token, Object.keys(value)) : undefined;
  }
}

function memberOf(value: Json, token: string): Json | undefined {
  if (isArray(value)) return /^(?:0|[1-9]\d*)$/.test(token) ? value[Number(token)] : undefined;
  return own(value, token);
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

/**
 * The component that was meant: `Pet`, `#Pet`, `/components/schemas/Pet` or `#/definitions/Pet` for
 * `#/components/schemas/Pet`. Files with a name like that are not meant.
 */
function suggestion(text: string, file: SourceFile, root: SourceFile): string {
  const name = /^(?:#?\/?(?:[\w-]+\/)*|\.\/)([\w.-]+)$/.exec(text.trim())?.[1];
  if (name === undefined || /\.(?:json|ya?ml)$/i.test(name)) return "";
  for (const [pointer, section] of [
    ["#/components/schemas/", own(own(root.value, "components"), "schemas")],
    ["#/definitions/", own(root.value, "definitions")],
    ["#/components/parameters/", own(own(root.value, "components"), "parameters")],
    ["#/components/responses/", own(own(root.value, "components"), "responses")],
  ] as const) {
    if (!isObject(section) || !Object.hasOwn(section, name) || text === pointer + name) continue;
    return `; did you mean "${file === root ? "" : visible(root.name)}${pointer}${visible(name)}"?`;
  }
  return "";
}
