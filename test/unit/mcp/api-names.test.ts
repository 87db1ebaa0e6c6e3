import { expect, it } from "vitest";
import { type FormerTool, formerApiNames } from "../../../src/mcp/curation/anchor.ts";

const tools = (...apis: readonly string[]): readonly FormerTool[] =>
  apis.map((api) => ({ name: "a", api, pointer: "/paths/~1a/get", input: "" }));

it.each<[string, readonly (string | undefined)[], readonly string[], readonly (string | undefined)[]]>([
  ["a new project", ["pets"], [], [undefined]],
  ["the same name", ["pets"], ["pets"], [undefined]],
  ["another name", ["pets_v2"], ["pets"], ["pets"]],
  ["a name that the owner says", [undefined], ["pets"], [undefined]],
  ["one of two", ["orders", "pets_v2"], ["pets", "orders"], [undefined, "pets"]],
  ["both of two", ["orders_v2", "pets_v2"], ["pets", "orders"], [undefined, undefined]],
  ["one more", ["pets", "orders"], ["pets"], [undefined, undefined]],
  ["one more, and another name", ["pets_v2", "orders"], ["pets"], [undefined, undefined]],
  ["a name that is no name of ours", ["pets"], ["../evil"], [undefined]],
])("%s", (_, wishes, former, want) => expect(formerApiNames(wishes, tools(...former))).toEqual(want));
