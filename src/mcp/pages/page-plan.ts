/**
 * How a list goes on after a page: recognised by the parameters of an operation and by what its answers hold, without a
 * word of the owner's.
 */
import type { Operation } from "../../api/model.ts";
import { defined } from "../../base/defined.ts";
import type { SchemaNode } from "../../base/schema/node.ts";
import { visible } from "../../base/visible.ts";
import type { ToolInput } from "../input/input.ts";
import type { AllPages, PagePlan } from "../model.ts";
import { type ListPlace, listPlaceOf } from "./list-place.ts";
import { lettersOf, type Signs, signsOf, usualPlaces } from "./signs.ts";

export interface RecognisedPages {
  readonly plan: Omit<PagePlan, "all">;
  /** A sentence for `inspect --why`. */
  readonly reason: string;
}

/** An argument that may say something of pages. */
interface Candidate {
  readonly argument: string;
  /** Name in the API. */
  readonly name: string;
  readonly letters: string;
  readonly schema: SchemaNode;
}

const namesOf = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

const sizes = namesOf(
  `limit perpage pagesize pagelimit maxresults maxitems max size count top num rows resultsperpage itemsperpage hitsperpage
  maxpagesize recordsperpage numresults pagecount maxresultsperpage length take first maxkeys nresults itemslimit`,
);
/** Names that mean a token wherever they stand. */
const tokens = namesOf(
  `cursor pagecursor pagetoken nexttoken nextcursor nextpagetoken continuationtoken startingafter startcursor nextpage
  scrollid bookmark skiptoken pagestate aftercursor nextpagecursor exclusivestartkey lastevaluatedkey nextmarker afterid
  continue continuation cursormark startingtoken nextkey pagekey resumetoken startafter startingafterid paginationtoken
  pageafter pagingtoken nexttokenid lastid cursorafter startkey`,
);
/** Names that mean one where the answer, or an argument beside, says so. */
const possibleTokens = namesOf("after marker token next start offset page from since position");
const numbers = namesOf("page pagenumber pageno pageindex pagenum currentpage p pagenr pageid");
const offsets = namesOf(
  "offset skip startindex startat pageoffset startposition start from startitem firstresult recordoffset startfrom",
);
/** Names of a place in a list only where another argument says how many items follow. */
const possibleOffsets = namesOf("start from");
const lastItems = namesOf("startingafter startingafterid afterid lastid after");

/** Whether pages are looked for: of what reads. */
function mayHavePages(operation: Operation, reads: boolean): boolean {
  return operation.method === "GET" || operation.method === "QUERY" || (reads && operation.method !== "HEAD");
}

/**
 * How the list of an operation goes on; `undefined` where nothing tells.
 *
 * @param reads whether the operation changes nothing
 */
export function recognisePages(
  operation: Operation,
  input: Pick<ToolInput, "arguments" | "parameters" | "body">,
  result: SchemaNode | undefined,
  reads: boolean,
): RecognisedPages | undefined {
  if (!mayHavePages(operation, reads)) return undefined;
  const candidates = candidatesOf(input);
  // Pages are asked for by an argument, and answers may be large: they are not looked through for nothing.
  if (candidates.length === 0) return undefined;
  const list = listPlaceOf(operation.path, result);
  const isOpen = result === undefined || isUnsaid(result);
  if (list === undefined && !isOpen) return undefined;
  const size = candidates.find(({ letters, schema }) => sizes.has(letters) && isNumeric(schema));
  const strongOnes = candidates.filter(
    ({ letters, schema }) => tokens.has(letters) && !isTime(schema) && isText(schema),
  );
  const signsFor = (argument: string | undefined): Signs =>
    result === undefined ? { next: [] } : signsOf(result, list?.items, argument);
  const firstSigns = signsFor(strongOnes[0]?.name);
  const strong = likeliest(strongOnes, firstSigns);
  const signs = strong === strongOnes[0] ? firstSigns : signsFor(strong?.name);
  const facts = { list, size, signs };
  const last = lastItemPages(candidates, facts);
  if (last !== undefined) return last;
  if (strong !== undefined && (signs.next.length > 0 || isOpen || !lastItems.has(strong.letters)))
    return tokenPages(strong, facts);
  const possible = candidates.find(
    ({ letters, schema }) =>
      possibleTokens.has(letters) &&
      isText(schema) &&
      !isNumeric(schema) &&
      !isTime(schema) &&
      signs.next.some(({ at }) => letters !== "token" || /token$/i.test(at)),
  );
  if (possible !== undefined) return tokenPages(possible, facts);
  return numberPages(candidates, facts, isOpen) ?? linkPages(operation, candidates, facts);
}

