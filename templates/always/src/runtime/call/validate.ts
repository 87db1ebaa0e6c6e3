import { defined } from "../data/defined.js";
import { ArgumentError } from "../errors.js";
import { keptPart } from "../response/kept-part.js";
import { partArgument } from "../response/part.js";
import type { CallResult } from "../response/result.js";
import { limitsOf } from "./answer.js";
import {
  type Call,
  type ChosenFields,
  mendedKey,
  nextKey,
  type Step,
  type StepServices,
} from "./call.js";
import { planOf, validatorOf, withDefaults } from "./plan.js";

/**
 * Ends a call with an ArgumentError that says what is wrong with its arguments, with the owner's defaults among them; and
 * one that asks for the rest of an answer with that.
 */
export function validate(services: StepServices): Step {
  return async (call, next) => {
    const part = askedPart(call);
    if (part !== undefined) return partOf(services, call, part);
    const meant = services.table.given(call.row, call.args);
    const read: Call = { ...call, args: meant };
    const { args: given, fields } = await chosenFields(services, read);
    const check = await validatorOf(call.row);
    const validated = check(await wholeArguments({ ...read, args: given }));
    if (!validated.valid)
      throw new ArgumentError(`Invalid arguments\n${validated.message}`);
    const { args } = validated;
    const asked = fields === undefined ? args : { ...args, ...meant };
    const result = await next({
      ...call,
      args,
      asked,
      ...defined({ fields }),
    });
    const { mended } = validated;
    return mended === undefined
      ? result
      : { ...result, _meta: { ...result._meta, [mendedKey]: mended } };
  };
}

/** The arguments without the choice of fields, where the tool has one. */
async function chosenFields(
  { parts }: StepServices,
  call: Call,
): Promise<ChosenFields> {
  const { row, args } = call;
  if (row.kind === "custom") return { args };
  const plan = await planOf(row);
  const part =
    plan.shape?.argument === undefined ? undefined : await parts?.shape?.();
  return part === undefined
    ? { args }
    : part.chosenFields({ ...call, row }, plan);
}

async function wholeArguments({ row, args }: Call): Promise<Call["args"]> {
  return row.kind === "custom"
    ? args
    : withDefaults(args, (await planOf(row)).supplied);
}

// The rest of an answer by the tool that gave its beginning: for clients that have tools only.

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
