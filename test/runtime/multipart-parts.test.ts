/** The parts of multipart bodies (RFC 7578, RFC 2046 §5.1, §4.8.15), byte by byte. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { BodyContent, JsonValue, PartEncodings } from "../../templates/always/src/runtime/data/model.ts";
import type { FileLoader } from "../../templates/always/src/runtime/request/file-argument.ts";
import { multipartBody, multipartType, write } from "../../templates/always/src/runtime/request/multipart.ts";

const first = "00000000-0000-4000-8000-000000000001";
const second = "00000000-0000-4000-8000-000000000002";

beforeEach(() => {
  vi.spyOn(crypto, "randomUUID").mockReturnValueOnce(first).mockReturnValueOnce(second);
});
afterEach(() => vi.restoreAllMocks());

/** Every file holds the name of its field and of its argument. */
const load: FileLoader = (file, field, argument) =>
  Promise.resolve({
    bytes: new TextEncoder().encode(`${field} of ${argument}`),
    filename: typeof file === "string" ? field : (file.filename ?? "file"),
    mediaType: typeof file === "string" ? "text/plain" : (file.media_type ?? "image/png"),
  });

const argumentOf = (field: string): string => (field === "" ? "body" : `the_${field}`);

async function textOf(value: JsonValue, encodings: PartEncodings = {}): Promise<string> {
  const { body } = await multipartBody(value, encodings, argumentOf, load);
  return new TextDecoder().decode(body).replaceAll(`----part-${first}`, "B").replaceAll(`----part-${second}`, "C");
}

/** A part by its lines of head, a blank one, and its content. */
function part(head: readonly string[], content: string, boundary = "B"): string {
  return `--${boundary}\r\n${head.map((line) => `${line}\r\n`).join("")}\r\n${content}\r\n`;
}
const named = (name: string): string => `Content-Disposition: form-data; name="${name}"`;

