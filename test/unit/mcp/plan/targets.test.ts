/** What each client loads, by its own words: a number that changes here changes what is listed by default. */
import { describe, expect, it } from "vitest";
import { capsOf, targetNames, targets } from "../../../../src/mcp/plan/targets.ts";

const names = (name: string): readonly string[] =>
  targetNames.filter((target) => {
    const limit = targets[target].name?.is;
    return limit === undefined || (limit.pattern.test(name) && name.length <= limit.longest);
  });

describe("a target", () => {
  it("lists so many tools at most, for so many tokens", () => {
    expect(targetNames.map((name) => [name, capsOf(name).maxTools, capsOf(name).budget])).toEqual([
      ["portable", 40, 20_000],
      ["claude-code", 40, 20_000],
      ["claude", 40, 20_000],
      ["cursor", 40, 20_000],
      ["vscode", 128, 20_000],
      ["openai", 128, 20_000],
      ["openai-strict", 128, 20_000],
      ["gemini", 128, 20_000],
    ]);
    expect(capsOf(undefined)).toBe(targets.portable.caps);
  });

  it("loads so many", () => {
    expect(targetNames.map((name) => targets[name].tools?.is)).toEqual([
      undefined,
      undefined,
      undefined,
      40,
      128,
      128,
      128,
      128,
    ]);
    expect(targetNames.map((name) => targets[name].description?.is)).toEqual([
      1024,
      undefined,
      undefined,
      undefined,
      undefined,
      1024,
      1024,
      undefined,
    ]);
  });

  it.each<[string, readonly string[]]>([
    ["list_pets", targetNames],
    ["listPets", ["claude-code", "claude", "cursor", "vscode", "openai", "openai-strict", "gemini"]],
    ["list.pets", ["gemini"]],
    ["1_pet", ["portable", "claude-code", "claude", "cursor", "vscode", "openai", "openai-strict"]],
    ["list:pets", ["cursor"]],
    ["a".repeat(51), ["claude-code", "claude", "cursor", "vscode", "openai", "openai-strict", "gemini"]],
    ["a".repeat(61), ["claude-code", "claude", "vscode", "openai", "openai-strict", "gemini"]],
    ["a".repeat(65), ["claude-code"]],
    ["list pets", []],
  ])("of those that take the name %s: %j", (name, expected) => expect(names(name)).toEqual(expected));

  it("says what it shows of a name", () => {
    expect(targetNames.map((name) => targets[name].name?.is.shown)).toEqual([
      "{tool}",
      "mcp__{server}__{tool}",
      "{tool}",
      "{server}:{tool}",
      "{tool}",
      "{tool}",
      "{tool}",
      "{tool}",
    ]);
  });

  it("refuses these keywords", () => {
    const refusers = (keyword: string) => targetNames.filter((name) => targets[name].refused?.is.includes(keyword));
    for (const keyword of ["$ref", "$defs", "definitions"])
      expect(refusers(keyword)).toEqual(["portable", "cursor", "gemini"]);
    for (const keyword of ["const", "exclusiveMinimum", "exclusiveMaximum"])
      expect(refusers(keyword)).toEqual(["portable", "gemini"]);
    for (const keyword of ["if", "then", "else", "not", "patternProperties"])
      expect(refusers(keyword)).toEqual(["portable", "openai-strict", "gemini"]);
    for (const keyword of ["oneOf", "allOf"]) expect(refusers(keyword)).toEqual(["openai-strict", "gemini"]);
    for (const keyword of ["default", "uniqueItems", "minProperties", "maxProperties"])
      expect(refusers(keyword)).toEqual(["openai-strict"]);
    for (const keyword of `dependentRequired dependentSchemas propertyNames unevaluatedProperties unevaluatedItems prefixItems
      contains`.split(/\s+/))
      expect(refusers(keyword), keyword).toEqual(["portable", "openai-strict"]);
    for (const keyword of "$dynamicRef $schema $id $anchor $dynamicAnchor $comment discriminator xml example nullable".split(
      " ",
    ))
      expect(refusers(keyword), keyword).toEqual(["portable"]);
    for (const keyword of ["type", "properties", "enum", "description"]) expect(refusers(keyword)).toEqual([]);
    for (const name of targetNames) expect(targets[name].refusedAtRoot?.is, name).toEqual(["oneOf", "anyOf", "allOf"]);
  });

  it("alone wants everything required and closed: openai-strict", () => {
    expect(targetNames.filter((name) => targets[name].strict?.is === true)).toEqual(["openai-strict"]);
    expect(targets["openai-strict"]).toMatchObject({
      depth: { is: 10 },
      properties: { is: 5_000 },
      values: { is: 1_000 },
    });
    expect(targetNames.filter((name) => targets[name].typed?.is === true)).toEqual([
      "portable",
      "vscode",
      "openai",
      "openai-strict",
      "gemini",
    ]);
    expect(targetNames.filter((name) => targets[name].argument?.is.test("a b") === false)).toEqual([
      "portable",
      "claude-code",
      "claude",
    ]);
  });

  it("says where each of its limits is known from", () => {
    const limits = targetNames.flatMap((name) =>
      Object.entries(targets[name]).flatMap(([key, limit]) =>
        key === "caps" ? [] : [[`${name} ${key}`, limit] as const],
      ),
    );
    for (const [of, limit] of limits) {
      expect(limit, of).toHaveProperty("is");
      expect(limit, of).toHaveProperty("source", expect.stringMatching(/^~? ?[\w][^~]{15,}[\w)}{$]$/));
    }
    expect(limits).toHaveLength(41);
    expect(targets.portable.argument?.is.source).toBe("^[a-zA-Z0-9_.-]{1,64}$");
  });
});
