/** What a folded list shows of a tool, and that it refuses nothing that the whole schema takes. */
import { type Schema, Validator } from "@cfworker/json-schema";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../src/base/json.ts";
import type { ToolListing } from "../../../../src/mcp/model.ts";
import { condensed, condensedList } from "../../../../templates/always/src/runtime/finding/condense.ts";

const hints = { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true };
const listing = (properties: JsonObject, more: Partial<ToolListing> = {}): ToolListing => ({
  name: "create_order",
  title: "Place an order",
  description: "Places an order.",
  inputSchema: { type: "object", properties, additionalProperties: false } as ToolListing["inputSchema"],
  annotations: hints,
  ...more,
});
const shownArgument = (schema: JsonObject, required = false): unknown => {
  const { inputSchema, ...rest } = listing({ argument: schema });
  const asked = required ? { required: ["argument"] } : {};
  return condensed({ ...rest, inputSchema: { ...inputSchema, ...asked } }).inputSchema.properties["argument"];
};

const street = { type: "string", description: "The first line of the address, as it is written on letters there." };
const address = {
  type: "object",
  description: "Where it goes.",
  properties: {
    street,
    city: { type: "string", description: "The city." },
    country: { type: "string", enum: ["DE", "FR"], description: "Which country." },
    geo: { type: "object", properties: { lat: { type: "number" }, lon: { type: "number" } } },
  },
  required: ["country"],
  additionalProperties: false,
} as const;

describe("an argument of a folded list", () => {
  it("that is a large object and not required has its fields named, and what it cannot do without", () => {
    expect(shownArgument(address)).toEqual({
      type: "object",
      description: "Where it goes. Properties: street, city, country, geo […]",
      properties: { country: { type: "string", enum: ["DE", "FR"] } },
      required: ["country"],
    });
  });

  it("that is required is written out, and folded below", () => {
    const large = { ...address, properties: { ...address.properties, billing: address } };
    expect(shownArgument(large, true)).toMatchObject({
      properties: {
        city: { type: "string", description: "The city." },
        billing: {
          type: "object",
          required: ["country"],
          description: expect.stringContaining("Properties: ") as string,
        },
      },
    });
  });

  it("that is small stays as it is", () => {
    const small = { type: "object", properties: { gt: { type: "integer" }, lt: { type: "integer" } } };
    expect(shownArgument(small)).toEqual(small);
  });

  it("that is a list of objects is a list, and an alternative to one stays", () => {
    expect(shownArgument({ type: "array", description: "Where.", items: address })).toEqual({
      type: "array",
      description: "Where. Properties: street, city, country, geo […]",
      items: {
        type: "object",
        properties: { country: { type: "string", enum: ["DE", "FR"] } },
        required: ["country"],
      },
    });
    expect(shownArgument({ anyOf: [address, { type: "string", maxLength: 0 }] })).toMatchObject({
      anyOf: [
        { type: "object", required: ["country"] },
        { type: "string", maxLength: 0 },
      ],
    });
  });

  it("is described in whole sentences, and says that there are more", () => {
    const description =
      "The name on the receipt. It is shown to the customer below the address of the shop. It may be changed later on.";
    expect(shownArgument({ type: "string", description })).toEqual({
      type: "string",
      description: "The name on the receipt. […]",
    });
    expect(shownArgument({ type: "string", description }, true)).toEqual({ type: "string", description });
  });

  it("keeps the sentences that say what no keyword does", () => {
    const description = `${"A long tale of what this is and was and will be some day. ".repeat(3)}Has to match /^a+$/.`;
    expect(shownArgument({ type: "string", description })).toEqual({
      type: "string",
      description: "A long tale of what this is and was and will be some day. Has to match /^a+$/. […]",
    });
  });

  it("has no limit that nobody meets", () => {
    expect(shownArgument({ type: "string", maxLength: 5000 })).toEqual({ type: "string" });
    expect(shownArgument({ type: "string", maxLength: 256, pattern: "^[a-z]*$" })).toEqual({
      type: "string",
      maxLength: 256,
      pattern: "^[a-z]*$",
    });
    expect(shownArgument({ type: "string", maxLength: 22, minLength: 1 })).toEqual({
      type: "string",
      maxLength: 22,
      minLength: 1,
    });
  });
});

describe("a tool of a folded list", () => {
  it("has the hints that differ from what is assumed, and always says whether it removes", () => {
    const shown = (annotations: Partial<typeof hints>): unknown =>
      condensed(listing({}, { annotations: { ...hints, ...annotations } })).annotations;
    expect(shown({})).toEqual({ destructiveHint: false });
    expect(shown({ destructiveHint: true, idempotentHint: true })).toEqual({
      destructiveHint: true,
      idempotentHint: true,
    });
    expect(shown({ readOnlyHint: true, idempotentHint: true })).toEqual({ readOnlyHint: true });
    expect(shown({ readOnlyHint: true, openWorldHint: false })).toEqual({ readOnlyHint: true, openWorldHint: false });
  });

  it("has a title where that says more than the name", () => {
    expect(condensed(listing({}, { title: "Create order" }))).not.toHaveProperty("title");
    expect(condensed(listing({})).title).toBe("Place an order");
  });

  it("leaves out what many tools say of an optional argument, but at the first", () => {
    const page = { type: "integer", description: "Which page." };
    const tools = Array.from({ length: 25 }, (_, index) => listing({ page, id: page }, { name: `list_${index}` })).map(
      (each) => ({ ...each, inputSchema: { ...each.inputSchema, required: ["id"] } }),
    );
    const [first, second] = condensedList(tools).map(({ inputSchema }) => inputSchema.properties);
    expect(first).toEqual({ page, id: page });
    expect(second).toEqual({ page: { type: "integer" }, id: page });
    expect(condensedList(tools.slice(0, 3))[2]?.inputSchema.properties).toEqual({ page, id: page });
  });

  it("takes every value that the whole schema takes", () => {
    const whole = listing({ address, list: { type: "array", items: address }, note: street });
    const shown = condensed(whole);
    const values = [
      {},
      { note: "x" },
      { address: { country: "DE" }, list: [] },
      { address: { country: "DE", geo: { lat: 1, lon: 2 }, city: "Ulm" }, list: [{ country: "FR", street: "a" }] },
    ];
    for (const value of values)
      for (const { inputSchema } of [whole, shown])
        expect(new Validator(inputSchema as unknown as Schema, "2020-12").validate(value).valid).toBe(true);
  });
});
