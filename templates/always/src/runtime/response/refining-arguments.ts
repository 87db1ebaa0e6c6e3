/** The arguments of a tool that ask for less. */
import type { CallPlan } from "../data/model.js";

/** Names that APIs have for paging, searching and choosing fields, without regard to case and signs. */
const refiningNames: ReadonlySet<string> = new Set(
  `after before count cursor endingbefore fieldmask fields filter first include last limit max maxitems maxresults
  nextcursor nextpagetoken nexttoken offset page pagecursor pagelimit pagenumber pageoffset pagesize pagetoken perpage
  q query search select since size skip start startafter startat startingafter startindex top`.split(
    /\s+/,
  ),
);

/** Arguments that page, search or choose fields: of the query, and of a body that is asked for by fields. */
export function refiningArguments({
  request,
  shape,
}: CallPlan): readonly string[] {
  const chosen =
    shape?.argument === undefined
      ? []
      : [
          `"${shape.argument}" (a list of the fields that each item shall have)`,
        ];
  const own = [
    ...request.parameters.filter((parameter) => parameter.in === "query"),
    ...(request.body?.fields ?? []),
  ]
    .filter(({ name }) => refiningNames.has(plainName(name)))
    .map(({ argument }) => `"${argument}"`);
  return [...own, ...chosen];
}

/** `page[size]`, `page_size` and `pageSize` are one; `fields[pets]` is `fields`. */
function plainName(name: string): string {
  const letters = name.toLowerCase().replaceAll(/[^a-z]/g, "");
  return letters.startsWith("fields") ? "fields" : letters;
}

/** `"a", "b" or "c"`. */
export function enumerated(names: readonly string[]): string {
  const [last = "", ...others] = [...names].reverse();
  return others.length === 0
    ? last
    : `${others.reverse().join(", ")} or ${last}`;
}