describe("the fields of an object", () => {
  const rows: readonly (readonly [string, JsonValue, PartEncodings, string])[] = [
    ["no field", {}, {}, ""],
    ["texts and numbers", { a: "x", b: 1.5 }, {}, part([named("a")], "x") + part([named("b")], "1.5")],
    ["nothing of null", { a: null, b: [null, "x"] }, {}, part([named("b")], "x")],
    ["a part for each item", { a: ["x", "y"] }, {}, part([named("a")], "x") + part([named("a")], "y")],
    ["an object as JSON", { a: { b: 1 } }, {}, part([named("a"), "Content-Type: application/json"], '{"b":1}')],
    ["a list in a list as JSON", { a: [[1]] }, {}, part([named("a"), "Content-Type: application/json"], "[1]")],
    [
      "a text with the type that is given",
      { a: "x" },
      { fields: { a: { contentType: "text/csv" } } },
      part([named("a"), "Content-Type: text/csv"], "x"),
    ],
    [
      "JSON of a single value",
      { a: "x" },
      { fields: { a: { contentType: "application/json" } } },
      part([named("a"), "Content-Type: application/json"], '"x"'),
    ],
    ["a range as no type", { a: "x" }, { fields: { a: { contentType: "text/*" } } }, part([named("a")], "x")],
    [
      "a file",
      { a: { data: "", filename: "b.png" } },
      { fields: { a: { file: true } } },
      part([`${named("a")}; filename="b.png"`, "Content-Type: image/png"], "a of the_a"),
    ],
    [
      "files, each by the type that is listed",
      { a: [{ data: "" }, { data: "", media_type: "text/html" }] },
      { fields: { a: { file: true, contentType: "image/*, text/plain", headers: { "X-A": "1" } } } },
      part([`${named("a")}; filename="file"`, "Content-Type: image/png", "X-A: 1"], "a of the_a") +
        part([`${named("a")}; filename="file"`, "Content-Type: text/plain", "X-A: 1"], "a of the_a"),
    ],
    [
      "a file by its file, whatever its style",
      { a: "x" },
      { fields: { a: { file: true, style: "form" } } },
      part([`${named("a")}; filename="a"`, "Content-Type: text/plain"], "a of the_a"),
    ],
    ["names that would end their quotes", { 'a"\r\nb': "x" }, {}, part([named("a%22%0D%0Ab")], "x")],
    [
      "names of files that would end theirs",
      { a: { data: "", filename: 'é".\r\n' } },
      { fields: { a: { file: true } } },
      part([`${named("a")}; filename="é%22.%0D%0A"`, "Content-Type: image/png"], "a of the_a"),
    ],
  ];
  it.each(rows)("have %s", async (_what, value, encodings, want) => {
    expect(await textOf(value, encodings)).toBe(`${want}--B--\r\n`);
  });

  it.each([
    ["form", undefined, ["x y", "z"], part([named("a")], "x y") + part([named("a")], "z")],
    ["form", false, ["x", "y&"], part([named("a")], "x,y&")],
    ["form", undefined, { b: 1, c: 2 }, part([named("b")], "1") + part([named("c")], "2")],
    ["spaceDelimited", undefined, ["x", "y"], part([named("a")], "x y")],
    ["pipeDelimited", true, ["x", "y"], part([named("a")], "x") + part([named("a")], "y")],
    ["deepObject", undefined, { b: { c: 1 } }, part([named("a[b][c]")], "1")],
    [undefined, false, ["x", "y"], part([named("a")], "x,y")],
    [undefined, true, ["x", "y"], part([named("a")], "x") + part([named("a")], "y")],
  ] as const)("by style %s, exploded: %s, of %j", async (style, explode, value, want) => {
    const encoding = { ...(style && { style }), ...(explode !== undefined && { explode }) };
    expect(await textOf({ a: value }, { fields: { a: encoding } })).toBe(`${want}--B--\r\n`);
  });

  it("by style have their headers, and their members in order", async () => {
    const encoding = { style: "form", order: ["c", "b"], headers: { "X-A": "1" } } as const;
    expect(await textOf({ a: { b: 1, c: 2 } }, { fields: { a: encoding } })).toBe(
      `${part([named("c"), "X-A: 1"], "2")}${part([named("b"), "X-A: 1"], "1")}--B--\r\n`,
    );
  });

  it("have fixed headers, but for those that say what a part is", async () => {
    const headers = { "X-Limit": "5", "Content-TYPE": "no", "content-Disposition": "no" };
    expect(await textOf({ a: "x" }, { fields: { a: { headers } } })).toBe(
      `${part([named("a"), "X-Limit: 5"], "x")}--B--\r\n`,
    );
  });

  it.each<Record<string, string>>([{ "X A": "1" }, { Host: "h" }, { "X-A": "1\r\nX-B: 2" }])(
    "have no header %j",
    async (headers) => {
      await expect(textOf({ a: "x" }, { fields: { a: { headers } } })).rejects.toThrow(
        'Argument "the_a" has a part header that cannot be sent.',
      );
    },
  );
});

describe("the items of a list", () => {
  it("are parts without names, by their place or as all", async () => {
    const encodings: PartEncodings = {
      prefix: [{ contentType: "text/csv" }, { file: true }],
      items: { contentType: "application/json" },
    };
    const value = ["a", { data: "", filename: "x.png" }, "c", null];
    expect(await textOf(value, encodings)).toBe(
      `${part(["Content-Type: text/csv"], "a")}${part(
        ['Content-Disposition: attachment; filename="x.png"', "Content-Type: image/png"],
        "file of body",
      )}${part(["Content-Type: application/json"], '"c"')}${part(["Content-Type: application/json"], "null")}--B--\r\n`,
    );
  });

  it("that are files without a name of their own have none", async () => {
    expect(await textOf([{ data: "" }], { items: { file: true } })).toBe(
      `${part(["Content-Type: image/png"], "file of body")}--B--\r\n`,
    );
  });

  it("without encodings are texts, and JSON", async () => {
    expect(await textOf(["a", { b: 1 }])).toBe(
      `${part([], "a")}${part(["Content-Type: application/json"], '{"b":1}')}--B--\r\n`,
    );
  });

  it.each(["x", 1, true, null])("are not %j", async (value) => {
    await expect(textOf(value)).rejects.toThrow('Argument "body" is sent in parts: give an object.');
  });
});

