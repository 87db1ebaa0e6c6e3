/** Small rules that many parts share: places in values, names that were meant, completions, media types of parts, lines of the log. */
import { describe, expect, it } from "vitest";
import type { JsonValue, SuppliedArgument } from "../../templates/always/src/runtime/data/model.ts";
import type { ProjectApi } from "../../templates/always/src/runtime/data/project.ts";
import { definedValue, ownValue, pointerTokens, valueAt } from "../../templates/always/src/runtime/data/json-place.ts";
import { isWebUrl, parseUrl, parseWebUrl } from "../../templates/always/src/runtime/data/url.ts";
import { withDefaults, withSupplied } from "../../templates/always/src/runtime/call/plan.ts";
import { createLog, type LogLevel } from "../../templates/always/src/runtime/log.ts";
import { completionOf } from "../../templates/always/src/runtime/mcp/capability.ts";
import { PromptTable, promptText } from "../../templates/always/src/runtime/prompts/prompt-methods.ts";
import { contentText, formText, firstType, typeOfFile } from "../../templates/always/src/runtime/request/expansion.ts";
import { multipartType } from "../../templates/always/src/runtime/request/multipart.ts";
import { answerMeta } from "../../templates/always/src/runtime/response/call-result.ts";
import {
  jsonWithoutBreaks,
  quotedWhereLikeOurs,
  withoutQuotes,
  withoutSpaces,
} from "../../templates/always/src/runtime/response/own-words.ts";
import { editsBetween, nearestNames } from "../../templates/always/src/runtime/text/spelling.ts";
import { placeOf } from "../../templates/always/src/runtime/validation/messages.ts";
import { argumentValidator } from "../../templates/always/src/runtime/validation/validate.ts";

const refusal = (run: () => unknown): string => {
  try {
    return `no refusal: ${String(run())}`;
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
};

describe("a place in a value", () => {
  const value = { a: [{ b: 1 }, null], "x/y~z": 2, "": 3, é: 4, list: ["p"] };
  it.each<[string, JsonValue | undefined]>([
    ["", value],
    ["/a/0/b", 1],
    ["/a/1", null],
    ["/a/2", undefined],
    ["/a/-1", undefined],
    ["/a/00", undefined],
    ["/a/0x0", undefined],
    ["/a/length", undefined],
    ["/x~1y~0z", 2],
    ["/", 3],
    ["#/%C3%A9", 4],
    ["/%C3%A9", undefined],
    ["#/%", undefined],
    ["/toString", undefined],
    ["/a/0/b/c", undefined],
  ])("%s holds %j", (pointer, want) => expect(valueAt(value, pointer)).toEqual(want));

  it("is made of tokens, and written as a reader has it", () => {
    expect(pointerTokens("#/a~1b/c~0d/~01")).toEqual(["a/b", "c~d", "~1"]);
    expect([ownValue({ a: 1 }, "a"), ownValue({ a: 1 }, "b"), ownValue([1], "0"), ownValue(null, "a")]).toEqual([
      1,
      undefined,
      undefined,
      undefined,
    ]);
    expect(
      ["#", "#/a", "#/a/0/b_c", "#/0/1", "#/a b/c d", "#/a-b/$c/é", "#/a/0x"].map((pointer) => placeOf(pointer)),
    ).toEqual([undefined, "a", "a[0].b_c", '"0"[1]', '"a b"["c d"]', "a-b.$c.é", 'a["0x"]']);
    expect(definedValue({ a: undefined, b: [undefined, { c: undefined }], d: null })).toEqual({
      b: [null, {}],
      d: null,
    });
    expect(definedValue(undefined)).toBeNull();
  });
});

describe("names that were meant", () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ["pet_id", ["petId", "shopId"], ["petId"]],
    ["limt", ["limit", "offset"], ["limit"]],
    ["lim", ["limit"], ["limit"]],
    ["li", ["limit"], []],
    ["abc", ["abd", "abe", "abf", "abg"], ["abd", "abe", "abf"]],
    ["abd", ["abd", "abe"], ["abd"]],
    ["zzz", ["limit"], []],
    ["", ["a"], ["a"]],
    ["a".repeat(64), ["a".repeat(64)], ["a".repeat(64)]],
    ["a".repeat(65), ["a".repeat(65)], []],
    ["abc", ["a".repeat(65)], []],
    ["größe", ["groesse", "große"], ["große"]],
  ])("by %s among %j are %j", (name, names, want) => expect(nearestNames(name, names)).toEqual(want));

  it.each<[string, string, object, number]>([
    ["", "", {}, 0],
    ["abc", "abc", {}, 0],
    ["abc", "", {}, 3],
    ["", "abc", {}, 3],
    ["kitten", "sitting", {}, 3],
    ["ab", "ba", {}, 2],
    ["ab", "ba", { exchanges: true }, 1],
    ["abcd", "acbd", { exchanges: true }, 1],
    ["abcd", "badc", { exchanges: true }, 2],
    ["ca", "abc", { exchanges: true }, 3],
    ["abcdef", "a", { most: 2 }, 3],
    ["abcd", "wxyz", { most: 2 }, 3],
    ["abcd", "abxy", { most: 2 }, 2],
  ])("%j is %j with %j after %i edits", (one, other, spelling, want) => {
    expect(editsBetween(one, other, spelling)).toBe(want);
    expect(editsBetween(other, one, spelling)).toBe(want);
  });
});

