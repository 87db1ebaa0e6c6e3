/** What results hold of a tool's answers: as its owner says, and as a call may choose. */
import { defined } from "../../base/defined.ts";
import { likelyName } from "../../base/suggest.ts";
import type { Operation } from "../../api/model.ts";
import type { SchemaNode } from "../../base/schema/node.ts";
import { visible } from "../../base/visible.ts";
import { namesOf } from "../../../templates/always/src/runtime/shape/paths.ts";
import type { CurationChecks } from "../curation/curate-argument.ts";
import type { AnswerCuration } from "../curation/curation.ts";
import { type Decided, diagnosticOf } from "../curation/decision.ts";
import type { ToolInput } from "../input/input.ts";
import type { Reason, ShapePlan } from "../model.ts";
import { listPlaceOf } from "../pages/list-place.ts";
import { withProperty } from "../pages/paged-input.ts";

/** Items with so many fields or more are long: a call may choose among them. */
const manyFields = 16;
/** Names of arguments by which APIs let choose fields themselves. */
const ownChoice = /^(?:fields?|fieldmask|select|only|attributes|properties)$/;

interface Shaped {
  readonly input: ToolInput;
  readonly shape?: ShapePlan;
}

/** The plan, and the input with the argument that chooses fields where the owner chose some. */
export function shapedTool(
  operation: Operation,
  input: ToolInput,
  result: SchemaNode | undefined,
  answer: Decided<AnswerCuration> | undefined,
  checks: CurationChecks,
): Shaped {
  // Nothing is chosen of what a write answers, unless its owner wants it: the answer need not be looked through.
  if (answer === undefined && operation.method !== "GET") return { input };
  const list = listPlaceOf(operation.path, result);
  const things = list?.item ?? result;
  const { fields, keep, drop, jmespath } = answer?.value ?? {};
  if (answer !== undefined) checkAnswer(answer.value, operation, result, things, checks);
  const isLong =
    operation.method === "GET" && list !== undefined && (things?.whole.propertyNames.length ?? 0) >= manyFields;
  const mayChoose = (isLong || fields !== undefined) && jmespath === undefined && !hasOwnChoice(input);
  const argument = mayChoose ? "fields" : undefined;
  const shape: ShapePlan = {
    ...defined({
      items: argument === undefined && fields === undefined ? undefined : list?.items,
      argument,
      fields,
      drop,
      keep,
      jmespath,
    }),
  };
  if (Object.keys(shape).length === 0) return { input };
  const text =
    answer === undefined
      ? `"fields" chooses among the ${things?.whole.propertyNames.length ?? 0} fields of each item; results that are cut name it`
      : `shown in part, as ${answer.by} says`;
  const told: ToolInput = { ...input, reasons: [...input.reasons, { about: "result", text } satisfies Reason] };
  return { input: fields === undefined || argument === undefined ? told : withFields(told, argument, fields), shape };
}

function withFields(input: ToolInput, argument: string, fields: readonly string[]): ToolInput {
  const shown = fields.slice(0, 8).join(", ");
  const schema = {
    type: "array",
    items: { type: "string" },
    description: `Fields of each item to answer with, such as owner.name; default ${shown}${fields.length > 8 ? ", …" : ""}.`,
  };
  return {
    ...input,
    listed: withProperty(input.listed, argument, schema) as unknown as ToolInput["listed"],
    whole: withProperty(input.whole, argument, schema),
  };
}

function hasOwnChoice({ parameters, body, listed }: ToolInput): boolean {
  const names = [...parameters, ...(body?.fields ?? [])].map(({ name }) => name);
  return [...names, ...Object.keys(listed.properties)].some((name) =>
    ownChoice.test(name.toLowerCase().replaceAll(/[^a-z]/g, "")),
  );
}

/** Tells of paths that the answer does not have, and of an expression that is none. */
function checkAnswer(
  { fields = [], keep = [], drop = [], jmespath, place }: AnswerCuration,
  operation: Operation,
  result: SchemaNode | undefined,
  things: SchemaNode | undefined,
  { tell, expressionFault }: CurationChecks,
): void {
  const about = visible(operation.operationId ?? `${operation.method} ${operation.path}`);
  const wrong = (message: string): void => tell(diagnosticOf("invalid-curation", place, message));
  const fault = jmespath === undefined ? undefined : expressionFault?.(jmespath);
  if (fault !== undefined) wrong(`"${visible(jmespath ?? "")}" is no JMESPath expression: ${visible(fault)}`);
  if (jmespath !== undefined && fields.length > 0)
    wrong(`"fields" cannot be chosen of what a JMESPath expression makes: give one of the two for ${about}`);
  const paths = [
    ...fields.map((path) => [path, things] as const),
    ...[...keep, ...drop].map((path) => [path, result] as const),
  ];
  for (const [path, root] of paths) {
    const unknown = unknownName(namesOf(path), root);
    if (unknown === undefined) continue;
    const near = likelyName(unknown.name, unknown.names);
    const hint = near === undefined ? "" : `; did you mean "${visible(near)}"?`;
    wrong(`The answer of ${about} has no "${visible(path)}"${hint}`);
  }
}

/** The first name of a path that a schema does not have, where it names some. */
function unknownName(
  names: readonly string[],
  root: SchemaNode | undefined,
): { readonly name: string; readonly names: readonly string[] } | undefined {
  let places = root === undefined ? [] : [root];
  for (const name of names) {
    const members = places.flatMap((place) => membersOf(place, 0));
    if (members.length === 0 || name === "*") return undefined;
    const next = members.filter(([key]) => key === name).map(([, member]) => member);
    if (next.length === 0) return { name, names: members.map(([key]) => key) };
    places = next;
  }
  return undefined;
}

/** Members of an object, of the items of a list, in all alternatives. */
function membersOf({ whole }: SchemaNode, level: number): SchemaNode["properties"] {
  if (level > 8) return [];
  const parts = [...(whole.items === undefined ? [] : [whole.items]), ...(whole.union?.alternatives ?? [])];
  return [...whole.properties, ...parts.flatMap((part) => membersOf(part, level + 1))];
}