describe("a part that has parts", () => {
  const inner = `----part-${first}`;
  it("is framed by a boundary of its own", async () => {
    const encoding = { contentType: "multipart/mixed; x=1; boundary=no", items: { contentType: "text/csv" } };
    expect(await textOf({ a: ["x", "y"], b: "z" }, { fields: { a: encoding } })).toBe(
      `${part(
        [named("a"), 'Content-Type: multipart/mixed; x="1"; boundary=B'],
        `${part(["Content-Type: text/csv"], "x")}${part(["Content-Type: text/csv"], "y")}--B--\r\n`,
        "C",
      )}${part([named("b")], "z", "C")}--C--\r\n`,
    );
  });

  it("has its fields in order, and the argument of the whole", async () => {
    const encoding = {
      contentType: "multipart/form-data",
      order: ["c", "b"],
      fields: { b: { file: true } },
    } as const;
    expect(await textOf({ a: { b: "x", c: "y" } }, { fields: { a: encoding } })).toBe(
      `${part(
        [named("a"), "Content-Type: multipart/form-data; boundary=B"],
        `${part([named("c")], "y")}${part(
          [`${named("b")}; filename="b"`, "Content-Type: text/plain"],
          "b of the_a",
        )}--B--\r\n`,
        "C",
      )}--C--\r\n`,
    );
  });

  it("with encodings by place alone is one, whatever its list", async () => {
    const encoding = { contentType: "multipart/mixed", prefix: [{}] };
    const { body } = await multipartBody({ a: ["x", "y"] }, { fields: { a: encoding } }, argumentOf, load);
    expect(new TextDecoder().decode(body).split(`--${inner}\r\n`)).toHaveLength(3);
  });

  it("is text where its value is one", async () => {
    const encoding = { contentType: "multipart/mixed" };
    expect(await textOf({ a: "x" }, { fields: { a: encoding } })).toBe(
      `${part([named("a"), "Content-Type: multipart/mixed"], "x")}--B--\r\n`,
    );
  });

  it("may be a form, by the encodings of its fields", async () => {
    const fields = { c: { style: "pipeDelimited" }, d: { file: true } } as const;
    const contentType = "application/x-www-form-urlencoded; x=1";
    const value = { a: { b: "x y", c: [1, 2], d: "t" } };
    const encoding = { contentType, fields, order: ["d", "c", "b"] };
    expect(await textOf(value, { fields: { a: encoding } })).toBe(
      `${part([named("a"), `Content-Type: ${contentType}`], "d=ZCBvZiB0aGVfYQ%3D%3D&c=1%7C2&b=x+y")}--B--\r\n`,
    );
    expect(await textOf(value, { fields: { a: { contentType } } })).toBe(
      `${part([named("a"), `Content-Type: ${contentType}`], "b=x+y&c=1&c=2&d=t", "C")}--C--\r\n`,
    );
  });
});

describe("the boundary", () => {
  it("is one that no part holds", async () => {
    const { boundary, body } = await multipartBody({ a: `--${`----part-${first}`}` }, {}, argumentOf, load);
    expect(boundary).toBe(`----part-${second}`);
    expect(new TextDecoder().decode(body).endsWith(`\r\n------part-${second}--\r\n`)).toBe(true);
  });

  it.each([
    ["multipart/form-data", "multipart/form-data; boundary=B"],
    ["multipart/mixed; boundary=x; Type=a", 'multipart/mixed; type="a"; boundary=B'],
    ['multipart/related; start="<a\\"b\\\\>"', 'multipart/related; start="<a\\"b\\\\>"; boundary=B'],
    ["no type", "multipart/form-data; boundary=B"],
  ])("stands in %s", (mediaType, want) => {
    expect(multipartType(mediaType, "B")).toBe(want);
  });

  it.each([
    ["multipart/mixed", "multipart/mixed"],
    ["multipart/*", "multipart/form-data"],
  ])("stands in the type of a body that is %s", async (mediaType, want) => {
    const content: BodyContent = { mediaType, encoding: "multipart", order: ["b", "a"] };
    const { body, contentType } = await write(content, { a: 1, b: 2 }, argumentOf, load);
    expect(contentType).toBe(`${want}; boundary=----part-${first}`);
    expect(new TextDecoder().decode(body as Uint8Array).replaceAll(`----part-${first}`, "B")).toBe(
      `${part([named("b")], "2")}${part([named("a")], "1")}--B--\r\n`,
    );
  });
});
