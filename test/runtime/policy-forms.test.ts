/** What is wrong with the form of a policy, and with what it says of a server: each fault with its place, in whole sentences. */
import { describe, expect, it } from "vitest";
import type { PolicyData, RuledTool } from "../../templates/always/src/runtime/policy/policy-data.ts";
import { policyFaults } from "../../templates/always/src/runtime/policy/policy-faults.ts";
import { effects, readPolicy } from "../../templates/always/src/runtime/policy/read-policy.ts";

const read = (value: unknown): unknown => {
  const found = readPolicy(value);
  return "faults" in found ? found.faults.map(({ pointer, message }) => [pointer, message]) : "taken";
};
const ruled = (rule: object): unknown => read({ rules: [{ effect: "allow", ...rule }] });
const list = (key: string) => `"rules/0/${key}" needs a list that is not empty`;

describe("a policy", () => {
  it.each<[unknown, unknown]>([
    [{ rules: [] }, "taken"],
    [{ default: "ask", custom: ["a"], "group-claims": ["b"], rules: [] }, "taken"],
    [null, [["", "A policy has to be an object"]]],
    ["x", [["", "A policy has to be an object"]]],
    [[], [["", "A policy has to be an object"]]],
    [{}, [["", 'A policy needs the key "rules"']]],
    [{ rules: null }, [["/rules", '"rules" needs a list']]],
    [{ rules: [], default: "Allow" }, [["/default", '"default" needs allow, ask, deny']]],
    [{ rules: [], custom: [] }, [["/custom", '"custom" needs a list that is not empty']]],
    [{ rules: [], "group-claims": [1] }, [["/group-claims/0", '"group-claims/0" needs text']]],
    [
      { rules: [], zzzzzzzz: 1 },
      [["/zzzzzzzz", '"zzzzzzzz" is no key of a policy; known are default, custom, group-claims, rules']],
    ],
    [{ rules: [], rule: [] }, [["/rule", '"rule" is no key of a policy; did you mean "rules"?']]],
    [
      JSON.parse('{"rules":[],"constructor":1}'),
      [["/constructor", '"constructor" is no key of a policy; known are default, custom, group-claims, rules']],
    ],
    [
      { rules: [], "a/b~c": 1 },
      [["/a~1b~0c", '"a/b~c" is no key of a policy; known are default, custom, group-claims, rules']],
    ],
    [
      { rules: [1, "x"] },
      [
        ["/rules/0", '"rules/0" needs an object'],
        ["/rules/1", '"rules/1" needs an object'],
      ],
    ],
    [{ rules: [{}] }, [["/rules/0", '"rules/0" needs the key "effect"']]],
    [{ rules: [{ effect: null }] }, [["/rules/0/effect", '"rules/0/effect" needs allow, ask, deny']]],
  ])("%j: %j", (value, want) => expect(read(value)).toEqual(want));

  it("has three effects", () => expect(effects).toEqual(["allow", "ask", "deny"]));

  it("that is none says a hundred characters of a key", () => {
    const long = "k".repeat(101);
    expect(ruled({ [long]: 1 })).toEqual([
      [
        `/rules/0/${long}`,
        `"${"k".repeat(100)}" is no key of "rules/0"; known are name, effect, reason, tools, tags, methods, hints, toolsets, callers, subjects, clients, tenants, groups, scopes, claims, arguments, require, cap, drop, dry-run`,
      ],
    ]);
  });
});

