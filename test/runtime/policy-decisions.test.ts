/** What a policy says of a call: which rule fits, what is refused and why, and what is asked for less than was wanted. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../templates/always/src/runtime/data/model-parts.ts";
import { type Asked, decide, mayCall } from "../../templates/always/src/runtime/policy/decide.ts";
import { conditionsOf, fitsCaller, fitsTool, isForAll } from "../../templates/always/src/runtime/policy/match.ts";
import {
  type PolicyData,
  type PolicyRule,
  ruleName,
  type RuledTool,
} from "../../templates/always/src/runtime/policy/policy-data.ts";
import { faultsBySchema } from "../../templates/always/src/runtime/validation/validate.ts";
import type { Caller } from "../../templates/always/src/runtime/upstream/http-message.ts";

const reading = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true };
const listing: RuledTool = {
  name: "list_pets",
  method: "GET",
  tags: ["pets", "all"],
  annotations: reading,
  arguments: new Map([
    ["limit", false],
    ["size", false],
    ["sort", false],
  ]),
};
const allow = (rule: Partial<PolicyRule>): PolicyRule => ({ effect: "allow", ...rule });

function decided(rule: Partial<PolicyRule> | PolicyData, args: JsonObject = {}, more: Partial<Asked> = {}) {
  const policy = "rules" in rule ? rule : { default: "deny" as const, rules: [allow({ name: "it", ...rule })] };
  return decide(policy, { tool: listing, caller: { id: "user:ada" }, args, ...more }, (schema, given) =>
    faultsBySchema(schema)(given),
  );
}

describe("a rule fits a tool", () => {
  it.each<[Partial<PolicyRule>, boolean]>([
    [{}, true],
    [{ tools: ["list_pets"] }, true],
    [{ tools: ["x", "list_*"] }, true],
    [{ tools: ["list_"] }, false],
    [{ tags: ["all"] }, true],
    [{ tags: ["other", "pets"] }, true],
    [{ tags: ["Pets"] }, false],
    [{ methods: ["POST", "GET"] }, true],
    [{ methods: ["POST"] }, false],
    [{ hints: {} }, true],
    [{ hints: { "read-only": true } }, true],
    [{ hints: { "read-only": false } }, false],
    [{ hints: { destructive: false } }, true],
    [{ hints: { destructive: true } }, false],
    [{ hints: { idempotent: false } }, false],
    [{ hints: { "open-world": false } }, false],
    [{ hints: { "read-only": true, idempotent: false } }, false],
    [{ tools: ["list_*"], tags: ["pets"], methods: ["GET"], hints: { idempotent: true } }, true],
    [{ tools: ["get_*"], tags: ["pets"] }, false],
    [{ tools: ["list_*"], tags: ["other"] }, false],
  ])("%j: %s", (rule, fits) => expect(fitsTool(allow(rule), listing)).toBe(fits));

  it("only by what the tool has", () => {
    const { method: _method, tags: _tags, ...own } = listing;
    expect(fitsTool(allow({ methods: ["GET"] }), own)).toBe(false);
    expect(fitsTool(allow({ tags: ["pets"] }), own)).toBe(false);
    expect(fitsTool(allow({ tools: ["*"] }), own)).toBe(true);
  });
});

describe("a rule fits a caller", () => {
  const ada: Caller = {
    id: "user:acme/ada",
    subject: "ada",
    client: "desk",
    tenant: "acme",
    scopes: ["a", "b"],
    claims: { groups: ["one", "two"], roles: "three", level: 4, realm: { roles: ["four"] }, flag: { x: [1] } },
  };
  it.each<[Partial<PolicyRule>, boolean]>([
    [{}, true],
    [{ callers: ["user:*"] }, true],
    [{ callers: ["x", "user:acme/ada"] }, true],
    [{ callers: ["user:acme"] }, false],
    [{ subjects: ["bob", "ada"] }, true],
    [{ subjects: ["a*"] }, false],
    [{ clients: ["desk"] }, true],
    [{ clients: ["ada"] }, false],
    [{ tenants: ["acme"] }, true],
    [{ tenants: ["desk"] }, false],
    [{ scopes: ["b", "a"] }, true],
    [{ scopes: ["a", "c"] }, false],
    [{ groups: ["two"] }, true],
    [{ groups: ["zero", "one"] }, true],
    [{ groups: ["three"] }, false],
    [{ claims: { level: [3, 4] } }, true],
    [{ claims: { level: ["4"] } }, false],
    [{ claims: { level: [4], roles: ["x"] } }, false],
    [{ claims: { level: [4], roles: ["three"] } }, true],
    [{ claims: { "realm.roles": ["four"] } }, true],
    [{ claims: { flag: [{ x: [1] }] } }, true],
    [{ claims: { flag: [{ x: [2] }] } }, false],
    [{ claims: { none: [null] } }, false],
    [{ toolsets: ["triage"] }, true],
    [{ toolsets: ["other"] }, false],
    [{ subjects: ["ada"], clients: ["x"] }, false],
    [{ callers: ["*"], scopes: ["x"] }, false],
    [{ groups: ["one"], claims: { level: [5] } }, false],
  ])("%j: %s", (rule, fits) => expect(fitsCaller(allow(rule), { caller: ada, toolset: "triage" })).toBe(fits));

  it("by the groups of the claims that are named for it", () => {
    const fits = (claims: readonly string[], group: string): boolean =>
      fitsCaller(allow({ groups: [group] }), { caller: ada }, claims);
    expect([fits(["realm.roles"], "four"), fits(["roles", "realm.roles"], "four"), fits(["roles"], "one")]).toEqual([
      true,
      true,
      false,
    ]);
    const policy: PolicyData = { default: "deny", "group-claims": ["roles"], rules: [allow({ groups: ["three"] })] };
    expect(decided(policy, {}, { caller: ada }).effect).toBe("allow");
    expect(mayCall(policy, listing, { caller: ada }).allowed).toBe(true);
    expect(mayCall({ ...policy, "group-claims": ["groups"] }, listing, { caller: ada }).allowed).toBe(false);
  });

  it("from whom nothing is withheld by its scopes where it lets pass, and not where it denies", () => {
    const caller = { id: "local" };
    expect(fitsCaller(allow({ scopes: ["a"] }), { caller })).toBe(true);
    expect(fitsCaller({ effect: "ask", scopes: ["a"] }, { caller })).toBe(true);
    expect(fitsCaller({ effect: "deny", scopes: ["a"] }, { caller })).toBe(false);
    expect(fitsCaller(allow({ scopes: ["a"] }), { caller: { ...caller, scopes: [] } })).toBe(false);
  });

  it.each<[Partial<PolicyRule>, boolean]>([
    [{ name: "x", tools: ["a"], tags: ["b"], methods: ["GET"], hints: {}, cap: { a: 1 }, require: {} }, true],
    [{ arguments: true }, false],
    [{ callers: ["a"] }, false],
    [{ claims: { a: [1] } }, false],
    [{ clients: ["a"] }, false],
    [{ groups: ["a"] }, false],
    [{ scopes: ["a"] }, false],
    [{ subjects: ["a"] }, false],
    [{ tenants: ["a"] }, false],
    [{ toolsets: ["a"] }, false],
  ])("whoever it is: %j %s", (rule, all) => {
    expect(isForAll(allow(rule))).toBe(all);
    expect(conditionsOf(allow(rule)).filter((one) => one !== undefined)).toHaveLength(all ? 0 : 1);
  });
});

describe("a rule is called", () => {
  it("by its name, else by its number", () =>
    expect([ruleName(allow({ name: "it" }), 0), ruleName(allow({}), 0), ruleName(allow({}), 9)]).toEqual([
      "it",
      "rule 1",
      "rule 10",
    ]));
});

describe("a call", () => {
  it("is as the first rule that fits says, with the owner's words", () => {
    expect(decided({ effect: "deny", reason: "Not today" })).toEqual({
      effect: "deny",
      rule: "it",
      reason: "Not today",
    });
    expect(decided({ effect: "deny" })).toEqual({ effect: "deny", rule: "it" });
    expect(decided({ effect: "ask", reason: "unused", "dry-run": false })).toEqual({ effect: "ask", rule: "it" });
    expect(decided({ "dry-run": true })).toEqual({ effect: "allow", rule: "it", dryRun: true });
  });

  it.each<[string, Partial<RuledTool["annotations"]>, string]>([
    ["reads", {}, "allow"],
    ["reads, whatever else it says", { destructiveHint: true }, "allow"],
    ["changes", { readOnlyHint: false }, "allow"],
    ["removes", { readOnlyHint: false, destructiveHint: true }, "ask"],
  ])("that no rule fits is by what its tool does: %s", (_what, hints, effect) => {
    const tool = { ...listing, annotations: { ...reading, ...hints } };
    expect(decided({ rules: [] }, {}, { tool })).toEqual({ effect, rule: "default" });
    expect(mayCall({ rules: [] }, tool, { caller: { id: "a" } })).toEqual({ allowed: true, rule: "default" });
  });

  it("fits a rule by its arguments, and not where one of them is too fine", () => {
    const rule = { arguments: { properties: { limit: { maximum: 10 } }, required: ["limit"] } };
    expect(decided(rule, { limit: 10 })).toEqual({ effect: "allow", rule: "it" });
    expect(decided(rule, { limit: 11 })).toEqual({ effect: "deny", rule: "default" });
    expect(decided(rule, {})).toEqual({ effect: "deny", rule: "default" });
    expect(decided(rule, { limit: 10 }, { given: { limit: "10.00000000000000000001" } })).toEqual({
      effect: "deny",
      rule: "it",
      reason: "A number has more digits than the policy can check: round it",
    });
  });

  it("is refused where it takes too long to tell", () => {
    const reason = "The arguments take too long to check: make them shorter";
    for (const key of ["arguments", "require"] as const)
      expect(
        decide({ rules: [allow({ [key]: {} })] }, { tool: listing, caller: { id: "a" }, args: {} }, () => undefined),
      ).toEqual({ effect: "deny", rule: "rule 1", reason });
  });

  it("has to meet what a rule requires, else is told what it does not meet", () => {
    const require = { properties: { limit: { maximum: 10 }, sort: { enum: ["a"] } }, required: ["limit"] };
    expect(decided({ require }, { limit: 10 })).toEqual({ effect: "allow", rule: "it" });
    const { effect, rule, reason = "" } = decided({ require, reason: "Small steps" }, { limit: 11, sort: "b" });
    expect([effect, rule, reason.split("\n").length, reason.split("\n")[0]]).toEqual(["deny", "it", 3, "Small steps"]);
    expect(decided({ require }, { limit: 11 }).reason?.split("\n")).toHaveLength(1);
    expect(decided({ require }, { limit: 10 }, { given: { limit: "10.1" } }).reason).toBe(
      "A number has more digits than the policy can check: round it",
    );
  });
});

describe("less than was wanted", () => {
  it.each<[Partial<PolicyRule>, JsonObject, JsonObject | undefined, readonly string[] | undefined]>([
    [{ cap: { limit: 10 } }, { limit: 10, sort: "a" }, undefined, undefined],
    [{ cap: { limit: 10 } }, { limit: 11, sort: "a" }, { limit: 10, sort: "a" }, ['"limit" was lowered to 10']],
    [{ cap: { limit: 10 } }, {}, { limit: 10 }, ['"limit" was set to 10']],
    [{ cap: { limit: -1 } }, { limit: 0 }, { limit: -1 }, ['"limit" was lowered to -1']],
    [{ cap: { other: 10 } }, {}, undefined, undefined],
    [
      { cap: { limit: 1, size: 2 } },
      { limit: 3 },
      { limit: 1, size: 2 },
      ['"limit" was lowered to 1', '"size" was set to 2'],
    ],
    [{ drop: ["sort"] }, { limit: 1, sort: "a" }, { limit: 1 }, ['"sort" was left out']],
    [{ drop: ["sort", "size"] }, { limit: 1 }, undefined, undefined],
    [
      { cap: { limit: 1 }, drop: ["sort"] },
      { sort: "a", limit: 2 },
      { limit: 1 },
      ['"limit" was lowered to 1', '"sort" was left out'],
    ],
    [{ cap: { limit: 1 }, drop: ["limit"] }, {}, {}, ['"limit" was set to 1', '"limit" was left out']],
  ])("by %j of %j is %j: %j", (rule, args, want, notes) =>
    expect(decided(rule, args)).toEqual({
      effect: "allow",
      rule: "it",
      ...(want === undefined ? {} : { args: want, notes }),
    }),
  );

  it.each<JsonObject>([{ limit: "5" }, { limit: null }, { limit: [1] }])("cannot be said of %j", (args) =>
    expect(decided({ cap: { limit: 10 } }, args)).toEqual({
      effect: "deny",
      rule: "it",
      reason: '"limit" has to be a number',
    }),
  );

  it("is what is sent, whichever form a number was given in", () => {
    const given = { limit: "10.00000000000000000001", sort: "a" };
    expect(decided({ cap: { limit: 10 } }, { limit: 10, sort: "a" }, { given })).toEqual({
      effect: "allow",
      rule: "it",
      args: { limit: 10, sort: "a" },
      notes: ['"limit" was lowered to 10'],
    });
    expect(decided({ drop: ["limit"] }, { limit: 10 }, { given })).toMatchObject({ args: { sort: "a" } });
  });

  it("is what has to meet the rest of the rule", () => {
    const require = { properties: { limit: { maximum: 5 } }, not: { required: ["sort"] } };
    expect(decided({ cap: { limit: 5 }, drop: ["sort"], require }, { limit: 9, sort: "a" }).effect).toBe("allow");
    expect(decided({ cap: { limit: 6 }, drop: ["sort"], require }, { limit: 9, sort: "a" }).effect).toBe("deny");
    expect(decided({ cap: { limit: 5 }, require }, { limit: 9, sort: "a" }).effect).toBe("deny");
  });
});

describe("whether some call of a tool passes", () => {
  const asking = { caller: { id: "user:ada" } };
  it.each<[PolicyData, object]>([
    [{ rules: [allow({ name: "it" })] }, { allowed: true, rule: "it" }],
    [{ rules: [{ effect: "ask" }] }, { allowed: true, rule: "rule 1" }],
    [{ rules: [{ effect: "deny", reason: "No" }] }, { allowed: false, rule: "rule 1", reason: "No" }],
    [{ rules: [{ effect: "deny", arguments: {} }] }, { allowed: true, rule: "default" }],
    [
      { default: "deny", rules: [{ effect: "deny", arguments: {} }] },
      { allowed: false, rule: "default" },
    ],
    [
      { default: "deny", rules: [allow({ arguments: {} })] },
      { allowed: true, rule: "rule 1" },
    ],
    [
      { default: "deny", rules: [allow({ tools: ["x"] }), allow({ callers: ["x"] })] },
      { allowed: false, rule: "default" },
    ],
    [
      { default: "ask", rules: [{ effect: "deny", tools: ["x"] }] },
      { allowed: true, rule: "default" },
    ],
  ])("by %j: %j", (policy, want) => expect(mayCall(policy, listing, asking)).toEqual(want));
});
