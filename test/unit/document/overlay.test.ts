import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { dump, load } from "js-yaml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CompileError, type Diagnostic } from "../../../src/base/diagnostics.ts";
import type { Json } from "../../../src/base/json.ts";
import { loadDocuments } from "../../../src/document/documents.ts";
import { loadJsonPath, QueryFault } from "../../../src/base/json-path.ts";
import { writable, type MutableObject } from "../../../src/document/mutable.ts";
import { applyOverlays, loadOverlay } from "../../../src/document/overlay.ts";

let folder = "";
let count = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "overlay-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string, name = `f${++count}.yaml`): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
const overlay = (actions: string, head = "overlay: 1.0.0\ninfo: { title: o, version: '1' }"): string =>
  file(`${head}\nactions:\n${actions}`);

/** What the actions make of a value, both in YAML. */
async function applied(value: string, actions: string): Promise<unknown> {
  const root = load(value) as MutableObject;
  applyOverlays(writable(root), [await loadOverlay(overlay(actions))]);
  return root;
}

async function faultsOf(run: () => Promise<unknown>): Promise<readonly Diagnostic[]> {
  try {
    await run();
    return [];
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    return error.diagnostics;
  }
}

describe("an action", () => {
  it.each<[string, string, string, string]>([
    [
      "merges objects",
      "{ a: { b: 1, c: 2 } }",
      "- { target: $.a, update: { c: 3, d: { e: 4 } } }",
      "{ a: { b: 1, c: 3, d: { e: 4 } } }",
    ],
    [
      "merges recursively, and appends to lists within",
      "{ a: { b: { c: [1] } } }",
      "- { target: $.a, update: { b: { c: [2, 3], d: 1 } } }",
      "{ a: { b: { c: [1, 2, 3], d: 1 } } }",
    ],
    ["appends an entry to a list", "{ a: [1] }", "- { target: $.a, update: { b: 2 } }", "{ a: [1, { b: 2 }] }"],
    ["appends the entries of a list", "{ a: [1] }", "- { target: $.a, update: [2, 3] }", "{ a: [1, 2, 3] }"],
    ["replaces what is neither", "{ a: { b: 1 } }", "- { target: $.a.b, update: two }", "{ a: { b: two } }"],
    [
      "replaces what has another kind",
      "{ a: { b: 1, c: [1] } }",
      "- { target: $.a, update: { b: { x: 1 }, c: text } }",
      "{ a: { b: { x: 1 }, c: text } }",
    ],
    [
      "changes every part that it fits",
      "{ a: { b: {}, c: {} } }",
      "- { target: $.a.*, update: { d: [1] } }",
      "{ a: { b: { d: [1] }, c: { d: [1] } } }",
    ],
    ["changes the root", "{ a: 1 }", "- { target: $, update: { b: 2 } }", "{ a: 1, b: 2 }"],
    ["removes keys", "{ a: { b: 1, c: 2 } }", "- { target: $.a.b, remove: true }", "{ a: { c: 2 } }"],
    [
      "removes elements, whichever their order",
      "{ a: [0, 1, 2, 3, 4] }",
      "- { target: '$.a[3,0,1]', remove: true }",
      "{ a: [2, 4] }",
    ],
    [
      "removes what it fits by a filter",
      "{ p: [{ name: a }, { name: b }, { name: a }] }",
      "- { target: \"$.p[?@.name == 'a']\", remove: true }",
      "{ p: [{ name: b }] }",
    ],
    ["removes and does not update", "{ a: 1, b: 2 }", "- { target: $.a, remove: true, update: 3 }", "{ b: 2 }"],
    [
      "sees what the earlier ones left",
      "{ a: {} }",
      "- { target: $.a, update: { b: { c: 1 } } }\n- { target: $.a.b.c, remove: true }",
      "{ a: { b: {} } }",
    ],
    [
      "copies (1.1)",
      "{ a: { x: 1 }, b: { y: 2 } }",
      "- { target: $.b, copy: $.a }",
      "{ a: { x: 1 }, b: { y: 2, x: 1 } }",
    ],
    ["that fits nothing does nothing", "{ a: 1 }", "- { target: $.b, update: 2 }", "{ a: 1 }"],
    [
      "reaches keys of any name",
      "{ '/pets/{id}': { get: { x-a: true } } }",
      "- { target: \"$['/pets/{id}'].*[?@ == true]\", remove: true }",
      "{ '/pets/{id}': { get: {} } }",
    ],
  ])("%s", async (_name, value, actions, want) => expect(await applied(value, actions)).toEqual(load(want)));

  it("keeps keys of a hostile overlay data", async () => {
    const root = (await applied("{ a: {} }", '- { target: $.a, update: { "__proto__": { polluted: 1 } } }')) as {
      a: object;
    };
    expect(Object.getPrototypeOf(root.a)).toBe(Object.prototype);
    expect(Object.keys(root.a)).toEqual(["__proto__"]);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it("gives each part its own copy", async () => {
    const root = (await applied(
      "{ a: {}, b: {} }",
      "- { target: $.*, update: { l: [{ x: 1 }] } }\n- { target: '$.a.l[0].x', update: 2 }",
    )) as {
      b: unknown;
    };
    expect(root.b).toEqual({ l: [{ x: 1 }] });
  });

  it.each<[string, string, RegExp]>([
    ["a list for an object", "- { target: $.a, update: [1] }", /An object is updated by an object/],
    ["an object for a text", "- { target: $.t, update: { x: 1 } }", /updated by its like/],
    ["a copy of several", "- { target: $.a, copy: '$.*' }", /leads to 3 places/],
    ["a copy of nothing", "- { target: $.a, copy: $.z }", /leads to nothing/],
    [
      "too much",
      `- { target: $..*, update: { l: [${"1,".repeat(2000)}1] } }\n`.repeat(3),
      /two million|updated by its like/,
    ],
  ])("is refused: %s", async (_name, actions, want) => {
    const faults = await faultsOf(() => applied("{ a: { b: {} }, c: [1], t: text }", actions));
    expect(faults[0]?.code).toBe("invalid-overlay");
    expect(faults[0]?.message).toMatch(want);
    expect(faults[0]?.line).toBeGreaterThan(3);
  });

  it("cannot nest the document without end", async () => {
    const deep = "- { target: $..z, update: { z: { z: { z: { z: {} } } } } }\n".repeat(60);
    const faults = await faultsOf(() => applied("{ z: {} }", deep));
    expect(faults[0]?.code).toMatch(/unsafe-document|invalid-overlay/);
  });
});

describe("an overlay", () => {
  it.each<[string, readonly string[]]>([
    ["openapi: 3.1.0", [':1 "']],
    ["overlay: 2.0.0\nactions: []", [':1 "']],
    ["overlay: 1.0.0", [':1 An overlay needs a list of "actions"']],
    [
      "overlay: 1.0.0\nactions:\n- {}\n- { target: $.a }\n- 7",
      [
        ':3 An action needs a "target" in JSONPath',
        ':4 An action needs "update" or "remove: true"',
        ':5 An action needs a "target" in JSONPath',
      ],
    ],
    ["overlay: 1.0.0\nactions:\n- target: $.a[\n  remove: true", [':3 The target "$.a[" is no JSONPath: ']],
    ["overlay: 1.0.0\nactions:\n- target: paths\n  remove: true", [':3 The target "paths" is no JSONPath: ']],
  ])("that is none is refused, with every fault: %s", async (text, want) => {
    const faults = await faultsOf(() => loadOverlay(file(text)));
    expect(faults.map(({ code }) => code)).toEqual(want.map(() => "invalid-overlay"));
    for (const [index, message] of want.entries())
      expect(`:${faults[index]?.line} ${faults[index]?.message}`).toContain(message);
  });

  it("that is not there is unreadable", async () =>
    expect((await faultsOf(() => loadOverlay(join(folder, "gone.yaml"))))[0]?.code).toBe("missing-input"));
});

describe("documents with overlays", () => {
  const document = (title: string): string =>
    dump({ openapi: "3.1.0", info: { title, version: "1" }, paths: { "/a": { get: { responses: {} } } } });
  const titles = async (inputs: Parameters<typeof loadDocuments>[0], overlays: readonly string[] = []) => {
    const { documents, diagnostics } = await loadDocuments(inputs, { overlays });
    return { titles: documents.map(({ root }) => (root["info"] as { title: string }).title), diagnostics };
  };
  const renaming = (title: string, head = ""): string =>
    overlay(`- { target: $.info, update: { title: ${title} } }`, `overlay: 1.0.0\n${head}`);

  it("get those for all first, then their own, in order, a URL's too", async () => {
    const [one, two] = [file(document("one")), file(document("two"))];
    const server = createServer((_request, response) =>
      response.end("overlay: 1.0.0\nactions: [{ target: $.info, update: { title: fetched } }]"),
    ).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/o.yaml`;
    const found = await titles(
      [{ document: one, overlays: [renaming("own")] }, { document: two }],
      [renaming("all"), url],
    );
    server.close();
    expect(found).toEqual({ titles: ["own", "fetched"], diagnostics: [] });
  });

  it("get one that extends a document for that one only", async () => {
    const [one, two] = [file(document("one"), "one.yaml"), file(document("two"), "two.yaml")];
    const forTwo = renaming("changed", "extends: ./two.yaml");
    expect(await titles([{ document: one }, { document: two }], [forTwo])).toEqual({
      titles: ["one", "changed"],
      diagnostics: [],
    });
    const forNone = renaming("changed", `extends: ${pathToFileURL(join(folder, "three.yaml")).href}`);
    const none = await titles([{ document: one }, { document: two }], [forNone]);
    expect(none.titles).toEqual(["one", "two"]);
    expect(none.diagnostics).toMatchObject([{ code: "foreign-overlay", file: forNone, line: 2 }]);
    const alone = await titles([{ document: one }], [forNone]);
    expect(alone.titles).toEqual(["changed"]);
    expect(alone.diagnostics).toMatchObject([{ code: "foreign-overlay" }]);
  });

  it("tell which action fits nothing in any of them", async () => {
    const [one, two] = [file(document("one")), file(document("two"))];
    const path = overlay("- { target: '$.info[?@ == \"two\"]', update: x }\n- { target: $.nothing, remove: true }");
    const { diagnostics } = await titles([{ document: one }, { document: two }], [path]);
    expect(diagnostics).toMatchObject([
      {
        code: "unmatched-action",
        severity: "warning",
        file: path,
        line: 5,
        pointer: "/actions/1/target",
        message: 'The target "$.nothing" fits nothing in the document',
      },
    ]);
  });

  it("are changed as they are written: Swagger 2.0 too", async () => {
    const swagger = file(
      "swagger: '2.0'\ninfo: { title: s, version: '1' }\nhost: a.example\npaths: {}\ndefinitions: {}\n",
    );
    const path = overlay("- { target: $, update: { host: b.example, basePath: /v2, schemes: [https] } }");
    const { documents } = await loadDocuments([{ document: swagger, overlays: [path] }], {});
    expect(documents[0]?.root["servers"]).toEqual([{ url: "https://b.example/v2" }]);
  });

  it("are located in the overlay where it brought what is wrong", async () => {
    const one = file(document("one"));
    const path = overlay(
      "- target: $.paths['/a'].get\n  update:\n    parameters:\n      - { name: x }\n      - name: y\n",
    );
    const { documents } = await loadDocuments([{ document: one, overlays: [path] }], {});
    const locate = documents[0]?.locate;
    expect(
      locate?.({ code: "invalid-parameter", pointer: "/paths/~1a/get/parameters/1/in", message: "m" }),
    ).toMatchObject({
      file: path,
      line: 8,
      pointer: "/actions/0/update/parameters/1",
    });
    expect(locate?.({ code: "invalid-parameter", pointer: "/paths/~1a/get/responses", message: "m" })).toMatchObject({
      file: one,
    });
  });
});

describe("JSONPath", () => {
  const value: Json = { a: [{ n: "xx", d: true }, { n: "yx" }], b: { n: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" } };

  it.each<[string, readonly (readonly (string | number)[])[]]>([
    [
      "$.a[*].n",
      [
        ["a", 0, "n"],
        ["a", 1, "n"],
      ],
    ],
    ["$.a[?@.d]", [["a", 0]]],
    ["$.a[?!@.d].n", [["a", 1, "n"]]],
    ["$.a[?match(@.n, 'x.*')]", [["a", 0]]],
    ["$.a[?match(@.n, 'x')]", []],
    [
      "$.a[?search(@.n, 'x$')]",
      [
        ["a", 0],
        ["a", 1],
      ],
    ],
    ["$.a[?search(@.n, '[')]", []],
    [
      "$..n",
      [
        ["b", "n"],
        ["a", 0, "n"],
        ["a", 1, "n"],
      ],
    ],
    ["$.a[-1]", [["a", 1]]],
    ["$['__proto__']", []],
  ])("%s", async (text, want) => {
    const found = (await loadJsonPath())(text)(value);
    expect([...found].sort()).toEqual([...want].sort());
  });

  it.each<[string, RegExp]>([
    ["$.a[", /is no JSONPath/],
    ["$" + ".a".repeat(2_000), /is too long/],
    ["$..*..*..*..*", /more than 3 times/],
    ["$..[?$..n == 1]", /whole document within a filter/],
    ["$..[?count($.*.*) > 1]", /whole document within a filter/],
    ["$" + "[?@".repeat(400), /is no JSONPath|nests too deeply|too long/],
  ])("that would never end is refused: %s", async (text, want) => {
    const ask = await loadJsonPath();
    expect(() => ask(text)(value)).toThrow(QueryFault);
    expect(() => ask(text)(value)).toThrow(want);
  });

  it.each(["match(@, '(a+)+b')", "match(@, '(a|a)*b')", "match(@, '((a?){30})b')", "search(@, 'a*a*a*a*a*a*b')"])(
    "whose expressions others would try for ever ends: %s",
    async (filter) => {
      const ask = (await loadJsonPath())(`$[?${filter}]`);
      const texts = ["a".repeat(5_000), `${"a".repeat(20)}b`];
      expect(ask(texts)).toEqual([[1]]);
    },
  );

  it("whose expressions have too much to read is refused", async () => {
    const ask = (await loadJsonPath())("$[?search(@, '(?:(?=a)a|b){200}c')]");
    expect(() => ask(["ab".repeat(10_000), "ba".repeat(10_000)])).toThrow(/asks too much of its regular/);
  });
});
