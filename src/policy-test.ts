/** What the policy of a server says of calls: the same that the server does, without one. */
import { type Decision, decide, mayCall } from "../templates/always/src/runtime/policy/decide.ts";
import type { PolicyFile, RuledTool } from "../templates/always/src/runtime/policy/policy-data.ts";
import { defined } from "./base/defined.ts";
import { CompileError, diagnosticAt } from "./base/diagnostics.ts";
import type { JsonObject } from "./base/json.ts";
import { likelyName } from "./base/suggest.ts";
import { visible } from "./base/visible.ts";
import type { GenerateOptions } from "./config/options.ts";
import type { CaseCaller, PolicyCase } from "./config/policy-cases.ts";
import { buildModel } from "./generate.ts";
import { ruledTools } from "./mcp/policy/build.ts";
import type { ServerModel } from "./mcp/model.ts";

/** A case with what became of it. */
export interface DecidedCase {
  readonly tool: string;
  /** As the log would name who calls. */
  readonly caller: string;
  readonly expect: PolicyCase["expect"];
  readonly decision: PolicyCase["expect"];
  /** Name of the rule that decided; `default` where none did. */
  readonly rule: string;
  readonly reason?: string;
  /** The arguments that are left, where the policy lessens them. */
  readonly arguments?: JsonObject;
  readonly ok: boolean;
  /** What is not as expected, in a sentence. */
  readonly fault?: string;
  readonly line?: number;
}

/**
 * The policy that a project has.
 *
 * @throws {CompileError} `invalid-policy` where it has none, and whatever `generate` throws
 */
export async function policyOfProject(options: GenerateOptions): Promise<{
  readonly model: ServerModel;
  readonly file: PolicyFile;
}> {
  const { model } = await buildModel(options);
  if (model.policy !== undefined) return { model, file: model.policy };
  throw new CompileError([
    diagnosticAt("invalid-policy", "configuration", "The configuration has no policy", { pointer: "/policy" }),
  ]);
}

/**
 * Runs cases against the policy of a project.
 *
 * @throws {CompileError} as `policyOfProject` does, and `unknown-tool` for a case about a tool that is not there
 */
export async function testPolicy(
  options: GenerateOptions,
  cases: readonly PolicyCase[],
): Promise<readonly DecidedCase[]> {
  const { model, file } = await policyOfProject(options);
  const tools = new Map(ruledTools(model, new Map(Object.entries(file.tools))).map((tool) => [tool.name, tool]));
  const { faultsBySchema } = await import("../templates/always/src/runtime/validation/validate.ts");
  return cases.map((one) => {
    const tool = toolOf(one, tools, model, file);
    const caller = callerOf(one.caller, file);
    const asking = { caller, ...defined({ toolset: one.toolset }) };
    const { allowed, rule, reason } = mayCall(file.policy, tool, asking);
    const decision: Decision = allowed
      ? decide(file.policy, { ...asking, tool, args: one.arguments }, (schema, args) => faultsBySchema(schema)(args))
      : { effect: "deny", rule, ...defined({ reason }) };
    return decidedCase(one, caller.id, decision);
  });
}

function toolOf(
  { tool: name, place }: PolicyCase,
  tools: ReadonlyMap<string, RuledTool>,
  { project }: ServerModel,
  { policy }: PolicyFile,
): RuledTool {
  const current = project.aliases?.find((alias) => alias.name === name)?.tool ?? name;
  const found = tools.get(current);
  if (found !== undefined) return found;
  // Of a tool of the owner's its name is all that is known here.
  if (policy.custom?.includes(name) === true)
    return {
      name,
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
      arguments: new Map(),
    };
  const near = likelyName(name, [...tools.keys()]);
  const hint = near === undefined ? "" : `; did you mean "${near}"?`;
  throw new CompileError([
    diagnosticAt("unknown-tool", place.file, `There is no tool "${visible(name)}"${hint}`, place),
  ]);
}

function callerOf(given: CaseCaller | undefined, { policy }: PolicyFile) {
  if (given === undefined) return { id: "local" };
  const { id, subject, client, tenant, scopes, groups, claims } = given;
  const [groupClaim = "groups"] = policy["group-claims"] ?? [];
  return {
    id: id ?? `user:${[tenant, subject ?? client ?? "unknown"].filter((name) => name !== undefined).join("/")}`,
    scopes,
    ...defined({ subject, client, tenant }),
    claims: { ...claims, ...(groups === undefined ? {} : { [groupClaim]: groups }) },
  };
}

function decidedCase(one: PolicyCase, caller: string, decision: Decision): DecidedCase {
  const { expect, place, rule, becomes } = one;
  const { args } = decision;
  const faults = [
    ...(decision.effect === expect ? [] : [`expected ${expect}, and it is ${decision.effect}`]),
    ...(rule === undefined || rule === decision.rule
      ? []
      : [`expected "${rule}" to decide, and "${decision.rule}" does`]),
    ...(becomes === undefined || isSame(becomes, args ?? one.arguments)
      ? []
      : [`expected ${JSON.stringify(becomes)} to be left, and ${JSON.stringify(args ?? one.arguments)} is`]),
  ];
  return {
    tool: one.tool,
    caller,
    expect,
    decision: decision.effect,
    rule: decision.rule,
    ...defined({ reason: decision.reason, arguments: args, line: place.line }),
    ok: faults.length === 0,
    ...(faults.length === 0 ? {} : { fault: faults.join("; ") }),
  };
}

/** Whatever the order of their members. */
function isSame(one: JsonObject, other: JsonObject): boolean {
  const sorted = (value: JsonObject): string =>
    JSON.stringify(Object.entries(value).sort(([name], [next]) => (name < next ? -1 : 1)));
  return sorted(one) === sorted(other);
}
