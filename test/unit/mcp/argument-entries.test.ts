/** What an owner says of single arguments: which entries are taken, what becomes of the argument, and what is refused. */
import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../../src/base/diagnostics.ts";
import type { Json, JsonObject } from "../../../src/base/json.ts";
import { standalone } from "../../../src/base/schema/node.ts";
import { curateArguments } from "../../../src/mcp/curation/curate-argument.ts";
import type { ArgumentCuration } from "../../../src/mcp/curation/curation.ts";
import { decisionOf } from "../../../src/mcp/curation/decision.ts";
import type { Argument } from "../../../src/mcp/input/argument.ts";

const place = { file: "mine.yaml", pointer: "/x", line: 7 };
const argument = (name: string, schema: JsonObject, required = false): Argument => ({
  name,
  schema: standalone.of(schema),
  required,
  description: undefined,
  deprecated: false,
  example: undefined,
  place: "query",
});

type Entry = Omit<ArgumentCuration, "place">;

function curated(entries: Readonly<Record<string, Entry>>, list: readonly Argument[], wrong?: Json) {
  const told: Diagnostic[] = [];
  const placed = Object.entries(entries).map(([name, entry]) => [name, { ...entry, place }] as const);
  const decision = { ...decisionOf({}, "mine.yaml line 7", place), arguments: new Map(placed) };
  const found = curateArguments(list, decision, "list_pets", {
    tell: (diagnostic) => void told.push(diagnostic),
    valueCheck: (_, value) => (value === wrong ? "it is wrong" : undefined),
  });
  return { ...found, told: told.map(({ code, message, line }) => `${line} ${code} ${message}`) };
}

const plain = argument("limit", { type: "integer" });
const needed = argument("shop", { type: "string" }, true);

