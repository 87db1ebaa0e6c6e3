/** The policy of a server: checked against its tools, with what the runtime has to know of them. */
import type { RuledTool, ToolFacts } from "../../../templates/always/src/runtime/policy/policy-data.ts";
import { policyFaults } from "../../../templates/always/src/runtime/policy/policy-faults.ts";
import { readPolicy } from "../../../templates/always/src/runtime/policy/read-policy.ts";
import type { Operation } from "../../api/model.ts";
import { defined } from "../../base/defined.ts";
import { type Tell, diagnosticOf } from "../curation/decision.ts";
import { listedBesides, toolsOf } from "../plan/served-list.ts";
import type { ApiInput } from "../build.ts";
import type { ServerApi, ServerModel } from "../model.ts";
import type { PolicyWish } from "./wish.ts";

/**
 * The server with its policy; the server itself where its owner says nothing.
 *
 * @param inputs what the APIs of the server were made of, in their order
 * @param tell told of what the policy says that this server cannot mean
 */
export function withPolicy(
  model: ServerModel,
  wish: PolicyWish | undefined,
  inputs: readonly Pick<ApiInput, "api">[],
  tell: Tell,
): ServerModel {
  if (wish === undefined) return model;
  const { value, placeOf } = wish;
  const facts = new Map(
    model.apis
      .flatMap((api, index) => factsOf(api, inputs[index]?.api.operations ?? []))
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
  const read = readPolicy(value);
  const faults =
    "faults" in read
      ? read.faults
      : policyFaults(read.policy, {
          tools: ruledTools(model, facts),
          toolsets: model.toolsets.map(({ name }) => name),
        });
  for (const { pointer, message } of faults) tell(diagnosticOf("invalid-policy", placeOf(pointer), message));
  const policy = "policy" in read ? read.policy : { rules: [] };
  return { ...model, policy: { policy, tools: Object.fromEntries(facts) } };
}

/** By the names of its tools. The tag that groups a tool may be one that the owner gave it. */
function factsOf(
  { data, groups }: ServerApi,
  operations: readonly Operation[],
): readonly (readonly [string, ToolFacts])[] {
  const documented = new Map(operations.map(({ pointer, tags }) => [pointer, tags]));
  const grouping = new Map(data.groups.map(({ file, tag }) => [file, tag]));
  const reading = new Map(
    groups.flatMap(({ tools }) =>
      tools.flatMap(({ listing, call: { request } }) =>
        request.method === "GET" ? [[request.path, listing.name] as const] : [],
      ),
    ),
  );
  return groups.flatMap(({ file, tools }) =>
    tools.map(({ listing: { name }, call }): readonly [string, ToolFacts] => {
      const group = grouping.get(file);
      const tags = [...new Set([...(documented.get(call.pointer) ?? []), ...(group === undefined ? [] : [group])])];
      const { method, path } = call.request;
      const reads = method === "GET" ? undefined : reading.get(path);
      return [name, { method, ...(tags.length === 0 ? {} : { tags }), ...defined({ reads }) }];
    }),
  );
}

/** The tools of a server as rules see them, workflows and those that go on with work among them. */
export function ruledTools(
  { apis, ...others }: Pick<ServerModel, "apis" | "workflows" | "jobs">,
  facts: ReadonlyMap<string, ToolFacts>,
): readonly RuledTool[] {
  const listings = [...toolsOf(apis).map(({ listing }) => listing), ...listedBesides(others)];
  return listings.map(({ name, annotations, inputSchema: { properties, required = [] } }) => ({
    name,
    annotations,
    arguments: new Map(Object.keys(properties).map((argument) => [argument, required.includes(argument)])),
    ...facts.get(name),
  }));
}