describe("a completion", () => {
  it("has what begins so, a hundred at most", () => {
    expect(completionOf(["Ab", "aC", "b", "Ab"], "a")).toEqual({ values: ["Ab", "aC"], total: 2, hasMore: false });
    const many = (count: number) =>
      completionOf(
        Array.from({ length: count }, (_, index) => `v${index}`),
        "V",
      );
    expect(many(100)).toMatchObject({ total: 100, hasMore: false });
    expect(many(101)).toMatchObject({ total: 101, hasMore: true });
    expect(many(101).values).toHaveLength(100);
  });
});

describe("a URL", () => {
  it.each([
    ["https://a", true, "https://a/"],
    ["HTTP://a/b", true, "http://a/b"],
    ["ftp://a", false, undefined],
    ["xhttps://a", false, undefined],
    ["https:/a", false, "https://a/"],
    ["a/b", false, undefined],
    ["https://", true, undefined],
  ])("%s is of the web: %s, and read as %s", (text, web, href) => {
    expect(isWebUrl(text)).toBe(web);
    expect(parseWebUrl(text)?.href).toBe(href);
  });

  it("may be relative to another", () =>
    expect([parseUrl("../c", "https://a/b/d")?.href, parseUrl("c"), parseUrl("ftp://a")?.href]).toEqual([
      "https://a/c",
      undefined,
      "ftp://a/",
    ]));
});

describe("the type of a part", () => {
  it.each([
    [undefined, undefined],
    ["", undefined],
    ["text/plain", "text/plain"],
    ["image/*, image/png", "image/png"],
    ["image/*", undefined],
    ['a/b; x="1,2", c/d', 'a/b; x="1,2"'],
    ["nonsense, c/d", "c/d"],
  ])("of the list %j is %j", (list, want) => expect(firstType(list)).toBe(want));

  it.each([
    [undefined, "image/png", "image/png"],
    ["image/*", "image/png", "image/png"],
    ["image/png", "image/png", "image/png"],
    ["IMAGE/PNG; a=b", "image/png", "IMAGE/PNG; a=b"],
    ["image/jpeg, image/*", "image/png", "image/png"],
    ["image/jpeg", "image/png", "image/jpeg"],
    ["audio/*", "image/png", "image/png"],
    ["audio/*, text/csv", "image/png", "text/csv"],
  ])("of a file, by %j, that is %s is %s", (list, own, want) => expect(typeOfFile(list, own)).toBe(want));

  it.each([
    ["multipart/mixed", "multipart/mixed; boundary=B"],
    [
      'multipart/related; type="a/b"; boundary=x; start="<1\\"2>"',
      'multipart/related; type="a/b"; start="<1\\"2>"; boundary=B',
    ],
    ["nonsense", "multipart/form-data; boundary=B"],
  ])("%s that has parts is %s", (type, want) => expect(multipartType(type, "B")).toBe(want));

  it.each<[string, JsonValue, string]>([
    ["application/json", { a: [1] }, '{"a":[1]}'],
    ["application/x+json", "a", '"a"'],
    [
      "application/x-www-form-urlencoded",
      { a: "b c", d: [1, 2], e: { f: 1 }, g: null },
      "a=b+c&d=1&d=2&e=%7B%22f%22%3A1%7D",
    ],
    ["application/x-www-form-urlencoded", "a=b", "a=b"],
    ["text/plain", 5, "5"],
    ["image/png", ["a"], '["a"]'],
    ["nonsense", { a: 1 }, '{"a":1}'],
  ])("%s writes %j as %s", (type, value, want) => expect(contentText(type, value, "x")).toBe(want));

  it("that is text has no lists", () => {
    const want = 'Argument "x" is sent as text/csv: give it as text.';
    expect(refusal(() => contentText("text/csv; a=b", [1], "x"))).toBe(want);
    expect(refusal(() => contentText("text/csv", {}, "x"))).toBe(want);
    expect(formText([1], "x")).toBe("");
  });
});

