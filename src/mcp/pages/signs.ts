/** What an answer says of its pages besides the list: by the names that APIs give it. */
import { pointerTo } from "../../base/json.ts";
import type { SchemaNode } from "../../base/schema/node.ts";

export interface Signs {
  /** Where the token or link of the next page is, likeliest first. */
  readonly next: readonly Sign[];
  readonly more?: string;
  readonly total?: string;
  readonly pages?: string;
}

export interface Sign {
  /** JSON pointer. */
  readonly at: string;
  /** Whether it is a URL, as its name or its schema says. */
  readonly isLink: boolean;
}

/** How deep around a list signs are looked for. */
const deepest = 4;
/** Objects in which a plain `cursor` or `after` is that of the next page. */
const around =
  /^(?:paging|pagination|pageinfo|page|cursors?|next|meta|metadata|responsemetadata|links?|resultinfo|after)$/;
const link = /^(?:odata)?next(?:link|url|uri|href|pageurl|pageuri|pagelink|recordsurl)$/;
const token =
  /^(?:next(?:page|pagetoken|pagecursor|pagekey|pagestate|cursor|cursormark|token|marker|key|offset|start|startcursor|after|continuationtoken|continuation|id|starttoken|results?)?|endcursor|aftercursor|continuationtoken|continuation|continue|cursornext|nextpagenumber|lastevaluatedkey|resumetoken|lastid|bookmark|scrollid)$/;
const plain = /^(?:cursor|after|token|start|offset)$/;
const ofNext = /^(?:href|url|uri|link|after|cursor|token|page|pagetoken|offset|start)$/;
const more =
  /^(?:has(?:more|next|nextpage|moreitems|moreresults|moredata)|is(?:more|truncated)|truncated|more|moreavailable|moreresults)$/;
const total =
  /^(?:total|totalcount|totalitems|totalresults|totalelements|totalrecords|totalsize|totalrows|totalentries|odatacount)$/;
const pages = /^(?:totalpages|pagecount|pagestotal|numpages|lastpage|totalpagecount|pages)$/;

/** Names are compared by their letters: `next_page_token` and `nextPageToken` are one. */
export function lettersOf(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z]/g, "");
}

/** @param items pointer of the list: what is in it says nothing of pages */
export function signsOf(result: SchemaNode, items: string | undefined, argument: string | undefined): Signs {
  const found: (Sign & { readonly rank: number })[] = [];
  const others: { more?: string; total?: string; pages?: string } = {};
  const visit = (node: SchemaNode, at: string, level: number, inside: string): void => {
    for (const [name, property] of node.whole.properties) {
      const pointer = pointerTo(at, name);
      const letters = lettersOf(name);
      const { whole } = property;
      const types = whole.types.filter((type) => type !== "null");
      if (pointer === items || types.join() === "array") continue;
      if (types.includes("object") && whole.hasProperties) {
        if (level < deepest) visit(property, pointer, level + 1, letters);
        continue;
      }
      const isBoolean = types.join() === "boolean";
      const isNumber = types.length > 0 && types.every((type) => type === "integer" || type === "number");
      if (isBoolean) {
        if (more.test(letters)) others.more ??= pointer;
        continue;
      }
      if (isNumber && total.test(letters)) others.total ??= pointer;
      else if (isNumber && pages.test(letters)) others.pages ??= pointer;
      const rank = rankOf(letters, inside, level, argument);
      if (rank !== undefined)
        found.push({
          at: pointer,
          rank,
          isLink:
            link.test(letters) || /^(?:href|url|uri|link)$/.test(letters) || /^(?:uri|url)/.test(whole.format ?? ""),
        });
    }
  };
  visit(result, "", 0, "");
  for (const alternative of result.whole.union?.alternatives ?? []) visit(alternative, "", 1, "");
  const next = [
    ...new Map(found.sort((a, b) => a.rank - b.rank).map(({ at, isLink }) => [at, { at, isLink }])).values(),
  ];
  return { next: next.slice(0, 6), ...others };
}

/** How likely a member names the next page, the lower the likelier; `undefined`: it does not. */
function rankOf(letters: string, inside: string, level: number, argument: string | undefined): number | undefined {
  const wanted = argument === undefined ? undefined : lettersOf(argument);
  if (link.test(letters)) return 2;
  if (inside === "next" && ofNext.test(letters)) return 1;
  if (token.test(letters)) return letters === `next${wanted}` ? 0 : letters === "next" ? 3 : 2;
  if (!plain.test(letters)) return undefined;
  if (around.test(inside)) return letters === wanted ? 1 : letters === "cursor" || letters === "after" ? 4 : undefined;
  return level === 0 && letters === wanted && letters !== "start" && letters !== "after" ? 4 : undefined;
}

/** Where answers of APIs have their token that do not say so: each is looked at when a page is read. */
export const usualPlaces: readonly string[] = [
  "/next_cursor",
  "/nextCursor",
  "/next_page_token",
  "/nextPageToken",
  "/response_metadata/next_cursor",
  "/meta/next_cursor",
  "/pagination/next_cursor",
  "/paging/next/after",
  "/result_info/cursors/after",
  "/next",
];
