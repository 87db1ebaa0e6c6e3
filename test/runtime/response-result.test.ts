/** Answers of each shape, and the result that a model gets of them. */
import { describe, expect, it } from "vitest";
import type { CallPlan } from "../../templates/always/src/runtime/data/model.ts";
import { defaultLimits, readResult } from "../../templates/always/src/runtime/response/result.ts";
import { answer, call, json, read, texts } from "./answer.ts";
import { parameter, plan } from "./wire.ts";

describe("text that is too long", () => {
  const paged: CallPlan = {
    ...call,
    request: plan({
      parameters: ["color", "page[size]", "pageToken", "per_page", "fields[pets]"].map((name) =>
        parameter("query", { name, argument: name.replaceAll(/\W/g, "_") }),
      ),
    }),
  };

  it("is cut between characters, and says how much there was", () => {
    expect(texts(read(answer("aüüü", { "Content-Type": "text/plain" }), { maxTextBytes: 4 }))).toEqual([
      "aü\n[Cut: these are the first 3 of 7 bytes. Ask for something smaller if you need the rest.]",
    ]);
    expect(texts(read(answer("😀😀", { "Content-Type": "text/plain" }), { maxTextBytes: 7 }))[0]?.split("\n")[0]).toBe(
      "😀",
    );
    expect(texts(read(answer("😀😀", { "Content-Type": "text/plain" }), { maxTextBytes: 8 }))).toEqual(["😀😀"]);
  });

  it("names the arguments that ask for less", () => {
    const [text = ""] = texts(readResult(json("[1,2,3]"), paged, { ...defaultLimits, maxTextBytes: 3 }));
    expect(text).toBe(
      '[1,\n[Cut: these are the first 3 of 7 bytes. There is no structured content, which cannot be cut there. To get less at once, use "page_size_", "pageToken", "per_page" or "fields_pets_".]',
    );
  });

  it("keeps the value whole for a tool that declares it", () => {
    expect(read(json("[1,2,3]"), { maxTextBytes: 3, declared: true }).structuredContent).toEqual([1, 2, 3]);
  });
});

describe("text", () => {
  const rows: readonly (readonly [title: string, type: string, body: string | Uint8Array, text: string])[] = [
    [
      "windows-1252 from end to end",
      "text/plain; charset=latin1",
      new Uint8Array([0x9f, 0x8d, 0xa0, 0xff]),
      "Ÿ\ufffd\u00a0ÿ",
    ],
    ["controls go", "text/plain", "a\0b\x07c\x1b[31md\u0085e\x7f", "abc[31mde"],
    ["direction marks go", "text/plain", "a\u202eb\u2066c\u061cd\u200fe", "abcde"],
    ["invisible characters go", "text/plain", "a\u200bb\u2060c\u00add\u{e0041}e\ufefff", "abcdef"],
    ["joiners stay", "text/plain", "👩\u200d💻 क्\u200cष", "👩\u200d💻 क्\u200cष"],
  ];
  it.each(rows.map((row) => [row[0], row] as const))("%s", (_title, [, type, body, text]) => {
    const result = read(answer(body, { "Content-Type": type }));
    const isChanged = typeof body === "string" && body !== text;
    const note = "Note: the answer is shown without its hidden characters.";
    expect(texts(result)).toEqual(isChanged ? [text, note] : [text]);
    expect(Object.hasOwn(result, "structuredContent")).toBe(false);
  });

  it("without a media type, bytes that are UTF-8 are text", () => {
    expect(texts(read(answer("ü")))).toEqual(["ü"]);
    expect(read(answer(new Uint8Array([0, 1]))).content[1]?.type).toBe("resource");
  });

  it("without a media type, the only declared one counts", () => {
    const declared: CallPlan = {
      ...call,
      responses: [
        { status: "default", contents: [] },
        { status: "2XX", contents: [{ mediaType: "image/png" }] },
      ],
    };
    expect(readResult(answer("x"), declared, defaultLimits).content[1]?.type).toBe("image");
    expect(readResult(answer("x", { "Content-Type": "text/plain" }), declared, defaultLimits).content).toEqual([
      { type: "text", text: "x" },
    ]);
  });
});

describe("bytes", () => {
  const bytes = new Uint8Array([0, 255, 1]);
  it.each([
    ["attachment; filename=a.pdf", "a.pdf", "response:///a.pdf"],
    ['attachment; filename="a\\"b"', 'a"b', "response:///a%22b"],
  ])("a file, %s", (disposition, name, uri) => {
    expect(
      read(answer(bytes, { "Content-Type": "application/pdf", "Content-Disposition": disposition })).content,
    ).toEqual([
      { type: "text", text: `Received 3 bytes of application/pdf, “${name.replace('"', "'")}”.` },
      { type: "resource", resource: { uri, mimeType: "application/pdf", blob: "AP8B" } },
    ]);
  });

  it("too many, or cut short, are only described", () => {
    expect(texts(read(answer(bytes, { "Content-Type": "image/png" }), { maxStructuredBytes: 3 }))).toEqual([
      "Received 3 bytes of image/png. That is more than fits into a result; the content is left out.",
    ]);
    expect(texts(read(answer(bytes, { "Content-Type": "image/png" }, { truncated: true })))).toEqual([
      "Received the first 3 bytes of image/png. The rest is more than this server reads; the content is left out.",
    ]);
  });
});

