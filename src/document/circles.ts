/** References that lead nowhere in the end: round in a circle, or on and on. */
import type { Diagnostic } from "../base/diagnostics.ts";
import { isArray, isObject, pointerTo, put, valueAt, type Json, type JsonObject } from "../base/json.ts";
import { visible } from "../base/visible.ts";
import { type MutableObject, writable } from "./mutable.ts";
import { located, type SourceFile } from "./source-file.ts";
import { longestChain, type Target } from "./target.ts";

/**
 * Cuts circles of references, and of schemas that are all of themselves (`A: { allOf: [A] }`) or alternatives to
 * themselves (`A: { anyOf: [A, B] }`), and chains that are longer than `longestChain`. A reference that is cut becomes an
 * empty object: it asked for nothing more. An alternative that is cut goes: it allowed nothing more.
 *
 * @param parts what is referred to
 */
export function removeCircles(root: Json, parts: ReadonlyMap<SourceFile, ReadonlyMap<string, Target>>): Diagnostic[] {
  const targets = [...parts.values()].flatMap((byPointer) => [...byPointer.values()]);
  return [...cutChains(root, targets), ...cutCompositions(root, targets)];
}

function cutChains(root: Json, targets: readonly Target[]): Diagnostic[] {
  const places = new Map<object, Target>();
  for (const target of targets)
    if (isObject(target.value) && typeof target.value["$ref"] === "string") places.set(target.value, target);
  const diagnostics: Diagnostic[] = [];
  const finished = new Set<object>();
  for (const start of places.values()) {
    const chain = new Map<MutableObject, number>();
    let value: Json | undefined = start.value;
    while (isObject(value) && typeof value["$ref"] === "string" && !finished.has(value)) {
      const node = writable(value);
      const at = chain.get(node);
      const place = places.get(node);
      if (at !== undefined) {
        const circle = [...chain.keys()].slice(at);
        const names = circle.map((each) => `"${visible(String(each["$ref"]))}"`);
        const message =
          circle.length === 1
            ? `The reference ${names[0]} leads to itself`
            : `The references ${names.slice(0, 5).join(", ")}${names.length > 5 ? ` and ${names.length - 5} more` : ""} lead only to each other`;
        if (place !== undefined)
          diagnostics.push(located(place.file, pointerTo(place.pointer, "$ref"), "circular-reference", message));
        for (const each of circle) delete each["$ref"];
        break;
      }
      if (chain.size === longestChain) {
        const message = `The reference "${visible(String(node["$ref"]))}" is the ${longestChain + 1}st of a row that leads from one to the next, and is not followed`;
        if (place !== undefined)
          diagnostics.push(located(place.file, pointerTo(place.pointer, "$ref"), "circular-reference", message));
        delete node["$ref"];
        break;
      }
      chain.set(node, chain.size);
      value = valueAt(root, String(node["$ref"]).slice(1));
    }
    for (const node of chain.keys()) finished.add(node);
  }
  return diagnostics;
}

/** How a schema leads to the next. */
type Edge = "$ref" | "allOf" | "anyOf" | "oneOf";

/** A place on the way: how it was reached, how far it was followed, and where it stands. */
interface Step {
  readonly node: JsonObject;
  readonly file: SourceFile;
  readonly pointer: string;
  readonly via: Edge;
  /** What it leads to, not yet followed; the next one last. */
  readonly further: { readonly edge: Edge; readonly index: number }[];
}

/** Characters of JSON that may be taken over into alternatives, all together. */
const mostTakenOver = 1_000_000;

/**
 * Circles that go through `allOf`, `anyOf` and `oneOf`: a schema cannot be all of itself, nor one of its own
 * alternatives (JSON Schema 2020-12 §9.4.1). Each step is taken once.
 */
