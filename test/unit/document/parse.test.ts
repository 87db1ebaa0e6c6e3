import { describe, expect, test } from "vitest";
import { parseDocument } from "../../../src/document/parse.ts";
import { faultsOf, shown } from "./place.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const valueOf = (text: string, file = "a.yaml"): unknown => parseDocument(bytes(text), file).value;

async function fault(text: string | Uint8Array, file = "a.yaml"): Promise<string> {
  return shown((await faultsOf(() => parseDocument(typeof text === "string" ? bytes(text) : text, file)))[0]);
}

describe("values", () => {
  test.each<[name: string, text: string, want: unknown]>([
    ["JSON", '{"a": [1, true, null, "x"]}', { a: [1, true, null, "x"] }],
    ["YAML", "a:\n  - 1\n  - true\n  - ~\n  - x\n", { a: [1, true, null, "x"] }],
    [
      "a timestamp stays a string",
      "a: 2024-01-01\nb: 2024-01-01T00:00:00Z",
      { a: "2024-01-01", b: "2024-01-01T00:00:00Z" },
    ],
    ["yes and no stay strings", "a: yes\nb: no\nc: on", { a: "yes", b: "no", c: "on" }],
    ["numbers that JSON lacks stay strings", "a: .inf\nb: -.inf\nc: .nan", { a: ".inf", b: "-.inf", c: ".nan" }],
    ["numbers", "a: 1.5\nb: -2e3\nc: 0x1f\nd: .5\ne: 1.0", { a: 1.5, b: -2000, c: 31, d: 0.5, e: 1 }],
    ["keys that are numbers", "200: a\n404: b", { "200": "a", "404": "b" }],
    ["merge keys", "base: &b {x: 1, y: 2}\na:\n  <<: *b\n  y: 3", { base: { x: 1, y: 2 }, a: { x: 1, y: 3 } }],
    ["aliases", "a: &a [1]\nb: *a", { a: [1], b: [1] }],
    ["YAML in braces", "{a: 1, 'b': [x, y],}", { a: 1, b: ["x", "y"] }],
    ["a number beyond all bounds", '{"a": 1e400, "b": [-1e400]}', { a: Number.MAX_VALUE, b: [-Number.MAX_VALUE] }],
    ["a byte order mark", "\ufeffa: 1", { a: 1 }],
    ["CRLF", "a: 1\r\nb: 2\r\n", { a: 1, b: 2 }],
    ["nothing", "", undefined],
    ["comments only", "# nothing\n---\n", undefined],
    ["a closing brace at the parent's column", "a:\n  b: {\n    c: 1\n  }\n", { a: { b: { c: 1 } } }],
  ])("%s", (_name, text, want) => {
    expect(valueOf(text)).toEqual(want);
  });

  test.each([
    ["JSON", '{"__proto__": {"polluted": 1}, "constructor": 2}'],
    ["YAML", "__proto__:\n  polluted: 1\nconstructor: 2\n"],
    ["YAML behind an alias", "a: &a\n  __proto__: {polluted: 1}\n__proto__: {polluted: 1}\nconstructor: 2\nb: *a"],
  ])("__proto__ is data in %s", (_name, text) => {
    const value = valueOf(text) as Record<string, unknown>;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.getOwnPropertyDescriptor(value, "__proto__")?.value).toEqual({ polluted: 1 });
    expect((value as { polluted?: unknown }).polluted).toBeUndefined();
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test("__proto__ is data in the copy that an alias makes", () => {
    const value = valueOf("a: &a\n  __proto__: {polluted: 1}\nb: *a") as Record<string, object>;
    expect(Object.keys(value["b"] ?? {})).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(value["b"])).toBe(Object.prototype);
  });

  test.each(["- &a [1]\n- *a", "[&a [1],*a]", "[0,&a [1],*a]", "{b: &a [1],c: *a}", "x: &\u00e4 [1]\ny: *\u00e4"])(
    "an alias shares nothing in %j",
    (text) => {
      const lists = Object.values(valueOf(text) as object).filter((value) => typeof value === "object");
      expect(lists).toEqual([[1], [1]]);
      expect(lists[0]).not.toBe(lists[1]);
    },
  );

  test("aliases share nothing", () => {
    const value = valueOf("a: &a {b: {c: 1}}\nd: *a\ne: [*a, *a]") as Record<string, unknown>;
    expect(value["a"]).not.toBe(value["d"]);
    expect((value["a"] as { b: unknown }).b).not.toBe((value["d"] as { b: unknown }).b);
    expect((value["e"] as unknown[])[0]).not.toBe((value["e"] as unknown[])[1]);
  });
});

