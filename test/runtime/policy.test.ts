/** What a policy may say, what a server cannot mean by one, and a file that is read anew. */
import { describe, expect, it } from "vitest";
import { type Decision, decide, mayCall } from "../../templates/always/src/runtime/policy/decide.ts";
import { fitsGlob } from "../../templates/always/src/runtime/policy/match.ts";
import type { PolicyData, RuledTool } from "../../templates/always/src/runtime/policy/policy-data.ts";
import { policyFaults } from "../../templates/always/src/runtime/policy/policy-faults.ts";
import { readPolicy } from "../../templates/always/src/runtime/policy/read-policy.ts";
import { ConfigurationError } from "../../templates/always/src/runtime/errors.ts";
import { standardSteps } from "../../templates/always/src/runtime/call/steps.ts";
import { faultsBySchema } from "../../templates/always/src/runtime/validation/validate.ts";
import type { Caller } from "../../templates/always/src/runtime/upstream/http-message.ts";
import { startPolicyServer } from "./policy-server.ts";

const reading = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true };
const tool = (name: string, more: Partial<RuledTool> = {}): RuledTool => ({
  name,
  annotations: reading,
  arguments: new Map(),
  ...more,
});
const deleting = tool("delete_pet", {
  method: "DELETE",
  tags: ["pets"],
  annotations: { ...reading, readOnlyHint: false, destructiveHint: true },
  arguments: new Map([["petId", true]]),
});
const listing = tool("list_pets", {
  method: "GET",
  tags: ["pets"],
  arguments: new Map([
    ["limit", false],
    ["sort", false],
  ]),
});
const ada: Caller = { id: "user:ada", scopes: [] };
const decided = (policy: PolicyData, of: RuledTool = listing, args = {}, caller = ada): Decision =>
  decide(policy, { tool: of, caller, args }, (schema, given) => faultsBySchema(schema)(given));

describe("a policy without rules", () => {
  it("allows what reads, asks before what is destructive, and allows the rest", () => {
    const creating = tool("create_pet", { annotations: { ...reading, readOnlyHint: false } });
    const effects = [listing, deleting, creating].map((one) => decided({ rules: [] }, one).effect);
    expect(effects).toEqual(["allow", "ask", "allow"]);
  });
  it("does with all calls what its default says", () => {
    for (const effect of ["allow", "ask", "deny"] as const)
      expect(decided({ default: effect, rules: [] }, deleting)).toEqual({ effect, rule: "default" });
  });
});

