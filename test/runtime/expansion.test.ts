/** Styles (§4.8.12.2, §4.8.12.3, RFC 6570 §3.2) and media types of parameters: which text a value becomes. */
import { describe, expect, it } from "vitest";
import type { JsonValue, ParameterStyle } from "../../templates/always/src/runtime/data/model.ts";
import {
  contentText,
  expandPairs,
  expandText,
  firstType,
  formText,
  typeOfFile,
} from "../../templates/always/src/runtime/request/expansion.ts";
import { percentEncode } from "../../templates/always/src/runtime/request/percent.ts";

const list = ["blue", "black", "brown"];
const nothing: readonly JsonValue[] = [null, [], {}, [null], { a: null }];
const shades = { R: 100, G: 200, B: 150 };

function planOf(style: ParameterStyle, explode: boolean, name = "color") {
  return { argument: "shade", name, style, explode };
}

describe("the text of a parameter", () => {
  const rows: readonly (readonly [ParameterStyle, boolean, JsonValue, string])[] = [
    ["matrix", false, "", ";color"],
    ["matrix", false, "blue", ";color=blue"],
    ["matrix", false, list, ";color=blue,black,brown"],
    ["matrix", false, shades, ";color=R,100,G,200,B,150"],
    ["matrix", false, [""], ";color"],
    ["matrix", false, ["", ""], ";color=,"],
    ["matrix", true, "", ";color"],
    ["matrix", true, "blue", ";color=blue"],
    ["matrix", true, list, ";color=blue;color=black;color=brown"],
    ["matrix", true, shades, ";R=100;G=200;B=150"],
    ["matrix", true, ["a", "", null, "b"], ";color=a;color;color=b"],
    ["matrix", true, { a: "", b: null, c: 1 }, ";a;c=1"],
    ["label", false, "", "."],
    ["label", false, "blue", ".blue"],
    ["label", false, list, ".blue,black,brown"],
    ["label", false, shades, ".R,100,G,200,B,150"],
    ["label", true, list, ".blue.black.brown"],
    ["label", true, shades, ".R=100.G=200.B=150"],
    ["label", true, { a: "" }, ".a="],
    ["simple", false, "", ""],
    ["simple", false, "blue", "blue"],
    ["simple", false, list, "blue,black,brown"],
    ["simple", false, shades, "R,100,G,200,B,150"],
    ["simple", true, list, "blue,black,brown"],
    ["simple", true, shades, "R=100,G=200,B=150"],
    ["simple", false, { "a b": "c d" }, "a%20b,c%20d"],
    ["simple", true, { "a b": "c d" }, "a%20b=c%20d"],
    ["simple", false, [[1, 2], { a: true }, "x,y"], "%5B1%2C2%5D,%7B%22a%22%3Atrue%7D,x%2Cy"],
    ["simple", false, ["a", null, "b"], "a,b"],
    ["simple", false, { a: null, b: 0 }, "b,0"],
    ["segments", false, list, "blue,black,brown"],
    ["segments", true, list, "blue/black/brown"],
    ["segments", true, shades, "R=100/G=200/B=150"],
    ["segments", true, "blue", "blue"],
    ["spaceDelimited", false, list, "blue%20black%20brown"],
    ["spaceDelimited", true, list, "blue%20black%20brown"],
    ["pipeDelimited", false, list, "blue%7Cblack%7Cbrown"],
    ["pipeDelimited", false, shades, "R%7C100%7CG%7C200%7CB%7C150"],
    ["tabDelimited", false, list, "blue%09black%09brown"],
    ["form", false, list, "blue,black,brown"],
    ["form", true, shades, "R=100,G=200,B=150"],
    ["deepObject", false, list, "blue,black,brown"],
    ["cookie", false, list, "blue,black,brown"],
    ["cookie", true, "blue", "blue"],
  ];
  it.each(rows)("in style %s, exploded: %s, of %j is %s", (style, explode, value, want) => {
    expect(expandText(planOf(style, explode), value, percentEncode)).toBe(want);
  });

  it.each(["matrix", "label", "simple", "segments"] as const)("is nothing for what is undefined: %s", (style) => {
    for (const explode of [true, false])
      for (const value of nothing) expect(expandText(planOf(style, explode), value, percentEncode)).toBe("");
  });

  it("may have a name that is encoded in another way than its value", () => {
    const same = (text: string): string => text;
    expect(expandText(planOf("matrix", false, "a b"), "c d", same, percentEncode)).toBe(";a%20b=c d");
    expect(expandText(planOf("matrix", true, "a b"), ["c d"], same, percentEncode)).toBe(";a%20b=c d");
    expect(expandText(planOf("matrix", false, "a b"), "c", percentEncode)).toBe(";a%20b=c");
  });
});

