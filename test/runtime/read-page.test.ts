/** What of a page says how its list goes on: of a long one, that alone is read. */
import { describe, expect, it } from "vitest";
import type { OperationCall, Outgoing } from "../../templates/always/src/runtime/call/call.ts";
import type { PagePlan } from "../../templates/always/src/runtime/data/model-parts.ts";
import { nextArguments } from "../../templates/always/src/runtime/pages/next-page.ts";
import { readPage, readSigns } from "../../templates/always/src/runtime/pages/read-page.ts";
import { json } from "./answer.ts";
import { plan as httpPlan } from "./wire.ts";

const text = "x".repeat(100);
const items = (count: number): string =>
  Array.from({ length: count }, (_, index) => `{"id":${index + 1},"text":"${text}"}`).join(",");

const call = {
  row: {
    listing: { inputSchema: { properties: { cursor: { type: "string" }, offset: { type: "integer" } } } },
    api: { data: { securitySchemes: {} } },
  },
  args: {},
} as unknown as OperationCall;
const outgoing = {
  plan: { pointer: "", request: httpPlan(), responses: [] },
  request: { url: "https://api.example.com/v1/things" },
} as unknown as Outgoing;

const token = (at: string): PagePlan => ({ by: "token", argument: "cursor", items: at, next: ["/next"] });
const lastItem: PagePlan = { by: "lastItem", argument: "cursor", items: "/data", more: "/more", id: "id" };
const offset: PagePlan = { by: "offset", argument: "offset", first: 0, items: "", size: "limit" };

describe("a long page", () => {
  it.each([
    ["token", token("/data"), `{"data":[${items(4_000)}],"next":"c2"}`, { cursor: "c2" }],
    ["token before the list", token("/data"), `{"next":"c2","data":[${items(4_000)}]}`, { cursor: "c2" }],
    ["within an object", token("/data/list"), `{"data":{"list":[${items(4_000)}]},"next":"c2"}`, { cursor: "c2" }],
    ["with spaces", token("/data"), `{ "data" : [ ${items(4_000)} ] ,\n "next" : "c2" }`, { cursor: "c2" }],
    ["last item", lastItem, `{"data":[${items(4_000)}],"more":true}`, { cursor: "4000" }],
    [
      "last item with many digits",
      lastItem,
      `{"data":[${items(4_000)},{"id":9007199254740993}],"more":true}`,
      { cursor: "9007199254740993" },
    ],
    ["one long item", lastItem, `{"data":[{"id":7,"text":"${"y".repeat(300_000)}"}],"more":true}`, { cursor: "7" }],
    ["offset of an array", offset, `[${items(4_000)}]`, { offset: 4_000 }],
    ["none follows", token("/data"), `{"data":[${items(4_000)}],"next":null}`, undefined],
    ["an empty list", token("/data"), `{"text":"${"y".repeat(300_000)}","data":[],"next":"c2"}`, undefined],
    [
      "a list that is not the longest",
      token("/data"),
      `{"data":[1,2],"all":[${items(4_000)}],"next":"c2"}`,
      { cursor: "c2" },
    ],
    ["a name with a dot", token("/a/b"), `{"a.b":[${items(4_000)}],"a":{"b":[1]},"next":"c2"}`, { cursor: "c2" }],
  ])("goes on as its whole says: %s", (_, plan, body, want) => {
    const read = readSigns(plan, call, outgoing, json(body));
    const whole = readPage(plan, call, outgoing, {}, json(body));
    expect(read && nextArguments(plan, read)).toEqual(want);
    expect(whole && nextArguments(plan, whole)).toEqual(want);
    expect(read?.items?.length).toBe(whole?.items?.length);
  });

  it("is read without its items", () => {
    const read = readSigns(token("/data"), call, outgoing, json(`{"data":[${items(4_000)}],"next":"c2"}`));
    expect(read?.body).toEqual({ data: [], next: "c2" });
    expect(read?.items?.length).toBe(4_000);
    expect(read?.items?.at(-1)).toEqual({ id: 4_000, text });
  });

  it.each([
    ["no JSON", `{"data":[${items(4_000)}],"next":`],
    ["of a failure", `{"data":[${items(4_000)}],"next":"c2"}`, 500],
  ])("is none: %s", (_, body, status = 200) =>
    expect(readSigns(token("/data"), call, outgoing, { ...json(body), status })).toBeUndefined(),
  );
});
