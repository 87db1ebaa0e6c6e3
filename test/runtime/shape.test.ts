/** What is seen of answers: paths, and what becomes of answers that they cannot be applied to. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../templates/always/src/runtime/data/model.ts";
import { ConfigurationError } from "../../templates/always/src/runtime/errors.ts";
import { pathTree, without, withOnly } from "../../templates/always/src/runtime/shape/paths.ts";
import { shaped } from "../../templates/always/src/runtime/shape/shape.ts";
import { answer, json } from "./answer.ts";
import { everyPart } from "./parts.ts";

const items = [{ id: 1, owner: { login: "a", mail: "m" }, "@odata.type": "t" } as JsonObject, { id: 2, owner: null }];
const value: JsonObject = {
  items,
  total: 2,
};

describe("paths", () => {
  it.each([
    [["items.id"], { items: [{ id: 1 }, { id: 2 }] }],
    [["items.owner.login", "total"], { items: [{ owner: { login: "a" } }, { owner: null }], total: 2 }],
    [["items.owner.login", "items.owner"], { items: [{ owner: { login: "a", mail: "m" } }, { owner: null }] }],
    [["/items/@odata.type"], { items: [{ "@odata.type": "t" }, {}] }],
    [["*.id"], { items: [{ id: 1 }, { id: 2 }], total: 2 }],
    [["__proto__", "constructor"], {}],
  ])("keep %j alone", (paths, expected) => {
    expect(withOnly(value, pathTree(paths))).toEqual(expected);
  });

  it.each([
    [["items"], { total: 2 }],
    [
      ["items.owner.mail", "items.@odata"],
      { ...value, items: [{ ...items[0], owner: { login: "a" } }, items[1] ?? null] },
    ],
    [["*.owner", "/items/@odata.type"], { items: [{ id: 1 }, { id: 2 }], total: 2 }],
    [["items.owner", "items.*.login"], { ...value, items: [{ id: 1, "@odata.type": "t" }, { id: 2 }] }],
  ])("drop %j", (paths, expected) => {
    expect(without(value, pathTree(paths))).toEqual(expected);
  });
});

describe("an answer", () => {
  const drop = { drop: ["secret"] };
  it("that cannot be read is not given where something of it is to be left out", async () => {
    for (const response of [
      answer("secret: 1", { "content-type": "text/plain" }),
      json('{"secret": 1', { truncated: true }),
    ]) {
      await expect(shaped(drop, undefined, response, everyPart)).rejects.toThrow(ConfigurationError);
      expect((await shaped({ argument: "fields" }, ["a"], response, everyPart)).response).toBe(response);
    }
  });

  it("that tells a failure, or nothing, stays as it is", async () => {
    for (const response of [json('{"secret":1}', { status: 500 }), answer("", {}, { status: 204 })])
      expect(await shaped(drop, undefined, response, everyPart)).toEqual({ response });
  });

  it("says nothing where nothing is left out", async () => {
    const response = json('{"a":1}');
    expect(await shaped(drop, undefined, response, everyPart)).toEqual({ response });
  });

  it("does not come where an expression does not fit it", async () => {
    const asked = shaped({ jmespath: "length(a)" }, undefined, json('{"a":1}'), everyPart);
    await expect(asked).rejects.toThrow(ConfigurationError);
  });
});
