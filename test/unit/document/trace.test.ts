import { expect, it } from "vitest";
import { traceField } from "../../../src/document/trace.ts";
import type { Json } from "../../../src/base/json.ts";

const root: Json = {
  s: {
    plain: { properties: { a: {}, "x/y": {} } },
    reference: { $ref: "#/s/plain" },
    escaped: { $ref: "#/s/with%20space" },
    "with space": { properties: { b: {} } },
    parts: { allOf: [{ $ref: "#/s/reference" }, { properties: { c: {} } }] },
    near: { $ref: "#/s/plain", properties: { a: {} } },
    one: { allOf: [{ $ref: "#/s/other" }] },
    other: { anyOf: [{ $ref: "#/s/one" }, 7, { $ref: 7 }] },
    broken: { $ref: "#/s/%E0%A4%A" },
    hostile: JSON.parse('{"properties":{"__proto__":{}}}') as Json,
  },
};

it.each([
  ["plain", "a", "/s/plain/properties/a"],
  ["plain", "x/y", "/s/plain/properties/x~1y"],
  ["plain", "toString", "/s/plain"],
  ["reference", "a", "/s/plain/properties/a"],
  ["escaped", "b", "/s/with space/properties/b"],
  ["parts", "a", "/s/plain/properties/a"],
  ["parts", "c", "/s/parts/allOf/1/properties/c"],
  ["near", "a", "/s/near/properties/a"],
  ["one", "a", "/s/one"],
  ["broken", "a", "/s/broken"],
  ["nowhere", "a", "/s/nowhere"],
  ["hostile", "__proto__", "/s/hostile/properties/__proto__"],
  ["plain", "__proto__", "/s/plain"],
])("of %s, %s is at %s", (schema, name, want) => expect(traceField(root, `/s/${schema}`, name)).toBe(want));