describe("an entry of an argument", () => {
  it.each<[string, Argument, Entry, string]>([
    [
      "fixed, and from the environment",
      plain,
      { fixed: 1, environment: "SHOP" },
      "takes a fixed value or an environment variable, not both",
    ],
    ["fixed, and with a default", plain, { fixed: 1, default: 2 }, "takes a fixed value or a default, not both"],
    ["shown, and fixed", plain, { hidden: false, fixed: 1 }, "cannot be shown: its value is given already"],
    [
      "shown, and from the environment",
      plain,
      { hidden: false, environment: "SHOP" },
      "cannot be shown: its value is given already",
    ],
    ...[
      "shop",
      "1SHOP",
      "SHOP-A",
      "MCP_SHOP",
      "NODE_OPTIONS",
      "NPM_TOKEN",
      "LD_PRELOAD",
      "DYLD_X",
      "",
      "A".repeat(121),
    ].map((environment): [string, Argument, Entry, string] => [
      `from ${environment}`,
      plain,
      { environment },
      `cannot be taken from "${environment}": a variable is written in A-Z, 0-9 and _, and does not begin with MCP_ or NODE_`,
    ]),
    [
      "hidden, though it is required",
      needed,
      { hidden: true },
      "is required by the API: hide it with a fixed value, a default or an environment variable",
    ],
  ])("is refused that says %s", (_, of, entry, fault) =>
    expect(curated({ [of.name]: entry }, [of])).toMatchObject({
      list: [of],
      supplied: [],
      reasons: [],
      told: [`7 invalid-curation The argument "${of.name}" of list_pets ${fault}`],
    }),
  );

  it.each<[Argument, Entry, readonly object[], string]>([
    [plain, { fixed: 1 }, [{ kind: "fixed", argument: "limit", value: 1 }], "hidden and given a fixed value"],
    [plain, { hidden: true }, [], "hidden and left out"],
    [
      plain,
      { hidden: true, default: 3 },
      [{ kind: "fixed", argument: "limit", value: 3 }],
      "hidden and given a fixed value",
    ],
    [
      needed,
      { hidden: true, default: "a" },
      [{ kind: "fixed", argument: "shop", value: "a" }],
      "hidden and given a fixed value",
    ],
    [
      needed,
      { environment: "SHOP_1" },
      [{ kind: "environment", argument: "shop", variable: "SHOP_1", type: "string", schema: { type: "string" } }],
      "hidden and taken from SHOP_1",
    ],
    [
      plain,
      { environment: "A".repeat(120), default: 3 },
      [
        {
          kind: "environment",
          argument: "limit",
          variable: "A".repeat(120),
          type: "integer",
          schema: { type: "integer" },
          default: 3,
        },
      ],
      `hidden and taken from ${"A".repeat(120)}`,
    ],
  ])("hides %#", (of, entry, supplied, reason) =>
    expect(curated({ [of.name]: entry }, [of])).toEqual({
      list: [],
      supplied,
      names: new Map(),
      reasons: [{ about: "arguments", text: `"${of.name}" is ${reason} by mine.yaml line 7` }],
      told: [],
    }),
  );

  it.each<[JsonObject, string]>([
    [{ type: "string" }, "string"],
    [{ type: ["integer", "string"] }, "string"],
    [{ type: ["null", "integer"] }, "integer"],
    [{ type: "number" }, "number"],
    [{ type: "boolean" }, "boolean"],
    [{ type: "array" }, "array"],
    [{ type: "object" }, "object"],
    [{ type: "null" }, "string"],
    [{}, "string"],
  ])("reads a variable for %j as %s", (schema, type) =>
    expect(curated({ a: { environment: "A" } }, [argument("a", schema)]).supplied).toMatchObject([{ type }]),
  );

  it("changes what is shown, and says so", () => {
    const all = curated({ shop: { name: "store", default: "a", description: "Which store.", examples: ["b"] } }, [
      needed,
    ]);
    expect(all.told).toEqual([]);
    expect(all.list).toMatchObject([{ name: "store", required: false, told: "Which store.", examples: ["b"] }]);
    expect(all.list[0]?.schema.json).toEqual({ type: "string", default: "a" });
    expect(all.supplied).toEqual([{ kind: "default", argument: "store", value: "a" }]);
    expect(all.reasons.map(({ text }) => text)).toEqual([
      '"shop" is called "store" and given a default and described by mine.yaml line 7',
    ]);
    const reason = (entry: Entry): readonly string[] =>
      curated({ shop: entry }, [needed]).reasons.map(({ text }) => text);
    expect([reason({ examples: ["x"] }), reason({ description: "x" }), reason({ hidden: false }), reason({})]).toEqual([
      ['"shop" is described by mine.yaml line 7'],
      ['"shop" is described by mine.yaml line 7'],
      [],
      [],
    ]);
    expect(curated({ shop: {} }, [needed]).list).toMatchObject([{ name: "shop", required: true }]);
    expect(curated({ shop: { description: "x".repeat(501) } }, [needed]).list).toMatchObject([
      { told: `${"x".repeat(499)}…` },
    ]);
  });

  it.each<[Entry, readonly string[]]>([
    [{ fixed: "bad" }, ["fixed value"]],
    [{ default: "bad" }, ["default"]],
    [{ examples: ["good", "bad", "bad"] }, ["example", "example"]],
    [{ default: "good", examples: ["good"] }, []],
  ])("has values that fit the schema: %j", (entry, wrong) =>
    expect(curated({ shop: entry }, [needed], "bad").told).toEqual(
      wrong.map(
        (what) =>
          `7 invalid-curation The ${what} of the argument "shop" of list_pets does not fit its schema: it is wrong`,
      ),
    ),
  );

  it("is for an argument that there is", () =>
    expect(curated({ limt: {}, limit: {} }, [plain]).told).toEqual([
      '7 unknown-argument list_pets has no argument "limt"; did you mean "limit"?',
    ]));
});

describe("a new name", () => {
  const names = (entries: Readonly<Record<string, Entry>>): unknown => {
    const { list, told } = curated(entries, [plain, needed, argument("page", {})]);
    return [list.map(({ name }) => name), told.map((text) => text.replace("7 invalid-curation In list_pets, ", ""))];
  };
  const shape = "is no name of an argument: it takes 1 to 64 of a-z, A-Z, 0-9, _, . and -";
  it.each<[Readonly<Record<string, Entry>>, unknown]>([
    [{ limit: { name: "most" } }, [["most", "shop", "page"], []]],
    [{ limit: { name: "shop" } }, [["limit", "shop", "page"], ['"shop" is another argument\'s name']]],
    [{ limit: { name: "shop" }, shop: { name: "limit" } }, [["shop", "limit", "page"], []]],
    [{ limit: { name: "a" }, shop: { name: "a" } }, [["a", "shop", "page"], ['"a" is another argument\'s name']]],
    [{ limit: { name: "a b" } }, [["limit", "shop", "page"], [`"a b" ${shape}`]]],
    [{ limit: { name: "" } }, [["limit", "shop", "page"], [`"" ${shape}`]]],
    [{ limit: { name: "__proto__" } }, [["limit", "shop", "page"], [`"__proto__" ${shape}`]]],
    [{ limit: { name: "x".repeat(64) } }, [["x".repeat(64), "shop", "page"], []]],
    [{ limit: { name: "x".repeat(65) } }, [["limit", "shop", "page"], [`"${"x".repeat(65)}" ${shape}`]]],
    [{ limit: { name: "shop", fixed: 1 } }, [["shop", "page"], []]],
  ])("by %j", (entries, want) => expect(names(entries)).toEqual(want));
});
