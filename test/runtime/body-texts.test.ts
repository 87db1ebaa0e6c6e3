/** Bodies as their media types have them (§4.8.13 to §4.8.15): JSON, forms, texts in their charsets, files. */
import { describe, expect, it } from "vitest";
import type {
  BodyContent,
  BodyPlan,
  FieldEncoding,
  JsonObject,
  JsonValue,
} from "../../templates/always/src/runtime/data/model.ts";
import {
  charsetOf,
  concrete,
  encodedText,
  formBody,
  hasStyle,
} from "../../templates/always/src/runtime/request/body-writer.ts";
import { composeBody } from "../../templates/always/src/runtime/request/body.ts";
import type { FileLoader } from "../../templates/always/src/runtime/request/file-argument.ts";

/** A file of two bytes; a text stands for its media type. */
const load: FileLoader = (file, field, argument) =>
  Promise.resolve({
    bytes: new Uint8Array([251, 255]),
    filename: `${field} of ${argument}`,
    mediaType: typeof file === "string" ? file : (file.media_type ?? "image/png"),
  });
const loadNamed: FileLoader = (_file, field, argument) =>
  Promise.resolve({ bytes: new TextEncoder().encode(`${field} of ${argument}`), filename: "", mediaType: "a/b" });

const json: BodyContent = { mediaType: "application/json", encoding: "json" };
const text: BodyContent = { mediaType: "text/plain", encoding: "text" };

async function composed(plan: Partial<BodyPlan>, args: JsonObject, by = load) {
  return composeBody({ required: false, contents: [json], ...plan }, args, by, {});
}
async function bodyOf(content: BodyContent, value: JsonValue) {
  return composed({ argument: "it", contents: [content] }, { it: value });
}

describe("the value of a body", () => {
  const fields = [
    { name: "a", argument: "the_a" },
    { name: "__proto__", argument: "p" },
  ];
  it.each<[string, Partial<BodyPlan>, JsonObject, string | undefined]>([
    ["an argument", { argument: "it" }, { it: [1], a: 2 }, "[1]"],
    ["nothing without it", { argument: "it" }, {}, undefined],
    ["null, of JSON", { argument: "it" }, { it: null }, "null"],
    ["nothing of null, of text", { argument: "it", contents: [text] }, { it: null }, undefined],
    ["an object of the fields that are given", { fields }, { p: 1, the_a: null, other: 2 }, '{"a":null,"__proto__":1}'],
    ["nothing without a field", { fields }, { a: 1 }, undefined],
    ["an empty object, where one is required", { fields, required: true }, {}, "{}"],
    ["nothing without a plan for it", {}, { it: 1 }, undefined],
  ])("is %s", async (_what, plan, args, body) => {
    expect((await composed(plan, args))?.body).toBe(body);
  });

  it.each<[string, Partial<BodyPlan>, JsonObject]>([
    ["it", { argument: "it" }, {}],
    ["it", { argument: "it", contents: [text] }, { it: null }],
  ])("is required, as %s", async (name, plan, args) => {
    await expect(composed({ ...plan, required: true }, args)).rejects.toThrow(
      `Argument "${name}" is required: it is the body of the request.`,
    );
  });

  it("names the argument of a field that cannot be sent", async () => {
    const contents: BodyContent[] = [{ mediaType: "application/x-www-form-urlencoded", encoding: "form" }];
    await expect(composed({ fields, contents }, { the_a: "\ud800" })).rejects.toThrow('Argument "the_a" holds half');
    await expect(composed({ fields, contents: [json] }, { the_a: Infinity })).rejects.toThrow(
      'Argument "body" holds a number outside the range of JSON.',
    );
  });
});

describe("the media type of a body", () => {
  const plan: Partial<BodyPlan> = { argument: "it", mediaTypeArgument: "type", contents: [json, text] };
  it.each([
    [{}, "application/json"],
    [{ type: null }, "application/json"],
    [{ type: "application/json" }, "application/json"],
    [{ type: "text/plain" }, "text/plain"],
  ])("with %j is %s", async (args, contentType) => {
    expect((await composed(plan, { it: "x", ...args }))?.contentType).toBe(contentType);
  });

  it("is one that the operation has", async () => {
    await expect(composed(plan, { it: "x", type: "text/csv" })).rejects.toThrow(
      'Argument "type" must be one of the media types application/json, text/plain.',
    );
    await expect(composed({ argument: "it", contents: [] }, { it: "x" })).rejects.toThrow(
      'Argument "body" must be one of the media types .',
    );
  });

  it("is none that a header cannot carry", async () => {
    const contents: BodyContent[] = [{ mediaType: "*/*", encoding: "binary" }];
    const rule = "must not hold line breaks or other control characters: it is sent in a header.";
    await expect(composed({ argument: "it", contents }, { it: "a/b\nX: y" })).rejects.toThrow(`Argument "it" ${rule}`);
    await expect(
      composed({ argument: "it", mediaTypeArgument: "type", contents }, { it: "a/b\nX: y" }),
    ).rejects.toThrow(`Argument "type" ${rule}`);
  });

  it.each([
    ["text/csv", "text/csv"],
    [" text/csv; a=b ", "text/csv; a=b"],
    ["text/*", "a/b"],
    ["*/*", "a/b"],
    ["csv", "a/b"],
  ])("%s is sent as %s", (mediaType, want) => expect(concrete(mediaType, "a/b")).toBe(want));
});

