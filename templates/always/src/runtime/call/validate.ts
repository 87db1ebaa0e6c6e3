import { ArgumentError } from "../errors.js";
import { askedPart, partOf } from "./answer-part.js";
import { type Call, mendedKey, type Step, type StepServices } from "./call.js";
import { planOf } from "./plan.js";
import { withDefaults } from "./supplied.js";
import { validatorOf } from "./validators.js";

/**
 * Ends a call with an ArgumentError that says what is wrong with its arguments, with the owner's defaults among them; and
 * one that asks for the rest of an answer with that.
 */
export function validate(services: StepServices): Step {
  return async (call, next) => {
    const part = askedPart(call);
    if (part !== undefined) return partOf(services, call, part);
    const check = await validatorOf(call.row);
    const validated = check(await wholeArguments(call));
    if (!validated.valid)
      throw new ArgumentError(`Invalid arguments\n${validated.message}`);
    const { args } = validated;
    const result = await next({ ...call, args, asked: args });
    const { mended } = validated;
    return mended === undefined
      ? result
      : { ...result, _meta: { ...result._meta, [mendedKey]: mended } };
  };
}

async function wholeArguments({ row, args }: Call): Promise<Call["args"]> {
  return row.kind === "custom"
    ? args
    : withDefaults(args, (await planOf(row)).supplied);
}