interface Facts {
  readonly list: ListPlace | undefined;
  readonly size: Candidate | undefined;
  readonly signs: Signs;
}

function candidatesOf({
  arguments: known,
  parameters,
  body,
}: Parameters<typeof recognisePages>[1]): readonly Candidate[] {
  const named = [
    ...parameters.filter(({ in: place }) => place === "query" || place === "header"),
    ...(body?.fields ?? []),
  ];
  return named.flatMap(({ argument, name }) => {
    const schema = known.get(argument)?.schema.whole;
    const letters = lettersOf(name);
    const bare = /^(?:x|page)(?=cursor$|after$|number$|size$|offset$|limit$)/.test(letters)
      ? letters.replace(/^x/, "")
      : letters;
    return schema === undefined ? [] : [{ argument, name, letters: bare, schema }];
  });
}

/** Of several cursors the one that is called as what the answer has. */
function likeliest(cursors: readonly Candidate[], { next }: Signs): Candidate | undefined {
  const names = new Set(next.map(({ at }) => lettersOf(at.split("/").at(-1) ?? "").replace(/^next/, "")));
  return cursors.find(({ letters }) => names.has(letters.replace(/^next/, ""))) ?? cursors[0];
}

/** `starting_after` with `has_more`: the last item names the page that follows. */
function lastItemPages(candidates: readonly Candidate[], { list, size, signs }: Facts): RecognisedPages | undefined {
  const after = candidates.find(({ letters, schema }) => lastItems.has(letters) && !isTime(schema));
  if (after === undefined || list === undefined || signs.more === undefined) return undefined;
  const others = signs.next.filter(({ at }) => !/last_?id$/i.test(at));
  const { whole } = list.item;
  const kinds = [whole, ...(whole.union?.alternatives ?? [])];
  const hasId = kinds.some((kind) => kind.whole.propertyNames.includes("id"));
  if (others.length > 0 || !hasId) return undefined;
  return {
    plan: { by: "lastItem", argument: after.argument, id: "id", ...common(list, size, signs) },
    reason: `the id of the last item is ${quotedName(after)} of the next page, while ${visible(signs.more)} says that there are more${sizeText(size)}`,
  };
}

function tokenPages(token: Candidate, { list, size, signs }: Facts): RecognisedPages {
  const places = signs.next.length > 0 ? signs.next.map(({ at }) => at) : usualPlaces;
  const where =
    signs.next.length > 0
      ? `which the answer has at ${visible(places[0] ?? "")}`
      : "which the answer is searched for, since the document does not say where it has it";
  return {
    plan: { by: "token", argument: token.argument, next: places, ...common(list, size, signs) },
    reason: `by the cursor ${quotedName(token)}, ${where}${sizeText(size)}`,
  };
}

function numberPages(candidates: readonly Candidate[], facts: Facts, isOpen: boolean): RecognisedPages | undefined {
  const { list, size, signs } = facts;
  const isCounted = list !== undefined || (isOpen && size !== undefined);
  if (!isCounted) return undefined;
  const page = candidates.find(
    ({ letters, schema }) => numbers.has(letters) && letters !== "pageid" && isNumeric(schema, true),
  );
  if (page !== undefined)
    return {
      plan: { by: "page", argument: page.argument, first: firstOf(page, 1), ...common(list, size, signs) },
      reason: `by the number of the page, ${quotedName(page)}, from ${firstOf(page, 1)} on${sizeText(size)}`,
    };
  const offset = candidates.find(
    ({ letters, schema }) =>
      offsets.has(letters) && isNumeric(schema) && (size !== undefined || !possibleOffsets.has(letters)),
  );
  if (offset === undefined) return undefined;
  const first = firstOf(offset, offset.letters === "startindex" && offset.schema.bound("minimum") !== 0 ? 1 : 0);
  return {
    plan: { by: "offset", argument: offset.argument, first, ...common(list, size, signs) },
    reason: `by the number of items to skip, ${quotedName(offset)}${sizeText(size)}`,
  };
}

