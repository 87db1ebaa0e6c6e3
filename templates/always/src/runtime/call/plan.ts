/** The plan of an operation: how its request is made and its answer read. */
import type { CallPlan } from "../data/model.js";
import type { OperationRow } from "../tools/tool-table.js";

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
