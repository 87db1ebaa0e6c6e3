/** The step that decides about a call, once its arguments are what its tool takes. */
import type { Policy } from "../call/call.js";
import { validatorOf } from "../call/plan.js";
import type { JsonObject, JsonSchema } from "../data/model-parts.js";
import { PolicyError } from "../errors.js";
import { textBlock } from "../response/content-block.js";
import type { ToolRow } from "../tools/tool-table.js";
import { decide, type FaultsOf } from "./decide.js";
import type { PolicyData, RuledTool } from "./policy-data.js";

/** Ends a call with a PolicyError where the policy does not let it pass. */
export function checkStep(
  policy: () => PolicyData,
  ruled: (row: ToolRow) => RuledTool | undefined,
): Policy["check"] {
  return () => async (call, next) => {
    const { row, caller, reach, notes } = call;
    const tool = ruled(row);
    if (tool === undefined) return next(call);
    const args = (await validatorOf(row)).plain(call.args);
    const asked = {
      tool,
      caller,
      toolset: reach?.toolset,
      args,
      given: call.args,
    };
    const decision = decide(policy(), asked, await schemaFaults());
    if (notes !== undefined) {
      notes.decision = decision.effect;
      notes.rule = decision.rule;
    }
    if (decision.effect === "deny")
      throw new PolicyError(
        `The policy of this server does not let this call of ${tool.name} pass`,
        { hint: decision.reason ?? askOwner },
      );
    if (decision.effect === "ask")
      throw new PolicyError(
        `The policy of this server wants a call of ${tool.name} approved, and nobody can be asked`,
        { hint: decision.reason ?? askOwner },
      );
    if (decision.args === undefined) return next(call);
    const result = await next({ ...call, args: decision.args });
    const note = `The policy of this server asked for less than was wanted: ${(decision.notes ?? []).join("; ")}.`;
    return { ...result, content: [...result.content, textBlock(note)] };
  };
}

export const askOwner =
  "Ask whoever runs this server: trying again does not help.";

const known = new WeakMap<
  object,
  (args: JsonObject) => readonly string[] | undefined
>();

async function schemaFaults(): Promise<FaultsOf> {
  const { faultsBySchema } = await import("../validation/validate.js");
  return (schema: JsonSchema, args) => {
    if (typeof schema === "boolean") return schema ? [] : ["Not allowed"];
    const faults = known.get(schema) ?? faultsBySchema(schema);
    known.set(schema, faults);
    return faults(args);
  };
}