describe("a rule", () => {
  it("may have all of this", () =>
    expect(
      ruled({
        name: "a",
        reason: "b",
        tools: ["*"],
        tags: ["t"],
        methods: ["GET", "M-SEARCH"],
        hints: { "read-only": true, destructive: false, idempotent: true, "open-world": false },
        toolsets: ["s"],
        callers: ["c"],
        subjects: ["d"],
        clients: ["e"],
        tenants: ["f"],
        groups: ["g"],
        scopes: ["h"],
        claims: { a: [null, 1, { b: [] }] },
        arguments: true,
        require: { type: "object" },
        cap: { limit: 0, "a/b": -1.5 },
        drop: ["sort"],
        "dry-run": false,
      }),
    ).toBe("taken"));

  it.each<[object, string, string]>([
    [{ name: "" }, "name", '"rules/0/name" needs text'],
    [{ name: 1 }, "name", '"rules/0/name" needs text'],
    [{ reason: null }, "reason", '"rules/0/reason" needs text'],
    ...[
      "tools",
      "tags",
      "methods",
      "toolsets",
      "callers",
      "subjects",
      "clients",
      "tenants",
      "groups",
      "scopes",
      "drop",
    ].map((key): [object, string, string] => [{ [key]: [] }, key, list(key)]),
    [{ tools: "x" }, "tools", list("tools")],
    [{ tools: {} }, "tools", list("tools")],
    [{ tags: ["a", ""] }, "tags/1", '"rules/0/tags/1" needs text'],
    [{ methods: ["GET", "post"] }, "methods/1", '"rules/0/methods/1" needs an HTTP method in capitals'],
    [{ methods: [1] }, "methods/0", '"rules/0/methods/0" needs an HTTP method in capitals'],
    [{ methods: ["GET "] }, "methods/0", '"rules/0/methods/0" needs an HTTP method in capitals'],
    [{ methods: [" GET"] }, "methods/0", '"rules/0/methods/0" needs an HTTP method in capitals'],
    [{ hints: [] }, "hints", '"rules/0/hints" needs an object'],
    [{ hints: { destructive: "yes" } }, "hints/destructive", '"rules/0/hints/destructive" needs true or false'],
    [
      { hints: { readOnlyHint: true } },
      "hints/readOnlyHint",
      '"readOnlyHint" is no key of "rules/0/hints"; known are read-only, destructive, idempotent, open-world',
    ],
    [{ claims: {} }, "claims", '"rules/0/claims" needs an object that is not empty'],
    [{ claims: ["a"] }, "claims", '"rules/0/claims" needs an object that is not empty'],
    [{ claims: { "a/b~": [] } }, "claims/a~1b~0", '"rules/0/claims/a/b~" needs a list that is not empty'],
    [{ cap: {} }, "cap", '"rules/0/cap" needs an object that is not empty'],
    [{ cap: { a: "1" } }, "cap/a", '"rules/0/cap/a" needs a number'],
    [{ cap: { a: null } }, "cap/a", '"rules/0/cap/a" needs a number'],
    [{ "dry-run": "true" }, "dry-run", '"rules/0/dry-run" needs true or false'],
    [{ arguments: null }, "arguments", '"rules/0/arguments" needs a JSON Schema'],
    [{ require: 1 }, "require", '"rules/0/require" needs a JSON Schema'],
  ])("with %j is none: at %s, %s", (rule, place, message) =>
    expect(ruled(rule)).toEqual([[`/rules/0/${place}`, message]]),
  );

  it.each([
    ["require", {}],
    ["cap", { a: 1 }],
    ["drop", ["a"]],
    ["dry-run", true],
  ])("that denies has no %s", (key, value) => {
    expect(ruled({ effect: "deny", [key]: value })).toEqual([
      [`/rules/0/${key}`, `A rule that denies has no "${key}"`],
    ]);
    expect(ruled({ effect: "ask", [key]: value })).toBe("taken");
  });
});

const annotations = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true };
const tool = (name: string, method: string, args: readonly [string, boolean][] = []): RuledTool => ({
  name,
  method,
  tags: ["pets"],
  annotations,
  arguments: new Map(args),
});
const server = {
  tools: [
    tool("list_pets", "GET", [
      ["limit", false],
      ["sort", false],
    ]),
    tool("get_pet", "GET", [["petId", true]]),
    tool("delete_pet", "DELETE", [["petId", true]]),
  ],
  toolsets: ["triage"],
};
const faults = (rules: readonly object[], more: Partial<PolicyData> = {}, of = server): unknown =>
  policyFaults({ ...more, rules } as PolicyData, of).map(({ pointer, message }) => [pointer, message]);

