import { ArgumentError } from "../errors.js";
import { askedPart, partOf } from "./answer-part.js";
import { defined } from "../data/defined.js";
import {
  type Call,
  type ChosenFields,
  mendedKey,
  type Step,
  type StepServices,
} from "./call.js";
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
