import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { type Known, condense, sentencesOf } from "../../../src/mcp/text/condense.ts";
import { standalone } from "../../../src/base/schema/node.ts";
import { type Portable, PortableProfile } from "../../../src/mcp/listed/portable.ts";
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
      "does not end with words that lead to others, however they are written",
      "Gives everything that is known of a pet Such As the name and the owner of it now",
      60,
      {},
      "Gives everything that is known of a pet […]",
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
      "keeps what the next sentence leans on",
      "Entries of a page. For more information, see the documentation. In this case, the default is 30.",
      200,
      {},
      "Entries of a page. For more information, see the documentation. In this case, the default is 30.",
    ],
    [
      "cuts at the end only, between sentences, and says so",
      "The end of the range. Many people like it that way here. Nobody knows why they do so at all.",
      70,
      {},
      "The end of the range. Many people like it that way here. […]",
    ],
    [
      "cuts behind abbreviations and brackets, not within them",
      "Sort order of the entries (e.g. `name` or `-name`. Both work.) Then more of it all.",
      70,
      {},
      "Sort order of the entries (e.g. `name` or `-name`. Both work.) […]",
    ],
    [
      "never ends a long first sentence in an open bracket or in what leads to more",
      "The fields by which all of the entries of this list are sorted for you (e.g. `name`, `-name` and so on for long)",
      84,
      {},
      "The fields by which all of the entries of this list are sorted for you […]",
    ],
    [
      "cuts a first sentence that is too long",
      `It ${"goes on ".repeat(20)}for long.`,
      30,
      {},
      "It goes on goes on goes […]",
    ],
    ["may leave nothing", "For more information, see the documentation.", 100, {}, ""],
  ])("%s", (_name, text, maximum, known, want) => {
    expect(condense(text, maximum, known)).toBe(want);
  });

  it("keeps what tells how a value is formed, with all before it", () => {
    const text = "Where it lies. Nobody minds where that is in the end. Format: `x,y`. Thank you for reading.";
    expect(condense(text, 50, {}, 100)).toBe(
      "Where it lies. Nobody minds where that is in the end. Format: `x,y`. […]",
    );
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
      "Reads it. OAuth app tokens need the `repo` scope to use this endpoint. Pets are fast.",
      "Get a pet. Reads it. Pets are fast.",
    ],
    [
      "Get a pet",
      "Reads it. OAuth app tokens need the `repo` scope to use this endpoint. Otherwise it answers 404.",
      "Get a pet. Reads it. OAuth app tokens need the `repo` scope to use this endpoint. Otherwise it answers 404.",
    ],
    ["Get a pet", "> [!NOTE]\n> It is slow.", "Get a pet. It is slow."],
  ])("%s: %j", (summary, description, want) => {
    expect(toolOf({ summary, description }).listing.description).toBe(want);
  });

  it("have neither tables nor programs where they are long, and a mark in place of them", () => {
    const description = `Makes one. ${"It is a pet. ".repeat(74)}\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n\`\`\`js\nrun();\n\`\`\`\n`;
    const text = toolOf({ summary: "Make", description }).listing.description;
    expect(text).not.toMatch(/\||run/);
    expect(text).toMatch(/It is a pet\. \[…\]$/);
    expect(text.length).toBeLessThanOrEqual(1000);
  });
});

describe("what is listed in few words", () => {
  const written = (schema: JsonObject): Portable => new PortableProfile().write(standalone.of(schema));
  const text = { type: "string" };

  it("a long list of values stands once in a tool, and where it is said again", () => {
    const country = { ...text, description: "A country", enum: Array.from({ length: 200 }, (_, index) => `C${index}`) };
    const tool = toolOf({
      parameters: [
        { name: "from", in: "query", schema: country },
        { name: "to", in: "query", schema: country },
        { name: "via", in: "query", schema: { type: "array", items: country } },
      ],
    });
    const note = 'A country. Takes the values that "from" lists.';
    expect(tool.listing.inputSchema.properties).toEqual({
      from: country,
      to: { ...text, description: note },
      via: { type: "array", items: { ...text, description: note } },
    });
  });

  it("what the server sets by its description is not offered below the arguments, unless an object is closed", () => {
    const properties = { uid: { ...text, description: "Its id. Populated by the system. Read-only." }, name: text };
    const inner = { type: "object", properties };
    expect(written({ type: "object", properties: { ...properties, inner } })).toEqual({
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
    expect(written(closed)).toEqual({ schema: closed, losses: [] });
  });

  it("an item is not described again where its list is", () => {
    const item = { type: "object", description: "A pet.", properties: { name: text } };
    expect(written({ type: "array", description: "The pets.", items: item }).schema).toEqual({
      type: "array",
      description: "The pets.",
      items: { type: "object", properties: { name: text } },
    });
    expect(written({ type: "array", items: item }).schema).toEqual({ type: "array", items: item });
  });
});
