/** What a search over the operations of a server reads: which words each is spoken of by, and how much they say. */
import type { FindingIndex, IndexedOperation } from "../../../templates/always/src/runtime/data/project.ts";
import { callerStems, intentOf, isGeneralVerb, isVague } from "../../../templates/always/src/runtime/finding/verbs.ts";
import {
  isVariable,
  firstSentence,
  isCommon,
  isPlural,
  stemOf,
  stemsAmong,
  stemsOf,
} from "../../../templates/always/src/runtime/finding/words.ts";
import { defined } from "../../base/defined.ts";
import { oncePerText } from "../../base/once-per-text.ts";
import { type SchemaNode, standalone } from "../../base/schema/node.ts";
import type { ServerModel, WorkflowData } from "../model.ts";
import { initialsOf } from "./initials.ts";
import { type Findable, isCaller, isSearch, needsOf } from "./needs.ts";
import { segmentsOf, shortStemsOf, wordsOf } from "./short-texts.ts";

/** What a mention in a field counts. */
const fieldWeights = {
  title: 3,
  name: 2,
  path: 2,
  last: 2,
  tag: 1,
  sentence: 1,
  arguments: 0.4,
  description: 0.3,
  nested: 0.3,
  enums: 0.2,
  argumentTexts: 0.05,
} as const;

type Field = keyof typeof fieldWeights;

const fields = Object.keys(fieldWeights) as readonly Field[];

/** Texts that go on for long say much that matters little: so much of each counts. */
const limits = { argumentText: 200, enumValues: 30, nestedNames: 400, nestedLevels: 5 } as const;

/** How far a field that is longer than others counts less (BM25's b). */
const lengthShare = 0.5;

interface Described {
  readonly tool: Findable;
  /** Absent for a workflow. */
  readonly api: string | undefined;
  readonly tag: string;
  readonly start: IndexedOperation["start"];
  /** Words of the title, and of the segments of the path that are no variables. */
  readonly titleWords: readonly string[];
  readonly pathWords: readonly string[];
  readonly stems: Readonly<Record<Field, readonly string[]>>;
}

/** The index of every operation of a server, the same for the same model. */
export function findingIndexOf(model: ServerModel): FindingIndex {
  const described = [
    ...model.apis.flatMap((api) =>
      api.groups.flatMap(({ tools }, at) =>
        tools.map((tool) => describedTool(tool, api.data.name, api.data.groups[at]?.tag ?? "")),
      ),
    ),
    ...model.workflows.map((workflow) => describedTool(asTool(workflow), undefined, "")),
  ];
  const needs = new Map(model.apis.flatMap((api) => [...needsOf(api)]));
  const places = new Map(described.map(({ tool }, place) => [tool.listing.name, place]));
  const postings = postingsOf(described);
  const stems = [...postings.keys()].sort();
  const numbers = new Map(stems.map((stem, number) => [stem, number]));
  const numbersOf = (words: Iterable<string>): readonly number[] =>
    [...new Set(words)].flatMap((stem) => numbers.get(stem) ?? []).sort((a, b) => a - b);
  return {
    operations: described.map((item) => ({
      ...indexed(item, model.apis.length > 1, numbersOf),
      ...defined({ needs: needs.get(item.tool.listing.name)?.flatMap((name) => places.get(name) ?? []) }),
    })),
    stems,
    postings: stems.map((stem) => postings.get(stem) ?? ""),
    initials: initialsOf(described.map(({ titleWords, pathWords }) => [titleWords, pathWords])),
    apiStems: [...new Set(model.apis.flatMap(({ data }) => stemsOf(data.title)))].sort(),
  };
}

/** Weights below this are not kept. */
const leastWeight = 1 / 20;

/** The operations that have a stem, as the index writes them. */
class Posting {
  /** Of the operation that is looked at, until that is closed. */
  weight = 0;
  #last = 0;
  #text = "";

  close(operation: number): void {
    const weight = this.weight;
    this.weight = 0;
    if (weight < leastWeight) return;
    const entry = `${(operation - this.#last).toString(36)} ${Math.round(weight / leastWeight).toString(36)}`;
    this.#text = this.#text === "" ? entry : `${this.#text} ${entry}`;
    this.#last = operation;
  }

  toString(): string {
    return this.#text;
  }
}

/** A workflow is found by its workflowId, as an operation is by its path. */
function asTool({ id, listing }: WorkflowData): Findable {
  return { listing, call: { request: { method: "WORKFLOW", path: id } } };
}

function describedTool(tool: Findable, api: string | undefined, tag: string): Described {
  const { name, title, description, inputSchema } = tool.listing;
  const words = segmentsOf(tool.call.request.path).filter((segment) => !isVariable(segment));
  const titleWords = wordsOf(title);
  const sentence = firstSentence(description);
  const properties = standalone.of({ ...inputSchema }).properties;
  const asksCaller = isCaller(tool);
  return {
    tool,
    api,
    tag,
    start: isSearch(tool) ? "words" : asksCaller ? "caller" : undefined,
    titleWords,
    pathWords: words.flatMap(wordsOf),
    stems: {
      title: stemsAmong(titleWords),
      name: stemsOf(name),
      path: words.flatMap(shortStemsOf),
      last: shortStemsOf(words.at(-1) ?? ""),
      tag: shortStemsOf(tag),
      sentence: asksCaller ? [...stemsOf(sentence), ...callerStems] : stemsOf(sentence),
      description: stemsOf(description.slice(sentence.length)),
      ...argumentStems(properties),
      nested: nestedNames(properties).flatMap(shortStemsOf),
    },
  };
}