describe("a rule", () => {
  it.each<[string, object, Caller, boolean]>([
    ["callers", { callers: ["user:*"] }, ada, true],
    ["callers", { callers: ["user:a"] }, ada, false],
    ["subjects", { subjects: ["ada"] }, { id: "x", subject: "ada" }, true],
    ["subjects", { subjects: ["ada"] }, { id: "ada" }, false],
    ["clients", { clients: ["cli"] }, { id: "x", client: "cli" }, true],
    ["clients", { clients: ["cli"] }, { id: "x" }, false],
    ["tenants", { tenants: ["acme"] }, { id: "x", tenant: "acme" }, true],
    ["tenants", { tenants: ["acme"] }, { id: "x", tenant: "ACME" }, false],
    ["scopes, all of them", { scopes: ["a", "b"] }, { id: "x", scopes: ["b", "a", "c"] }, true],
    ["scopes, all of them", { scopes: ["a", "b"] }, { id: "x", scopes: ["a"] }, false],
    ["scopes, of whoever starts the server", { scopes: ["a"] }, { id: "local" }, true],
    ["groups", { groups: ["a"] }, { id: "x", claims: { groups: ["b", "a"] } }, true],
    ["groups", { groups: ["a"] }, { id: "x", claims: { groups: ["b"] } }, false],
    ["groups", { groups: ["a"] }, { id: "local" }, false],
    ["claims", { claims: { level: [3, 4] } }, { id: "x", claims: { level: 4 } }, true],
    ["claims", { claims: { level: [3, 4] } }, { id: "x", claims: { level: "4" } }, false],
    ["claims, by a path", { claims: { "org.unit": ["a"] } }, { id: "x", claims: { org: { unit: "a" } } }, true],
    ["claims, a name with a dot", { claims: { "org.unit": ["a"] } }, { id: "x", claims: { "org.unit": "a" } }, true],
    ["claims, of a prototype", { claims: { constructor: ["a"] } }, { id: "x", claims: {} }, false],
    ["toolsets", { toolsets: ["triage"] }, ada, false],
  ])("fits by %s %j %j: %s", (_what, conditions, caller, fits) => {
    const policy = { default: "deny", rules: [{ name: "it", effect: "allow", ...conditions }] } as PolicyData;
    expect(decided(policy, listing, {}, caller).rule).toBe(fits ? "it" : "default");
    expect(mayCall(policy, listing, { caller }).allowed).toBe(fits);
  });

  it("that denies by scope is not for whoever starts the server, from whom no scope is withheld", () =>
    expect(decided({ rules: [{ effect: "deny", scopes: ["guest"] }] }, listing, {}, { id: "local" }).effect).toBe(
      "allow",
    ));

  it("decides where it is the first that fits", () => {
    const policy: PolicyData = {
      rules: [
        { effect: "deny", tags: ["other"] },
        { effect: "ask", methods: ["DELETE"] },
        { effect: "deny", tools: ["*"] },
      ],
    };
    expect([decided(policy, deleting), decided(policy, listing)]).toEqual([
      { effect: "ask", rule: "rule 2" },
      { effect: "deny", rule: "rule 3" },
    ]);
  });

  it("about arguments leaves a tool in the list of whoever may call it with others", () => {
    const policy: PolicyData = {
      default: "allow",
      rules: [{ effect: "deny", arguments: { properties: { limit: { minimum: 10 } }, required: ["limit"] } }],
    };
    expect(mayCall(policy, listing, { caller: ada }).allowed).toBe(true);
    expect(decided(policy, listing, { limit: 10 }).effect).toBe("deny");
    expect(decided(policy, listing, { limit: 9 }).effect).toBe("allow");
  });

  it("refuses what takes too long to check, whatever its effect", () => {
    const policy = (effect: "allow" | "deny"): PolicyData => ({
      default: "allow",
      rules: [{ effect, arguments: { properties: { sort: { pattern: "^(a|a)*b$" } } } }],
    });
    for (const effect of ["allow", "deny"] as const)
      expect(decide(policy(effect), { tool: listing, caller: ada, args: {} }, () => undefined).effect).toBe("deny");
  });
});

it.each<[string, string, boolean]>([
  ["*", "", true],
  ["delete_*", "delete_pet", true],
  ["delete_*", "Delete_pet", false],
  ["*_pet", "delete_pets", false],
  ["a*a", "a", false],
  ["*a*b*", "xxaxxbxx", true],
  ["a**b", "ab", true],
  ["get_pet", "get_pet2", false],
])("the glob %j and %j: %s", (glob, name, fits) => expect(fitsGlob(glob, name)).toBe(fits));