describe("what a server has not", () => {
  it.each<[object, readonly (readonly [string, string])[]]>([
    [{ tools: ["list_pets", "get_pets"] }, [["tools/1", 'There is no tool "get_pets"; did you mean "get_pet"?']]],
    [{ tools: ["zzzzzzzzzz"] }, [["tools/0", 'There is no tool "zzzzzzzzzz"']]],
    [{ tools: ["t".repeat(101)] }, [["tools/0", `There is no tool "${"t".repeat(100)}"`]]],
    [{ tags: ["pet"] }, [["tags/0", 'There is no tag "pet"; did you mean "pets"?']]],
    [{ tags: ["pet*"] }, [["tags/0", 'There is no tag "pet*"; did you mean "pets"?']]],
    [{ toolsets: ["triages"] }, [["toolsets/0", 'There is no toolset "triages"; did you mean "triage"?']]],
    [{ toolsets: ["*"] }, [["toolsets/0", 'There is no toolset "*"']]],
    [
      { tools: ["x9"], tags: ["y9"], toolsets: ["z9"] },
      [
        ["tools/0", 'There is no tool "x9"'],
        ["tags/0", 'There is no tag "y9"'],
        ["toolsets/0", 'There is no toolset "z9"'],
      ],
    ],
    [{ tools: ["put_*"] }, [["", "No tool fits this rule: it can never decide"]]],
    [{ tools: ["get_pet"], methods: ["DELETE"] }, [["", "No tool fits this rule: it can never decide"]]],
    [
      { cap: { limits: 1, zzzzzz: 2 } },
      [
        ["cap", 'No tool of this rule has the argument "limits"; did you mean "limit"?'],
        ["cap", 'No tool of this rule has the argument "zzzzzz"'],
      ],
    ],
    [{ tools: ["get_pet"], cap: { limit: 1 } }, [["cap", 'No tool of this rule has the argument "limit"']]],
    [{ drop: ["sorts"] }, [["drop", 'No tool of this rule has the argument "sorts"; did you mean "sort"?']]],
    [
      { arguments: { properties: { petid: {} } } },
      [["arguments/properties", 'No tool of this rule has the argument "petid"; did you mean "petId"?']],
    ],
    [
      { require: { properties: { ["a".repeat(101)]: {} } } },
      [["require/properties", `No tool of this rule has the argument "${"a".repeat(100)}"`]],
    ],
    [{ drop: ["petId"] }, [["drop", '"petId" cannot be left out: get_pet requires it']]],
    [{ tools: ["delete_pet"], drop: ["petId"] }, [["drop", '"petId" cannot be left out: delete_pet requires it']]],
    [
      { tools: ["list_*"], drop: ["sort"], cap: { limit: 1 }, require: true, arguments: { properties: { sort: {} } } },
      [],
    ],
  ])("is said of %j: %j", (rule, want) =>
    expect(faults([{ effect: "allow", ...rule }])).toEqual(
      want.map(([place, message]) => [place === "" ? "/rules/0" : `/rules/0/${place}`, message]),
    ),
  );

  it("but for tools of the owner's, which are not known, and what may be theirs", () => {
    const custom = ["own_tool", "get_pet"];
    const of = (rule: object) => faults([{ effect: "allow", ...rule }], { custom });
    expect(of({ tools: ["own_tool"], cap: { any: 1 } })).toEqual([]);
    expect(of({ tools: ["own_*"], cap: { any: 1 } })).toEqual([]);
    expect(of({ cap: { any: 1 } })).toEqual([]);
    expect(of({ tools: ["get_pet"], cap: { any: 1 } })).toEqual([
      ["/rules/0/cap", 'No tool of this rule has the argument "any"'],
    ]);
    expect(of({ tools: ["own_tools"] })).toEqual([
      ["/rules/0/tools/0", 'There is no tool "own_tools"; did you mean "own_tool"?'],
    ]);
    expect(of({ drop: ["petId"] })).toEqual([["/rules/0/drop", '"petId" cannot be left out: get_pet requires it']]);
  });
});

describe("a rule that can never decide", () => {
  const never = (index: number, which: string) => [
    [`/rules/${index}`, `This rule can never decide: ${which} all of its calls before`],
  ];
  it.each<[string, readonly object[], unknown]>([
    ["after one for all", [{}, { tools: ["get_pet"] }], never(1, "rule 1 decides")],
    ["after two", [{ methods: ["DELETE"] }, { methods: ["GET"] }, {}], never(2, "rule 2 and rule 1 decide")],
    ["after one for the same", [{ groups: ["a"] }, { groups: ["a"], tools: ["get_pet"] }], never(1, "rule 1 decides")],
    ["not after one for others", [{ groups: ["a"] }, { groups: ["b"] }], []],
    ["not after one for some", [{ groups: ["a"] }, {}], []],
    ["not after one for other tools", [{ tools: ["get_pet"] }, { tools: ["get_pet", "list_pets"] }], []],
    ["not before one for all", [{ tools: ["get_pet"] }, {}], []],
    [
      "after the first of them",
      [{}, { methods: ["GET"] }, { tools: ["get_pet"] }],
      [...never(1, "rule 1 decides"), ...never(2, "rule 1 decides")],
    ],
  ])("is %s", (_what, rules, want) =>
    expect(faults(rules.map((rule) => ({ effect: "allow", ...rule })))).toEqual(want),
  );

  it("is none that may be for tools of the owner's", () =>
    expect(faults([{ effect: "allow" }, { effect: "deny" }], { custom: ["own"] })).toEqual([]));
});
