/** Many operations times a large schema have a bound. */
import { expect, it } from "vitest";
import { buildModel } from "../../../src/generate.ts";

const operations = 60;
const values = Array.from({ length: 30_000 }, (_, index) => `value${index}`);
const document = {
  openapi: "3.1.0",
  info: { title: "T", version: "1" },
  servers: [{ url: "https://api.example.com" }],
  paths: Object.fromEntries(
    Array.from({ length: operations }, (_, index) => [
      `/x${100 + index}`,
      { get: { parameters: [{ $ref: "#/components/parameters/P" }], responses: { 204: { description: "Done." } } } },
    ]),
  ),
  components: { parameters: { P: { name: "p", in: "query", schema: { type: "string", enum: values } } } },
};

it("builds the tools that fit, and tells of the others at the first of them", async () => {
  const { model, diagnostics } = await buildModel({
    inputs: ["-"],
    stdin: async () => Buffer.from(JSON.stringify(document)),
  });
  const [api] = model.apis;
  const count = api?.groups.reduce((sum, { tools }) => sum + tools.length, 0) ?? 0;
  expect(count).toBeGreaterThan(5);
  expect(count).toBeLessThan(operations);
  expect(api?.skipped).toHaveLength(operations - count);
  expect(diagnostics.filter(({ code }) => code === "too-large")).toMatchObject([
    { severity: "error", pointer: `/paths/~1x${100 + count}/get`, message: expect.stringContaining("40 MB") },
  ]);
});