describe("repeated keys are warnings, and the last one counts", () => {
  test.each<[name: string, text: string, value: unknown, want: readonly string[]]>([
    ["JSON", '{\n"a": 1,\n"b": {"c": 1,\n"c": 2},\n"a": 3}', { a: 3, b: { c: 2 } }, ['/b/c 4: "c"', '/a 5: "a"']],
    ["JSON with escapes", '{"a": 1, "\\u0061": ":{\\"", "b": "\\\\"}', { a: ':{"', b: "\\" }, ['/a 1: "a"']],
    ["JSON in a list", '[{"a": 1}, {"a": 1, "a": 2}]', [{ a: 1 }, { a: 2 }], ['/1/a 1: "a"']],
    ["YAML", "a: 1\nb:\n  c: 1\n  c: 2\na: 3\n", { a: 3, b: { c: 2 } }, ['/b/c 4: "c"', '/a 5: "a"']],
    ["YAML three times", "a: 1\na: 2\na: 3\n", { a: 3 }, ['/a 2: "a"', '/a 3: "a"']],
    ["a key that moves the cursor", '{"a\\u001b": 1, "a\\u001b": 2}', { "a\u001b": 2 }, ['/a\u001b 1: "a\\x1b"']],
  ])("%s", (_name, text, value, want) => {
    const parsed = parseDocument(bytes(text), "a");
    expect(parsed.value).toEqual(value);
    const found = parsed.diagnostics.map(
      ({ code, pointer, line, message }) => `${code} ${pointer} ${line}: ${message}`,
    );
    expect(found).toEqual(
      want.map((text) =>
        text.replace(/^(.*): (".*")$/, "duplicate-key $1: The key $2 appears more than once in one object"),
      ),
    );
  });
});

describe("faults of the syntax", () => {
  test.each<[name: string, text: string, file: string, want: string]>([
    ["a trailing comma", '{\n"a": [1,\n]}', "a.json", 'invalid-syntax / 3: Expected a value, found "]"'],
    [
      "a trailing comma in an object",
      '{"a": 1,}',
      "a.json",
      'invalid-syntax / 1: Expected a key after the comma, found "}"',
    ],
    ["a missing comma", '{"a": 1\n"b": 2}', "a.json", 'invalid-syntax / 2: Expected "," or "}", found """'],
    ["a missing colon", '{"a" 1}', "a.json", 'invalid-syntax / 1: Expected a ":" after the key, found "1"'],
    [
      "an early end",
      '{"a": [1, 2',
      "a.json",
      'invalid-syntax / 1: Expected "," or "]", found the end of the document: it seems to be cut off',
    ],
    [
      "a comment",
      '{\n// words\n"a": 1}',
      "a.json",
      'invalid-syntax / 2: Expected a key in double quotes, found "/": JSON has no comments',
    ],
    ["single quotes", "{'a': 1}", "a.json", `invalid-syntax / 1: Expected a key in double quotes, found "'"`],
    [
      "a word",
      '{"a": undefined}',
      "a.json",
      'invalid-syntax / 1: Expected a value, found "undefined", which JSON does not have',
    ],
    ["two documents", "{}\n{}", "a.json", 'invalid-syntax / 2: Expected the end of the document, found "{"'],
    ["a control character", '{"a": \u0007}', "a.json", 'invalid-syntax / 1: Expected a value, found "\\x07"'],
    [
      "YAML indentation",
      "a:\n  b: 1\n c: 2\n",
      "a.yaml",
      'invalid-syntax / 3: Invalid YAML: bad indentation of a mapping entry, found "c: 2"',
    ],
    [
      "a YAML tab",
      "a:\n\tb: 1\n",
      "a.yaml",
      'invalid-syntax / 2: Invalid YAML: tab characters must not be used in indentation, found "b: 1"',
    ],
    [
      "an unknown tag",
      "a: !!js/function x\n",
      "a.yaml",
      'invalid-syntax / 1: Invalid YAML: unknown tag !<tag:yaml.org,2002:js/function>, found "a: !!js/function x"',
    ],
    [
      "two YAML documents",
      "a: 1\n---\nb: 2\n",
      "a.yaml",
      "several-documents / 2: The file holds 2 YAML documents, separated by ---",
    ],
    [
      "an unknown alias",
      "a: *b\n",
      "a.yaml",
      'invalid-syntax / 1: Invalid YAML: unidentified alias "b", found "a: *b"',
    ],
    [
      "a template",
      "a:\n  {{- if .X }}\n  b: 1\n",
      "a.yaml",
      'invalid-syntax / 2: Invalid YAML: this is a template, which has to be filled in first, found "{{- if .X }}"',
    ],
    ["a web page", "<!DOCTYPE html><html></html>", "a.yaml", "web-page / 1: This is an HTML page, not the document"],
  ])("%s", async (_name, text, file, want) => {
    expect(await fault(text, file)).toBe(want);
  });
});

