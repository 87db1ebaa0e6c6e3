/** What a search over the operations of a server reads: which words each is spoken of by, and how much they say. */
import type { FindingIndex, IndexedOperation } from "../../../templates/always/src/runtime/data/project.ts";
import { callerStems, intentOf, isGeneralVerb, isVague } from "../../../templates/always/src/runtime/finding/verbs.ts";
import {
  isVariable,
  segmentsOf,
  firstSentence,
  isCommon,
  isPlural,
  stemOf,
  stemsOf,
} from "../../../templates/always/src/runtime/finding/words.ts";
import { defined } from "../../base/defined.ts";
import { type SchemaNode, standalone } from "../../base/schema/node.ts";
import type { ServerModel, WorkflowData } from "../model.ts";
import { type Findable, isCaller, isSearch, needsOf } from "./needs.ts";
import { shortStemsOf, wordsOf } from "./short-texts.ts";

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
  const weights = weightsOf(described);
  const found = new Set<string>();
  for (const own of weights) for (const stem of own.keys()) found.add(stem);
  const stems = [...found].sort();
  const numbers = new Map(stems.map((stem, number) => [stem, number]));
  const postings = stems.map(() => new Posting());
  for (const [operation, own] of weights.entries())
    for (const [stem, weight] of own) postings[numbers.get(stem) ?? -1]?.add(operation, weight);
  const numbersOf = (words: Iterable<string>): readonly number[] =>
    [...new Set(words)].flatMap((stem) => numbers.get(stem) ?? []).sort((a, b) => a - b);
  return {
    operations: described.map((item) => ({
      ...indexed(item, model.apis.length > 1, numbersOf),
      ...defined({ needs: needs.get(item.tool.listing.name)?.flatMap((name) => places.get(name) ?? []) }),
    })),
    stems,
    postings: postings.map(String),
    initials: initialsOf(described),
    apiStems: [...new Set(model.apis.flatMap(({ data }) => stemsOf(data.title)))].sort(),
  };
}

/** Weights below this are not kept. */
const leastWeight = 1 / 20;

/** The operations that have a stem, as the index writes them. */
class Posting {
  #last = 0;
  readonly #parts: string[] = [];

  add(operation: number, weight: number): void {
    this.#parts.push((operation - this.#last).toString(36), Math.round(weight / leastWeight).toString(36));
    this.#last = operation;
  }

  toString(): string {
    return this.#parts.join(" ");
  }
}

/** A workflow is found by its workflowId, as an operation is by its path. */
function asTool({ id, listing }: WorkflowData): Findable {
  return { listing, call: { request: { method: "WORKFLOW", path: id } } };
}

function describedTool(tool: Findable, api: string | undefined, tag: string): Described {
  const { name, title, description, inputSchema } = tool.listing;
  const words = fixedSegments(tool.call.request.path);
  const sentence = firstSentence(description);
  const input = standalone.of({ ...inputSchema });
  const properties = input.properties;
  return {
    tool,
    api,
    tag,
    stems: {
      title: stemsOf(title),
      name: stemsOf(name),
      path: words.flatMap((word) => shortStemsOf(word)),
      last: shortStemsOf(words.at(-1) ?? ""),
      tag: shortStemsOf(tag),
      sentence: [...stemsOf(sentence), ...(isCaller(tool) ? callerStems : [])],
      description: stemsOf(description.slice(sentence.length)),
      arguments: properties.flatMap(([argument]) => shortStemsOf(argument)),
      argumentTexts: properties.flatMap(([, schema]) =>
        shortStemsOf((schema.description ?? "").slice(0, limits.argumentText)),
      ),
      enums: properties.flatMap(([, { values = [] }]) =>
        values.slice(0, limits.enumValues).flatMap((value) => shortStemsOf(String(value))),
      ),
      nested: nestedNames(input).flatMap((name) => shortStemsOf(name)),
    },
  };
}