describe("what is no policy", () => {
  it.each<[unknown, string, string]>([
    [[], "", "A policy has to be an object"],
    [{}, "", 'A policy needs the key "rules"'],
    [{ rules: {} }, "/rules", '"rules" needs a list'],
    [{ rules: [], defualt: "deny" }, "/defualt", '"defualt" is no key of a policy; did you mean "default"?'],
    [{ rules: [], default: "no" }, "/default", '"default" needs allow, ask, deny'],
    [{ rules: [{}] }, "/rules/0", '"rules/0" needs the key "effect"'],
    [
      { rules: [{ effect: "deny", tool: ["x"] }] },
      "/rules/0/tool",
      '"tool" is no key of "rules/0"; did you mean "tools"?',
    ],
    [{ rules: [{ effect: "deny", tools: [] }] }, "/rules/0/tools", '"rules/0/tools" needs a list that is not empty'],
    [{ rules: [{ effect: "deny", tools: "x" }] }, "/rules/0/tools", '"rules/0/tools" needs a list that is not empty'],
    [
      { rules: [{ effect: "deny", methods: ["get"] }] },
      "/rules/0/methods/0",
      '"rules/0/methods/0" needs an HTTP method in capitals',
    ],
    [{ rules: [{ effect: "deny", cap: { a: 1 } }] }, "/rules/0/cap", 'A rule that denies has no "cap"'],
    [{ rules: [{ effect: "allow", cap: { a: "1" } }] }, "/rules/0/cap/a", '"rules/0/cap/a" needs a number'],
    [
      { rules: [{ effect: "deny", claims: { a: "b" } }] },
      "/rules/0/claims/a",
      '"rules/0/claims/a" needs a list that is not empty',
    ],
    [
      { rules: [{ effect: "deny", arguments: { properties: { a: { maxmum: 3 } } } }] },
      "/rules/0/arguments/properties/a/maxmum",
      '"maxmum" is no keyword that rules can hold',
    ],
    [
      { rules: [{ effect: "deny", arguments: { oneOf: [{}] } }] },
      "/rules/0/arguments/oneOf",
      '"oneOf" is no keyword that rules can hold',
    ],
    [
      { rules: [{ effect: "deny", arguments: { $ref: "#/$defs/x" } }] },
      "/rules/0/arguments/$ref",
      '"$ref" is no keyword that rules can hold',
    ],
    [
      { rules: [{ effect: "deny", require: { pattern: "(" } }] },
      "/rules/0/require",
      'A rule that denies has no "require"',
    ],
    [
      { rules: [{ effect: "allow", require: { pattern: "(a)\\1" } }] },
      "/rules/0/require/pattern",
      "needs a regular expression that can be run in bounded time",
    ],
    [{ rules: [{ effect: "allow", require: { type: "text" } }] }, "/rules/0/require/type", "needs one of array"],
    [{ rules: [{ effect: "allow", require: { maximum: "9" } }] }, "/rules/0/require/maximum", "needs a number"],
    [{ rules: [{ effect: "allow", require: { format: "uri" } }] }, "/rules/0/require/format", "needs one of date"],
  ])("%j: at %s, %s", (value, pointer, message) => {
    const read = readPolicy(value);
    const faults = "faults" in read ? read.faults : [];
    expect(faults.map((fault) => fault.pointer)).toContain(pointer);
    expect(faults.map((fault) => fault.message).join("\n")).toContain(message);
  });

  it("but what is one is taken as it is", () => {
    const policy = {
      default: "deny",
      rules: [
        { effect: "allow", require: { properties: { a: { maximum: 1, pattern: "^a" } }, not: { required: ["b"] } } },
      ],
    };
    expect(readPolicy(policy)).toEqual({ policy });
  });
});

describe("what a server cannot mean", () => {
  const server = { tools: [deleting, listing], toolsets: ["triage"] };
  it.each<[object[], string, string]>([
    [
      [{ effect: "deny", tools: ["delete_pets"] }],
      "/rules/0/tools/0",
      'There is no tool "delete_pets"; did you mean "delete_pet"?',
    ],
    [[{ effect: "deny", tags: ["Pets"] }], "/rules/0/tags/0", 'There is no tag "Pets"; did you mean "pets"?'],
    [[{ effect: "deny", toolsets: ["x"] }], "/rules/0/toolsets/0", 'There is no toolset "x"'],
    [[{ effect: "deny", tools: ["remove_*"] }], "/rules/0", "No tool fits this rule"],
    [[{ effect: "deny", methods: ["PATCH"] }], "/rules/0", "No tool fits this rule"],
    [[{ effect: "deny", tools: ["list_*"], hints: { destructive: true } }], "/rules/0", "No tool fits this rule"],
    [
      [{ effect: "allow" }, { effect: "deny", tools: ["delete_pet"] }],
      "/rules/1",
      "This rule can never decide: rule 1 decides all of its calls before",
    ],
    [
      [{ effect: "allow", methods: ["GET"] }, { effect: "ask", methods: ["DELETE"] }, { effect: "deny" }],
      "/rules/2",
      "rule 2 and rule 1 decide all",
    ],
    [
      [
        { effect: "allow", groups: ["a"] },
        { effect: "deny", groups: ["a"], tools: ["list_pets"] },
      ],
      "/rules/1",
      "rule 1 decides all",
    ],
    [
      [{ effect: "allow", tools: ["list_pets"], cap: { limits: 3 } }],
      "/rules/0/cap",
      'has the argument "limits"; did you mean "limit"?',
    ],
    [
      [{ effect: "allow", require: { properties: { petID: { const: 1 } } } }],
      "/rules/0/require/properties",
      'did you mean "petId"?',
    ],
    [
      [{ effect: "allow", tools: ["delete_pet"], drop: ["petId"] }],
      "/rules/0/drop",
      '"petId" cannot be left out: delete_pet requires it',
    ],
  ])("%j: at %s, %s", (rules, pointer, message) => {
    const faults = policyFaults({ rules } as unknown as PolicyData, server);
    expect(faults).toHaveLength(1);
    expect(faults[0]?.pointer).toBe(pointer);
    expect(faults[0]?.message).toContain(message);
  });

  it("leaves alone what decides about somebody, and tools of the owner's", () => {
    const policy = {
      custom: ["own_tool"],
      rules: [
        { effect: "allow", groups: ["a"] },
        { effect: "deny", groups: ["b"], tools: ["own_tool", "list_*"] },
        { effect: "allow", tools: ["own_*"], cap: { whatever: 1 } },
        { effect: "deny" },
      ],
    } as const;
    expect(policyFaults(policy, server)).toEqual([]);
  });
});

