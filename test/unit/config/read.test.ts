import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadConfiguration } from "../../../src/config/read.ts";
import { CompileError } from "../../../src/base/diagnostics.ts";

let folder = "";
let count = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "configuration-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string, name = `c${++count}/openapi-to-mcp.yaml`): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** Code, line, pointer and message of what is wrong with a file. */
async function faults(path: string): Promise<readonly string[]> {
  try {
    await loadConfiguration(path);
    return [];
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    return error.diagnostics.map(
      ({ code, line, pointer, message, file: place }) =>
        `${code} ${place === path ? "" : place}:${line ?? "-"} ${pointer} ${message}`,
    );
  }
}

describe("a configuration file", () => {
  it("says everything that a run can be told, paths being relative to it", async () => {
    const path = file(`
input:
  - ../orders.yaml
  - https://example.com/billing.json
  - { document: "-", name: shop, overlays: [o.yaml, "https://example.com/o.yaml"] }
output: .
name: both
overlays: [all.yaml]
select:
  include: ["tag:pets", { path: /v1/**, method: get, operation: list*, deprecated: false, internal: true }]
  exclude: [deprecated, internal, x-hidden, "x-tier=3", { extension: x-beta }, { extension: { name: x-tier, value: [a] } }]
  read-only: true
templates: mine
allow-ref-hosts: [example.com]
allow-ref-folders: [../common]
max-document-size: 3
timeout: 4.5
strict: true
`);
    const here = dirname(path);
    const { curation, include, exclude, places: _, ...said } = await loadConfiguration(path);
    expect(said).toEqual({
      inputs: [
        { document: join(folder, "orders.yaml") },
        { document: "https://example.com/billing.json" },
        { document: "-", name: "shop", overlays: [join(here, "o.yaml"), "https://example.com/o.yaml"] },
      ],
      output: here,
      name: "both",
      overlays: [join(here, "all.yaml")],
      readOnly: true,
      templates: join(here, "mine"),
      allowRefHosts: ["example.com"],
      allowRefFolders: [join(folder, "common")],
      maxDocumentSize: 3,
      timeout: 4.5,
      strict: true,
      file: path,
      files: [path],
      diagnostics: [],
    });
    expect(curation).toEqual({});
    const criteria = (list: typeof include): unknown => list?.map(({ place: _, ...rest }) => rest);
    expect(criteria(include)).toEqual([
      { tag: "pets" },
      { path: "/v1/**", method: "get", operationId: "list*", deprecated: false, internal: true },
    ]);
    expect(criteria(exclude)).toEqual([
      { deprecated: true },
      { internal: true },
      { extension: { name: "x-hidden" } },
      { extension: { name: "x-tier", value: 3 } },
      { extension: { name: "x-beta" } },
      { extension: { name: "x-tier", value: ["a"] } },
    ]);
    expect(include?.map(({ place }) => place)).toEqual([
      { file: path, pointer: "/select/include/0", line: 10 },
      { file: path, pointer: "/select/include/1", line: 10 },
    ]);
  });

  it("curates tools, prompts and aliases", async () => {
    const path = file(`
tools:
  GET /pets:
    api: shop
    enabled: false
    name: find_pets
    title: Find
    description: Finds pets
    hints: { read-only: true, destructive: false, idempotent: true, open-world: false }
    arguments:
      limit: { hidden: true, fixed: 0, default: null, name: most, description: How many, examples: [1, [2]] }
      key: { environment: PET_KEY }
      __proto__: { fixed: { a: 1 } }
    tags: [a]
    resource: false
    limits: { calls-per-minute: 3, answer-bytes: 1000 }
    timeout: 9
    scopes: [pets]
    idempotency-key: X-Request-Id
  __proto__: { resource: "shop://x" }
prompts:
  - { name: greet, title: Greet, description: Says hello, arguments: [{ name: who, required: true, description: Whom }, { name: how }], text: "Hello {{who}}" }
aliases: { until: 2027-01-31 }
`);
    const at = (pointer: string, line: number): object => ({ file: path, pointer, line });
    expect((await loadConfiguration(path)).curation).toEqual({
      tools: [
        {
          operation: "GET /pets",
          place: at("/tools/GET ~1pets", 3),
          api: "shop",
          enabled: false,
          name: "find_pets",
          title: "Find",
          description: "Finds pets",
          hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
          arguments: new Map([
            [
              "limit",
              {
                place: at("/tools/GET ~1pets/arguments/limit", 11),
                hidden: true,
                fixed: 0,
                default: null,
                name: "most",
                description: "How many",
                examples: [1, [2]],
              },
            ],
            ["key", { place: at("/tools/GET ~1pets/arguments/key", 12), environment: "PET_KEY" }],
            ["__proto__", { place: at("/tools/GET ~1pets/arguments/__proto__", 13), fixed: { a: 1 } }],
          ]),
          tags: ["a"],
          resource: false,
          limits: { callsPerMinute: 3, answerBytes: 1000 },
          timeout: 9,
          scopes: ["pets"],
          idempotencyKey: "X-Request-Id",
        },
        { operation: "__proto__", place: at("/tools/__proto__", 20), arguments: new Map(), resource: "shop://x" },
      ],
      prompts: [
        {
          name: "greet",
          title: "Greet",
          description: "Says hello",
          arguments: [{ name: "who", required: true, description: "Whom" }, { name: "how" }],
          text: "Hello {{who}}",
          place: at("/prompts/0", 22),
        },
      ],
      aliases: { until: "2027-01-31" },
    });
  });

  it("may be empty, JSON, or name one input only", async () => {
    expect((await loadConfiguration(file(""))).inputs).toBeUndefined();
    expect((await loadConfiguration(file('{ "input": "a.json" }'))).inputs?.[0]?.document).toMatch(/a\.json$/);
  });

  it("extends another, and wins over it key by key", async () => {
    const base = file(
      "name: base\ntimeout: 3\ninput: a.yaml\ntools: { a: {} }\naliases: { days: 3 }\n",
      "base/base.yaml",
    );
    const top = file("extends: ../base/base.yaml\nname: top\ntools: { b: {} }\n", "top/openapi-to-mcp.yaml");
    const { name, timeout, inputs, curation, files } = await loadConfiguration(top);
    expect({ name, timeout, inputs }).toEqual({
      name: "top",
      timeout: 3,
      inputs: [{ document: join(folder, "base/a.yaml") }],
    });
    expect(curation.tools?.map(({ operation }) => operation)).toEqual(["b"]);
    expect(curation.aliases).toEqual({ days: 3 });
    expect(files).toEqual([top, base]);
  });

  it.each<[string, readonly string[]]>([
    ["nam: x", [':1 /nam unknown-key "nam" is no key of the configuration; did you mean "name"?']],
    [
      "select:\n  only: [a]",
      [':2 /select/only unknown-key "only" is no key of "select"; known are include, exclude, read-only'],
    ],
    ["[a]", [":1  invalid-configuration The configuration needs an object, not a list"]],
    ["name: 3", [':1 /name invalid-configuration "name" needs text, not 3']],
    ["\nname: ''", [':2 /name invalid-configuration "name" needs text, not an empty text']],
    ["input: []", [':1 /input invalid-configuration "input" needs a list of at least 1, not an empty list']],
    ["input: { a: 1 }", [':1 /input invalid-configuration "input" needs text or a list of at least 1, not an object']],
    ["input: [{ name: x }]", [':1 /input/0 invalid-configuration "input/0" needs the key "document"']],
    ["timeout: -1", [':1 /timeout invalid-configuration "timeout" needs a number above 0, not -1']],
    ["strict: yes", [':1 /strict invalid-configuration "strict" needs true or false, not "yes"']],
    [
      "select: { include: ['tags:pets'] }",
      [':1 /select/include/0 invalid-selector "tags:pets" is no selector; did you mean "tag:"?'],
    ],
    [
      "select: { exclude: [{}] }",
      [
        ':1 /select/exclude/0 invalid-configuration "select/exclude/0" needs one of tag, path, method, operation, deprecated, internal, extension',
      ],
    ],
    [
      "select: { exclude: [{ extension: internal }] }",
      [
        ':1 /select/exclude/0/extension invalid-configuration "select/exclude/0/extension" needs the name of an extension, which starts with x-, not "internal"',
      ],
    ],
    [
      "tools:\n  a:\n    resource: true\n    hints: { readOnly: true }",
      [
        ':3 /tools/a/resource invalid-configuration "tools/a/resource" needs false, not true',
        ':4 /tools/a/hints/readOnly unknown-key "readOnly" is no key of "tools/a/hints"; did you mean "read-only"?',
      ],
    ],
    [
      "tools: { a: { arguments: { b: { environment: key } } } }",
      [
        ':1 /tools/a/arguments/b/environment invalid-configuration "tools/a/arguments/b/environment" needs the name of an environment variable in capitals, not "key"',
      ],
    ],
    ...["Authorization", "cookie", "Content-Type", "x-forwarded-for", "Host", "a key", "Key:"].map(
      (name): [string, string[]] => [
        `tools: { a: { idempotency-key: "${name}" } }`,
        [
          `:1 /tools/a/idempotency-key invalid-configuration "tools/a/idempotency-key" needs the name of a header that a request may have besides, such as Idempotency-Key, not "${name}"`,
        ],
      ],
    ),
    ["prompts: [{ name: a }]", [':1 /prompts/0 invalid-configuration "prompts/0" needs the key "text"']],
    [
      "aliases: { until: soon }",
      [':1 /aliases/until invalid-configuration "aliases/until" needs a date such as 2027-01-31, not "soon"'],
    ],
    ['"\\e[31m": 1', [':1 /\u001b[31m unknown-key "\\x1b[31m" is no key of the configuration; known are input, ']],
    [
      "extends: openapi-to-mcp.yaml",
      [':1 /extends invalid-configuration "openapi-to-mcp.yaml" leads back to this file'],
    ],
    ["name: [", ["invalid-syntax"]],
    ["a: &a [*a]", ["unsafe-document"]],
  ])("is refused with every fault at its place: %s", async (text, want) => {
    const found = await faults(file(text));
    expect(found.length).toBe(want.length);
    for (const [index, line] of want.entries()) {
      const [, place, code, message] = /^(\S+ \S*) ([a-z-]+) (.*)$/s.exec(line) ?? [];
      if (code === undefined) expect(found[index]).toMatch(new RegExp(`^${line} `));
      else expect(found[index]).toContain(`${code} ${place} ${message}`);
    }
  });

  it("is a file of this machine", async () => {
    expect(await faults("https://example.com/c.yaml")).toHaveLength(1);
    expect(await faults("-")).toHaveLength(1);
    expect((await faults(join(folder, "nowhere.yaml")))[0]).toMatch(/^missing-input/);
  });

  it("whose keys stand twice is read, with a warning", async () => {
    const path = file("name: a\nname: b\n");
    const { name, diagnostics } = await loadConfiguration(path);
    expect(name).toBe("b");
    expect(diagnostics.map(({ code, line }) => [code, line])).toEqual([["duplicate-key", 2]]);
  });
});
