/** Where an answer has its list, and what stands around it. */
import { pointerTo } from "../../base/json.ts";
import type { SchemaNode } from "../../base/schema/node.ts";
import { oncePerText } from "../../base/once-per-text.ts";
import { words } from "../names/words.ts";

/** A name in one form, whatever its capitals and what stands between its words. */
const inOneForm = oncePerText((name) => words(name).join("_"));

function lastOf(path: string): string {
  return inOneForm(path.split("/").at(-1) ?? "");
}

/** A list within an answer. */
export interface ListPlace {
  /** JSON pointer, empty for a bare array. */
  readonly items: string;
  readonly item: SchemaNode;
}

/** What authors call the list in an envelope that holds other lists too, such as errors or included objects. */
const listNames = new Set(
  "data items item results result values value entries records rows list elements content resources objects hits members".split(
    " ",
  ),
);

/** By node, what was read of it: an operation's answer is asked about its list several times. */
const listsByNode = new WeakMap<SchemaNode, readonly NamedList[]>();

interface NamedList extends ListPlace {
  readonly name: string;
}

/** The properties of an answer that are lists. */
function listsOf(whole: SchemaNode): readonly NamedList[] {
  let lists = listsByNode.get(whole);
  if (lists === undefined) {
    lists = whole.properties.flatMap(([name, property]) => {
      const item = itemOf(property);
      return item === undefined ? [] : [{ name, items: pointerTo("", name), item }];
    });
    listsByNode.set(whole, lists);
  }
  return lists;
}

/** An array, or an envelope that holds one: its only list, or the one that is called like a list of this path. */
export function collectionOf(path: string, result: SchemaNode | undefined): ListPlace | undefined {
  if (result === undefined) return undefined;
  const item = itemOf(result);
  if (item !== undefined) return { items: "", item };
  const lists = listsOf(result.whole);
  if (lists.length === 1) return lists[0];
  const segment = lastOf(path);
  const named = lists.filter(({ name }) => listNames.has(name.toLowerCase()) || inOneForm(name) === segment);
  return named.length === 1 ? named[0] : undefined;
}

/** The same, also where the list stands in an alternative of the answer, in an object within it, or is its first of several. */
export function listPlaceOf(path: string, result: SchemaNode | undefined): ListPlace | undefined {
  if (result === undefined) return undefined;
  const direct = collectionOf(path, result);
  if (direct !== undefined && !isAside(direct)) return direct;
  const { whole } = result;
  for (const alternative of whole.union?.alternatives ?? []) {
    const found = collectionOf(path, alternative);
    if (found !== undefined && !isAside(found)) return found;
  }
  const segment = lastOf(path);
  for (const name of whole.propertyNames) {
    const within = isEnvelope(name, segment) ? collectionOf(path, whole.property(name)) : undefined;
    if (within !== undefined && within.items !== "")
      return { ...within, items: `${pointerTo("", name)}${within.items}` };
  }
  const ofObjects = listsOf(whole).filter(({ item }) => item.whole.types.includes("object"));
  // Messages beside errors tell of the answer, too.
  const hasErrors = ofObjects.some(({ items }) => /^\/errors$/i.test(items));
  const main = ofObjects.filter((place) => !isAside(place) && !(hasErrors && /^\/messages$/i.test(place.items)));
  return main.length === 1 ? main[0] : undefined;
}

/** Whether a list tells of the answer, and is not what was asked for. */
function isAside({ items }: ListPlace): boolean {
  return /^\/(?:errors?|warnings?|links?|meta|facets?)$/i.test(items);
}

/** `data`, `_embedded`, `response`, or what the path is called. */
function isEnvelope(name: string, segment: string): boolean {
  return (
    /^_?(?:data|embedded|results?|response|payload|body|collection|output)$/i.test(name) || inOneForm(name) === segment
  );
}

/** The schema of a list's items; `undefined` where a schema is of no list. */
function itemOf({ whole }: SchemaNode): SchemaNode | undefined {
  return whole.types.includes("array") ? (whole.items ?? whole.schemas.anything) : undefined;
}