describe("encodings", () => {
  const text = 'openapi: 3.0.4\ninfo:\n  title: Größe 😀\n  version: "1"\npaths: {}\npaths: {}\n';
  const little = Buffer.from(text, "utf16le");
  test.each<[name: string, bytes: Uint8Array]>([
    ["UTF-8 with a mark", Buffer.from(`\ufeff${text}`, "utf8")],
    ["UTF-16", Buffer.from(`\ufeff${text}`, "utf16le")],
    ["UTF-16 big-endian", Buffer.from(`\ufeff${text}`, "utf16le").swap16()],
    ["UTF-16 without a mark", little],
    ["UTF-16 big-endian without a mark", Buffer.from(little).swap16()],
  ])("%s is read, and its lines are counted", (_name, bytes) => {
    const { value, diagnostics } = parseDocument(bytes, "api.yaml");
    expect(value).toMatchObject({ openapi: "3.0.4", info: { title: "Größe 😀" } });
    expect(diagnostics).toMatchObject([{ code: "duplicate-key", line: 6 }]);
  });

  test("JSON in UTF-16 is read as in UTF-8, with its repeated keys", () => {
    const { value, diagnostics } = parseDocument(Buffer.from('{"a": "ä",\r\n"a": "é"}', "utf16le"), "a.json");
    expect(value).toEqual({ a: "é" });
    expect(diagnostics).toMatchObject([{ code: "duplicate-key", line: 2 }]);
  });

  test.each<[name: string, bytes: readonly number[], want: string]>([
    ["UTF-32", [0xff, 0xfe, 0, 0], "invalid-encoding / -: The document is encoded in UTF-32"],
    [
      "UTF-32 without a mark",
      [0x7b, 0, 0, 0, 0x7d, 0, 0, 0],
      "invalid-encoding / -: The document is encoded in UTF-32",
    ],
    ["UTF-32 big-endian", [0, 0, 0xfe, 0xff, 0, 0, 0, 0x7b], "invalid-encoding / -: The document is encoded in UTF-32"],
    [
      "UTF-16 that ends within a character",
      [0xff, 0xfe, 0x61, 0, 0x0a, 0, 0x62],
      "invalid-encoding / 2: The document is not valid UTF-16: this line holds half a character",
    ],
    [
      "UTF-16 with half a pair",
      [0xfe, 0xff, 0, 0x61, 0xd8, 0x3d, 0, 0x0a],
      "invalid-encoding / 1: The document is not valid UTF-16: this line holds half a character",
    ],
    [
      "a byte of Latin-1",
      [0x61, 0x0a, 0x62, 0x0a, 0xe9, 0x0a],
      "invalid-encoding / 3: The document is not valid UTF-8: this line holds a byte that no character has",
    ],
    [
      "an overlong sequence",
      [0xc0, 0xaf],
      "invalid-encoding / 1: The document is not valid UTF-8: this line holds a byte that no character has",
    ],
    [
      "NUL",
      [0x61, 0x3a, 0x20, 0x0a, 0, 0x0a],
      "invalid-encoding / 2: This line holds a NUL character, which no text has",
    ],
  ])("%s", async (_name, given, want) => {
    expect(await fault(Uint8Array.from(given))).toBe(want);
  });
});

describe("documents beyond all use are refused", () => {
  const deep = "The document nests more than 200 levels, or contains itself";
  const bomb = (levels: number): string =>
    [
      "a0: &a0 [x, x, x, x, x, x, x, x, x]",
      ...Array.from(
        { length: levels },
        (_, level) => `a${level + 1}: &a${level + 1} [${Array(9).fill(`*a${level}`).join(", ")}]`,
      ),
    ].join("\n");
  const chain = Array.from(
    { length: 5000 },
    (_, index) => `${9999 - index}: &a${index} ${index === 0 ? "[]" : `[*a${index - 1}]`}`,
  ).join("\n");

  const chainUp = Array.from(
    { length: 300 },
    (_, index) => `a${index}: &a${index} ${index === 0 ? "[]" : `[*a${index - 1}]`}`,
  ).join("\n");

  test.each<[name: string, text: string, want: string]>([
    ["201 levels of JSON", "[".repeat(201) + "]".repeat(201), deep],
    ["100,000 levels of JSON", "[".repeat(100_000) + "]".repeat(100_000), deep],
    [
      "201 levels of YAML",
      Array.from({ length: 201 }, (_, level) => `${" ".repeat(level)}a:\n`).join(""),
      "Unsafe YAML: nesting exceeded maxDepth (200)",
    ],
    ["levels behind aliases", chain, deep],
    ["levels behind aliases, from the shallowest", chainUp, deep],
    ["a circle of aliases", "a: &a\n  b: *a\n", deep],
    ["an alias bomb", bomb(10), "The document has more than 2,000,000 values once its aliases are written out"],
    [
      "an alias bomb beyond all numbers",
      bomb(190),
      "The document has more than 2,000,000 values once its aliases are written out",
    ],
    [
      "a merge bomb",
      `a: &a\n${Array.from({ length: 2000 }, (_, index) => `  k${index}: 1\n`).join("")}b:\n${Array.from({ length: 600 }, () => "  - <<: *a\n").join("")}`,
      "Unsafe YAML: merge keys exceeded maxTotalMergeKeys (1000000)",
    ],
  ])("%s", async (_name, text, want) => {
    const [found] = await faultsOf(() => parseDocument(bytes(text), "a.yaml"));
    expect(found).toMatchObject({ code: "unsafe-document", message: want });
  });

  test("200 levels are read", () => {
    expect(() => valueOf("[".repeat(200) + "]".repeat(200))).not.toThrow();
  });
});