describe("the pairs of a parameter", () => {
  const encoding = {
    name: (text: string) => `n(${text})`,
    value: (text: string) => `v(${text})`,
    delimiter: (text: string) => `d(${text})`,
  };
  const several = [
    ["n(color)", "v(blue)"],
    ["n(color)", "v(black)"],
    ["n(color)", "v(brown)"],
  ];
  const joined = (delimiter: string) => [["n(color)", ["v(blue)", "v(black)", "v(brown)"].join(delimiter)]];
  const rows: readonly (readonly [ParameterStyle, boolean, JsonValue, readonly (readonly string[])[]])[] = [
    ["form", true, list, several],
    ["spaceDelimited", true, list, several],
    ["form", false, list, joined("d(,)")],
    ["cookie", false, list, joined("d(,)")],
    ["simple", false, list, joined("d(,)")],
    ["label", false, list, joined("d(,)")],
    ["matrix", false, list, joined("d(,)")],
    ["segments", false, list, joined("d(,)")],
    ["spaceDelimited", false, list, joined("d( )")],
    ["pipeDelimited", false, list, joined("d(|)")],
    ["tabDelimited", false, list, joined("d(\t)")],
    ["form", false, "", [["n(color)", "v()"]]],
    ["form", true, 5, [["n(color)", "v(5)"]]],
    ["form", false, [""], [["n(color)", "v()"]]],
    ["form", false, ["a", null, [1]], [["n(color)", "v(a)d(,)v([1])"]]],
    [
      "form",
      true,
      ["a", null, ""],
      [
        ["n(color)", "v(a)"],
        ["n(color)", "v()"],
      ],
    ],
    [
      "form",
      true,
      { R: 1, G: [2, null, 3], B: null, A: { x: 1 } },
      [
        ["n(R)", "v(1)"],
        ["n(G)", "v(2)"],
        ["n(G)", "v(3)"],
        ["n(A)", 'v({"x":1})'],
      ],
    ],
    ["form", false, { R: 1, G: [2, 3], B: null }, [["n(color)", "v(R)d(,)v(1)d(,)v(G)d(,)v([2,3])"]]],
    ["pipeDelimited", false, { R: 1, G: 2 }, [["n(color)", "v(R)d(|)v(1)d(|)v(G)d(|)v(2)"]]],
    ["deepObject", true, "x", [["n(color)", "v(x)"]]],
    [
      "deepObject",
      true,
      ["x", null, "y"],
      [
        ["n(color)d([)0d(])", "v(x)"],
        ["n(color)d([)1d(])", "v(y)"],
      ],
    ],
    [
      "deepObject",
      true,
      { a: { b: 1, n: null }, c: [{ d: 2 }, 3] },
      [
        ["n(color)d([)n(a)d(])d([)n(b)d(])", "v(1)"],
        ["n(color)d([)n(c)d(])d([)0d(])d([)n(d)d(])", "v(2)"],
        ["n(color)d([)n(c)d(])d([)1d(])", "v(3)"],
      ],
    ],
  ];
  it.each(rows)("in style %s, exploded: %s, of %j", (style, explode, value, want) => {
    expect(expandPairs(planOf(style, explode), value, encoding)).toEqual(want);
  });

  it.each(["form", "spaceDelimited", "deepObject"] as const)("are none for what is undefined: %s", (style) => {
    for (const explode of [true, false])
      for (const value of nothing) expect(expandPairs(planOf(style, explode), value, encoding)).toEqual([]);
  });

  it.each([
    ["a name", { "\ud800": 1 }],
    ["a value", ["\udfff"]],
  ])("have no half of a character: %s", (_which, value) => {
    for (const style of ["form", "deepObject"] as const)
      expect(() => expandPairs(planOf(style, true), value, encoding)).toThrow(
        'Argument "shade" holds half a character (a lone surrogate).',
      );
  });
});

describe("the text of a media type", () => {
  const rows: readonly (readonly [string, JsonValue, string])[] = [
    ["application/json", { a: [1, "b"] }, '{"a":[1,"b"]}'],
    ["application/json; charset=utf-8", "x", '"x"'],
    ["application/problem+json", null, "null"],
    ["application/x-www-form-urlencoded", { a: "b c" }, "a=b+c"],
    ["application/x-www-form-urlencoded", "a=b c", "a=b c"],
    ["text/plain", "a", "a"],
    ["text/plain", 1.5, "1.5"],
    ["text/plain", true, "true"],
    ["image/png", { a: 1 }, '{"a":1}'],
    ["application/octet-stream", [1], "[1]"],
    ["no type", "a", "a"],
  ];
  it.each(rows)("%s of %j is %s", (mediaType, value, want) => {
    expect(contentText(mediaType, value, "shade")).toBe(want);
  });

  it.each([[["a"]], [{ a: 1 }]])("that is text holds no list and no object: %j", (value) => {
    expect(() => contentText("text/csv; header=present", value, "shade")).toThrow(
      'Argument "shade" is sent as text/csv: give it as text.',
    );
  });

  it("that is a form repeats the names of lists and writes objects as JSON", () => {
    const form = { "a b": ["x", null, "y z"], o: { k: "&" }, n: null, e: "", t: true };
    expect(formText(form, "shade")).toBe("a+b=x&a+b=y+z&o=%7B%22k%22%3A%22%26%22%7D&e=&t=true");
    expect(formText("a", "shade")).toBe("");
  });
});

describe("a list of media types", () => {
  it.each([
    [undefined, undefined],
    ["", undefined],
    ["image/*, */*", undefined],
    ["image/*, image/png", "image/png"],
    ["no type,  text/csv ", "text/csv"],
    ['text/plain; x="a,b", image/png', 'text/plain; x="a,b"'],
    ['image/*; x="a\\",text/html", image/gif', "image/gif"],
  ])("%j begins with the type %j", (listed, want) => {
    expect(firstType(listed)).toBe(want);
  });

  it.each([
    [undefined, "image/gif", "image/gif"],
    ["image/*, text/plain", "image/gif", "image/gif"],
    ["image/png; x=1, image/*", "image/png", "image/png; x=1"],
    ["image/*, image/png; x=1", "image/png", "image/png"],
    ["image/*, text/plain, text/csv", "audio/aac", "text/plain"],
    ["image/*", "audio/aac", "audio/aac"],
    ["*/*", "audio/aac; x=1", "audio/aac; x=1"],
  ])("%j sends a file that is %s as %s", (listed, own, want) => {
    expect(typeOfFile(listed, own)).toBe(want);
  });
});