/** By operation: how much each stem says of it, over all fields. */
function weightsOf(described: readonly Described[]): readonly ReadonlyMap<string, number>[] {
  const averages = new Map(
    fields.map((field) => [
      field,
      Math.max(
        1e-9,
        described.reduce((sum, { stems }) => sum + stems[field].length, 0) / Math.max(1, described.length),
      ),
    ]),
  );
  return described.map(({ stems }) => {
    const weights = new Map<string, number>();
    for (const field of fields) {
      const length = 1 - lengthShare + (lengthShare * stems[field].length) / (averages.get(field) ?? 1);
      const weight = fieldWeights[field] / length;
      for (const stem of stems[field]) weights.set(stem, (weights.get(stem) ?? 0) + weight);
    }
    return new Map([...weights].filter(([, weight]) => weight >= leastWeight));
  });
}

function indexed(
  { tool, api, tag, stems }: Described,
  hasSeveralApis: boolean,
  numbersOf: (words: Iterable<string>) => readonly number[],
): IndexedOperation {
  const { method, path } = tool.call.request;
  const words = [...fixedSegments(path), tool.listing.title].flatMap(wordsOf);
  const verb = saidVerb(path);
  return {
    name: tool.listing.name,
    request: `${method} ${path}`,
    ...defined({
      api: hasSeveralApis ? api : undefined,
      tag: tag === "" ? undefined : tag,
      verb,
      own: ownOf(tool),
      start: isSearch(tool) ? ("words" as const) : isCaller(tool) ? ("caller" as const) : undefined,
    }),
    core: numbersOf([
      ...words.filter(isAbout).map(stemOf),
      ...(verb === undefined || isGeneralVerb(verb) ? [] : [verb]),
    ]),
    last: numbersOf(stems.last),
  };
}

function fixedSegments(path: string): readonly string[] {
  return segmentsOf(path).filter((segment) => !isVariable(segment));
}

/** Whether a word says what an operation is about: "tracks" are things, "track" is done. */
function isAbout(word: string): boolean {
  const stem = stemOf(word);
  return !isCommon(word) && (isPlural(word) || (!isVague(stem) && intentOf(stem) === undefined));
}

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
function nestedNames(whole: SchemaNode): readonly string[] {
  const names = new Set<string>();
  const visit = (node: SchemaNode, level: number): void => {
    if (level > limits.nestedLevels || names.size >= limits.nestedNames) return;
    for (const [name, inner] of node.properties) {
      if (level > 0) names.add(name);
      visit(inner, level + 1);
    }
    const { items, additionalProperties, union, prefixItems = [] } = node;
    for (const part of [items, additionalProperties, ...prefixItems, ...(union?.alternatives ?? [])])
      if (part !== undefined) visit(part, level);
  };
  visit(whole, 0);
  return [...names];
}

const mostInitials = 4;

/** Pairs to quadruples of words that two operations have, by their initials; of several the one that most have. */
function initialsOf(described: readonly Described[]): { readonly [initials: string]: readonly string[] } {
  const counts = new Map<string, number>();
  for (const { tool } of described) {
    const own = new Set<string>();
    for (const words of [wordsOf(tool.listing.title), fixedSegments(tool.call.request.path).flatMap(wordsOf)])
      for (const start of words.keys()) {
        let [letters, stems] = ["", ""];
        for (const word of words.slice(start, start + mostInitials)) {
          if (word.length < 2 || isCommon(word)) break;
          letters += word[0] ?? "";
          stems += ` ${stemOf(word)}`;
          if (letters.length > 1) own.add(letters + stems);
        }
      }
    for (const phrase of own) counts.set(phrase, (counts.get(phrase) ?? 0) + 1);
  }
  const initials = new Map<string, readonly string[]>();
  const ordered = [...counts]
    .filter(([, count]) => count > 1)
    .sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
  for (const [phrase] of ordered) {
    const [letters = "", ...words] = phrase.split(" ");
    if (!initials.has(letters)) initials.set(letters, words);
  }
  return Object.fromEntries([...initials].sort(([a], [b]) => (a < b ? -1 : 1)));
}
