import { isObject, pointerTo, valueAt, type Json, type JsonArray, type JsonObject } from "../base/json.ts";
import { writable } from "./mutable.ts";
import { visitAllReferences } from "./references.ts";

/** The references of a document by what they mean, while what they mean is moved about. */
export interface Links {
  /** The object behind a value that may be a reference; `undefined` where that is none. */
  readonly behind: (value: Json | undefined) => JsonObject | undefined;
  /** Text of a reference to an object, wherever it will stand. Valid once `restore` has run. */
  readonly referenceTo: (target: JsonObject) => string;
  /** Makes each reference lead to what it led to before; one whose target is gone becomes empty. */
  readonly restore: () => void;
}

/** Notes where all references of a resolved document lead. */
export function linksOf(root: JsonObject): Links {
  const texts = new Set<string>();
  visitAllReferences(root, ({ kind, text }) => {
    if (kind !== "dynamic" && text.startsWith("#/")) texts.add(text);
  });
  return linksTo(root, texts);
}

/** Notes where some references lead. */
export function linksTo(root: JsonObject, texts: Iterable<string>): Links {
  const targets = new Map<string, Json | undefined>();
  for (const text of texts) targets.set(text, valueAt(root, text.slice(1)));
  const pointers = new Map<JsonObject, string>();

  const behind = (value: Json | undefined): JsonObject | undefined => {
    let found: Json | undefined = value;
    while (isObject(found) && typeof found["$ref"] === "string") found = targets.get(found["$ref"]);
    return isObject(found) ? found : undefined;
  };

  const referenceTo = (target: JsonObject): string => {
    let text = pointers.get(target);
    if (text === undefined) {
      text = `#/(moved)/${pointers.size}`;
      pointers.set(target, text);
      targets.set(text, target);
    }
    return text;
  };

  const restore = (): void => {
    const moved = new Map<string, Json | undefined>();
    for (const [text, target] of targets) if (valueAt(root, text.slice(1)) !== target) moved.set(text, target);
    if (moved.size === 0) return;
    const places = placesOf(root, new Set([...moved.values()]));
    visitAllReferences(root, ({ node, key, text }) => {
      if (!moved.has(text)) return;
      const place = places.get(moved.get(text));
      if (place === undefined) delete writable(node)[key];
      else node[key] = `#${place}`;
    });
  };

  return { behind, referenceTo, restore };
}

function placesOf(root: JsonObject, wanted: ReadonlySet<Json | undefined>): Map<Json | undefined, string> {
  const places = new Map<Json | undefined, string>();
  const tokens: string[] = [];
  const visit = (value: JsonArray | JsonObject): void => {
    if (wanted.has(value) && !places.has(value)) places.set(value, pointerTo("", ...tokens));
    for (const [key, member] of Object.entries(value)) {
      if (typeof member !== "object" || member === null) continue;
      tokens.push(key);
      visit(member as JsonArray | JsonObject);
      tokens.pop();
    }
  };
  visit(root);
  return places;
}