describe("what is told of an answer", () => {
  const useful =
    `location operation-location content-location link etag last-modified retry-after content-range accept-ranges
    content-disposition deprecation sunset x-total-count x-total x-total-pages x-page x-per-page x-next-page x-next-cursor
    x-request-id ratelimit ratelimit-limit x-ratelimit-remaining x-rate-limit-reset rate-limit`.split(/\s+/);
  it.each(useful)("has %s", (name) =>
    expect(answerMeta(200, new Headers({ [name]: "a  b", "x-other": "c" }))).toEqual({
      "openapi-to-mcp/status": 200,
      "openapi-to-mcp/headers": { [name]: "a b" },
    }),
  );
  it.each(["content-type", "set-cookie", "x-ratelimited", "my-ratelimit", "server"])("has not %s", (name) =>
    expect(answerMeta(404, new Headers({ [name]: "a" }))).toEqual({ "openapi-to-mcp/status": 404 }),
  );
});

describe("words of an answer that read like ours", () => {
  it.each(
    `Hint: x|Note: x|Part: x|Cut: x|Done: x|Created at x|Received x|HTTP 200 OK|The API accepted x|The API redirects x|The API gave x|The answer x|The structured content x|The rest x|hint|  > **Note** x|[cut: x|“Hint|ｈint: x|- note`.split(
      "|",
    ),
  )("are marked: %s", (text) => expect(quotedWhereLikeOurs(`a\n${text}\rb`)).toBe(`a\n> ${text}\rb`));

  it.each(["hints", "x Hint: y", "noted", "HTTP 20", "the API says", "received_at: 5", "a hint: b"])(
    "are left: %s",
    (text) => expect(quotedWhereLikeOurs(text)).toBe(text),
  );

  it("have no breaks in JSON, no spaces in a URI, no quotes in a name", () => {
    expect(jsonWithoutBreaks("a\u2028b\u2029c\nd")).toBe("a\\u2028b\\u2029c\nd");
    expect(withoutSpaces("a b\u00a0c")).toBe("a%20b%C2%A0c");
    expect(withoutQuotes("a\"b“c”d„e‟f'")).toBe("a'b'c'd'e'f'");
    expect(quotedWhereLikeOurs("Hint\u2028Note\u2029Part")).toBe("> Hint\u2028> Note\u2029> Part");
  });
});

describe("arguments that the owner gives", () => {
  const supplied = [
    { kind: "default", argument: "a", value: 1 },
    { kind: "fixed", argument: "b", value: 2 },
    { kind: "environment", argument: "c", variable: "C", type: "integer", schema: { type: "integer", minimum: 3 } },
    { kind: "environment", argument: "d", variable: "D", type: "string", schema: { type: "string" }, default: "x" },
  ] as unknown as readonly SuppliedArgument[];
  const validatorOf: Parameters<typeof withSupplied>[3] = (argument, schema) =>
    argumentValidator(
      { type: "object", properties: { [argument]: true }, additionalProperties: false },
      { type: "object", properties: { [argument]: schema } },
      {},
    );
  const whole = (environment: Record<string, string>): unknown =>
    withSupplied({ b: 0, z: 9 }, supplied, { environment }, validatorOf);

  it("stand in for what is left out, or over what is given", () => {
    expect(withDefaults({}, supplied)).toEqual({ a: 1 });
    expect(withDefaults({ a: null }, supplied)).toEqual({ a: null });
    const args = { a: 5 };
    expect(withDefaults(args, supplied)).toBe(args);
    expect(withDefaults(args)).toBe(args);
    expect(whole({ C: "7", D: "y" })).toEqual({ b: 2, c: 7, d: "y", z: 9 });
    expect(whole({ C: "7" })).toEqual({ b: 2, c: 7, d: "x", z: 9 });
    expect(refusal(() => whole({}))).toBe("C is not set");
    expect(refusal(() => whole({ C: "2" }))).toBe("The value of C does not fit: c has to be at least 3");
    expect(withSupplied(args, undefined, { environment: {} }, validatorOf)).toEqual(args);
  });
});