const argumentTextStems = oncePerText((text) => stemsOf(text.slice(0, limits.argumentText)));

function argumentStems(
  properties: SchemaNode["properties"],
): Pick<Described["stems"], "arguments" | "argumentTexts" | "enums"> {
  const names: string[] = [];
  const texts: string[] = [];
  const enums: string[] = [];
  for (const [name, { description, values = [] }] of properties) {
    names.push(...shortStemsOf(name));
    if (description !== undefined) texts.push(...argumentTextStems(description));
    for (const value of values.slice(0, limits.enumValues)) enums.push(...shortStemsOf(String(value)));
  }
  return { arguments: names, argumentTexts: texts, enums };
}

/** By stem that says enough of an operation: those, and how much it says over all fields, as the index writes it. */
function postingsOf(described: readonly Described[]): ReadonlyMap<string, string> {
  const averages = fields.map((field) =>
    Math.max(1e-9, described.reduce((sum, { stems }) => sum + stems[field].length, 0) / Math.max(1, described.length)),
  );
  const postings = new Map<string, Posting>();
  for (const [operation, { stems }] of described.entries()) {
    const own: Posting[] = [];
    for (const [at, field] of fields.entries()) {
      const length = 1 - lengthShare + (lengthShare * stems[field].length) / (averages[at] ?? 1);
      const weight = fieldWeights[field] / length;
      for (const stem of stems[field]) {
        let posting = postings.get(stem);
        if (posting === undefined) postings.set(stem, (posting = new Posting()));
        if (posting.weight === 0) own.push(posting);
        posting.weight += weight;
      }
    }
    for (const posting of own) posting.close(operation);
  }
  return new Map(
    [...postings].map(([stem, posting]) => [stem, String(posting)] as const).filter(([, text]) => text !== ""),
  );
}

function indexed(
  { tool, api, tag, start, titleWords, pathWords, stems }: Described,
  hasSeveralApis: boolean,
  numbersOf: (words: Iterable<string>) => readonly number[],
): IndexedOperation {
  const { method, path } = tool.call.request;
  const words = [...pathWords, ...titleWords];
  const verb = saidVerb(path);
  return {
    name: tool.listing.name,
    request: `${method} ${path}`,
    ...defined({
      api: hasSeveralApis ? api : undefined,
      tag: tag === "" ? undefined : tag,
      verb,
      own: ownOf(tool),
      start,
    }),
    core: numbersOf([
      ...words.flatMap((word) => aboutStem(word) ?? []),
      ...(verb === undefined || isGeneralVerb(verb) ? [] : [verb]),
    ]),
    last: numbersOf(stems.last),
  };
}

/** The stem of a word that says what an operation is about: "tracks" are things, "track" is done. */
const aboutStem = oncePerText((word) => {
  const stem = stemOf(word);
  const isAbout = !isCommon(word) && (isPlural(word) || (!isVague(stem) && intentOf(stem) === undefined));
  return isAbout ? stem : undefined;
});

/** `post` for `/chat.postMessage` and `/sheets:batchUpdate`, `list` for `/users/list`. */
function saidVerb(path: string): string | undefined {
  const last = path.split("/").at(-1) ?? "";
  const isCalled = /[.:]\w/.test(last.replace(/\{[^{}]*\}/g, ""));
  const first = wordsOf(last.split(/[.:]/).at(-1) ?? "")[0];
  if (first === undefined || last.endsWith("}")) return undefined;
  const stem = stemOf(first);
  return intentOf(stem) !== undefined && (isCalled || isGeneralVerb(stem)) ? stem : undefined;
}

const ownPath =
  /(?:^|\/)@?(?:me|self|myself|current|viewer)(?:\/|$)|^\/(?:v\d+(?:\.\d+)*\/)?(?:api\/)?(?:user|my|account|profile|current[-_]?user)(?:\/|$)/i;
const ownText =
  /\b(?:authenticated|current|logged[- ]in|calling|requesting|signed[- ]in) (?:\w+['’]?s? )?(?:user|account|member|person|customer)/i;

function ownOf({ listing, call }: Findable): number | undefined {
  if (ownPath.test(call.request.path)) return 1;
  return ownText.test(`${listing.title} ${listing.description.slice(0, 1_000)}`) ? 0.7 : undefined;
}

/** Names of fields within the arguments, as far as the listed schema writes them out. */
function nestedNames(properties: SchemaNode["properties"]): readonly string[] {
  const names = new Set<string>();
  const visit = (node: SchemaNode, level: number): void => {
    if (level > limits.nestedLevels || names.size >= limits.nestedNames) return;
    for (const [name, inner] of node.properties) {
      names.add(name);
      visit(inner, level + 1);
    }
    const { items, additionalProperties, prefixItems = [], union } = node;
    if (items !== undefined) visit(items, level);
    if (additionalProperties !== undefined) visit(additionalProperties, level);
    for (const part of prefixItems) visit(part, level);
    for (const part of union?.alternatives ?? []) visit(part, level);
  };
  for (const [, argument] of properties) visit(argument, 1);
  return [...names];
}
