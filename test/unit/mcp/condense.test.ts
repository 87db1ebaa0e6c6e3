import { describe, expect, it } from "vitest";
import { type Known, condense, sentencesOf } from "../../../src/mcp/condense.ts";
import { PortableProfile } from "../../../src/mcp/portable.ts";
import { toolOf } from "../document.ts";

describe("condense", () => {
  it.each<[string, string, number, Known, string]>([
    ["keeps what is short", "The name of the pet.", 100, {}, "The name of the pet."],
    [
      "leaves out what points elsewhere",
      'Entries of a page (max 100). For more information, see "Using pagination in the REST API."',
      200,
      {},
      "Entries of a page (max 100).",
    ],
    [
      "leaves out links, and keeps the sentence around them",
      "Sets the version. See https://docs.test/versions for details. Defaults to unset",
      200,
      {},
      "Sets the version. Defaults to unset",
    ],
    [
      "leaves out the values that are listed",
      "The order of results. Can be one of: `asc`, `desc`. Default: `asc`.",
      200,
      { values: ["asc", "desc"], default: "asc" },
      "The order of results.",
    ],
    [
      "keeps what it says of the values",
      "The order. `asc` puts the oldest first.",
      200,
      { values: ["asc", "desc"] },
      "The order. `asc` puts the oldest first.",
    ],
    [
      "keeps a default that is not listed",
      "The order of results. Default: `asc`.",
      200,
      { values: ["asc", "desc"] },
      "The order of results. Default: `asc`.",
    ],
    [
      "keeps values that are not listed before the rest",
      "Changes are not kept. It was made for those who are afraid of their own commands. Valid values are: All.",
      70,
      {},
      "Changes are not kept. Valid values are: All.",
    ],
    [
      "keeps what a call depends on before the rest",
      "The end of the range. Many people like it that way here. Must be later than the start.",
      60,
      {},
      "The end of the range. Must be later than the start.",
    ],
    [
      "leaves out what is told by way of example before the rest",
      "An object ID. For instance, send `obj_bar` for the one before it. Pages go forward only.",
      50,
      {},
      "An object ID. Pages go forward only.",
    ],
    [
      "cuts a first sentence that is too long",
      `It ${"goes on ".repeat(20)}for long.`,
      30,
      {},
      "It goes on goes on goes on…",
    ],
    ["may leave nothing", "For more information, see the documentation.", 100, {}, ""],
  ])("%s", (_name, text, maximum, known, want) => {
    expect(condense(text, maximum, known)).toBe(want);
  });

  it("finds sentences by what begins and ends like one", () => {
    expect(sentencesOf('Uses v1.2 of it, e.g. this. See "A." (Or not.) `b` is c! ok')).toEqual([
      "Uses v1.2 of it, e.g. this.",
      'See "A."',
      "(Or not.)",
      "`b` is c! ok",
    ]);
  });
});

describe("descriptions of tools", () => {
  it.each([
    ["List pets", "Lists the pets of an owner.", "Lists the pets of an owner."],
    ["Get a pet", "Reads one by its id.", "Get a pet. Reads one by its id."],
    [
      "Get a pet",
      "Reads it. OAuth app tokens need the `repo` scope to use this endpoint. It is fast.",
      "Get a pet. Reads it. It is fast.",
    ],
    ["Get a pet", "> [!NOTE]\n> It is slow.", "Get a pet. It is slow."],
  ])("%s: %j", (summary, description, want) => {
    expect(toolOf({ summary, description }).listing.description).toBe(want);
  });

  it("have neither tables nor programs where they are long", () => {
    const description = `Makes one. ${"It is a pet. ".repeat(60)}\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n\`\`\`js\nrun();\n\`\`\`\n`;
    const text = toolOf({ summary: "Make", description }).listing.description;
    expect(text).not.toMatch(/\||run/);
    expect(text.length).toBeLessThanOrEqual(640);
  });
});

describe("what is listed in few words", () => {
  const narrow = new PortableProfile(new Map()).narrow.bind(new PortableProfile(new Map()));
  const text = { type: "string" };

  it("many values below the arguments are not all listed, and counted", () => {
    const values = Array.from({ length: 300 }, (_, index) => `value_${index}`);
    const { schema, losses } = narrow({ type: "object", properties: { a: { ...text, enum: values } } });
    const listed = JSON.parse(JSON.stringify(schema)) as { properties: { a: { enum: string[]; description: string } } };
    const { enum: shown, description } = listed.properties.a;
    expect(values.slice(0, shown.length)).toEqual(shown);
    expect(description).toBe(`Takes ${300 - shown.length} more values like these.`);
    expect(losses).toEqual([
      {
        kind: "values",
        pointer: "/properties/a/enum",
        text: `${300 - shown.length} more values are taken than listed`,
      },
    ]);
    expect(narrow({ ...text, enum: values }).schema["enum"]).toEqual(values);
  });

  it("what the server sets by its description is not offered below the arguments, unless an object is closed", () => {
    const properties = { uid: { ...text, description: "Its id. Populated by the system. Read-only." }, name: text };
    const inner = { type: "object", properties };
    expect(narrow({ type: "object", properties: { ...properties, inner } })).toEqual({
      schema: {
        type: "object",
        properties: { ...properties, inner: { type: "object", properties: { name: text } } },
      },
      losses: [
        {
          kind: "read-only",
          pointer: "/properties/inner/properties/uid",
          text: "it is described as read-only, and taken all the same",
        },
      ],
    });
    const closed = { type: "object", properties: { inner: { ...inner, additionalProperties: false } } };
    expect(narrow(closed)).toEqual({ schema: closed, losses: [] });
  });

  it("an item is not described again where its list is", () => {
    const item = { type: "object", description: "A pet.", properties: { name: text } };
    expect(narrow({ type: "array", description: "The pets.", items: item }).schema).toEqual({
      type: "array",
      description: "The pets.",
      items: { type: "object", properties: { name: text } },
    });
    expect(narrow({ type: "array", items: item }).schema).toEqual({ type: "array", items: item });
  });
});
