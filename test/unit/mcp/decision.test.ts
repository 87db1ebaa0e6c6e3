/** What an owner decides about a tool, a resource and a prompt: which words count, which limits, what is refused. */
import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../../src/base/diagnostics.ts";
import type { BuiltTool } from "../../../src/mcp/built-tool.ts";
import { ownPrompts } from "../../../src/mcp/curation/curate-prompt.ts";
import { ownResource } from "../../../src/mcp/curation/curate-resource.ts";
import { curateListing, policyOf } from "../../../src/mcp/curation/curate-tool.ts";
import type { PromptCuration } from "../../../src/mcp/curation/curation.ts";
import { byPlace, decisionOf, over } from "../../../src/mcp/curation/decision.ts";

const place = { file: "mine.yaml", pointer: "/tools/x", line: 7 };

describe("a decision", () => {
  it("holds what is said, by whom and where", () => {
    expect(decisionOf({ title: "T", enabled: false, timeout: 0 }, "mine.yaml line 7", place)).toEqual({
      title: { value: "T", by: "mine.yaml line 7", place },
      enabled: { value: false, by: "mine.yaml line 7", place },
      timeout: { value: 0, by: "mine.yaml line 7", place },
      hints: [],
      arguments: new Map(),
    });
    const all = {
      enabled: true,
      listed: true,
      name: "n",
      title: "t",
      description: "d",
      tags: ["a"],
      resource: "r",
      limits: {},
      timeout: 1,
      scopes: ["s"],
    };
    expect(
      Object.fromEntries(
        Object.entries(decisionOf(all, "x-mcp")).flatMap(([key, found]) => ("by" in found ? [[key, found.value]] : [])),
      ),
    ).toEqual(all);
  });

  it("of the owner is before that of the document; hints of both count", () => {
    const below = decisionOf({ title: "a", name: "a", hints: { readOnly: true } }, "x-mcp");
    const above = decisionOf({ title: "b", hints: { openWorld: false } }, "mine.yaml");
    const both = over(below, above);
    expect([both.title?.value, both.name?.value, both.hints.map(({ by }) => by)]).toEqual([
      "b",
      "a",
      ["x-mcp", "mine.yaml"],
    ]);
    expect(over(undefined, above)).toBe(above);
    expect([byPlace(place), byPlace({ file: "mine.yaml", pointer: "" })]).toEqual(["mine.yaml line 7", "mine.yaml"]);
  });
});

describe("what is listed of a tool", () => {
  const annotations = { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true };
  const listing = { title: "T", description: "D", annotations, reasons: [] };
  const hinted = (hints: Parameters<typeof decisionOf>[0]["hints"]) =>
    Object.values(curateListing(listing, decisionOf({ hints }, "x-mcp")).annotations)
      .map(Number)
      .join("");

  it.each([
    [{}, "0101"],
    // What only reads destroys nothing and can be repeated.
    [{ readOnly: true }, "1011"],
    [{ readOnly: true, destructive: true }, "1111"],
    [{ readOnly: true, idempotent: false }, "1001"],
    [{ readOnly: false }, "0101"],
    [{ destructive: false }, "0001"],
    [{ idempotent: true }, "0111"],
    [{ openWorld: false }, "0100"],
  ])("hints %j give %s", (hints, want) => expect(hinted(hints)).toBe(want));

  it("has the owner's texts as far as they say something", () => {
    const curated = (title: string, description: string) =>
      curateListing(listing, decisionOf({ title, description }, "x-mcp"));
    expect(curated("Mine", "My words.")).toMatchObject({ title: "Mine", description: "My words." });
    expect(curated("\u200b", "  ")).toMatchObject({ title: "T", description: "D" });
    expect(curated("a".repeat(101), "b".repeat(1025))).toMatchObject({
      title: `${"a".repeat(99)}…`,
      description: `${"b".repeat(1023)}…`,
    });
    expect(
      curateListing(listing, decisionOf({ title: "a", hints: { readOnly: true, openWorld: true } }, "x-mcp")).reasons,
    ).toEqual([
      { about: "title", text: "set by x-mcp" },
      { about: "hints", text: "readOnlyHint, openWorldHint set by x-mcp" },
    ]);
    expect(curateListing(listing, decisionOf({ hints: {} }, "x-mcp")).reasons).toEqual([]);
  });

  it.each([
    [{}, undefined, []],
    [{ scopes: [] }, undefined, ["scopes"]],
    [{ scopes: ["b", "a", "b"] }, { scopes: ["a", "b"] }, ["scopes"]],
    [{ limits: { callsPerMinute: 5 } }, { callsPerMinute: 5 }, ["limits"]],
    [{ limits: { answerBytes: 9 }, timeout: 1.5 }, { answerBytes: 9, timeoutMs: 1500 }, ["limits", "timeout"]],
    [{ timeout: 0.0004 }, { timeoutMs: 1 }, ["timeout"]],
    [{ timeout: 0.0026 }, { timeoutMs: 3 }, ["timeout"]],
    [{ idempotencyKey: "Request-Id" }, { idempotencyKey: "Request-Id" }, ["idempotency key"]],
  ])("limits %j are %j", (entry, want, told) => {
    const { policy, reasons } = policyOf(decisionOf(entry, "x-mcp"), { method: "POST" });
    expect(policy).toEqual(want);
    expect(reasons).toEqual(told.map((what) => ({ about: "limits", text: `${what} set by x-mcp` })));
  });
});