describe("nothing", () => {
  it("a status without a name is told by its number", () => {
    expect(texts(read(json("", { status: 299 })))).toEqual(["Done: 299."]);
  });

  const fills = [
    ["NUL", "\0", "hidden characters"],
    ["other controls", "\u0001", "hidden characters"],
    ["characters of no width", "\u200b", "hidden characters"],
    ["white space", " \n", "white space"],
  ] as const;
  const types = ["application/json", "text/plain", "application/xml", "text/event-stream", "application/x-ndjson"];
  const declared: CallPlan = {
    ...call,
    responses: [{ status: "200", contents: [{ mediaType: "application/json" }] }],
  };
  it.each(fills)("a body of nothing but %s is told as such, and where it was cut", (_name, fill, what) => {
    for (const bytes of [100, 120_000])
      for (const truncated of [false, true])
        for (const type of ["", ...types]) {
          const body = fill.repeat(bytes / fill.length);
          const headers: Record<string, string> = type === "" ? {} : { "Content-Type": type };
          const result = readResult(answer(body, headers, { truncated }), declared, defaultLimits);
          const all = texts(result).join("\n");
          // Around JSON there may be white space: that is an empty answer.
          if (what === "white space" && !truncated && ["", "application/json"].includes(type))
            expect(texts(result)).toEqual(["Done: 200 OK."]);
          else
            expect(all).toMatch(new RegExp(`Note: (the answer|this part) is not empty, but holds nothing but ${what}`));
          if (truncated) expect(all).toContain("The answer is longer than this server reads");
          expect(all.length).toBeLessThan(600);
          expect(texts(result)).not.toContain("");
        }
  });

  it("work that goes on somewhere", () => {
    expect(texts(read(answer("", {}, { status: 202 })))[1]).toBe(
      "The API accepted this and works on it; it may not be finished.",
    );
  });
});

describe("_meta", () => {
  it("has the status and the useful header fields", () => {
    const headers = {
      "Content-Type": "application/json",
      Link: '</things?page=2>; rel="next"',
      ETag: 'W/"1"',
      "Last-Modified": "Wed, 21 Oct 2015 07:28:00 GMT",
      "X-RateLimit-Remaining": "4",
      RateLimit: '"default";r=50;t=30',
      "RateLimit-Reset": "5",
      "Content-Range": "items 0-9/200",
      Deprecation: "@1688169599",
      Sunset: "Sat, 31 Dec 2033 23:59:59 GMT",
      "Set-Cookie": "sid=s3cret",
      Server: "x",
      "X-Secret": "s3cret",
    };
    expect(read(answer("{}", headers))._meta).toEqual({
      "openapi-to-mcp/status": 200,
      "openapi-to-mcp/headers": {
        "content-range": "items 0-9/200",
        deprecation: "@1688169599",
        etag: 'W/"1"',
        "last-modified": "Wed, 21 Oct 2015 07:28:00 GMT",
        link: '</things?page=2>; rel="next"',
        ratelimit: '"default";r=50;t=30',
        "ratelimit-reset": "5",
        sunset: "Sat, 31 Dec 2033 23:59:59 GMT",
        "x-ratelimit-remaining": "4",
      },
    });
    expect(read(json("{}"))._meta).toEqual({ "openapi-to-mcp/status": 200 });
  });

  it.each<[Record<string, string>, string | undefined]>([
    [{ "RateLimit-Remaining": "0", "RateLimit-Reset": "60" }, "for the next 60 s"],
    [{ "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "3600" }, "for the next 3600 s"],
    [{ RateLimit: '"hour";r=0;t=1800, "day";r=12;t=40000' }, "for the next 1800 s"],
    [{ "X-RateLimit-Remaining": "0" }, "for now"],
    [{ RateLimit: '"hour";r=0' }, "for now"],
    // The next call waits that long by itself.
    [{ "RateLimit-Remaining": "0", "RateLimit-Reset": "5" }, undefined],
    [{ "RateLimit-Remaining": "1", "RateLimit-Reset": "60" }, undefined],
    [{}, undefined],
  ])("a quota that is used up is told: %j", (headers, until) => {
    const note = `Note: the API says that its quota is used up: it may refuse further calls ${until}.`;
    const given = read(answer("{}", { "Content-Type": "application/json", ...headers }));
    expect(texts(given)).toEqual(["{}", ...(until === undefined ? [] : [note])]);
    expect(given.structuredContent).toEqual({});
    const empty = read(answer("", headers, { status: 204 }));
    expect(texts(empty)).toEqual(["Done: 204 No Content.", ...(until === undefined ? [] : [note])]);
  });

  it("no result names the URL that answered: its query can hold a credential", () => {
    for (const status of [200, 204, 302, 404, 500])
      expect(JSON.stringify(read(answer(new Uint8Array([0, 1]), { Location: "?x" }, { status })))).not.toContain(
        "s3cret",
      );
  });
});
