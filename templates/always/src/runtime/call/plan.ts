/** The plan of an operation: how its request is made and its answer read, what its arguments have to be, and which of them the owner gives. */
import type { Variables } from "../host.js";
import { typedValue } from "../data/json-place.js";
import { Late } from "../data/late.js";
import type {
  CallPlan,
  JsonObject,
  JsonSchema,
  SuppliedArgument,
} from "../data/model.js";
import type { ProjectApi } from "../data/project.js";
import { ConfigurationError } from "../errors.js";
import { readSecret } from "../settings/settings.js";
import type { OperationRow, ToolRow } from "../tools/tool-table.js";
import type { SchemaLookup } from "../validation/schema.js";
import type { Validate } from "../validation/validate.js";

/** @throws Error when the generated data has none */
export async function planOf(row: OperationRow): Promise<CallPlan> {
  const plans = await row.api.calls(row.file);
  const { name } = row.listing;
  const plan = Object.hasOwn(plans, name) ? plans[name] : undefined;
  if (plan === undefined)
    throw new Error(
      `calls/${row.file}.json has no plan of "${name}": generate the project again`,
    );
  return plan;
}

// What checks the arguments of each tool, made at its first call and kept.

/** Loaded with the first call: listing tools checks nothing. */
const validation = new Late(() => import("../validation/validate.js"));

const ofRows = new WeakMap<ToolRow, Validate>();
const ofSchemas = new WeakMap<object, Validate>();
const lookups = new WeakMap<ProjectApi, SchemaLookup>();

export async function validatorOf(row: ToolRow): Promise<Validate> {
  const known = ofRows.get(row) ?? (await newValidator(row));
  ofRows.set(row, known);
  return known;
}

async function newValidator(row: ToolRow): Promise<Validate> {
  const { argumentValidator } = await validation.get();
  const { inputSchema } = row.listing;
  const listed = inputSchema as unknown as JsonSchema;
  if (row.kind === "custom") return argumentValidator(inputSchema, listed, {});
  const input = (await planOf(row)).input ?? listed;
  const lookup = lookups.get(row.api) ?? {};
  lookups.set(row.api, lookup);
  return argumentValidator(inputSchema, input, await row.api.schemas(), lookup);
}

/** Of arguments that have one schema each, of the definitions of an API. */
export async function argumentValidators({
  schemas,
}: ProjectApi): Promise<(argument: string, schema: JsonSchema) => Validate> {
  const { argumentValidator } = await validation.get();
  const definitions = await schemas();
  return (argument, schema) => {
    const input = {
      type: "object",
      properties: { [argument]: schema },
      additionalProperties: false,
    } as const;
    const known = ofSchemas.get(schema as object);
    const made = known ?? argumentValidator(input, input, definitions, {});
    ofSchemas.set(schema as object, made);
    return made;
  };
}

// Values of arguments that come from the owner: fixed ones, defaults, and those of environment variables.

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
