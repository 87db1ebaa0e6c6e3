/** Operations whose paths belong together: which argument of one an argument of the other is. */
import type { Operation } from "../../api/model.ts";
import type { JobValue, Tool } from "../model.ts";

/** An operation that is a tool. */
export interface Candidate {
  readonly operation: Operation;
  readonly tool: Tool;
  /** Segments of its path. */
  readonly segments: readonly string[];
}

export function candidateOf(operation: Operation, tool: Tool): Candidate {
  return { operation, tool, segments: segmentsOf(operation.template) };
}

/** Without the ending that says how an answer is written, and without a query. A verb (`/jobs/{id}:cancel`, AIP-136) is a segment. */
function segmentsOf(template: string): readonly string[] {
  return template
    .replace(/\?.*$/s, "")
    .replace(/\.(?:json|xml)$/i, "")
    .replace(/(?<=[^/]):([^/:{}]+)$/, "/:$1")
    .split("/")
    .filter((segment) => segment !== "");
}

/** A path with what its parameters are called left out. */
export function shapeOf(segments: readonly string[]): string {
  return segments.map((segment) => segment.replaceAll(/\{[^}]*\}/g, "{}")).join("/");
}

/** The name of the parameter that a segment is; `undefined` for any other one. */
export function parameterOf(segment: string | undefined): string | undefined {
  return /^\{[+]?([^{}]+)\}$/.exec(segment ?? "")?.[1];
}

/** Path arguments by their names in the API. */
function pathArguments({ tool }: Candidate): ReadonlyMap<string, string> {
  return new Map(
    tool.call.request.parameters.flatMap(({ name, argument, in: place }) =>
      place === "path" ? [[name, argument] as const] : [],
    ),
  );
}

/** What the caller of one operation has to give for another, as far as that is known. */
export interface MatchedArguments {
  readonly arguments: { readonly [argument: string]: JobValue };
  /** Its path parameters in their order, known or not. */
  readonly path: readonly { readonly name: string; readonly argument: string; readonly segment: number }[];
}

/**
 * The arguments of `target` that those of `start` are: of parameters at the same place of the same path, and of others by
 * their name. `undefined` where it needs others besides those of its path.
 */
export function matchedArguments(start: Candidate, target: Candidate): MatchedArguments | undefined {
  const given = pathArguments(start);
  const needed = pathArguments(target);
  const matched: { [argument: string]: JobValue } = {};
  const path: MatchedArguments["path"][number][] = [];
  let isSame = true;
  for (const [index, segment] of target.segments.entries()) {
    const own = start.segments[index];
    const name = parameterOf(segment);
    isSame &&= own !== undefined && shapeOf([own]) === shapeOf([segment]);
    if (name === undefined) {
      if (segment.includes("{") && !isSame) return undefined;
      continue;
    }
    const argument = needed.get(name);
    if (argument === undefined) continue;
    path.push({ name, argument, segment: index });
    const known = given.get((isSame ? parameterOf(own) : undefined) ?? name);
    if (known !== undefined) matched[argument] = { argument: known };
  }
  const { properties } = start.tool.listing.inputSchema;
  for (const argument of target.tool.listing.inputSchema.required ?? []) {
    if (Object.hasOwn(matched, argument) || path.some((one) => one.argument === argument)) continue;
    // An account, a version: what both ask for by one name.
    if (!Object.hasOwn(properties, argument)) return undefined;
    matched[argument] = { argument };
  }
  return { arguments: matched, path };
}
