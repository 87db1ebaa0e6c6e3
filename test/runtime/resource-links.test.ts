/** Links from a list to the resources of its items. */
import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue, ResourceData } from "../../templates/always/src/runtime/data/model.js";
import type { Project } from "../../templates/always/src/runtime/data/project.js";
import { ResourceLinks } from "../../templates/always/src/runtime/resources/resource-links.js";
import { knowsLinks } from "../../templates/always/src/runtime/resources/resource-part.js";
import { ResourceTable } from "../../templates/always/src/runtime/resources/resources.js";

const resource = (uri: string, variables: ResourceData["variables"]): ResourceData => ({
  uri,
  template: true,
  name: "item",
  title: "Item",
  description: "",
  mimeType: "application/json",
  tool: "get_item",
  variables,
});
const variable = (
  name: string,
  list?: ResourceData["variables"][number]["list"],
): ResourceData["variables"][number] => ({
  name,
  argument: name,
  in: "path",
  type: "string",
  ...(list === undefined ? {} : { list }),
});

const table = (...resources: ResourceData[]): ResourceTable =>
  new ResourceTable({ folder: "", data: {}, apis: [{ resources }] } as unknown as Project);
const pets = table(
  resource("shop://pets/{petId}{?fields}", [
    variable("petId", { tool: "list_pets", items: "/data", property: "id", parents: {} }),
  ]),
  resource("shop://stores/{store}/pets/{petId}", [
    variable("store"),
    variable("petId", { tool: "list_store", items: "", property: "id", parents: { store: "store-id" } }),
  ]),
  resource("shop://cats/{catId}{?v}", [variable("catId", { tool: "list_cats", items: "", property: "id" })]),
);

const links = (tool: string, value: JsonValue, args: JsonObject = {}, most = 20) => {
  const result = { content: [{ type: "text" as const, text: "x" }], structuredContent: value };
  const linked = new ResourceLinks(pets, most).linked(tool, args, result, () => true);
  expect(linked.content[0]).toEqual({ type: "text", text: "x" });
  expect(linked.structuredContent).toEqual(value);
  return linked.content.slice(1).map((block) => (block.type === "resource_link" ? [block.uri, block.name] : block));
};

describe("links", () => {
  it.each<[string, string, JsonValue, JsonObject, readonly (readonly string[])[]]>([
    ["a list in an envelope", "list_pets", { data: [{ id: 1, name: "Rex" }] }, {}, [["shop://pets/1", "Rex"]]],
    ["a list below result", "list_pets", { result: { data: [{ id: 1 }] } }, {}, [["shop://pets/1", "1"]]],
    ["a title where there is no name", "list_pets", { data: [{ id: "a", title: "T" }] }, {}, [["shop://pets/a", "T"]]],
    [
      "names that are no short texts",
      "list_pets",
      {
        data: [
          { id: 1, name: { en: "x" } },
          { id: 2, name: "" },
          { id: 3, name: "x".repeat(2_000) },
        ],
      },
      {},
      [
        ["shop://pets/1", "1"],
        ["shop://pets/2", "2"],
        ["shop://pets/3", "3"],
      ],
    ],
    [
      "what nobody sees in a name",
      "list_pets",
      { data: [{ id: 1, name: "a\u202Eb\n c" }] },
      {},
      [["shop://pets/1", "ab c"]],
    ],
    [
      "reserved characters",
      "list_pets",
      { data: [{ id: "a/b?c#d é" }] },
      {},
      [["shop://pets/a%2Fb%3Fc%23d%20%C3%A9", "a/b?c#d é"]],
    ],
    [
      "digits beyond a double",
      "list_pets",
      { data: [{ id: "9007199254740993" }] },
      {},
      [["shop://pets/9007199254740993", "9007199254740993"]],
    ],
    ["the same item twice", "list_pets", { data: [{ id: 1 }, { id: 1 }] }, {}, [["shop://pets/1", "1"]]],
    [
      "what tells no item",
      "list_pets",
      { data: [{ id: null }, {}, 5, "x", null, { id: "" }, { id: ".." }, { id: [1] }, { id: "\ud800" }] },
      {},
      [],
    ],
    ["no list", "list_pets", { data: 5 }, {}, []],
    ["below a parent", "list_store", [{ id: 1 }], { "store-id": "a b" }, [["shop://stores/a%20b/pets/1", "1"]]],
    ["below a parent that is not known", "list_store", [{ id: 1 }], {}, []],
    ["below a parent that is inherited", "list_store", [{ id: 1 }], { store: "x" }, []],
    ["a resource that needs more than the item tells", "list_cats", [{ id: 1 }], {}, []],
    ["a tool that lists nothing", "constructor", [{ id: 1 }], {}, []],
  ])("%s", (_name, tool, value, args, want) => expect(links(tool, value, args)).toEqual(want));

  it("are bounded, and can be switched off", () => {
    const many = { data: Array.from({ length: 50 }, (_, id) => ({ id })) };
    expect(links("list_pets", many)).toHaveLength(20);
    expect(links("list_pets", many, {}, 3)).toHaveLength(3);
    expect(links("list_pets", many, {}, 0)).toEqual([]);
  });

  it("say what they lead to, the rest of a long answer first", () => {
    const rest = { "openapi-to-mcp/part": { next: "answer://2" } };
    const result = { content: [], structuredContent: { data: [{ id: 1 }] } };
    const linked = new ResourceLinks(pets, 20).linked("list_pets", {}, { ...result, _meta: rest }, () => true);
    expect(linked.content).toEqual([
      { type: "resource_link", uri: "answer://2", name: "rest of the answer" },
      { type: "resource_link", uri: "shop://pets/1", name: "1", mimeType: "application/json" },
    ]);
    const asked: string[] = [];
    const hidden = new ResourceLinks(pets, 20).linked("list_pets", {}, result, (tool) => asked.push(tool) === 0);
    expect([hidden === result, asked]).toEqual([true, ["get_item"]]);
  });

  it("have names of a hundred characters at most, of numbers and switches as well", () => {
    const name = (item: JsonValue) => links("list_pets", { data: [item] })[0];
    expect(name({ id: 1, name: "x".repeat(1_000) })).toEqual(["shop://pets/1", `${"x".repeat(100)}…`]);
    expect(name({ id: 1, name: "x".repeat(1_001) })).toEqual(["shop://pets/1", "1"]);
    expect(name({ id: "y".repeat(101) })).toEqual([`shop://pets/${"y".repeat(101)}`, `${"y".repeat(100)}…`]);
    expect(name({ id: true, title: "T" })).toEqual(["shop://pets/true", "T"]);
    expect(name({ id: 1, name: "\u202E", title: "T" })).toEqual(["shop://pets/1", "T"]);
    expect(name({ id: "." })).toBeUndefined();
  });

  it("are not given with an error", () => {
    const failed = { content: [], structuredContent: { data: [{ id: 1 }] }, isError: true as const };
    expect(new ResourceLinks(pets, 20).linked("list_pets", {}, failed, () => true)).toBe(failed);
  });

  it("lead to what they were made for", () => {
    const [[uri = ""] = []] = links("list_store", [{ id: "ü/?" }], { "store-id": "%2F" }) as [string, string][];
    const found = pets.find(uri);
    expect(found?.values).toEqual(
      new Map([
        ["store", ["%2F"]],
        ["petId", ["ü/?"]],
      ]),
    );
  });
});

it.each([
  [undefined, false],
  ["2025-03-26", false],
  ["2025-06-18", true],
  ["2026-07-28", true],
])("a client of %s knows links: %s", (version, knows) => expect(knowsLinks(version)).toBe(knows));
