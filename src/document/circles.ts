/** References that lead nowhere in the end: round in a circle, or on and on. */
import type { Diagnostic } from "../base/diagnostics.ts";
import { isArray, isObject, pointerTo, valueAt, type Json, type JsonObject } from "../base/json.ts";
import { visible } from "../base/visible.ts";
import { type MutableObject, writable } from "./mutable.ts";
import { located, type SourceFile } from "./source-file.ts";
import { longestChain, type Target } from "./target.ts";

/**
 * Cuts circles of references, and of schemas that are all of themselves (`A: { allOf: [A] }`), and chains that are longer
 * than `longestChain`. A reference that is cut becomes an empty object: it asked for nothing more.
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
  next: number;
}

/** Circles that go through `allOf`: a schema cannot be all of itself. Each step is taken once. */
function cutCompositions(root: Json, targets: readonly Target[]): Diagnostic[] {
  const places = new Map<object, Target>();
  for (const target of targets) if (isObject(target.value)) places.set(target.value, target);
  const diagnostics: Diagnostic[] = [];
  const done = new Set<object>();
  for (const { value, file, pointer } of targets) {
    if (!isObject(value) || !isArray(value["allOf"])) continue;
    const way: Step[] = [{ node: value, file, pointer, next: 0 }];
    const onWay = new Set<object>([value]);
    for (let step = way.at(-1); step !== undefined; step = way.at(-1)) {
      const further = done.has(step.node) ? undefined : stepFrom(step, root, places);
      if (further === undefined) {
        done.add(step.node);
        onWay.delete(step.node);
        way.pop();
        continue;
      }
      step.next += 1;
      if (!onWay.has(further.node)) {
        onWay.add(further.node);
        way.push(further);
        continue;
      }
      const text = String(step.node["$ref"]);
      diagnostics.push(
        located(
          step.file,
          pointerTo(step.pointer, "$ref"),
          "circular-reference",
          `The reference "${visible(text)}" makes a schema all of itself`,
        ),
      );
      delete writable(step.node)["$ref"];
    }
  }
  return diagnostics;
}

/** The next schema that this one is all of: behind its reference first, then each of its `allOf`. */
function stepFrom(step: Step, root: Json, places: ReadonlyMap<object, Target>): Step | undefined {
  const { node, file, pointer, next } = step;
  const list = isArray(node["allOf"]) ? node["allOf"] : [];
  if (next === 0 && typeof node["$ref"] === "string") {
    const behind = valueAt(root, node["$ref"].slice(1));
    const place = isObject(behind) ? places.get(behind) : undefined;
    if (isObject(behind) && place !== undefined)
      return { node: behind, file: place.file, pointer: place.pointer, next: 0 };
  }
  for (let index = Math.max(next - 1, 0); index < list.length; index += 1) {
    const member = list[index];
    if (isObject(member)) {
      step.next = index + 1;
      return { node: member, file, pointer: pointerTo(pointer, "allOf", index), next: 0 };
    }
  }
  return undefined;
}