function cutCompositions(root: Json, targets: readonly Target[]): Diagnostic[] {
  const places = new Map<object, Target>();
  for (const target of targets) if (isObject(target.value)) places.set(target.value, target);
  const diagnostics: Diagnostic[] = [];
  const finished = new Set<object>();
  const cut = new CircleCut();
  for (const { value, file, pointer } of targets) {
    if (!isObject(value) || finished.has(value)) continue;
    const way: Step[] = [stepTo(value, file, pointer, "$ref")];
    const onWay = new Set<object>([value]);
    for (let step = way.at(-1); step !== undefined; step = way.at(-1)) {
      const next = finished.has(step.node) ? undefined : stepFrom(step, root, places);
      if (next === undefined) {
        finished.add(step.node);
        onWay.delete(step.node);
        way.pop();
        continue;
      }
      if (!onWay.has(next.node)) {
        onWay.add(next.node);
        way.push(next);
        continue;
      }
      const circle = way.slice(way.findIndex(({ node }) => node === next.node));
      const { at, what } = cut.cut(circle);
      const text = visible(String(at.node["$ref"]));
      diagnostics.push(
        located(at.file, pointerTo(at.pointer, "$ref"), "circular-reference", `The reference "${text}" ${what}`),
      );
    }
  }
  cut.apply();
  return diagnostics;
}

/** An alternative that goes, and the schemas on the way round, whose alternatives come in its place. */
interface Removal {
  readonly edge: Edge;
  readonly alternatives: Set<Json>;
  readonly instead: Map<JsonObject, { readonly edge: Edge; readonly without: Json }>;
}

/** What is done about circles, once all are known: nobody walks through what changes. */
class CircleCut {
  readonly #changes: (() => void)[] = [];
  readonly #removals = new Map<string, Map<JsonObject, Removal>>();
  readonly #sizes = new Map<JsonObject, number>();
  #left = mostTakenOver;

  /**
   * Decides where a circle ends.
   *
   * @param circle the last step refers to the first
   * @returns the reference at fault, and what it does
   */
  cut(circle: readonly Step[]): { readonly at: Step; readonly what: string } {
    const last = circle[circle.length - 1] as Step;
    const edges = circle.map(({ via }, index): Edge => (index === 0 ? "$ref" : via));
    const alternative = edges.findLastIndex(isAlternative);
    if (alternative === -1) {
      this.#changes.push(() => delete writable(last.node)["$ref"]);
      return { at: last, what: "makes a schema all of itself" };
    }
    const part = edges.includes("allOf") ? partWithAlternatives(circle, edges) : undefined;
    if (part === undefined) {
      this.#remove(circle, edges, alternative);
      return { at: last, what: "makes a schema an alternative of itself" };
    }
    this.#takeOver(part.member, part.owner);
    return {
      at: part.member,
      what: "makes an alternative of a schema all of that schema; it stands for what the schema has besides its alternatives",
    };
  }

