/** The prefix modifier of RFC 6570 in keys of the Paths Object: `{var:3}` is the first three characters of `var`. */
import { describe, expect, it } from "vitest";
import { standalone } from "../../../src/base/schema/node.ts";
import type { Parameter } from "../../../src/api/model.ts";
import { readPathTemplate } from "../../../src/api/path-template.ts";

const parameter = (name: string, place: "path" | "query" = "path"): Parameter => ({
  in: place,
  name,
  pointer: "",
  description: undefined,
  required: true,
  deprecated: false,
  style: place === "path" ? "simple" : "form",
  explode: false,
  allowReserved: false,
  allowEmptyValue: false,
  mediaType: undefined,
  schema: standalone.of({ type: "string" }),
  example: undefined,
});

/** The template, each parameter's place, name and schema, and the names that no parameter was declared for. */
function read(key: string, ...declared: readonly Parameter[]) {
  const missing: string[] = [];
  const { template, parameters } = readPathTemplate(key, declared, (name, place) => {
    missing.push(name);
    return parameter(name, place);
  });
  return { template, parameters: parameters.map(({ in: place, name, schema }) => [place, name, schema.json]), missing };
}

describe("a prefix", () => {
  const short = (most: number) => ({ allOf: [{ type: "string" }, { maxLength: most }] });
  it.each([
    ["/a/{user:3}", "/a/{user}", "path"],
    ["/a{/user:3}", "/a/{user}", "path"],
    ["/a/{+user:3}", "/a/{user}", "path"],
    ["/a{;user:3}", "/a{user}", "path"],
    ["/a{.user:3}", "/a{user}", "path"],
    ["/a{?user:3}", "/a", "query"],
  ])("of %s asks for a value that is so short", (key, template, place) =>
    expect(read(key, parameter("user"))).toEqual({ template, parameters: [[place, "user", short(3)]], missing: [] }),
  );

  it("beside the whole value is an argument of its own, and reported", () => {
    const { template, parameters } = read("/a/{user:1}/{user}", parameter("user"));
    expect(template).toBe("/a/{user:1}/{user}");
    expect(parameters).toEqual([["path", "user", { type: "string" }]]);
  });

  it("is none where the parameter is called so, or has a pattern of a framework", () => {
    expect(read("/a/{user:3}", parameter("user:3")).template).toBe("/a/{user:3}");
    expect(read("/a/{user:[0-9]+}", parameter("user"))).toMatchObject({
      template: "/a/{user}",
      parameters: [["path", "user", { type: "string" }]],
    });
    expect(read("/a/{user:0}", parameter("user")).template).toBe("/a/{user:0}");
  });
});
