/** The rest of an answer by the tool that gave its beginning: for clients that have tools only. */
import { ArgumentError } from "../errors.js";
import { keptPart } from "../response/kept-part.js";
import { partArgument } from "../response/part.js";
import type { CallResult } from "../response/result.js";
import { limitsOf } from "./answer.js";
import { type Call, nextKey, type StepServices } from "./call.js";

/** The part that a call asks for; `undefined` for other calls, and for a tool whose own argument has that name. */
export function askedPart({ row, args }: Call): string | undefined {
  const asked = args[partArgument];
  return typeof asked === "string" &&
    row.kind === "operation" &&
    !Object.hasOwn(row.listing.inputSchema.properties, partArgument)
    ? asked
    : undefined;
}

/** @throws ArgumentError where that answer is not, or no longer, kept for this caller */
export async function partOf(
  services: StepServices,
  call: Call,
  uri: string,
): Promise<CallResult> {
  const { row, caller } = call;
  const found = await services.kept?.find(uri, caller.id);
  const part =
    found === undefined || row.kind === "custom"
      ? undefined
      : keptPart(found, limitsOf(services, call, row));
  if (part === undefined)
    throw new ArgumentError(`There is no part of an answer at that place`, {
      hint: `Answers are kept for some minutes: make the call again that gave "${partArgument}".`,
    });
  const { result, next } = part;
  return next === undefined
    ? result
    : { ...result, _meta: { [nextKey]: next } };
}
