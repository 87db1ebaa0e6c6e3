/** Parts of JSON values by paths such as `owner.login`, which go through lists; `*` is any name. */
import {
  isJsonArray,
  isJsonObject,
  pointerTokens,
} from "../data/json-place.js";
import type { JsonValue } from "../data/model.js";

/** Names by what is below them; without any, all is meant. */
export type PathTree = Map<string, PathTree>;

/** The names of a path: between dots, or the tokens of a JSON pointer. */
export function namesOf(path: string): readonly string[] {
  return path.startsWith("/") ? pointerTokens(path) : path.split(".");
}

export function pathTree(paths: readonly string[]): PathTree {
  const root: PathTree = new Map();
  for (const path of paths) {
    let tree = root;
    const names = namesOf(path);
    for (const [index, name] of names.entries()) {
      const known = tree.get(name);
      // All of it is asked for already.
      if (known?.size === 0) break;
      const below: PathTree = known ?? new Map<string, PathTree>();
      if (index === names.length - 1) below.clear();
      tree.set(name, below);
      tree = below;
    }
  }
  return root;
}

/** What the paths lead to, in its place; all else is left out. */
export function withOnly(value: JsonValue, tree: PathTree): JsonValue {
  if (tree.size === 0) return value;
  if (isJsonArray(value)) return value.map((item) => withOnly(item, tree));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => {
      const below = tree.get(name) ?? tree.get("*");
      return below === undefined ? [] : [[name, withOnly(member, below)]];
    }),
  );
}

/** All but what the paths lead to. */
export function without(value: JsonValue, tree: PathTree): JsonValue {
  if (isJsonArray(value)) return value.map((item) => without(item, tree));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => {
      const found = [tree.get(name), tree.get("*")].filter(
        (below) => below !== undefined,
      );
      if (found.some((below) => below.size === 0)) return [];
      return [
        [name, found.reduce((rest, below) => without(rest, below), member)],
      ];
    }),
  );
}