  apply(): void {
    const lists = [...this.#removals.values()].flatMap((byOwner) =>
      [...byOwner].map(([owner, { edge, alternatives, instead }]) => {
        const kept = listOf(owner, edge).filter((entry) => !alternatives.has(entry));
        const others = [...instead].flatMap(([other, { edge: from, without }]) =>
          listOf(other, from).filter((entry) => entry !== without),
        );
        const distinct = new Map([...kept, ...others].map((entry) => [JSON.stringify(entry), entry]));
        return { owner: writable(owner), edge, list: [...distinct.values()] };
      }),
    );
    for (const { owner, edge, list } of lists) {
      if (list.length > 0) owner[edge] = list;
      else delete owner[edge];
    }
    for (const change of this.#changes) change();
  }

  /** Has an alternative go for what it would add to the others: the alternatives on the way round. */
  #remove(circle: readonly Step[], edges: readonly Edge[], at: number): void {
    const [owner, alternative, edge] = [circle[at - 1], circle[at], edges[at]];
    if (owner === undefined || alternative === undefined || edge === undefined) return;
    const byOwner = this.#removals.get(edge) ?? new Map<JsonObject, Removal>();
    this.#removals.set(edge, byOwner);
    const removal = byOwner.get(owner.node) ?? { edge, alternatives: new Set(), instead: new Map() };
    byOwner.set(owner.node, removal);
    removal.alternatives.add(alternative.node);
    if (edges.includes("allOf")) return;
    for (const [index, from] of edges.entries()) {
      const other = circle[index - 1];
      const without = circle[index];
      if (index === at || other === undefined || without === undefined || !isAlternative(from)) continue;
      this.#left -= 100 * listOf(other.node, from).length;
      if (this.#left < 0) return;
      if (Object.keys(other.node).every((key) => onlyUnion.has(key)))
        removal.instead.set(other.node, { edge: from, without: without.node });
    }
  }

  /** Puts what a schema has besides its alternatives in place of a reference to it. */
  #takeOver(member: Step, owner: Step): void {
    const own = Object.entries(owner.node).filter(([key]) => !["anyOf", "oneOf", "discriminator"].includes(key));
    const size = this.#sizes.get(owner.node) ?? JSON.stringify(own).length;
    this.#sizes.set(owner.node, size);
    this.#left -= size;
    const taken = this.#left < 0 ? [] : own;
    this.#changes.push(() => {
      const node = writable(member.node);
      delete node["$ref"];
      for (const [key, value] of taken) if (!Object.hasOwn(node, key)) put(node, key, value);
    });
  }
}

/** Keywords of a schema that only names alternatives. */
const onlyUnion = new Set(["anyOf", "oneOf", "title", "description", "discriminator"]);

/** A part of an `allOf` that refers to a schema with the alternatives that the circle goes through. */
function partWithAlternatives(
  circle: readonly Step[],
  edges: readonly Edge[],
): { readonly member: Step; readonly owner: Step } | undefined {
  const before = (index: number): number => (index + circle.length - 1) % circle.length;
  for (const [index, edge] of edges.entries()) {
    if (!isAlternative(edge)) continue;
    const owner = before(index);
    let at = owner;
    for (let steps = 0; edges[at] === "$ref" && steps < circle.length; steps += 1) at = before(at);
    const found = { member: circle[at], owner: circle[owner] };
    if (at !== owner && edges[at] === "allOf" && found.member !== undefined && found.owner !== undefined)
      return { member: found.member, owner: found.owner };
  }
  return undefined;
}

function isAlternative(edge: Edge): boolean {
  return edge === "anyOf" || edge === "oneOf";
}

function listOf(node: JsonObject, keyword: Edge): readonly Json[] {
  const list = node[keyword];
  return isArray(list) ? list : [];
}

const compositions = ["oneOf", "anyOf", "allOf"] as const;

function stepTo(node: JsonObject, file: SourceFile, pointer: string, via: Edge): Step {
  const further: { readonly edge: Edge; readonly index: number }[] = [];
  for (const edge of compositions)
    for (let index = listOf(node, edge).length - 1; index >= 0; index -= 1) further.push({ edge, index });
  if (typeof node["$ref"] === "string") further.push({ edge: "$ref", index: 0 });
  return { node, file, pointer, via, further };
}

/** The next schema on the way: behind the reference first, then each of `allOf`, and of the alternatives. */
function stepFrom(step: Step, root: Json, places: ReadonlyMap<object, Target>): Step | undefined {
  const { node, file, pointer } = step;
  for (let next = step.further.pop(); next !== undefined; next = step.further.pop()) {
    const { edge, index } = next;
    if (edge === "$ref") {
      const behind = valueAt(root, String(node["$ref"]).slice(1));
      const place = isObject(behind) ? places.get(behind) : undefined;
      if (isObject(behind) && place !== undefined) return stepTo(behind, place.file, place.pointer, edge);
      continue;
    }
    const member = listOf(node, edge)[index];
    if (isObject(member)) return stepTo(member, file, pointerTo(pointer, edge, index), edge);
  }
  return undefined;
}
