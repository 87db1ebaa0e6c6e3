/** Values of arguments that come from the owner: fixed ones, defaults, and those of environment variables. */
import type { Variables } from "../data/environment.js";
import { ConfigurationError } from "../errors.js";
import type {
  JsonObject,
  JsonSchema,
  SuppliedArgument,
} from "../data/model.js";
import { typedValue } from "../data/json-place.js";
import { readSecret } from "../settings/settings.js";
import type { Validate } from "../validation/validate.js";

type FromEnvironment = Extract<
  SuppliedArgument,
  { readonly kind: "environment" }
>;

/** The arguments of a model, with the owner's defaults for those that it left out. */
export function withDefaults(
  args: JsonObject,
  supplied: readonly SuppliedArgument[] = [],
): JsonObject {
  const defaults = supplied.filter(
    ({ kind, argument }) =>
      kind === "default" && !Object.hasOwn(args, argument),
  );
  return defaults.length === 0
    ? args
    : {
        ...args,
        ...Object.fromEntries(
          defaults.flatMap((item) =>
            item.kind === "default" ? [[item.argument, item.value]] : [],
          ),
        ),
      };
}

/**
 * The arguments with what no model gives: the owner's values win over whatever stands there already.
 *
 * @param validatorOf of arguments that have one schema each
 * @throws ConfigurationError that names the variable which is not set, or whose value does not fit
 */
export function withSupplied(
  args: JsonObject,
  supplied: readonly SuppliedArgument[] = [],
  variables: Variables,
  validatorOf: (argument: string, schema: JsonSchema) => Validate,
): JsonObject {
  const whole = { ...args };
  for (const item of supplied) {
    if (item.kind === "fixed") whole[item.argument] = item.value;
    else if (item.kind === "environment")
      Object.assign(whole, fromEnvironment(item, variables, validatorOf));
  }
  return whole;
}

/** The one argument, as its schema wants it. The value may be a secret: no message repeats it. */
function fromEnvironment(
  { argument, variable, type, schema, default: otherwise }: FromEnvironment,
  variables: Variables,
  validatorOf: (argument: string, schema: JsonSchema) => Validate,
): JsonObject {
  const text = readSecret(variable, variables)?.reveal();
  if (text === undefined && otherwise !== undefined)
    return { [argument]: otherwise };
  if (text === undefined)
    throw new ConfigurationError(`${variable} is not set`, {
      hint: `This tool takes "${argument}" from it: set it for this server.`,
    });
  const validate = validatorOf(argument, schema);
  const validated = validate({ [argument]: typedValue([text], type) });
  if (!validated.valid)
    throw new ConfigurationError(
      `The value of ${variable} does not fit: ${validated.message}`,
    );
  return validate.exact(validated.args);
}
