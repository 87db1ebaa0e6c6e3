/** Which operation reads the state of work that another one started, and where its arguments come from. */
import { pointerTo } from "../../base/json.ts";
import type { SchemaNode } from "../../base/schema/node.ts";
import { resultSchema } from "../listed/output.ts";
import type { JobCall, JobValue } from "../model.ts";
import { lettersOf } from "../pages/signs.ts";
import { type Candidate, type MatchedArguments, matchedArguments, parameterOf, shapeOf } from "./path-match.ts";
import type { StatusPlace } from "./status-place.ts";
import type { Answered, Read, Work } from "./work.ts";

/** The operation that most likely reads the state. */
export function readOf(start: Candidate, work: Work, answered: Answered): Read | undefined {
  if (start.operation.method === "DELETE") return undefined;
  const shape = shapeOf(start.segments);
  const isItem = parameterOf(start.segments.at(-1)) !== undefined;
  // What changes a thing answers with it, too: only what says that it works on it does.
  if (isItem && answered.accepted === undefined) return undefined;
  const own = [`${shape}/{}`, `${shape}/{}/status`, `${shape}/status`, shape].flatMap((place) => work.at(place));
  const far = [...namedReads(start, work, answered.answer), ...likeReads(start, work, answered.answer)];
  const near = new Set([...own, ...above(start, isItem).flatMap((place) => work.at(place))]);
  const inOrder = [
    ...near,
    ...far.filter((one) => !near.has(one)).sort((one, other) => one.segments.length - other.segments.length),
  ];
  for (const candidate of inOrder) {
    if (candidate.operation.method !== "GET" || candidate === start) continue;
    const status = work.statusOf(candidate);
    const call = status === undefined ? undefined : callOf(start, candidate, answered);
    if (status === undefined || call === undefined) continue;
    if (isOfWork(start, status, call, answered)) return { candidate, call, status };
  }
  return undefined;
}

/** Whether what is read is the work that was started, and no thing with a status of its own. */
function isOfWork(start: Candidate, status: StatusPlace, call: JobCall, { started, accepted }: Answered): boolean {
  if (started !== undefined && !speaksAs(started, status)) return false;
  if (status.isSure) return true;
  const ids = Object.values(call.arguments).flatMap((value) => ("at" in value ? [value.at] : []));
  if (accepted === undefined) return started?.isSure === true;
  if (status.isListed) return started !== undefined || ids.length > 0;
  // Words that nobody lists: of what is always done later, or of what is called a job, run, task …
  const isAlwaysLater = start.operation.responses.every(({ status: code }) => code === "202" || !code.startsWith("2"));
  const isNamed = ids.some((at) => ofWork.test(lettersOf(at.split("/").at(-1) ?? "")));
  return ids.length > 0 && (isAlwaysLater || isNamed);
}

/** Whether what is read is the same work: it knows the words that the first answer may say. */
function speaksAs(started: StatusPlace, read: StatusPlace): boolean {
  if (!started.isListed || !read.isListed) return true;
  const known = new Set(wordsOf(read));
  return wordsOf(started).every((word) => known.has(word));
}

function wordsOf({ status: { pending, succeeded, failed, cancelled } }: StatusPlace): readonly string[] {
  return [...pending, ...succeeded, ...failed, ...cancelled];
}

/** The things that an action is one of: `/runs/{id}` of `/runs/{id}/cancel`, `/runs/{id}/status`. */
function above({ segments }: Candidate, isItem: boolean): readonly string[] {
  const last = isItem ? segments : segments.slice(0, -1);
  const isOfItem = parameterOf(last.at(-1)) !== undefined;
  if (isItem || !isOfItem) return [];
  return [shapeOf(last), `${shapeOf(last)}/status`];
}

const ofWork =
  /^(.*?)(job|task|operation|execution|request|run|export|import|batch|process|migration|deployment|build|crawl|scan|report|workflow|action|command|upload|sync|invocation|transaction|query|extract|transcript|render|async|pollingtoken)s?(?:id|uuid|guid|uid|name|key|token)$/;

/** `job_id` of an answer, and `/jobs/{job_id}`; `action.id`, and `/actions/{id}`. */
function namedReads(start: Candidate, work: Work, answer: SchemaNode | undefined): readonly Candidate[] {
  const names = idsOf(answer).flatMap(({ letters, inside }) =>
    ofWork.test(letters) ? [letters] : letters === "id" && inside !== "" ? [`${inside}id`] : [],
  );
  if (names.length === 0) return [];
  return work.all.filter((candidate) => {
    if (candidate.operation.method !== "GET" || candidate === start) return false;
    const last = parameterOf(candidate.segments.at(-1));
    if (last === undefined) return false;
    const collection = singular(lettersOf(candidate.segments.at(-2) ?? ""));
    return names.some((name) => name === lettersOf(last) || name.replace(/(?:u|gu|uu)?id$/, "") === collection);
  });
}