describe("a prompt", () => {
  const api = {
    groups: [
      {
        data: { tag: "Pets" },
        tools: [
          { name: "list_pets", title: "List pets" },
          { name: "get_pet", title: "Get" },
        ],
      },
      { data: {}, tools: [{ name: "other", title: "Other" }] },
    ],
    prompts: [],
  } as unknown as ProjectApi;
  const prompt = {
    name: "adopt",
    title: "T",
    description: "",
    arguments: [
      { name: "wish", description: "", required: true },
      { name: "tag", description: "", required: false },
    ],
    text: "Find {{wish}} {{none}} by\n{{tools}}",
  };
  const text = (args: Record<string, string>, isShown?: (tool: string) => boolean): string =>
    promptText(prompt, api, new Map(Object.entries(args)), isShown);

  it("is filled with arguments and tools, which are not read again", () => {
    expect(text({ wish: "{{tag}}" })).toBe("Find {{tag}}  by\n- list_pets: List pets\n- get_pet: Get\n- other: Other");
    expect(text({ wish: "a", tag: " pets " })).toBe("Find a  by\n- list_pets: List pets\n- get_pet: Get");
    expect(text({ wish: "a", tag: "" })).toContain("- other: Other");
    expect(text({ wish: "a" }, (tool) => tool === "other")).toBe("Find a  by\n- other: Other");
    expect(text({ wish: "a" }, () => false)).toBe("Find a  by\n(There are none that this client may use.)");
  });

  it("says what it lacks", () => {
    expect(refusal(() => text({}))).toBe('Prompt "adopt" needs wish');
    expect(refusal(() => text({ wish: "" }))).toBe('Prompt "adopt" needs wish');
    expect(refusal(() => text({ wish: "a", tag: "pet" }))).toBe('No tool has the tag "pet"; did you mean "Pets"?');
    expect(refusal(() => text({ wish: "a", tag: "zzzzzzz" }))).toBe('No tool has the tag "zzzzzzz"; there are "Pets"');
    const bare = { ...api, groups: [{ data: {}, tools: [] }] } as unknown as ProjectApi;
    expect(
      refusal(() =>
        promptText(
          prompt,
          bare,
          new Map([
            ["wish", "a"],
            ["tag", "b"],
          ]),
        ),
      ),
    ).toBe('No tool has the tag "b": the tools have none, so leave it out');
  });

  it("of the owner's stands in the table beside those of the APIs", async () => {
    const own = {
      name: "mine",
      arguments: [{ name: "a", required: true }, { name: "b" }],
      text: (args: Record<string, string>) => JSON.stringify(args),
    };
    const project = { apis: [{ ...api, prompts: [prompt] }] } as unknown as ConstructorParameters<
      typeof PromptTable
    >[0];
    const table = new PromptTable(project, { prompts: [own] });
    expect(table.isEmpty).toBe(false);
    expect(table.listings.map(({ name }) => name)).toEqual(["adopt", "mine"]);
    expect(table.listings[1]).toEqual({
      name: "mine",
      title: "mine",
      description: "",
      arguments: [
        { name: "a", description: "", required: true },
        { name: "b", description: "", required: false },
      ],
    });
    expect(await table.get("mine")?.text(new Map([["a", "1"]]))).toBe('{"a":"1"}');
    expect(refusal(() => table.get("mine")?.text(new Map()))).toBe('Prompt "mine" needs a');
    expect(await table.get("adopt")?.text(new Map([["wish", "w"]]), () => false)).toContain("Find w");
    expect([table.get("none"), new PromptTable({ ...project, apis: [] }, {}).isEmpty]).toEqual([undefined, true]);
  });
});

describe("the log", () => {
  const written = (level: LogLevel, fields: object = {}, event = "it"): readonly Record<string, unknown>[] => {
    const lines: string[] = [];
    const log = createLog(level, (line) => lines.push(line));
    for (const at of ["error", "warn", "info", "debug"] as const) log[at](event, { ...fields });
    for (const line of lines) expect(line.endsWith("\n")).toBe(true);
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  it("has what JSON has no word for in other words", () => {
    const circle: Record<string, unknown> = { a: 1 };
    circle["self"] = circle;
    const error = Object.assign(new TypeError("bad", { cause: new Error("deep") }), { code: "E1" });
    const [line] = written("error", { circle, error, big: 5n, other: Object.assign(new Error("x"), { code: 5 }) });
    expect(line).toMatchObject({
      level: "error",
      event: "it",
      circle: { a: 1, self: "[seen above]" },
      error: { name: "TypeError", message: "bad", code: "E1", cause: { name: "Error", message: "deep" } },
      big: "5",
      other: { name: "Error", message: "x" },
    });
    expect(String(line?.["time"])).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(line?.["other"]).not.toHaveProperty("code");
  });

  it("cuts what is too long, and fails for nothing", () => {
    const [line] = written("error", { text: "x".repeat(20_000) });
    expect(Object.keys(line ?? {})).toEqual(["time", "level", "event", "cut"]);
    expect(String(line?.["cut"])).toHaveLength(16_384);
    const [short] = written("error", { text: "x".repeat(16_000) });
    expect(short).not.toHaveProperty("cut");
    const log = createLog("info", () => {
      throw new Error("gone");
    });
    expect(() => log.info("a")).not.toThrow();
  });
});
