/** Which operation was which tool, rule by rule: what pairs them, and how alike is alike enough. */
import { describe, expect, it } from "vitest";
import type { Operation } from "../../../src/api/model.ts";
import {
  type FormerTool,
  anchorOf,
  anchorOperations,
  formerRequest,
  moveOf,
} from "../../../src/mcp/curation/anchor.ts";

/** `GET /pets listPets`; behind the operationId the hashes of input and output, `-` where there is none. */
interface Line {
  readonly request: string;
  readonly id: string | undefined;
  readonly input: string;
  readonly output: string | undefined;
}

function lineOf(line: string): Line {
  const [method = "", path = "", id = "-", input = line, output = "-"] = line.split(" ");
  const given = (text: string): string | undefined => (text === "-" ? undefined : text);
  return { request: `${method} ${path}`, id: given(id), input, output: given(output) };
}

function operationOf(line: string): Operation {
  const { request, id } = lineOf(line);
  const [method = "", path = ""] = request.split(" ");
  return { method, path, operationId: id, pointer: "" } as unknown as Operation;
}

function toolOf(line: string): FormerTool {
  const { request, id, input, output } = lineOf(line);
  return { name: line, api: "a", pointer: "", request, operationId: id, input, output };
}

/** By operation, the tool that it was; `~` where that is a guess. */
function paired(former: readonly (string | FormerTool)[], now: readonly string[]): Record<string, string> {
  const operations = now.map(operationOf);
  const hashesOf = (operation: Operation) => lineOf(now[operations.indexOf(operation)] ?? "");
  const tools = former.map((entry) => (typeof entry === "string" ? toolOf(entry) : entry));
  const found = anchorOperations([{ name: "a", operations, hashesOf }], tools);
  return Object.fromEntries(
    operations.flatMap((operation, index) => {
      const tool = found.tools.get(operation);
      return tool === undefined ? [] : [[now[index], `${found.guessed.has(operation) ? "~" : ""}${tool.name}`]];
    }),
  );
}

describe("an operation is the tool", () => {
  it.each<[string, readonly string[], readonly string[], Record<string, string>]>([
    [
      "of its operationId and request, where neither alone tells",
      ["GET /a/{x} one", "GET /a/{y} one"],
      ["GET /a/{y} one", "GET /a/{x} one"],
      { "GET /a/{y} one": "GET /a/{y} one", "GET /a/{x} one": "GET /a/{x} one" },
    ],
    ["of its operationId", ["GET /a one"], ["PUT /b one"], { "PUT /b one": "GET /a one" }],
    ["of its request", ["GET /a one"], ["GET /a two"], { "GET /a two": "GET /a one" }],
    ["of the same path by other names", ["GET /a/{x}"], ["GET /a/{y}"], { "GET /a/{y}": "GET /a/{x}" }],
    ["but not of the path without its parameter", ["GET /a/{x} - i"], ["GET /a/x - j"], {}],
  ])("%s", (_, former, now, want) => expect(paired(former, now)).toEqual(want));

  it.each<[string, readonly string[]]>([
    ["an operationId", ["one", "GET /z"]],
    ["a request", ["other", "GET /b"]],
  ])("that was called so before, by %s", (_, formerly) =>
    expect(paired([{ ...toolOf("GET /a was"), formerly }], ["GET /b one"])).toEqual({ "GET /b one": "GET /a was" }),
  );

  it("unless two were called so before", () => {
    const tools = ["GET /x a", "GET /y b"].map((line) => ({ ...toolOf(line), formerly: ["one"] }));
    expect(paired(tools, ["GET /b one"])).toEqual({});
  });
});

