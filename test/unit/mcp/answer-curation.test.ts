/** What the owner says of answers and pages: by operation and by selector, and what is wrong with it. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { completeCuration, curationOf } from "../../../src/config/curation.ts";
import { generateFrom } from "./pages-document.ts";

const thing = {
  type: "object",
  properties: { id: { type: "string" }, owner: { type: "object", properties: { login: { type: "string" } } } },
};
const answer = {
  type: "object",
  properties: { data: { type: "array", items: thing }, next_cursor: { type: "string" } },
};

async function toolOf(tools: JsonObject) {
  const curation = completeCuration(curationOf({ tools }, (pointer) => ({ file: "openapi-to-mcp.yaml", pointer })));
  const { model } = await generateFrom({ cursor: { type: "string" } }, answer, "get", { curation });
  return model.apis[0]?.groups[0]?.tools[0];
}

describe("answers", () => {
  it("are shown in part, by operation or by a selector below it", async () => {
    const tool = await toolOf({
      "path:/**": { answer: { drop: ["data.owner"], tokens: 500 }, pagination: { all: true } },
      listThings: { pagination: { all: true, pages: 3 } },
    });
    expect(tool?.call.shape).toEqual({ drop: ["data.owner"] });
    expect(tool?.call.pages?.all).toMatchObject({ argument: "all", pages: 3 });
    expect(tool?.listing.inputSchema.properties["all"]).toMatchObject({ type: "boolean" });
  });

  it("may be chosen anew by a call, where their owner chose some", async () => {
    const tool = await toolOf({ listThings: { answer: { fields: ["id", "owner.login"] } } });
    expect(tool?.call.shape).toEqual({ items: "/data", argument: "fields", fields: ["id", "owner.login"] });
    expect(tool?.listing.inputSchema.properties["fields"]).toEqual({
      type: "array",
      items: { type: "string" },
      description: "Fields of each item to answer with, such as owner.name; default id, owner.login.",
    });
  });

  it("say why all pages may be asked for, and how they go on", async () => {
    const tool = await toolOf({ listThings: { pagination: { all: true } } });
    const pages = tool?.reasons.filter(({ about }) => about === "pages").map(({ text }) => text);
    expect(pages).toEqual([
      'by the cursor "cursor", which the answer has at /next_cursor',
      expect.stringMatching(/^"all" asks for all pages, allowed by /),
    ]);
  });

  it.each<[string, JsonObject, RegExp]>([
    [
      "a path that the answer does not have",
      { answer: { drop: ["data.ownr.login"] } },
      /has no "data\.ownr\.login"; did you mean "owner"\?/,
    ],
    ["a field that items do not have", { answer: { fields: ["data"] } }, /has no "data"/],
    ["no expression", { answer: { jmespath: "data[" } }, /"data\[" is no JMESPath expression/],
    ["an expression and fields", { answer: { jmespath: "data", fields: ["id"] } }, /give one of the two/],
  ])("are refused for %s, where it stands", async (_, entry, message) => {
    const fault = await toolOf({ listThings: entry }).catch((thrown: unknown) => thrown);
    expect(fault).toMatchObject({ diagnostics: [{ code: "invalid-curation", pointer: "/tools/listThings/answer" }] });
    expect(String((fault as { diagnostics: { message: string }[] }).diagnostics[0]?.message)).toMatch(message);
  });

  it("and selectors say nothing that is for one operation only, nor of none", async () => {
    await expect(toolOf({ "path:/**": { name: "x" } })).rejects.toMatchObject({
      diagnostics: [{ code: "invalid-curation" }],
    });
    await expect(toolOf({ "tag:nothing": { listed: true } })).rejects.toMatchObject({
      diagnostics: [{ code: "unmatched-selector" }],
    });
  });
});
