/** What a person is shown of a call before it is made: whose request it is, what it does, and what is there now. */
import { describe, expect, it } from "vitest";
import { CallError, UpstreamError } from "../../templates/always/src/runtime/errors.ts";
import { previewOf, requestText } from "../../templates/always/src/runtime/policy/preview.ts";
import { Secret } from "../../templates/always/src/runtime/secret.ts";

interface Given {
  readonly title?: string;
  readonly hints?: { readonly readOnlyHint?: boolean; readonly destructiveHint?: boolean };
  readonly args?: object;
  readonly own?: readonly object[];
  readonly reading?: readonly object[];
  readonly content?: readonly object[];
  readonly fault?: unknown;
  readonly kind?: string;
  readonly hasRequest?: boolean;
  readonly reads?: string | null;
}
const path = (name: string, argument = name, place = "path"): object => ({ name, argument, in: place });
const removal = { method: "DELETE", url: "https://api.example/pets/1", headers: [] };

async function preview(given: Given = {}) {
  const called: unknown[][] = [];
  const planOf = (name: string, parameters: readonly object[]) => async () => ({ [name]: { request: { parameters } } });
  const reader = {
    kind: given.kind ?? "operation",
    file: "pets",
    listing: { name: "get_pet" },
    api: { calls: planOf("get_pet", given.reading ?? [path("petId")]) },
  };
  const call = {
    row: {
      listing: {
        name: "delete_pet",
        title: given.title ?? "Delete a pet",
        annotations: { readOnlyHint: false, destructiveHint: true, ...given.hints },
      },
    },
    args: given.args ?? { petId: 1 },
    ...(given.hasRequest === false
      ? {}
      : { outgoing: { request: removal, plan: { request: { parameters: given.own ?? [path("petId")] } } } }),
    callTool: async (...how: unknown[]) => {
      called.push(how);
      if (given.fault !== undefined) throw given.fault;
      return { content: given.content ?? [{ type: "text", text: '{"name":"Rex"}' }] };
    },
  };
  const table = { get: (name: string) => (name === "get_pet" ? reader : undefined) };
  const reads = given.reads === null ? undefined : (given.reads ?? "get_pet");
  const text = await previewOf({ table } as never, call as never, reads);
  return { text, called };
}
const now = "\n\nAs it is now (get_pet):\n";

describe("a call that is to be approved", () => {
  it("is told with its request, and with what is there now, asked of the API anew", async () => {
    const { text, called } = await preview();
    expect(text).toBe(
      `Delete a pet (delete_pet) is about to be called. It may change or remove what exists.

Request:
DELETE https://api.example/pets/1

As it is now (get_pet):
{"name":"Rex"}`,
    );
    expect(called).toEqual([["get_pet", { petId: 1 }, { anew: true }]]);
  });

  it.each<[string, Given["hints"] & object, string]>([
    ["removes", { destructiveHint: true }, " It may change or remove what exists."],
    ["changes", { destructiveHint: false }, " It changes something."],
    ["reads", { readOnlyHint: true, destructiveHint: false }, ""],
    ["reads, whatever else it says", { readOnlyHint: true, destructiveHint: true }, ""],
  ])("says what it does where it %s", async (_what, hints, said) => {
    const { text } = await preview({ hints });
    expect(text.split("\n\n")[0]).toBe(`Delete a pet (delete_pet) is about to be called.${said}`);
  });

  it("has its title on one line, of 200 characters", async () => {
    const { text } = await preview({ title: `a\n\u200b${"b".repeat(200)}` });
    expect(text.split("\n\n")[0]).toBe(
      `a ${"b".repeat(198)}… (delete_pet) is about to be called. It may change or remove what exists.`,
    );
  });

  it("without a request is told with its arguments, and nothing is read", async () => {
    const { text, called } = await preview({ hasRequest: false, args: { petId: 1, note: "x".repeat(2_000) } });
    expect(text.split("\n\n")[1]).toBe(`Arguments: {"petId":1,"note":"${"x".repeat(1_981)}… (21 characters more)`);
    expect(text.split("\n\n")).toHaveLength(2);
    expect(called).toEqual([]);
  });

  it.each<[string, Given]>([
    ["nothing reads it", { reads: null }],
    ["what reads it is not there", { reads: "get_pets" }],
    ["what reads it is the owner's own", { kind: "custom" }],
  ])("says nothing of what is there where %s", async (_what, given) => {
    const { text, called } = await preview(given);
    expect(text).not.toContain("As it is now");
    expect(text).toMatch(/pets\/1$/);
    expect(called).toEqual([]);
  });
});

