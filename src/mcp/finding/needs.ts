/** Which operations answer with what another one's arguments name: where a chain of calls begins. */
import {
  isVariable,
  segmentsOf,
  firstSentence,
  isCommon,
  stemOf,
} from "../../../templates/always/src/runtime/finding/words.ts";
import { callerStems, isVague } from "../../../templates/always/src/runtime/finding/verbs.ts";
import { Schemas, type SchemaNode, standalone } from "../../base/schema/node.ts";
import type { CallPlan, ServerApi, Tool } from "../model.ts";
import { wordsOf } from "./short-texts.ts";

/** So many candidates of each operation are kept; a search shows those that its question is about. */
const most = 12;
/** How deep within an answer things are looked for. */
const deepest = 4;
/** So much is read of a sentence that says what an identifier is of. */
const longestSentence = 200;

const identifying = /^(?:ids?|uris?|urls?|uuids?|guids?|slugs?|names?|keys?|numbers?|codes?|handles?|refs?|sha)$/;

/** What a tool is found by. */
export type Findable = Pick<Tool, "listing"> & {
  readonly call: { readonly request: Pick<CallPlan["request"], "method" | "path"> };
};

interface Want {
  readonly things: ReadonlySet<string>;
  readonly collection: string | undefined;
  /** Words beside an identifier that does not name its thing: "a comma-separated list of the ids of the tracks". */
  readonly words: readonly string[];
}

interface Linked {
  readonly tool: Tool;
  readonly segments: readonly string[];
  /** Things that its arguments name, each by the words that stand for it, and the path below which it lies. */
  readonly wants: readonly Want[];
}

/** By tool: the tools whose answers give what its arguments name, likeliest first; those without any are left out. */
export function needsOf(api: ServerApi): ReadonlyMap<string, readonly string[]> {
  const answers = new Answers(new Schemas(api.schemas));
  const linked = api.groups.flatMap(({ tools }) => tools.map(linkedTool));
  const readers = new Readers(
    linked.filter(({ tool }) => tool.call.request.method === "GET"),
    answers,
  );
  return new Map(
    linked.flatMap((item) => {
      const needs = new Set(item.wants.flatMap((want) => readers.of(want, item.tool)));
      return needs.size === 0 ? [] : [[item.tool.listing.name, [...needs].slice(0, most)] as const];
    }),
  );
}

/** The operations that read: by their path and, of those that can be called as they are, by what they give. */
class Readers {
  readonly #places: ReadonlyMap<Linked, number>;
  /** The likeliest first, as in the lists by thing. */
  readonly #byPath = new Map<string, Linked[]>();
  readonly #byThing = new Map<string, Linked[]>();

