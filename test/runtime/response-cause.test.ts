/** The words in which APIs say what went wrong: which members are understood, in which order, and what stays out. */
import { describe, expect, it } from "vitest";
import { causeOf } from "../../templates/always/src/runtime/response/cause.ts";

const cause = (value: unknown): string => causeOf(JSON.stringify(value), "application/json");

describe("members of a failed answer", () => {
  it.each([
    "message",
    "error_description",
    "errorMessage",
    "error_message",
    "Message",
    "msg",
    "description",
    "reason",
    "userMessage",
    "faultstring",
  ])("%s is its message", (key) => expect(cause({ [key]: "Too late", code: 7 })).toBe("Too late (7)"));

  it.each(["code", "error_code", "errorCode", "status_code", "type"])("%s is its code", (key) => {
    expect(cause({ message: "Too late", [key]: "E1" })).toBe("Too late (E1)");
    // A code without a word of explanation says less than the body itself.
    expect(cause({ [key]: "E1" })).toBe(`{"${key}":"E1"}`);
  });

  it("are taken by how much they say, not by where they stand", () => {
    expect(cause({ reason: "c", error_description: "b", message: "a", type: "y", code: "x" })).toBe(
      "a (x)\nAlso: reason: c; error_description: b; type: y",
    );
    expect(cause({ message: "", msg: "b" })).toBe("b");
    expect(cause({ message: "same", code: "same" })).toBe("same");
    expect(cause({ error: "same", message: "same" })).toBe("same");
  });

  it.each([
    "message",
    "messages",
    "errors",
    "details",
    "violations",
    "invalid-params",
    "invalid_params",
    "fieldErrors",
    "validation_errors",
    "issues",
    "causes",
    "detail",
  ])("%s holds details, by list or by name", (key) => {
    expect(cause({ [key]: ["a is missing", "b is long"] })).toBe("- a is missing\n- b is long");
    expect(cause({ [key]: { a: "is missing", b: ["is long"] } })).toBe('- a: is missing\n- b: ["is long"]');
    expect(cause({ [key]: [] })).toBe(`{"${key}":[]}`);
  });

  it.each(["error", "Error", "fault"])("%s holds a cause of its own, or is its name", (key) => {
    expect(cause({ [key]: { message: "Too late", code: 7 } })).toBe("Too late (7)");
    expect(cause({ [key]: "late" })).toBe("late");
    expect(cause({ [key]: "late", message: "Too late" })).toBe("Too late (late)");
    expect(cause({ [key]: { errors: ["a"] }, trace: "t" })).toBe("- a\nAlso: trace: t");
  });

  it("that stand together are told in one order: of two objects the first that says something", () => {
    expect(cause({ fault: { message: "c" }, Error: { message: "b" }, error: { message: "a" } })).toBe(
      'a\nAlso: fault: {"message":"c"}; Error: {"message":"b"}',
    );
    expect(cause({ error: { id: 1 }, message: "outer" })).toBe('outer\nAlso: error: {"id":1}');
    expect(cause({ error: { error: { error: "deep" } } })).toBe("deep");
  });

  it.each(["status", "statusCode", "status_code", "httpStatus", "http_status"])(
    "%s is known already, unless it is a word",
    (key) => {
      const other = key === "status_code" ? { code: "x" } : {};
      const code = key === "status_code" ? " (x)" : "";
      expect(cause({ message: "Bad", [key]: 400, ...other })).toBe(`Bad${code}`);
      expect(cause({ message: "Bad", [key]: "400", ...other })).toBe(`Bad${code}`);
      expect(cause({ message: "Bad", [key]: "closed", ...other })).toBe(`Bad${code}\nAlso: ${key}: closed`);
    },
  );

  it("that are empty say nothing", () => {
    const empty = { a: null, b: false, c: "", d: [], e: {}, type: "about:blank" };
    expect(cause({ title: "Bad", ...empty })).toBe("Bad");
    expect(cause({ title: "Bad", a: 0, b: true, c: " ", d: [[]], e: "about" })).toBe(
      "Bad\nAlso: a: 0; b: true; c: ; d: [[]]; e: about",
    );
  });

  it("that are long are cut, and so are their names", () => {
    const long = "n".repeat(300);
    expect(cause({ message: "Bad", [long]: long })).toBe(`Bad\nAlso: ${"n".repeat(100)}…: ${"n".repeat(200)}…`);
    expect(cause({ title: "Bad", errors: { [long]: "x" } })).toBe(`Bad\n- ${"n".repeat(100)}…: x`);
  });
});

