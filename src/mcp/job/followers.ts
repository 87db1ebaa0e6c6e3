/** What ends work, and what gives its result, by the path that its state is read at. */
import type { Operation } from "../../api/model.ts";
import { defined } from "../../base/defined.ts";
import type { JobCall, JobPlan } from "../model.ts";
import { type Candidate, matchedArguments, shapeOf } from "./path-match.ts";
import type { Read, Work } from "./work.ts";

const cancelling = /^(?:cancel|abort)/i;
const stopping = /^(?:stop|terminate)(?![a-z])/i;
const results = ["result", "results", "output", "outputs"];

/** What ends the work, and what gives its result, by the path that its state is read at. */
export function followersOf(
  start: Candidate,
  { candidate, call, status }: Read,
  work: Work,
): Pick<JobPlan, "cancel" | "result"> {
  const shape = shapeOf(candidate.segments).replace(/\/status$/, "");
  const isEnd = (segment = ""): boolean => {
    const verb = segment.replace(/^:/, "");
    return cancelling.test(verb) || (status?.isSure === true && stopping.test(verb));
  };
  const ends = isEnd(start.segments.at(-1))
    ? []
    : [
        ...[...work.below(shape), ...work.below(shapeOf(candidate.segments.slice(0, -1)))].filter(
          ({ segments }) => isEnd(segments.at(-1)) && shapeOf(segments).startsWith(shape),
        ),
        ...work.at(shape).filter(({ operation }) => operation.method === "DELETE" && meansCancel(operation)),
      ];
  const cancels = ends.filter(
    ({ operation }) => ["POST", "PUT", "PATCH", "DELETE"].includes(operation.method) && operation !== start.operation,
  );
  const gives = results
    .flatMap((name) => work.at(`${shape}/${name}`))
    .filter(({ operation }) => operation.method === "GET" && operation !== start.operation);
  return defined({
    cancel: cancels.flatMap((target) => calledAs(candidate, call, target) ?? [])[0],
    result: gives.flatMap((target) => calledAs(candidate, call, target) ?? [])[0],
  });
}

/** How an operation is called for the work that another one reads; `undefined` where it needs more than that does. */
export function calledAs(reader: Candidate, call: JobCall, target: Candidate): JobCall | undefined {
  const matched = matchedArguments(reader, target);
  if (matched?.path.every(({ argument }) => Object.hasOwn(matched.arguments, argument)) !== true) return undefined;
  const given = Object.entries(matched.arguments).flatMap(([argument, value]) => {
    const from = "argument" in value ? call.arguments[value.argument] : undefined;
    return from === undefined ? [] : [[argument, from] as const];
  });
  if (given.length < Object.keys(matched.arguments).length) return undefined;
  return { tool: target.tool.listing.name, arguments: Object.fromEntries(given) };
}

/** Whether an operation that deletes says that it ends what goes on. */
function meansCancel({ operationId = "", summary = "", description = "" }: Operation): boolean {
  const isSaid = (text: string): boolean => /(?:\b|_)(?:cancel|abort|stop|terminat)/i.test(text);
  return (
    isSaid(operationId.replaceAll(/([a-z])([A-Z])/g, "$1_$2")) || isSaid(summary) || isSaid(description.slice(0, 300))
  );
}
