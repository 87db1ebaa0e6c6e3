import { ArgumentError } from "../errors.js";
import { type Call, mendedKey, type Step } from "./call.js";
import { planOf } from "./plan.js";
import { withDefaults } from "./supplied.js";
import { validatorOf } from "./validators.js";

/** Ends a call with an ArgumentError that says what is wrong with its arguments, with the owner's defaults among them. */
export function validate(): Step {
  return async (call, next) => {
    const check = await validatorOf(call.row);
    const validated = check(await wholeArguments(call));
    if (!validated.valid)
      throw new ArgumentError(`Invalid arguments\n${validated.message}`);
    const result = await next({ ...call, args: validated.args });
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
