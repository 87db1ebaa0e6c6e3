/** Parameters that no document leads to, and what they share. What documents lead to are the cases in test/wire. */
import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../templates/always/src/runtime/data/model.ts";
import { build, header, parameter, plan } from "./wire.ts";

describe("parameters", () => {
  it("Accept lists media types with falling quality, and leaves out what is none", async () => {
    const request = await build(
      plan({ accept: ["application/json", "text/csv", "no type", "a/b\r\nX: y", "*/*"] }),
      {},
    );
    expect(request.headers).toEqual([["Accept", "application/json, text/csv;q=0.9, */*;q=0.8"]]);
  });

  it("headers named Accept, Content-Type and Authorization are ignored (§4.8.12.2)", async () => {
    for (const name of ["Accept", "content-type", "Authorization"])
      expect(await header(parameter("header", { name }), "x", name)).toBeUndefined();
  });

  it("parameters keep the order of the plan, arguments without a plan leave nothing", async () => {
    const parameters = ["b", "a"].map((name) => parameter("query", { name, argument: name }));
    const request = await build(plan({ parameters }), { a: 1, b: 2, admin: true });
    expect(request.url).toBe("https://api.example.com/v1/things?b=2&a=1");
  });

  it("inherited properties are no arguments", async () => {
    const parameters = ["constructor", "__proto__", "toString"].map((name) =>
      parameter("query", { name, argument: name }),
    );
    expect((await build(plan({ parameters }), {})).url).toBe("https://api.example.com/v1/things");
    const args = JSON.parse('{"__proto__": "x"}') as Record<string, JsonValue>;
    expect((await build(plan({ parameters }), args)).url).toBe("https://api.example.com/v1/things?__proto__=x");
  });
});