describe("a body", () => {
  it.each<[BodyContent, JsonValue, string, string]>([
    [{ mediaType: "application/*", encoding: "json" }, { a: 1 }, '{"a":1}', "application/json"],
    [{ mediaType: "application/merge-patch+json", encoding: "json" }, [1], "[1]", "application/merge-patch+json"],
    [{ mediaType: "application/jsonl", encoding: "json" }, [1, { a: 2 }], '1\n{"a":2}\n', "application/jsonl"],
    [{ mediaType: "application/x-ndjson", encoding: "json" }, { a: 1 }, '{"a":1}', "application/x-ndjson"],
    [{ mediaType: "application/json-seq", encoding: "json" }, [1, "b"], '\u001e1\n\u001e"b"\n', "application/json-seq"],
    [{ mediaType: "json", encoding: "json" }, [1], "[1]", "application/json"],
    [{ mediaType: "application/*", encoding: "form" }, { a: "b c" }, "a=b+c", "application/x-www-form-urlencoded"],
    [
      {
        mediaType: "application/x-www-form-urlencoded; a=b",
        encoding: "form",
        order: ["b"],
        fields: { a: { explode: false } },
      },
      { a: [1, 2], b: 3 },
      "b=3&a=1,2",
      "application/x-www-form-urlencoded; a=b",
    ],
    [{ mediaType: "text/*", encoding: "text" }, 1.5, "1.5", "text/plain"],
    [{ mediaType: "text/csv; charset=UTF8", encoding: "text" }, "é", "é", "text/csv; charset=UTF8"],
  ])("of %j with %j", async (content, value, body, contentType) => {
    expect(await bodyOf(content, value)).toEqual({ body, contentType });
  });

  it.each<[BodyContent, JsonValue, string]>([
    [{ mediaType: "application/x-www-form-urlencoded", encoding: "form" }, [1], "is sent as a form: give an object"],
    [{ mediaType: "text/csv", encoding: "text" }, [1], "is sent as text/csv: give it as text"],
    [{ mediaType: "text/csv", encoding: "text" }, {}, "is sent as text/csv: give it as text"],
    [
      { mediaType: "a/b", encoding: "binary" },
      1,
      'is a file: give {"path": …}, {"data": …} with base64, or {"url": …}',
    ],
    [{ mediaType: "a/b", encoding: "none" as "json" }, "x", "has no encoding"],
  ])("of %j is not made of %j", async (content, value, rule) => {
    await expect(bodyOf(content, value)).rejects.toThrow(`Argument "it" ${rule}.`);
  });

  it.each([
    ["image/*", "image/gif", "image/gif"],
    ["image/*", "audio/aac", "image/png"],
    ["audio/*", "image/gif", "audio/mpeg"],
    ["video/*", "image/gif", "video/mp4"],
    ["font/*", "image/gif", "font/ttf"],
    ["image/webp", "image/gif", "image/webp"],
    ["*/*", "image/gif", "image/gif"],
    ["application/*", "image/gif", "image/gif"],
  ])("of %s that is a file of %s is sent as %s", async (mediaType, own, contentType) => {
    expect(await bodyOf({ mediaType, encoding: "binary" }, own)).toEqual({
      body: new Uint8Array([251, 255]),
      contentType,
    });
  });

  it("that is a file is called file", async () => {
    const plan: Partial<BodyPlan> = { argument: "it", contents: [{ mediaType: "a/b", encoding: "binary" }] };
    const made = await composed(plan, { it: "x" }, loadNamed);
    expect(new TextDecoder().decode(made?.body as Uint8Array)).toBe("file of it");
  });

  it.each(["multipart", "xml"] as const)(
    "of a kind that the server has no part for is refused: %s",
    async (encoding) => {
      await expect(bodyOf({ mediaType: "a/b", encoding }, {})).rejects.toThrow(
        expect.objectContaining({
          name: "ConfigurationError",
          message: "This server was generated without the part that writes a/b.",
          hint: "src/generated/index.ts has to name it: generate again.",
        }),
      );
    },
  );

  it("of such a kind is written by its part", async () => {
    const content: BodyContent = { mediaType: "a/b", encoding: "xml" };
    const write = (...given: readonly unknown[]) => ({ body: JSON.stringify(given.slice(0, 2)), contentType: "c/d" });
    const plan: BodyPlan = { required: true, argument: "it", contents: [content] };
    expect(await composeBody(plan, { it: 5 }, load, { xml: () => Promise.resolve({ write }) })).toEqual({
      body: '[{"mediaType":"a/b","encoding":"xml"},5]',
      contentType: "c/d",
    });
  });
});