describe("likeness of an operation and a tool", () => {
  it.each<[string, string, string, boolean]>([
    ["the same input", "GET /v1/pets - i", "GET /v2/pets - i", true],
    ["the same output", "GET /v1/pets - i o", "GET /v2/pets - j o", true],
    ["neither", "GET /v1/pets - i o", "GET /v2/pets - j p", false],
    ["no output of either", "GET /v1/pets - i", "GET /v2/pets - j", false],
    ["no output now", "GET /v1/pets - i o", "GET /v2/pets - j", false],
    ["another method", "GET /v1/pets - i o", "PUT /v2/pets - i o", false],
    ["a general prefix", "GET /pets - i", "GET /api/rest/v1.2/pets - i", true],
    ["a prefix that says something", "GET /pets - i", "GET /shop/pets - i", true],
    ["two of them", "GET /pets - i", "GET /shop/now/pets - i", false],
    ["three words of five and five", "GET /a/b/c/d/e - i", "GET /a/b/c/x/y - i", true],
    ["two words of four and three", "GET /a/b/c/d - i", "GET /a/b/x - i", false],
    ["a word twice, once there", "GET /a/a/a - i", "GET /a/b/c - i", false],
    ["words in another case", "GET /petShop - i", "GET /pet-shop - i", true],
    ["a parameter of another name in a segment", "GET /v1/a.{x} - i", "GET /v2/a.{y} - i", true],
    ["a parameter where was none", "GET /a - i", "GET /a/{x} - i", true],
    ["no words on either side", "GET /v1 - i", "GET /v2 - i", true],
    ["no words on one side", "GET /v1 - i", "GET /v2/a - i", false],
  ])("%s: %s, %s: %s", (_, former, now, is) =>
    expect(paired([former], [now])).toEqual(is ? { [now]: `~${former}` } : {}),
  );

  it("compares with the input that curation did not change", () => {
    const tool = { ...toolOf("GET /v1/pets - curated"), plainInput: "plain" };
    expect(paired([tool], ["GET /v2/pets - plain"])).toEqual({ "GET /v2/pets - plain": "~GET /v1/pets - curated" });
    expect(paired([tool], ["GET /v2/pets - curated"])).toEqual({});
  });

  it.each<[string, readonly string[], readonly string[], Record<string, string>]>([
    [
      "prefers input and output to one of them",
      ["GET /v1/a - i o"],
      ["GET /v2/a - i o", "GET /v3/a - i p"],
      { "GET /v2/a - i o": "~GET /v1/a - i o" },
    ],
    [
      "prefers the path that is nearer",
      ["GET /a/b - i"],
      ["GET /v1/a/b - i", "GET /a/b/c - i"],
      { "GET /v1/a/b - i": "~GET /a/b - i" },
    ],
    ["tells nothing of two that are alike", ["GET /v1/a - i"], ["GET /v2/a - i", "GET /v3/a - i"], {}],
    ["nor of two tools", ["GET /v1/a - i", "GET /v2/a - i"], ["GET /v3/a - i"], {}],
  ])("%s", (_, former, now, want) => expect(paired(former, now)).toEqual(want));
});

describe("the request of a tool that was", () => {
  it.each<[string, string | undefined]>([
    ["/paths/~1pets~1{id}/get", "GET /pets/{id}"],
    ["/paths/~1pets/additionalOperations/COPY", "COPY /pets"],
    ["/paths/~1pets", undefined],
    ["/paths", undefined],
    ["", undefined],
    ["/webhooks/~1pets/get", undefined],
    ["/components/pathItems/Pets/get", undefined],
  ])("at %s is %s", (pointer, request) =>
    expect(formerRequest({ ...toolOf("GET /x"), request: undefined, pointer })).toBe(request),
  );

  it("is what the lock says, else", () =>
    expect(formerRequest({ ...toolOf("PUT /x"), pointer: "/paths/~1pets/get" })).toBe("PUT /x"));
});

describe("a move", () => {
  it.each<[string, string, string | undefined]>([
    ["GET /a one", "GET /a one", undefined],
    ["GET /a one", "GET /a", "was GET /a (one) and is GET /a now"],
    ["GET /a", "GET /a one", "was GET /a and is GET /a (one) now"],
    ["GET /a one", "PUT /b two", "was GET /a (one) and is PUT /b (two) now"],
  ])("from %s to %s: %s", (former, now, told) => expect(moveOf(operationOf(now), toolOf(former))).toBe(told));

  it("is none where the lock does not say the request", () => {
    const unknown = { ...toolOf("GET /a one"), request: undefined };
    expect(moveOf(operationOf("GET /b one"), unknown)).toBeUndefined();
    expect(moveOf(operationOf("GET /b two"), unknown)).toBe("was (one) and is GET /b (two) now");
  });

  it("leaves behind what it was called, once and in order, without what it is called", () => {
    const tool = { ...toolOf("GET /b two"), formerly: ["zero", "GET /a", "two", "GET /c"] };
    expect(anchorOf(operationOf("GET /c three"), tool)).toEqual({
      request: "GET /c",
      formerly: ["GET /a", "GET /b", "two", "zero"],
    });
    expect(anchorOf({ ...operationOf("GET /c three"), pointer: "/paths/~1c/get" }, toolOf("GET /c three"))).toEqual({});
    expect(anchorOf({ ...operationOf("GET /c"), pointer: "/paths/~1c/get" }, undefined)).toEqual({});
  });
});
