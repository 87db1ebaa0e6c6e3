/** References that lead nowhere in the end: round in a circle, or on and on. */
import type { Diagnostic } from "../base/diagnostics.ts";
import { isArray, isObject, pointerTo, valueAt, type Json, type JsonObject } from "../base/json.ts";
import { visible } from "../base/visible.ts";
import { type MutableObject, writable } from "./mutable.ts";
import { located, type SourceFile } from "./source-file.ts";
import { longestChain, type Target } from "./target.ts";

/**
 * Cuts circles of references, of schemas that are all of themselves (`A: { allOf: [A] }`) or alternatives of themselves,
 * and chains that are longer than `longestChain`. A reference that is cut becomes an empty object: it asked for nothing more.
 *
 * @param parts what is referred to
 */
export function removeCircles(root: Json, parts: ReadonlyMap<SourceFile, ReadonlyMap<string, Target>>): Diagnostic[] {
  const targets = [...parts.values()].flatMap((byPointer) => [...byPointer.values()]);
  return [...cutChains(root, targets), ...cutCompositions(root, targets), ...cutAlternatives(root, targets)];
}

function cutChains(root: Json, targets: readonly Target[]): Diagnostic[] {
  const places = new Map<object, Target>();
  for (const target of targets)
    if (isObject(target.value) && typeof target.value["$ref"] === "string") places.set(target.value, target);
  const diagnostics: Diagnostic[] = [];
  const done = new Set<object>();
  for (const start of places.values()) {
    const chain = new Map<MutableObject, number>();
    let value: Json | undefined = start.value;
    while (isObject(value) && typeof value["$ref"] === "string" && !done.has(value)) {
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
    for (const node of chain.keys()) done.add(node);
  }
  return diagnostics;
}

/** A place on the way: what it consists of, how far that was followed, and where it stands. */
interface Step {
  readonly node: JsonObject;
  readonly file: SourceFile;
  readonly pointer: string;
  /** The keyword that it is a member of; absent behind a reference. */
  readonly keyword?: string;
  next: number;
}

/** A schema cannot be all of itself: the reference that says so asks for nothing. */
function cutCompositions(root: Json, targets: readonly Target[]): Diagnostic[] {
  return circlesThrough(["allOf"], root, targets, (way) => {
    const last = way.at(-1);
    if (last !== undefined) delete writable(last.node)["$ref"];
    return "makes a schema all of itself";
  });
}

/**
 * A schema that is an alternative of itself is no more than its other alternatives. Where `allOf` takes part, as from a
 * parent with a discriminator to its children and back, it is none.
 */
function cutAlternatives(root: Json, targets: readonly Target[]): Diagnostic[] {
  return circlesThrough(["anyOf", "oneOf"], root, targets, (way) => {
    const at = way.findLastIndex(({ keyword }) => keyword !== undefined);
    const { node, keyword } = way[at] ?? {};
    const owner = way[at - 1]?.node;
    if (owner !== undefined && keyword !== undefined) {
      const others = isArray(owner[keyword]) ? owner[keyword].filter((member) => member !== node) : [];
      if (others.length > 0) writable(owner)[keyword] = others;
      else delete writable(owner)[keyword];
    }
    return "makes a schema an alternative of itself";
  });
}

/**
 * Circles that go through members of these keywords and references. Each step is taken once.
 *
 * @param cut ends the circle that a way closes, and says what it is
 */
function circlesThrough(
  keywords: readonly string[],
  root: Json,
  targets: readonly Target[],
  cut: (way: readonly Step[]) => string,
): Diagnostic[] {
  const places = new Map<object, Target>();
  for (const target of targets) if (isObject(target.value)) places.set(target.value, target);
  const diagnostics: Diagnostic[] = [];
  const done = new Set<object>();
  for (const { value, file, pointer } of targets) {
    if (!isObject(value) || !keywords.some((keyword) => isArray(value[keyword]))) continue;
    const way: Step[] = [{ node: value, file, pointer, next: 0 }];
    const onWay = new Set<object>([value]);
    for (let step = way.at(-1); step !== undefined; step = way.at(-1)) {
      const further = done.has(step.node) ? undefined : stepFrom(step, keywords, root, places);
      if (further === undefined) {
        done.add(step.node);
        onWay.delete(step.node);
        way.pop();
        continue;
      }
      if (!onWay.has(further.node)) {
        onWay.add(further.node);
        way.push(further);
        continue;
      }
      const begin = way.findIndex(({ node }) => node === further.node);
      const message = `The reference "${visible(String(step.node["$ref"]))}" ${cut(way.slice(begin))}`;
      diagnostics.push(located(step.file, pointerTo(step.pointer, "$ref"), "circular-reference", message));
    }
  }
  return diagnostics;
}

/** The next schema that this one is composed of: behind its reference first, then each member. */
function stepFrom(
  step: Step,
  keywords: readonly string[],
  root: Json,
  places: ReadonlyMap<object, Target>,
): Step | undefined {
  const { node, file, pointer } = step;
  if (step.next === 0) {
    step.next = 1;
    const behind = typeof node["$ref"] === "string" ? valueAt(root, node["$ref"].slice(1)) : undefined;
    const place = isObject(behind) ? places.get(behind) : undefined;
    if (isObject(behind) && place !== undefined)
      return { node: behind, file: place.file, pointer: place.pointer, next: 0 };
  }
  const members = keywords.flatMap((keyword) => {
    const list = node[keyword];
    return isArray(list) ? list.map((member, index) => ({ member, keyword, index })) : [];
  });
  for (; step.next <= members.length;) {
    const { member, keyword, index } = members[step.next - 1] ?? {};
    step.next += 1;
    if (isObject(member) && keyword !== undefined && index !== undefined)
      return { node: member, file, pointer: pointerTo(pointer, keyword, index), keyword, next: 0 };
  }
  return undefined;
}
