/** `--emit`: the values between document and project. */
import { existsSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { command } from "./command.ts";

const petstore = "samples/petstore/openapi.yaml";

describe("--emit", () => {
  it("prints what the document means, the server, and how each request is made, and writes nothing", async () => {
    const before = readdirSync(".").sort();
    const [api, model, plan] = await Promise.all(
      ["api", "model", "plan"].map(async (which) => {
        const { code, out, err } = await command(petstore, "--emit", which);
        expect({ code, err }).toEqual({ code: 0, err: "" });
        return JSON.parse(out) as unknown;
      }),
    );
    expect(api).toMatchObject([
      { operations: expect.arrayContaining([expect.objectContaining({ operationId: "listPets" })]) as unknown },
    ]);
    expect(Object.keys((api as { schemas: object }[])[0]?.schemas ?? {})).toContain("Pet");
    expect(model).toMatchObject({ packageName: "pet-store-mcp", apis: [{ groups: expect.any(Array) as unknown }] });
    expect(plan).toMatchObject({ list_pets: { request: { method: "GET", path: "/pets" } } });
    expect(readdirSync(".").sort()).toEqual(before);
    expect(existsSync("pet-store-mcp")).toBe(false);
  });

  it("takes no other word", async () => {
    const { code, err } = await command(petstore, "--emit", "tree");
    expect(code).toBe(2);
    expect(err).toContain("--emit takes api, model, plan");
  });
});