  constructor(linked: readonly Linked[], answers: Answers) {
    const readers = linked
      .map((reader) => ({ reader, isStart: Number(isStart(reader.tool)), variables: variablesOf(reader) }))
      .sort(
        (a, b) =>
          b.isStart - a.isStart || a.variables - b.variables || a.reader.segments.length - b.reader.segments.length,
      )
      .map(({ reader }) => reader);
    this.#places = new Map(readers.map((reader, place) => [reader, place]));
    for (const reader of readers) {
      added(this.#byPath, pathOf(reader.segments), reader);
      if (isVariable(reader.segments.at(-1) ?? "")) continue;
      const gives = [...answers.thingsOf(reader.tool, reader.segments), ...(isCaller(reader.tool) ? callerStems : [])];
      for (const thing of new Set(gives)) added(this.#byThing, thing, reader);
    }
  }

  /** Names of those that give what is wanted: the collection that it is in, then searches, then those that ask for little. */
  of({ things, collection, words }: Want, tool: Tool): readonly string[] {
    // Of a long list no more can be among the likeliest of all than the likeliest of its own, but for the tool itself.
    const likeliest = (list: readonly Linked[] = []): readonly Linked[] => list.slice(0, most + 1);
    const parents = likeliest(collection === undefined ? [] : this.#byPath.get(collection));
    const others = [...things, ...words]
      .flatMap((thing) => likeliest(this.#byThing.get(thing)))
      .sort((a, b) => (this.#places.get(a) ?? 0) - (this.#places.get(b) ?? 0));
    return [...new Set([...parents, ...others])]
      .filter((reader) => reader.tool !== tool)
      .map((reader) => reader.tool.listing.name);
  }
}

function isStart(tool: Tool): boolean {
  return isSearch(tool) || isCaller(tool);
}

function pathOf(segments: readonly string[]): string {
  return `/${segments.join("/")}`;
}

function variablesOf({ segments }: Linked): number {
  return segments.filter(isVariable).length;
}

const searchWords = /^(?:q|query|search|search_?(?:query|term|text|string)|keywords?|terms?|text)$/i;

/** Whether an operation reads and finds things by words of theirs. */
export function isSearch({ listing, call }: Findable): boolean {
  const { method, path } = call.request;
  const segments = segmentsOf(path);
  if (segments.some(isVariable)) return false;
  const last = segments.at(-1) ?? "";
  const asked = Object.keys(listing.inputSchema.properties).filter((argument) => searchWords.test(argument));
  return (
    asked.length > 0 &&
    (method === "GET" || /search/i.test(last)) &&
    (/search|find|lookup/i.test(path) ||
      asked.some((argument) => (listing.inputSchema.required ?? []).includes(argument)))
  );
}

/** Whether an operation answers who calls, as `GET /me` and `GET /v1/users/self`. */
export function isCaller({ call }: Findable): boolean {
  const { method, path } = call.request;
  return method === "GET" && callerPath.test(path);
}

const callerPath = /^\/(?:[^/{}]+\/){0,3}(?:@?me|self|myself|whoami|viewer|current[-_]?user|user)$/i;

function added(lists: Map<string, Linked[]>, key: string, reader: Linked): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [reader]);
  else list.push(reader);
}

function linkedTool(tool: Tool): Linked {
  const segments = segmentsOf(tool.call.request.path);
  return {
    tool,
    segments,
    wants: [...siblingWants(tool, segments), ...pathWants(segments), ...argumentWants(tool, segments)],
  };
}

function lastThing(text: string): string | undefined {
  const last = wordsOf(text).at(-1);
  return last === undefined ? undefined : stemOf(last);
}

/** What is taken out of a collection is in it: `DELETE /playlists/{playlist_id}/tracks` after `GET` of the same path. */
function siblingWants({ call }: Tool, segments: readonly string[]): readonly Want[] {
  const isChanged =
    call.request.method === "DELETE" || call.request.method === "PATCH" || call.request.method === "PUT";
  return isChanged && !isVariable(segments.at(-1) ?? "")
    ? [{ things: new Set(), collection: pathOf(segments), words: [] }]
    : [];
}

/** `{issue_number}` after `issues`: an issue, as the collection before it lists them. */
function pathWants(segments: readonly string[]): readonly Want[] {
  return segments.flatMap((segment, at) => {
    const name = /^\{([^{}]+)\}$/.exec(segment)?.[1];
    if (name === undefined) return [];
    const before = segments.slice(0, at).findLast((other) => !isVariable(other));
    const things = new Set([thingNamed(name), before === undefined ? undefined : lastThing(before)].filter(isDefined));
    return [{ things, collection: at === 0 ? undefined : pathOf(segments.slice(0, at)), words: [] }];
  });
}

/** `playlist_id`, `ids`: what other arguments name. */
function argumentWants({ listing, call }: Tool, segments: readonly string[]): readonly Want[] {
  const inPath = new Set(
    call.request.parameters.filter(({ in: place }) => place === "path").map(({ argument }) => argument),
  );
  const isRequired = new Set(listing.inputSchema.required);
  return Object.keys(listing.inputSchema.properties).flatMap((argument) => {
    const words = wordsOf(argument);
    const isIdentifier = /^(?:ids?|uris?|uuids?)$/.test(words.at(-1) ?? "");
    if (inPath.has(argument)) return [];
    const { description = "" } = standalone.of(listing.inputSchema.properties[argument]);
    if (!isIdentifier) {
      const thing = /\b(?:ids?|uris?|uuids?)\b/i.test(firstSentence(description).slice(0, longestSentence))
        ? thingNamed(argument)
        : undefined;
      return thing === undefined ? [] : [{ things: new Set<string>(), collection: undefined, words: [thing] }];
    }
    if (words.length === 1) {
      const last = segments.findLast((segment) => !isVariable(segment));
      const thing = last === undefined ? undefined : lastThing(last);
      return [
        { things: new Set(thing === undefined ? [] : [thing]), collection: undefined, words: thingsIn(description) },
      ];
    }
    const thing = isRequired.has(argument) ? thingNamed(argument) : undefined;
    return thing === undefined ? [] : [{ things: new Set([thing]), collection: undefined, words: [] }];
  });
}

/** Words of a description that may name things. */
function thingsIn(description = ""): readonly string[] {
  return wordsOf(firstSentence(description).slice(0, longestSentence))
    .filter((word) => !isCommon(word) && !isVague(stemOf(word)))
    .map(stemOf);
}

function thingNamed(argument: string): string | undefined {
  const words = wordsOf(argument).filter((word) => !identifying.test(word));
  const last = words.at(-1);
  return last === undefined ? undefined : stemOf(last);
}

/** What a schema says of things, read once: many answers hold the same ones. */
interface Parts {
  /** The definition that it refers to. */
  readonly reference: string | undefined;
  /** What stands for that, and for the properties that hold things. */
  readonly thing: string | undefined;
  readonly things: readonly string[];
  /** Schemas of those properties, a level deeper. */
  readonly properties: readonly SchemaNode[];
  /** Schemas of the same level. */
  readonly parts: readonly SchemaNode[];
}

/** The things that the answers of an API hold. */
class Answers {
  readonly #schemas: Schemas;
  readonly #parts = new Map<SchemaNode, Parts>();
  readonly #things = new Map<string, string | undefined>();

  constructor(schemas: Schemas) {
    this.#schemas = schemas;
  }

  /** Things by the last word of the path, and by names of schemas and fields within the answer. */
  thingsOf({ result }: Tool, segments: readonly string[]): ReadonlySet<string> {
    const things = new Set<string>();
    const last = segments.at(-1);
    const own = last === undefined || isVariable(last) ? undefined : this.#thingOf(last);
    if (own !== undefined) things.add(own);
    const seen = new Set<string>();
    const visit = (node: SchemaNode, level: number): void => {
      if (level > deepest) return;
      const { reference, thing, things: named, properties, parts } = this.#partsOf(node);
      if (reference !== undefined && !seen.has(reference)) {
        seen.add(reference);
        if (thing !== undefined) things.add(thing);
        if (node.target !== undefined) visit(node.target, level);
      }
      for (const name of named) things.add(name);
      for (const inner of properties) visit(inner, level + 1);
      for (const part of parts) visit(part, level);
    };
    if (result !== undefined) visit(this.#schemas.of(result), 0);
    return things;
  }

  #partsOf(node: SchemaNode): Parts {
    let parts = this.#parts.get(node);
    if (parts === undefined) {
      const { reference, items, allOf, anyOf = [], oneOf = [] } = node;
      const properties = node.properties.filter(([, inner]) => holdsThings(inner));
      parts = {
        reference,
        thing: reference === undefined ? undefined : this.#thingOf(reference),
        things: properties.map(([name]) => this.#thingOf(name)).filter(isDefined),
        properties: properties.map(([, inner]) => inner),
        parts: [items, ...allOf, ...anyOf, ...oneOf].filter(isDefined).filter(holdsThings),
      };
      this.#parts.set(node, parts);
    }
    return parts;
  }

  #thingOf(name: string): string | undefined {
    if (this.#things.has(name)) return this.#things.get(name);
    const thing = lastThing(name.replace(/(?:Object|Schema|Response|Resource|Dto|Model|Item)$/, ""));
    this.#things.set(name, thing);
    return thing;
  }
}

/** Lists and objects are of things; a text is about one. */
function holdsThings(schema: SchemaNode): boolean {
  return schema.says("properties", "items", "$ref", "allOf", "anyOf", "oneOf");
}

function isDefined<Value>(value: Value | undefined): value is Value {
  return value !== undefined;
}
