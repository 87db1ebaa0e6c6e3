/** The plan of an operation: how its request is made and its answer read. */
import type { CallPlan, JsonSchema } from "../data/model.js";
import type { ProjectApi } from "../data/project.js";
import type { OperationRow, ToolRow } from "../tools/tool-table.js";
import type { SchemaLookup } from "../validation/schema.js";
import { argumentValidator, type Validate } from "../validation/validate.js";

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

const ofRows = new WeakMap<ToolRow, Validate>();
const ofSchemas = new WeakMap<object, Validate>();
const lookups = new WeakMap<ProjectApi, SchemaLookup>();

export async function validatorOf(row: ToolRow): Promise<Validate> {
  const known = ofRows.get(row) ?? (await newValidator(row));
  ofRows.set(row, known);
  return known;
}

async function newValidator(row: ToolRow): Promise<Validate> {
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