describe("problem details (RFC 9457)", () => {
  it.each([
    [{ title: "A", detail: "b" }, "A: b"],
    [{ title: "A", detail: "A" }, "A"],
    [{ title: "", detail: "b" }, "b"],
    [{ title: "A", detail: "" }, "A"],
    [{ detail: "b", message: "c" }, "b\nAlso: message: c"],
    [{ title: 404 }, "404"],
    [{ title: "A", detail: ["x"] }, "A\n- x"],
    [{ title: "A", errors: [{ pointer: "#/age", detail: "is no number" }] }, "A\n- #/age: is no number"],
  ])("%j", (value, want) => expect(cause(value)).toBe(want));
});

describe("a detail", () => {
  it.each(["message", "detail", "title", "msg", "reason", "description", "error"])("has its words in %s", (key) =>
    expect(cause([{ field: "age", [key]: "is low" }])).toBe("- age: is low"),
  );

  it.each(["field", "path", "pointer", "loc", "name", "property", "parameter", "location", "source"])(
    "has its place in %s",
    (key) => expect(cause([{ message: "is low", [key]: "age" }])).toBe("- age: is low"),
  );

  it.each([
    [{ message: "is low", field: null, path: "age" }, "age: is low"],
    [{ message: "is low", field: ["items", 0, "age"] }, "items.0.age: is low"],
    [{ message: "is low", field: "", code: 7 }, ": is low (code: 7)"],
    [{ message: "is low" }, "is low"],
    [{ message: "is low", min: 3, max: null }, "is low (min: 3)"],
    [{ code: 7 }, '{"code":7}'],
    ["is low", "is low"],
    [7, "7"],
    [null, "null"],
    [["a", 1], '["a",1]'],
    [{ message: "first", title: "second" }, "first (title: second)"],
  ])("%j", (detail, want) => expect(cause([detail])).toBe(`- ${want}`));

  it("of which there may be a hundred, and 8,192 characters", () => {
    const lines = (details: readonly string[]): readonly string[] => cause(details).split("\n");
    expect(lines(Array.from({ length: 100 }, () => "x")).at(-1)).toBe("- x");
    expect(lines(Array.from({ length: 101 }, () => "x")).slice(-2)).toEqual(["- x", "- and 1 more"]);
    expect(lines(Array.from({ length: 32 }, () => "x".repeat(256)))).toHaveLength(32);
    expect(lines([...Array.from({ length: 32 }, () => "x".repeat(256)), "y"]).at(-1)).toBe("- and 1 more");
  });
});

describe("a page", () => {
  it.each<[string, string | undefined, string]>([
    ["<p>a</p>", "text/html", "a"],
    ["<p>a</p>", "text/plain", "<p>a</p>"],
    ["<p>a</p>", undefined, "<p>a</p>"],
    [" <!doctype HTML><p>a", undefined, "a"],
    ["\n<HTML><p>a", "text/plain", "a"],
    ["a <html>", "text/plain", "a <html>"],
    ["a<script>b</script>c<STYLE x>d</STYLE >e", "text/html", "a c e"],
    ["a<script>b", "text/html", "a"],
    ["a<scripted>b", "text/html", "a b"],
    ["a<!-- b > -->c<!--d", "text/html", "a c"],
    ["a < b<br/>c", "text/html", "a < b c"],
    ["&lt;a&gt; &quot;b&quot; &#39;c&#39; d&nbsp;e &amp;lt;", "text/html", "<a> \"b\" 'c' d e &lt;"],
    ["a\n\n  b\t c", "text/html", "a b c"],
    [`${"x".repeat(65_530)}<p>y</p>`, "text/html", `${"x".repeat(2048)}…`],
    [`<p>${" ".repeat(65_533)}y`, "text/html", ""],
  ])("%.60j as %s", (text, type, want) => expect(causeOf(text, type)).toBe(want));
});