describe("a text in its charset", () => {
  it.each([
    ["text/plain", "utf-8"],
    ["text/plain; Charset=ISO-8859-1", "iso-8859-1"],
    ['text/plain; charset=" Latin1 "', "latin1"],
    ["no type", "utf-8"],
  ])("%s is %s", (mediaType, want) => expect(charsetOf(mediaType)).toBe(want));

  it.each([
    ["utf-8", "é€", "é€"],
    ["utf8", "é€", "é€"],
    ["iso-8859-1", "aé\u00ff", new Uint8Array([97, 233, 255])],
    ["latin1", "é", new Uint8Array([233])],
    ["us-ascii", "a\0\u007f", new Uint8Array([97, 0, 127])],
    ["ascii", "a", new Uint8Array([97])],
    ["utf-16le", "aé€", new Uint8Array([97, 0, 233, 0, 172, 32])],
    ["utf-16le", "", new Uint8Array([])],
  ])("%s writes %j", (charset, value, body) => {
    expect(encodedText(value, "text/x", charset, "it")).toEqual({ body, contentType: "text/x" });
  });

  it.each([
    ["iso-8859-1", "\u0100", "holds characters that iso-8859-1 does not have"],
    ["latin1", "€", "holds characters that latin1 does not have"],
    ["us-ascii", "\u0080", "holds characters that us-ascii does not have"],
    ["ascii", "é", "holds characters that ascii does not have"],
    ["koi8-r", "a", "would have to be written in koi8-r, which this server does not write"],
  ])("%s does not write %j", (charset, value, rule) => {
    expect(() => encodedText(value, "text/x", charset, "it")).toThrow(`Argument "it" ${rule}.`);
  });
});

describe("the field of a form", () => {
  const form = (value: JsonObject, encoding: FieldEncoding, by = load) =>
    formBody(value, new Map([["a b", encoding]]), (field) => `the_${field}`, by);

  it.each<[FieldEncoding, JsonValue, string]>([
    [{}, null, ""],
    [{}, "x&y", "a+b=x%26y"],
    [{}, ["x", null, { c: 1 }, [2]], "a+b=x&a+b=%7B%22c%22%3A1%7D&a+b=%5B2%5D"],
    [{}, { c: 1 }, "a+b=%7B%22c%22%3A1%7D"],
    [{ contentType: "application/json" }, "x", "a+b=%22x%22"],
    [{ contentType: "text/*, application/x-www-form-urlencoded" }, { c: 1 }, "a+b=c%3D1"],
    [{ style: "form" }, ["x", "y"], "a+b=x&a+b=y"],
    [{ style: "form" }, { c: 1, d: 2 }, "c=1&d=2"],
    [{ explode: false }, ["x,", "y"], "a+b=x%2C,y"],
    [{ explode: true }, ["x", "y"], "a+b=x&a+b=y"],
    [{ style: "spaceDelimited" }, ["x", "y"], "a+b=x+y"],
    [{ style: "pipeDelimited" }, ["x", "y"], "a+b=x%7Cy"],
    [{ style: "pipeDelimited", explode: true }, ["x", "y"], "a+b=x&a+b=y"],
    [{ style: "deepObject" }, { c: { d: "e f" } }, "a+b%5Bc%5D%5Bd%5D=e+f"],
    [{ allowReserved: true }, "x:/&y z", "a+b=x:/%26y+z"],
    [{ style: "form", explode: false, order: ["d", "c"] }, { c: 1, d: 2 }, "a+b=d,2,c,1"],
    [{ file: true }, "x", "a+b=%2B%2F8%3D"],
    [{ file: true }, ["x", "y"], "a+b=%2B%2F8%3D&a+b=%2B%2F8%3D"],
  ])("by %j, of %j, is %s", async (encoding, value, want) => {
    expect(await form({ "a b": value }, encoding)).toBe(want);
  });

  it("has its own name for a file", async () => {
    expect(await form({ "a b": "x" }, { file: true }, loadNamed)).toBe("a+b=YSBiIG9mIHRoZV9hIGI%3D");
    expect(await form({ c: 1, d: "e" }, { file: true })).toBe("c=1&d=e");
  });

  it.each<[FieldEncoding, boolean]>([
    [{}, false],
    [{ contentType: "a/b" }, false],
    [{ style: "form" }, true],
    [{ explode: false }, true],
    [{ allowReserved: true }, true],
  ])("by %j has a style: %s", (encoding, want) => expect(hasStyle(encoding)).toBe(want));
});
