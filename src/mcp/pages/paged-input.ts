/** The input of a tool whose list comes page by page: with what asks for all pages, and what only a next page names. */
import type { Operation } from "../../api/model.ts";
import type { JsonObject } from "../../base/json.ts";
import { type SchemaNode, standalone } from "../../base/schema/node.ts";
import { visible } from "../../base/visible.ts";
import type { PaginationCuration } from "../curation/curation.ts";
import { type Decided, diagnosticOf, type Tell } from "../curation/decision.ts";
import type { ToolInput } from "../input/input.ts";
import type { AllPages, PagePlan, Reason } from "../model.ts";
import { allPagesDefaults, recognisePages, type RecognisedPages } from "./page-plan.ts";

interface Wishes {
  /** Whether the operation changes nothing. */
  readonly reads: boolean;
  /** What the owner says of all pages. */
  readonly all: Decided<PaginationCuration> | undefined;
  readonly tell: Tell;
}

/** The input with what pages add to it, and how its list goes on; the input itself where it has no pages. */
export function pagedInput(
  operation: Operation,
  input: ToolInput,
  result: SchemaNode | undefined,
  { reads, all, tell }: Wishes,
): { readonly input: ToolInput; readonly pages?: PagePlan } {
  const found = recognisePages(operation, input, result, reads);
  if (found === undefined) {
    if (all?.value.all === true && all.place !== undefined)
      tell(
        diagnosticOf(
          "invalid-curation",
          all.place,
          `Nothing tells how the list of ${visible(operation.operationId ?? operation.path)} goes on: "pagination" does nothing there`,
        ),
      );
    return { input };
  }
  const named = withSkipToken(input, found);
  return withAll(named, found, all);
}

/** OData 4.01 §11.2.6.7: whatever a next link holds is opaque, and documents leave `$skiptoken` out. */
function withSkipToken(input: ToolInput, { plan }: RecognisedPages): ToolInput {
  const isOData = plan.next?.some((at) => /\/@?(?:odata\.)?nextLink$/i.test(at)) === true;
  const isNamed = input.parameters.some(({ name }) => name.toLowerCase() === "$skiptoken");
  const argument = "skiptoken";
  if (!isOData || isNamed || taken(input, argument)) return input;
  const schema = { type: "string", description: "Where the next page begins, as an answer says it." };
  return {
    ...input,
    // Not listed: it is learnt from an answer, where it is needed.
    whole: withProperty(input.whole, argument, schema),
    parameters: [...input.parameters, { argument, name: "$skiptoken", in: "query", style: "form", explode: true }],
  };
}

function withAll(
  input: ToolInput,
  { plan, reason }: RecognisedPages,
  all: Wishes["all"],
): { readonly input: ToolInput; readonly pages: PagePlan } {
  const about = (text: string): Reason => ({ about: "pages", text });
  if (all?.value.all !== true) {
    const reasons = [...input.reasons, about(reason)];
    return { input: { ...input, reasons }, pages: plan };
  }
  const argument = ["all", "all_pages", "fetch_all_pages"].find((name) => !taken(input, name)) ?? "all_of_all_pages";
  const { all: _, ...limits } = all.value;
  const bounds: AllPages = { argument, ...allPagesDefaults, ...limits };
  const schema = {
    type: "boolean",
    description: `Fetch all pages: at most ${bounds.pages} pages or about ${bounds.items} items.`,
  };
  return {
    input: {
      ...input,
      listed: withProperty(input.listed, argument, schema) as unknown as ToolInput["listed"],
      whole: withProperty(input.whole, argument, schema),
      reasons: [...input.reasons, about(reason), about(`"${argument}" asks for all pages, allowed by ${all.by}`)],
    },
    pages: { ...plan, all: bounds },
  };
}

function taken({ whole, listed, parameters, supplied }: ToolInput, name: string): boolean {
  return (
    standalone.of(whole).propertyNames.includes(name) ||
    Object.hasOwn(listed.properties, name) ||
    parameters.some(({ argument }) => argument === name) ||
    supplied.some(({ argument }) => argument === name)
  );
}

/** An object schema with one more property that need not be given. */
export function withProperty(schema: object, name: string, property: JsonObject): JsonObject {
  const node = standalone.of(schema as JsonObject);
  const properties = node.properties.map(([key, { json }]) => [key, json] as const);
  return node.with({ properties: Object.fromEntries([...properties, [name, property]]) }).keywords;
}
