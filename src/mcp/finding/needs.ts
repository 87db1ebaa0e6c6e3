/** Which operations answer with what another one's arguments name: where a chain of calls begins. */
import { isVariable, firstSentence, isCommon, stemOf } from "../../../templates/always/src/runtime/finding/words.ts";
import { callerStems, isVague } from "../../../templates/always/src/runtime/finding/verbs.ts";
import { Schemas, type SchemaNode, standalone } from "../../base/schema/node.ts";
import type { CallPlan, ServerApi, Tool } from "../model.ts";
import { segmentsOf, wordsOf } from "./short-texts.ts";

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
  const paths = new Paths();
  const linked = api.groups.flatMap(({ tools }) => tools.map((tool) => linkedTool(tool, paths)));
  const readers = new Readers(
    linked.filter(({ tool }) => tool.call.request.method === "GET"),
    answers,
  );
  const needs = new Map<string, readonly string[]>();
  for (const { tool, wants } of linked) {
    const found = new Set<string>();
    for (const want of wants)
      for (const reader of readers.of(want)) if (reader !== tool && found.size < most) found.add(reader.listing.name);
    if (found.size > 0) needs.set(tool.listing.name, [...found]);
  }
  return needs;
}

/** The operations that read: by their path and, of those that can be called as they are, by what they give. */
class Readers {
  /** The likeliest first. */
  readonly #all: readonly Linked[];
  /** Places of readers, the likeliest first, as in the lists by thing. */
  readonly #byPath = new Map<string, number[]>();
  readonly #byThing = new Map<string, number[]>();
  /** Many operations want the same. */
  readonly #known = new Map<Want, readonly Tool[]>();

  constructor(linked: readonly Linked[], answers: Answers) {
    this.#all = linked
      .map((reader) => ({ reader, isStart: Number(isStart(reader.tool)), variables: variablesOf(reader) }))
      .sort(
        (a, b) =>
          b.isStart - a.isStart || a.variables - b.variables || a.reader.segments.length - b.reader.segments.length,
      )
      .map(({ reader }) => reader);
    for (const [place, { tool, segments }] of this.#all.entries()) {
      added(this.#byPath, pathOf(segments), place);
      if (isVariable(segments.at(-1) ?? "")) continue;
      const gives = answers.thingsOf(tool, segments);
      for (const thing of isCaller(tool) ? new Set([...gives, ...callerStems]) : gives)
        added(this.#byThing, thing, place);
    }
  }

  /** Those that give what is wanted: the collection that it is in, then searches, then those that ask for little. */
  of(want: Want): readonly Tool[] {
    let found = this.#known.get(want);
    if (found === undefined) this.#known.set(want, (found = this.#likeliest(want)));
    return found;
  }

  #likeliest({ things, collection, words }: Want): readonly Tool[] {
    // Of a long list no more can be among the likeliest of all than the likeliest of its own, but for the tool itself.
    const likeliest = (list: readonly number[] = []): readonly number[] => list.slice(0, most + 1);
    const parents = likeliest(collection === undefined ? [] : this.#byPath.get(collection));
    const others = [...things, ...words]
      .flatMap((thing) => likeliest(this.#byThing.get(thing)))
      .sort((one, other) => one - other);
    return [...new Set([...parents, ...others])].flatMap((place) => this.#all[place]?.tool ?? []);
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

function added(lists: Map<string, number[]>, key: string, place: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [place]);
  else list.push(place);
}

function linkedTool(tool: Tool, paths: Paths): Linked {
  const segments = segmentsOf(tool.call.request.path);
  return {
    tool,
    segments,
    wants: [...siblingWants(tool, segments), ...paths.wantsOf(segments), ...argumentWants(tool, segments)],
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

/** What variables of paths want, the same in all paths that begin alike. */
class Paths {
  readonly #known = new Map<string, Want>();

  /** `{issue_number}` after `issues`: an issue, as the collection before it lists them. */
  wantsOf(segments: readonly string[]): readonly Want[] {
    const wants: Want[] = [];
    let before: string | undefined;
    let collection: string | undefined;
    for (const segment of segments) {
      const path: string = `${collection ?? ""}/${segment}`;
      const name = /^\{([^{}]+)\}$/.exec(segment)?.[1];
      if (name !== undefined) {
        let want = this.#known.get(path);
        if (want === undefined) this.#known.set(path, (want = variableWant(name, before, collection)));
        wants.push(want);
      }
      if (!isVariable(segment)) before = segment;
      collection = path;
    }
    return wants;
  }
}

/** @param before the last segment before the variable that is none itself */
function variableWant(name: string, before: string | undefined, collection: string | undefined): Want {
  const things = [thingNamed(name), before === undefined ? undefined : lastThing(before)];
  return { things: new Set(things.filter(isDefined)), collection, words: [] };
}

/** `playlist_id`, `ids`: what other arguments name. */
function argumentWants({ listing, call }: Tool, segments: readonly string[]): readonly Want[] {
  const { properties, required = [] } = listing.inputSchema;
  const inPath = new Set(
    call.request.parameters.filter(({ in: place }) => place === "path").map(({ argument }) => argument),
  );
  return Object.keys(properties).flatMap((argument): readonly Want[] => {
    if (inPath.has(argument)) return [];
    const words = wordsOf(argument);
    const isIdentifier = /^(?:ids?|uris?|uuids?)$/.test(words.at(-1) ?? "");
    const description = standalone.of(properties[argument]).description ?? "";
    if (!isIdentifier) {
      const thing = saysIdentifier(description) ? thingNamed(argument) : undefined;
      return thing === undefined ? [] : [{ things: new Set(), collection: undefined, words: [thing] }];
    }
    if (words.length === 1) {
      const last = segments.findLast((segment) => !isVariable(segment));
      const thing = last === undefined ? undefined : lastThing(last);
      return [
        { things: new Set(thing === undefined ? [] : [thing]), collection: undefined, words: thingsIn(description) },
      ];
    }
    const thing = required.includes(argument) ? thingNamed(argument) : undefined;
    return thing === undefined ? [] : [{ things: new Set([thing]), collection: undefined, words: [] }];
  });
}

/** Whether a description begins with a sentence on identifiers. */
function saysIdentifier(description: string): boolean {
  return (
    /\b(?:id|uri|uuid)/i.test(description) &&
    /\b(?:ids?|uris?|uuids?)\b/i.test(firstSentence(description).slice(0, longestSentence))
  );
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
    if (parts === undefined) this.#parts.set(node, (parts = this.#readParts(node)));
    return parts;
  }

  #readParts(node: SchemaNode): Parts {
    const { reference, items, allOf, anyOf = [], oneOf = [] } = node;
    const properties = node.properties.filter(([, inner]) => holdsThings(inner));
    return {
      reference,
      thing: reference === undefined ? undefined : this.#thingOf(reference),
      things: properties.map(([name]) => this.#thingOf(name)).filter(isDefined),
      properties: properties.map(([, inner]) => inner),
      parts: [items, ...allOf, ...anyOf, ...oneOf].filter(isDefined).filter(holdsThings),
    };
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
