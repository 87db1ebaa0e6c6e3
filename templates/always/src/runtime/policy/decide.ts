/** What a policy says of a call: the first rule that fits decides. */
import { defined } from "../data/defined.js";
import { ownValue } from "../data/json-place.js";
import type { JsonObject, JsonSchema } from "../data/model-parts.js";
import { type Asking, fitsCaller, fitsTool } from "./match.js";
import {
  type Effect,
  type PolicyData,
  type PolicyRule,
  ruleName,
  type RuledTool,
} from "./policy-data.js";

/** What becomes of a call, and why. */
export interface Decision {
  readonly effect: Effect;
  /** Name of the rule; `default`. */
  readonly rule: string;
  /** The owner's words for a refusal, or what its arguments do not meet. */
  readonly reason?: string;
  /** Arguments in place of those that were given, where the request is less than was asked for. */
  readonly args?: JsonObject;
  /** Whether the request is shown in place of being sent. */
  readonly dryRun?: boolean;
  /** What of it is less, in sentences. */
  readonly notes?: readonly string[];
}

/** What is wrong with arguments; `undefined` where it took too long to find out. */
export type FaultsOf = (
  schema: JsonSchema,
  args: JsonObject,
) => readonly string[] | undefined;

const tooFine = "A number has more digits than the policy can check: round it";
const tooLong = "The arguments take too long to check: make them shorter";

/** A call to be decided. */
export interface Asked extends Asking {
  readonly tool: RuledTool;
  /** As the tool's schema means them. */
  readonly args: JsonObject;
  /** As they are handed on: numbers with more digits than JavaScript holds are texts here. Default: the same. */
  readonly given?: JsonObject;
}

export function decide(
  { rules, default: standard, "group-claims": groupClaims }: PolicyData,
  asked: Asked,
  faultsOf: FaultsOf,
): Decision {
  for (const [index, rule] of rules.entries()) {
    if (!fitsTool(rule, asked.tool) || !fitsCaller(rule, asked, groupClaims))
      continue;
    const name = ruleName(rule, index);
    if (rule.arguments !== undefined) {
      const faults = faultsOf(rule.arguments, asked.args);
      const reason = uncheckable(asked, faults);
      if (reason !== undefined) return { effect: "deny", rule: name, reason };
      if (faults?.length !== 0) continue;
    }
    return decisionOf(rule, name, asked, faultsOf);
  }
  return { effect: standard ?? standardEffect(asked.tool), rule: "default" };
}

/** Whether some call of a tool would not be refused, whatever its arguments. */
export function mayCall(
  { rules, default: standard, "group-claims": groupClaims }: PolicyData,
  tool: RuledTool,
  asking: Asking,
): { readonly allowed: boolean } & Pick<Decision, "rule" | "reason"> {
  for (const [index, rule] of rules.entries()) {
    if (!fitsTool(rule, tool) || !fitsCaller(rule, asking, groupClaims))
      continue;
    const { effect, reason } = rule;
    if (effect === "deny" && rule.arguments !== undefined) continue;
    return {
      allowed: effect !== "deny",
      rule: ruleName(rule, index),
      ...defined({ reason }),
    };
  }
  return {
    allowed: (standard ?? standardEffect(tool)) !== "deny",
    rule: "default",
  };
}

function standardEffect({ annotations }: RuledTool): Effect {
  return !annotations.readOnlyHint && annotations.destructiveHint
    ? "ask"
    : "allow";
}

/** Why nobody can say whether arguments meet a schema; `undefined` where that can be said. */
function uncheckable(
  asked: Asked,
  faults: readonly string[] | undefined,
): string | undefined {
  if (faults === undefined) return tooLong;
  return Object.keys(asked.args).some((name) => isRounded(asked, name))
    ? tooFine
    : undefined;
}

/** Whether an argument is sent with more digits than it is judged by. */
function isRounded({ args, given = args }: Asked, name: string): boolean {
  return JSON.stringify(args[name]) !== JSON.stringify(given[name]);
}

function decisionOf(
  rule: PolicyRule,
  name: string,
  asked: Asked,
  faultsOf: FaultsOf,
): Decision {
  const { effect, reason } = rule;
  if (effect === "deny") return { effect, rule: name, ...defined({ reason }) };
  const denied = (why: string): Decision => ({
    effect: "deny",
    rule: name,
    reason: why,
  });
  const less = lessened(rule, asked);
  if ("fault" in less) return denied(less.fault);
  if (rule.require !== undefined) {
    const left = { ...asked, args: { ...less.judged }, given: less.args };
    const faults = faultsOf(rule.require, left.args);
    const doubt = uncheckable(left, faults);
    if (doubt !== undefined) return denied(doubt);
    if (faults !== undefined && faults.length > 0)
      return denied([reason, ...faults].filter(Boolean).join("\n"));
  }
  const { args, notes } = less;
  return {
    effect,
    rule: name,
    ...(rule["dry-run"] === true ? { dryRun: true } : {}),
    ...(notes.length === 0 ? {} : { args, notes }),
  };
}

/** The arguments as far as a rule lets them pass: as they are judged, and as they are handed on. */
function lessened(
  { cap = {}, drop = [] }: PolicyRule,
  asked: Asked,
):
  | {
      readonly args: JsonObject;
      readonly judged: JsonObject;
      readonly notes: readonly string[];
    }
  | { readonly fault: string } {
  const notes: string[] = [];
  const judged = new Map(Object.entries(asked.args));
  const args = new Map(Object.entries(asked.given ?? asked.args));
  for (const [name, most] of Object.entries(cap)) {
    if (!asked.tool.arguments.has(name)) continue;
    const value = ownValue(asked.args, name);
    if (value !== undefined && typeof value !== "number")
      return { fault: `"${name}" has to be a number` };
    if (value !== undefined && value <= most && !isRounded(asked, name))
      continue;
    const left = Math.min(value ?? most, most);
    for (const of of [args, judged]) of.set(name, left);
    notes.push(
      `"${name}" was ${value === undefined ? "set" : "lowered"} to ${left}`,
    );
  }
  for (const name of drop) {
    if (!args.delete(name)) continue;
    judged.delete(name);
    notes.push(`"${name}" was left out`);
  }
  return {
    args: Object.fromEntries(args),
    judged: Object.fromEntries(judged),
    notes,
  };
}