describe("the file of MCP_POLICY_FILE", () => {
  const configuration = "features: [policy]\n";
  const closed = JSON.stringify({ rules: [{ name: "closed", effect: "deny", tools: ["list_pets"] }] });
  const open = JSON.stringify({ default: "allow", rules: [] });

  it("holds in place of the generated one, and from when it is changed; a faulty one does not", async () => {
    let text = closed;
    let changed = (): void => undefined;
    const server = await startPolicyServer({
      configuration,
      environment: { MCP_POLICY_FILE: "policy.json" },
      host: { readText: () => text, watch: (_path, told) => void (changed = told) },
    });
    const client = await server.as(ada);
    const isRefused = async (): Promise<boolean> =>
      (await client.callTool({ name: "list_pets", arguments: {} })).isError === true;
    const isListed = async (): Promise<boolean> =>
      (await (await server.as(ada)).listTools()).tools.some(({ name }) => name === "list_pets");
    const turn = (next: string): string => {
      text = next;
      server.lines.splice(0);
      changed();
      return server.lines.join("\n");
    };
    expect([await isRefused(), await isListed()]).toEqual([true, false]);
    expect(turn(open)).toContain('"event":"policy","rules":0');
    expect([await isRefused(), await isListed()]).toEqual([false, true]);
    turn(closed);
    for (const [broken, said] of [
      ["", "is no JSON, line 1"],
      ['{\n"rules": [\n{"effect": "deny",}\n]}', "is no JSON, line 3"],
      ['{"rules":[{"effect":"allow","tool":["list_pets"]}]}', 'at /rules/0/tool, \\"tool\\" is no key'],
      ['{"rules":[{"effect":"deny","tools":["list_pet"]}]}', 'at /rules/0/tools/0, There is no tool \\"list_pet\\"'],
      ["null", "A policy has to be an object"],
    ] as const) {
      expect(turn(broken)).toContain(said);
      expect(server.lines.join("\n")).toContain("The policy of before holds on");
      expect([await isRefused(), await isListed()], broken).toEqual([true, false]);
    }
    expect(server.sent).toEqual(["GET /pets"]);
    await server.close();
  });

  it.each<[string, string | undefined]>([
    ["is broken", "{"],
    ["is not there", undefined],
    ["is about another server", '{"rules":[{"effect":"deny","tools":["nothing"]}]}'],
  ])("keeps a server from starting that %s", async (_what, text) => {
    const started = startPolicyServer({
      configuration,
      environment: { MCP_POLICY_FILE: "policy.json" },
      host: {
        readText: () => {
          if (text === undefined) throw new Error("ENOENT");
          return text;
        },
      },
    });
    await expect(started).rejects.toThrow(ConfigurationError);
  });
});

it("is told what makes JSON of a policy in YAML", async () => {
  const started = (path: string, text: string) =>
    startPolicyServer({
      configuration: "features: [policy]\n",
      environment: { MCP_POLICY_FILE: path },
      host: { readText: () => text },
    });
  for (const path of ["rules.yaml", "/etc/mcp/RULES.YML"])
    await expect(started(path, "rules: []\n")).rejects.toThrow(
      "is YAML, and a server reads JSON: make it with openapi-to-mcp policy print rules.yaml > policy.json",
    );
  await expect(started("rules.txt", "rules: []\n")).rejects.toThrow("is no JSON");
  // What is JSON is read, whatever it is called.
  const server = await started("rules.yaml", '{"rules":[]}');
  await server.close();
});

it("does not start where src/main.ts leaves out the step that keeps the policy", async () => {
  const steps = standardSteps.filter(({ name }) => name !== "policy");
  await expect(startPolicyServer({ configuration: "features: [policy]\n", steps })).rejects.toThrow(
    'src/main.ts leaves out the step "policy", and this server has the part that needs it',
  );
});