/** `GET /jobs/{id}` answers with the same schema as what starts a job does. */
function likeReads(start: Candidate, work: Work, answer: SchemaNode | undefined): readonly Candidate[] {
  const reference = answer?.reference;
  if (reference === undefined) return [];
  return work.all.filter(
    ({ operation, segments }) =>
      operation.method === "GET" &&
      operation !== start.operation &&
      parameterOf(segments.at(-1)) !== undefined &&
      resultSchema(operation)?.reference === reference,
  );
}

/** How an operation is called that reads the state of what another one started. */
export function callOf(start: Candidate, target: Candidate, { answer, started }: Answered): JobCall | undefined {
  const matched = matchedArguments(start, target);
  if (matched === undefined) return undefined;
  const { path } = matched;
  const values: { [argument: string]: JobValue } = { ...matched.arguments };
  const isSame = answer?.reference !== undefined && answer.reference === resultSchema(target.operation)?.reference;
  for (const [index, parameter] of path.entries()) {
    const { argument } = parameter;
    const isLast = index === path.length - 1;
    const isKnown = Object.hasOwn(values, argument);
    // What is made of a thing is another one: where the answer names it, that is the one which is meant.
    if (isKnown && !(isLast && isSame)) continue;
    const at = idFor(parameter, target, answer, started, isLast);
    if (at !== undefined) values[argument] = { at };
    else if (!isKnown) return undefined;
  }
  return { tool: target.tool.listing.name, arguments: values };
}

/** An identifier in an answer. */
interface Id {
  readonly at: string;
  readonly letters: string;
  /** Name of the object that holds it; empty for the answer itself. */
  readonly inside: string;
}

/** The identifiers of an answer: its own, and those of what it holds. */
function idsOf(answer: SchemaNode | undefined): readonly Id[] {
  if (answer === undefined) return [];
  const found: Id[] = [];
  const visit = (node: SchemaNode, at: string, inside: string): void => {
    const objects = [node.whole, ...(node.whole.union?.alternatives.map(({ whole }) => whole) ?? [])].slice(0, 8);
    for (const object of objects)
      for (const [name, property] of object.properties) {
        const { whole } = property;
        const kinds = [whole, ...(whole.union?.alternatives.map((one) => one.whole) ?? [])];
        if (kinds.some(({ types }) => types.includes("string") || types.includes("integer")))
          found.push({ at: pointerTo(at, name), letters: lettersOf(name), inside });
        else if (at === "" && kinds.some(({ hasProperties }) => hasProperties))
          visit(property, pointerTo(at, name), singular(lettersOf(name)));
      }
  };
  visit(answer, "", "");
  return found;
}

/** Where an answer has what names an item: by the name of the parameter, or as an id beside the status. */
function idFor(
  { name, segment }: MatchedArguments["path"][number],
  target: Candidate,
  answer: SchemaNode | undefined,
  started: StatusPlace | undefined,
  isLast: boolean,
): string | undefined {
  const wanted = lettersOf(name);
  const collection = singular(lettersOf(target.segments[segment - 1] ?? ""));
  const holder = started?.holder ?? "";
  const ids = idsOf(answer);
  const near = ids.filter(({ at }) => at.slice(0, at.lastIndexOf("/")) === holder);
  const inOrder = [...near, ...ids.filter((id) => !near.includes(id))];
  const called = (...names: readonly string[]) => inOrder.find(({ letters }) => names.includes(letters));
  const own = called(wanted, ...(wanted === "id" ? [`${collection}id`] : []));
  if (own !== undefined || !isLast) return own?.at;
  const isOfHolder = (id: Id): boolean =>
    id.inside === "" || id.inside === collection || holder !== "" || /^(?:data|result|response)$/.test(id.inside);
  const kind = /(uuid|guid|uid|id|name|key|slug|number|token|sid)$/.exec(wanted)?.[1];
  const plain = kind === undefined ? ["id"] : kind === "id" ? ["id", "uuid", "guid", "uid"] : [kind, "id"];
  const found = plain.flatMap((letters) => inOrder.filter((id) => id.letters === letters && isOfHolder(id)));
  return found[0]?.at;
}

function singular(letters: string): string {
  return letters
    .replace(/ies$/, "y")
    .replace(/(?<=s|x|ch|sh)es$/, "")
    .replace(/(?<!s)s$/, "");
}
