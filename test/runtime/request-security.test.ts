/** What a value must not be able to do: leave its query parameter or its header. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonValue, ParameterPlan } from "../../templates/always/src/runtime/data/model.ts";
import { build, header, parameter, plan, target } from "./wire.ts";

const refused = { name: "ArgumentError" };

describe("a query value stays in its parameter", () => {
  const entries = (query: string): [string, string][] => [...new URL(`https://h.example${query}`).searchParams];

  it("any name and text come back as one pair", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "grapheme", minLength: 1 }),
        fc.string({ unit: "grapheme" }),
        async (name, value) => {
          expect(entries(await target(parameter("query", { name }), value))).toEqual([[name, value]]);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it("any list comes back in its order, with any delimiter", async () => {
    const styles = fc.constantFrom("form", "spaceDelimited", "pipeDelimited", "tabDelimited") as fc.Arbitrary<"form">;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: "grapheme" }), { minLength: 1 }), styles, async (list, style) => {
        const exploded = await target(parameter("query", { style, explode: true }), list);
        expect(entries(exploded)).toEqual(list.map((item) => ["color", item]));
        const joined = await target(parameter("query", { style, explode: false }), list);
        const delimiter = { form: ",", spaceDelimited: "%20", pipeDelimited: "%7C", tabDelimited: "%09" }[style];
        if (!list.some((item) => item.includes(decodeURIComponent(delimiter))))
          expect(joined.slice("/things?color=".length).split(delimiter).map(decodeURIComponent)).toEqual(list);
        expect(entries(joined)).toHaveLength(1);
      }),
      { numRuns: 1_500 },
    );
  });

  it("reserved characters add no pair and no fragment", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom(..."a&=+%#?;/[]:@!$'()*, 2B"), maxLength: 12 }),
        async (value) => {
          const sent = await target(parameter("query", { allowReserved: true }), value);
          expect(entries(sent)).toHaveLength(1);
          expect(sent).toMatch(/^\/things\?color=[^&;#+=[\]]*$/);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it("deep objects come back key by key", async () => {
    const leaf = fc.string({ unit: "grapheme" });
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string({ unit: fc.constantFrom(..."ab_-é&="), minLength: 1 }), leaf),
        async (value) => {
          const sent = await target(parameter("query", { style: "deepObject" }), value);
          expect(entries(sent)).toEqual(Object.entries(value).map(([key, text]) => [`color[${key}]`, text]));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it.each(["\ud800", "a\udfff", "\udc00\ud800"])("half a character is refused: %j", async (value) => {
    await expect(target(parameter("query"), value)).rejects.toMatchObject(refused);
    await expect(target(parameter("query", { allowReserved: true }), value)).rejects.toMatchObject(refused);
    await expect(target(parameter("query", { style: "deepObject" }), { [value]: "x" })).rejects.toMatchObject(refused);
  });

  it.each([Number.POSITIVE_INFINITY, Number.NaN, { a: [Number.NEGATIVE_INFINITY] }])(
    "%j has no JSON form",
    async (value) => {
      await expect(target(parameter("query"), value)).rejects.toMatchObject(refused);
    },
  );
});

describe("a header value stays in its header", () => {
  const values = [
    "a\r\nX-Admin: true",
    "a\nb",
    "a\rb",
    "a\0b",
    "a\x7f",
    "a\x1b[0m",
    "a\u0085b",
    "日本",
    "a\u2028b",
    " a",
    "a ",
    "\ta",
    "\ud800",
    ["a\r\n", "b"],
    { "a\nb": 1 },
  ] as const;
  it.each(values.map((value) => [JSON.stringify(value), value] as const))("%s is refused", async (_title, value) => {
    await expect(header(parameter("header", { name: "X-A" }), value, "X-A")).rejects.toMatchObject(refused);
  });

  const names = [
    "Host",
    "content-length",
    "Transfer-Encoding",
    "Connection",
    "Upgrade",
    "TE",
    "Trailer",
    "Proxy-Authorization",
    "Proxy-Connection",
    "Forwarded",
    "X-Forwarded-For",
    "x-forwarded-host",
    "Keep-Alive",
    "Expect",
    "Cookie",
    "X-HTTP-Method-Override",
    "X-HTTP-Method",
    "X-Method-Override",
    "X-Real-IP",
    "a b",
    "a\r\nb",
    "a:b",
    "",
    "ü",
  ];
  it.each(names)("no parameter sets %j", async (name) => {
    await expect(header(parameter("header", { name }), "x", name)).rejects.toMatchObject(refused);
  });

  it.each(["a b", "a;b", "a,b", 'a"b', "a\\b", "ü", "a\r\nb", "\0"])("style cookie cannot hold %j", async (value) => {
    await expect(header(parameter("cookie", { style: "cookie" }), value, "Cookie")).rejects.toMatchObject(refused);
  });

  it("no media type of a document breaks out of Content-Type", async () => {
    const contents = [{ mediaType: "text/plain\r\nX-A: b", encoding: "text" as const }];
    const sending = build(plan({ method: "POST", body: { required: true, argument: "body", contents } }), {
      body: "x",
    });
    const sent = await sending.catch(() => undefined);
    expect(JSON.stringify(sent?.headers ?? [])).not.toContain("X-A");
  });
});

describe("a cookie's name and delimiter (RFC 6265 §4.1.1)", () => {
  const cookie = (value: JsonValue, parts: Partial<ParameterPlan>) =>
    header(parameter("cookie", parts), value, "Cookie");

  it.each([
    ["a;b", "a%3Bb=blue"],
    ["a b", "a%20b=blue"],
    ["a=b", "a%3Db=blue"],
    ["ü", "%C3%BC=blue"],
    ["a.b~c", "a.b~c=blue"],
  ])("style form encodes the name %j where it is no token", async (name, sent) => {
    expect(await cookie("blue", { name })).toBe(sent);
  });

  it("style form encodes the keys of an exploded object", async () => {
    expect(await cookie({ "a;b": 1, "c d": "e", f: 2 }, { explode: true })).toBe("a%3Bb=1; c%20d=e; f=2");
  });

  it.each([
    ["form", "blue,black"],
    ["spaceDelimited", "blue%20black"],
    ["pipeDelimited", "blue%7Cblack"],
    ["tabDelimited", "blue%09black"],
  ] as const)("a list of style %s stands in one cookie", async (style, sent) => {
    expect(await cookie(["blue", "black"], { style, explode: false })).toBe(`color=${sent}`);
  });

  it("brackets of a deep object are encoded", async () => {
    expect(await cookie({ R: 100 }, { style: "deepObject" })).toBe("color%5BR%5D=100");
  });

  it("a value written by its media type has an encoded name as well", async () => {
    expect(await cookie({ R: 100 }, { name: "a;b", mediaType: "application/json" })).toBe("a%3Bb=%7B%22R%22%3A100%7D");
  });

  it.each(["a;b", "a b", "a=b", "ü", "a\r\nb", ""])("style cookie cannot have the name %j", async (name) => {
    await expect(cookie("blue", { name, style: "cookie" })).rejects.toMatchObject({
      ...refused,
      message: expect.stringContaining("has a name that no cookie can have") as string,
    });
  });

  it("style cookie cannot have such a key of an exploded object", async () => {
    await expect(cookie({ "a;b": 1 }, { style: "cookie", explode: true })).rejects.toMatchObject(refused);
  });
});