/** The answer names the next page by a URL, or its header `Link` does. */
function linkPages(operation: Operation, candidates: readonly Candidate[], facts: Facts): RecognisedPages | undefined {
  const { list, size, signs } = facts;
  const isHeader = operation.responses.some(({ headers }) => headers?.includes("link") === true);
  const links = signs.next.filter(({ isLink, at }) => isLink || /\/next$/i.test(at));
  // Whoever goes forward and back by cursors has them from somewhere.
  const goesBothWays = ["before", "after"].every((name) =>
    candidates.some(({ letters, schema }) => letters === name && !isTime(schema) && isText(schema)),
  );
  const isTold = links.length > 0 || isHeader || (goesBothWays && size !== undefined);
  if (list === undefined || !isTold) return undefined;
  const where = links.length > 0 ? `the answer has at ${visible(links[0]?.at ?? "")}` : "the header Link has";
  return {
    plan: { by: "link", ...common(list, size, signs) },
    reason: `by the link that ${where}${sizeText(size)}`,
  };
}

function common(
  list: ListPlace | undefined,
  size: Candidate | undefined,
  { next, more, total, pages }: Signs,
): Omit<PagePlan, "by"> {
  const preset = size?.schema.default;
  return {
    ...defined({
      items: list?.items,
      size: size?.argument,
      defaultSize: typeof preset === "number" ? preset : undefined,
      next: next.length === 0 ? undefined : next.map(({ at }) => at),
      more,
      total,
      pages,
    }),
  };
}

/** Where counting begins: what the schema says, or what it is by custom. */
function firstOf({ schema }: Candidate, usual: number): number {
  const preset = schema.default;
  if (preset === 0 || preset === 1) return preset;
  const least = schema.bound("minimum");
  if (least === 0 || least === 1) return least;
  return /\b(?:zero|0)[- ](?:based|indexed)|(?:starts?|begins?|counted)\s+(?:at|from|with)\s+(?:0|zero)\b/i.test(
    schema.description ?? "",
  )
    ? 0
    : usual;
}

function isNumeric({ types, pattern, format, default: preset }: SchemaNode, alsoText = false): boolean {
  const [type, ...others] = types.filter((one) => one !== "null");
  if (type === undefined) return alsoText || typeof preset === "number";
  if (others.length > 0)
    return [type, ...others].every((one) => one === "integer" || one === "number" || (alsoText && one === "string"));
  if (type === "integer" || type === "number") return true;
  const looksCounted =
    format?.startsWith("int") === true ||
    /^\^?(?:\[0-9\]|\\d)/.test(pattern ?? "") ||
    /^\d+$/.test(String(preset ?? ""));
  return type === "string" && (alsoText || looksCounted);
}

/** A text, or a number: tokens are opaque. */
function isText({ types }: SchemaNode): boolean {
  return types.length === 0 || types.some((type) => type === "string" || type === "integer" || type === "number");
}

function isTime({ format, description }: SchemaNode): boolean {
  return (
    /^(?:date|time)/.test(format ?? "") ||
    /\b(?:dates?|time ?stamps?|iso[- ]?8601|rfc ?3339|unix time|epoch|timezone)\b/i.test(description ?? "")
  );
}

/** Whether a schema says nothing of what the answer is like. */
function isUnsaid({ whole }: SchemaNode): boolean {
  return (
    !whole.hasProperties &&
    !whole.isUnion &&
    !whole.types.includes("array") &&
    (whole.types.length === 0 || whole.types.includes("object"))
  );
}

function sizeText(size: Candidate | undefined): string {
  return size === undefined ? "" : `; ${quotedName(size)} says how many items it has`;
}

function quotedName({ argument }: Candidate): string {
  return `"${visible(argument)}"`;
}

/** What the owner allows by default where they allow all pages. */
export const allPagesDefaults: Omit<AllPages, "argument"> = { pages: 20, items: 2_000, seconds: 60 };