describe("a resource at the owner's URI", () => {
  const variable = (name: string, argument = name) => ({ name, argument, in: "query", type: "string" }) as never;
  const shared = { title: "T", description: "D", tool: "list_pets" } as never;
  function resource(uri: string, required: readonly string[] = [], readOnlyHint = true) {
    const told: Diagnostic[] = [];
    const built = {
      tool: { listing: { name: "list_pets", annotations: { readOnlyHint } } },
      arguments: new Map(["shop", "size"].map((name) => [name, { required: required.includes(name) }])),
      resource: { value: uri, by: "mine.yaml", place },
    } as unknown as BuiltTool;
    const found = ownResource(built, [variable("shop"), variable("petSize", "size")], shared, (one) => told.push(one));
    return [...found.map(({ uri, name }) => `${uri} ${name}`), ...told.map(({ message }) => message)];
  }

  it.each<[string, readonly string[], readonly string[]]>([
    ["pets://all", [], ["pets://all list_pets"]],
    ["pets://{shop}", ["shop"], ["pets://{shop} list_pets"]],
    ["pets://{shop}{?petSize}", ["shop"], ["pets://{shop}{?petSize} list_pets"]],
    ["pets://all{?shop,size}", [], ["pets://all list_pets", "pets://all{?shop,size} list_pets_template"]],
    ["pets://all{?shop}", ["shop"], ["pets://all{?shop} list_pets"]],
    ["pets+x-1.0://a/b", [], ["pets+x-1.0://a/b list_pets"]],
  ])("%s (needs %j)", (uri, required, want) => expect(resource(uri, required)).toEqual(want));

  const refused = (uri: string, fault: string): string => `The resource URI "${uri}" ${fault}`;
  const none = "is no URI template such as shop://pets/{petId}{?limit}";
  it.each<[string, readonly string[], string]>([
    ["pets", [], none],
    ["PETS://all", [], none],
    ["1pets://all", [], none],
    ["pets://", [], none],
    ["pets://a b", [], none],
    ["pets://a?b=c", [], none],
    ["pets://a#b", [], none],
    ["pets://{shop}{?size}x", [], none],
    ["pets://{?size}", [], none],
    ["pets://{shop}/{shop}", [], "names a variable twice"],
    ["pets://{shop}{?shop}", [], "names a variable twice"],
    ["pets://{shup}", [], 'names {shup}, which is no parameter of list_pets; did you mean "shop"?'],
    ["pets://all{?petSize}", ["shop"], "lacks {shop}, which list_pets needs"],
  ])("%s (needs %j) is refused", (uri, required, fault) =>
    expect(resource(uri, required)).toEqual([refused(uri, fault)]),
  );

  it("is only of a tool that reads", () =>
    expect(resource("pets://all", [], false)).toEqual([
      refused("pets://all", "cannot be: list_pets does not only read"),
    ]));
});

describe("a prompt of the owner's", () => {
  const prompt = (more: Partial<PromptCuration>): PromptCuration => ({
    name: "adopt",
    arguments: [{ name: "wish" }],
    text: "Find {{wish}} by {{tools}}",
    place,
    ...more,
  });
  const prompts = (...list: readonly PromptCuration[]) => {
    const told: Diagnostic[] = [];
    const found = ownPrompts(list, (one) => told.push(one));
    return [...found.map(({ name }) => name), ...told.map(({ message }) => message)];
  };
  const long = "a".repeat(64);
  const names = "it takes a-z, A-Z, 0-9, _, . and -";

  it.each<[Partial<PromptCuration>, readonly string[]]>([
    [{}, ["adopt"]],
    [{ name: long }, [long]],
    [{ name: "1.a-b_C" }, ["1.a-b_C"]],
    [{ name: `${long}a` }, [`The prompt "${long}a" cannot have the name "${long}a": ${names}`]],
    [{ name: ".a" }, [`The prompt ".a" cannot have the name ".a": ${names}`]],
    [{ arguments: [{ name: "a b" }] }, [`The prompt "adopt" cannot have the name "a b": ${names}`]],
    [{ arguments: [{ name: "wish" }, { name: "wish" }] }, ['The prompt "adopt" has the argument "wish" twice']],
    [
      { text: "{{wish}} and {{wich}}" },
      ['The prompt "adopt" speaks of {{wich}}, which is none of its arguments; did you mean "wish"?'],
    ],
    [{ text: "no places { wish } {wish}" }, ["adopt"]],
    [{ text: "{{}}" }, ['The prompt "adopt" speaks of {{}}, which is none of its arguments']],
  ])("%j: %j", (more, want) => expect(prompts(prompt(more))).toEqual(want));

  it("is there once by its name, the first", () =>
    expect(prompts(prompt({}), prompt({ title: "Again" }), prompt({ name: "other" }))).toEqual([
      "adopt",
      "other",
      'The prompt "adopt" is there twice',
    ]));

  it("has a title and texts that can be read", () =>
    expect(
      ownPrompts(
        [
          prompt({ title: "\u200bMine", description: "Do\u202e it", arguments: [{ name: "wish", description: "W" }] }),
          prompt({ name: "b", title: "\u200b", arguments: [{ name: "wish", required: true }] }),
        ],
        () => undefined,
      ),
    ).toEqual([
      {
        name: "adopt",
        title: "Mine",
        description: "Do it",
        arguments: [{ name: "wish", description: "W", required: false }],
        text: "Find {{wish}} by {{tools}}",
      },
      {
        name: "b",
        title: "b",
        description: "",
        arguments: [{ name: "wish", description: "", required: true }],
        text: "Find {{wish}} by {{tools}}",
      },
    ]));
});