describe("what is there now", () => {
  it.each<[string, Given, object]>([
    ["by its name in the path", { reading: [path("petId", "id")] }, { id: 1 }],
    ["as the call names it", { args: { pet: 7 }, own: [path("petId", "pet")] }, { petId: 7 }],
    [
      "by all of its names",
      { args: { a: 1, b: "2" }, own: [path("a"), path("b")], reading: [path("b"), path("a")] },
      { a: 1, b: "2" },
    ],
    [
      "by nothing of its query",
      { args: { petId: 1, q: 2 }, own: [path("petId"), path("q", "q", "query")], reading: [path("petId"), path("q")] },
      { petId: 1 },
    ],
    ["with nothing in the query", { reading: [path("petId"), path("petId", "other", "query")] }, { petId: 1 }],
    ["by what was given", { args: {}, own: [path("petId")] }, {}],
    ["by what the call itself has", { args: {}, own: [path("petId", "constructor")] }, {}],
  ])("is read %s", async (_what, given, want) => {
    expect((await preview(given)).called).toEqual([["get_pet", want, { anew: true }]]);
  });

  it("is all of its texts, and nothing else", async () => {
    const content = [
      { type: "text", text: "one" },
      { type: "image", data: "x", text: "no" },
      { type: "text", text: "t\u200bwo" },
    ];
    expect((await preview({ content })).text).toContain(`${now}one\ntwo`);
    expect((await preview({ content: [] })).text).toMatch(new RegExp(`${now.replace(/[()]/g, "\\$&")}$`));
  });

  it("is 2,000 characters of it", async () => {
    const shown = async (text: string) => (await preview({ content: [{ type: "text", text }] })).text.split(now)[1];
    expect(await shown("😀".repeat(2_000))).toBe("😀".repeat(2_000));
    expect(await shown("😀".repeat(2_001))).toBe(`${"😀".repeat(2_000)}… (1 characters more)`);
  });

  it("is why it cannot be read, where that can be told", async () => {
    for (const fault of [new CallError("There is no pet"), new UpstreamError("There is no pet")])
      expect((await preview({ fault })).text).toContain(`${now}There is no pet`);
    await expect(preview({ fault: new Error("broken") })).rejects.toThrow("broken");
  });
});

describe("a request that is shown", () => {
  it.each([0x00, 0x01, 0x08, 0x0e, 0x1f])("with a byte %i is no text", (byte) => {
    const body = Uint8Array.of(65, byte, 66);
    expect(requestText({ ...removal, body })).toBe("DELETE https://api.example/pets/1\n\n(3 bytes)");
  });

  it.each([
    [0x09, "A\tB"],
    [0x0a, "A\nB"],
    [0x0c, "AB"],
    [0x0d, "A\rB"],
    [0x20, "A B"],
  ])("with a byte %i is text", (byte, want) => {
    const body = Uint8Array.of(65, byte, 66);
    expect(requestText({ ...removal, body })).toBe(`DELETE https://api.example/pets/1\n\n${want}`);
  });

  it("has no secrets in its lines and its body, and lines of 2,000 characters", () => {
    const secret = new Secret("s3cr3t-0f-a-request").reveal();
    const url = `https://api.example/?key=${secret}`;
    expect(requestText({ method: "POST", url, headers: [["x-one", `a ${secret}`]], body: `{"a":"${secret}"}` })).toBe(
      'POST https://api.example/?key=[secret]\nx-one: a [secret]\n\n{"a":"[secret]"}',
    );
    const long = requestText({ ...removal, headers: [["x", "y".repeat(2_000)]] });
    expect(long.split("\n")[1]).toBe(`x: ${"y".repeat(1_997)}…`);
  });
});
