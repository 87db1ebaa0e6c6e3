/** The step that decides about a call, once its arguments are what its tool takes. */
import type { Call, Policy, StepServices } from "../call/call.js";
import { validatorOf } from "../call/plan.js";
import type { JsonObject, JsonSchema } from "../data/model-parts.js";
import { PolicyError } from "../errors.js";
import { textBlock } from "../response/content-block.js";
import type { ToolRow } from "../tools/tool-table.js";
import { approved, type Approving } from "./approve.js";
import { decide, type Decision, type FaultsOf } from "./decide.js";
import { previewOf } from "./preview.js";
import type { PolicyData, RuledTool } from "./policy-data.js";

/** What a policy is kept with. */
export interface Keeping {
  policy(): PolicyData;
  /** `undefined` for tools that are not decided about. */
  ruled(row: ToolRow): RuledTool | undefined;
  readonly approving: Approving;
}

/** Ends a call with a PolicyError where the policy does not let it pass. */
export function checkStep(keeping: Keeping): Policy["check"] {
  const { policy, ruled } = keeping;
  return (services) => async (call, next) => {
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
    const allowed: Call = { ...call, args: decision.args ?? call.args };
    const result = await next(
      await goingOn(keeping, services, allowed, decision),
    );
    if (decision.args === undefined) return result;
    const note = `The policy of this server asked for less than was wanted: ${(decision.notes ?? []).join("; ")}.`;
    return { ...result, content: [...result.content, textBlock(note)] };
  };
}

/** The call as it goes on: to be sent, to be approved before, or to be shown only. */
async function goingOn(
  keeping: Keeping,
  services: StepServices,
  call: Call,
  decision: Decision,
): Promise<Call> {
  const { mode, dryRun } = keeping.approving.settings;
  if (dryRun || call.dryRun === true || decision.dryRun === true)
    return tried(services, call);
  return decision.effect === "ask" && mode !== "off"
    ? questioned(keeping, services, call, decision)
    : call;
}

/** Whether code of the owner's may do what no request shows. */
function isOwnCode({ owner }: StepServices, { row }: Call): boolean {
  const { hooks = {} } = owner.custom;
  const { name } = row.listing;
  return (
    row.kind === "custom" ||
    (Object.hasOwn(hooks, name) && hooks[name]?.replace !== undefined)
  );
}

function tried(services: StepServices, call: Call): Call {
  if (!isOwnCode(services, call)) return { ...call, dryRun: true };
  throw new PolicyError(
    `There is no dry run of ${call.row.listing.name}: it is no single request`,
    { hint: "Try the operations that it calls." },
  );
}

/** The call as it goes on: approved already, or to be approved once its request is there. */
async function questioned(
  { approving }: Keeping,
  services: StepServices,
  call: Call,
  decision: Decision,
): Promise<Call> {
  const { outer, row } = call;
  const byRule = decision.rule !== "default";
  if (outer !== undefined) {
    // Whoever approved what calls it meant all of it; else nobody knows of this one.
    if (outer.approval === "approved") return call;
    throw new PolicyError(
      `A call of ${row.listing.name} has to be approved: it cannot be made by the way`,
      { hint: `Call ${row.listing.name} by itself.` },
    );
  }
  if (!isOwnCode(services, call)) return { ...call, asks: { byRule } };
  await approved(approving, services, {
    call,
    byRule,
    meaning: call.args,
    preview: () => previewOf(services, call, undefined),
  });
  return call;
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
