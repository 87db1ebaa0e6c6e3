/** What derives from the table of settings: help, schema, reference, and the file of a new project. */
import { readFileSync } from "node:fs";
import { Validator, type Schema } from "@cfworker/json-schema";
import { load } from "js-yaml";
import { format } from "prettier";
import { describe, expect, it } from "vitest";
import { checkShape } from "../../../src/config/check.ts";
import { configurationFields } from "../../../src/config/fields.ts";
import { configurationLines, recordOf } from "../../../src/config/record.ts";
import { referencePage } from "../../../src/config/reference.ts";
import { configurationSchema } from "../../../src/config/schema.ts";
import type { Shape } from "../../../src/config/shape.ts";
import { catalogue, type Finding } from "../../../src/base/diagnostics.ts";
import { isObject, type Json } from "../../../src/base/json.ts";
import { flags, settings, type Setting } from "../../../src/config/options.ts";

const page = readFileSync("docs/reference.md", "utf8");
const schema = configurationSchema(configurationFields);

describe("the reference page", () => {
  it("is what the tables say: run npm run reference", async () =>
    expect(page).toBe(await format(referencePage(), { parser: "markdown" })));

  it("lists every flag, key and diagnostic, and no other", () => {
    const firstCells = [...page.matchAll(/^\| (`[^|]*?) +\|/gm)].map((match) => match[1] ?? "");
    const listedFlags = firstCells.flatMap((cell) => /`--([\w-]+)`$/.exec(cell)?.[1] ?? []);
    expect(new Set(listedFlags)).toEqual(new Set(flags.map(({ name }) => name)));
    for (const { name, commands } of flags)
      expect(
        listedFlags.filter((listed) => listed === name),
        name,
      ).toHaveLength(commands.length);
    const others = firstCells.flatMap((cell) => /^`([^`-][^`]*)`$/.exec(cell)?.[1] ?? []);
    expect(others.filter((name) => Object.hasOwn(catalogue, name)).sort()).toEqual(Object.keys(catalogue).sort());
    expect(others.filter((name) => !Object.hasOwn(catalogue, name))).toEqual([...new Set(keysOf(schema, ""))]);
  });

  it("lists every key of the table", () => {
    const keys = settings.flatMap((setting: Setting) => setting.key ?? []);
    expect(new Set(keys).size).toBe(keys.length);
    for (const key of keys) expect(page).toContain(`\n| \`${key}\``);
  });
});

/** Paths of the keys that a schema has, in the notation of the reference. */
function keysOf(node: unknown, path: string): readonly string[] {
  if (!isObject(node)) return [];
  const below = isObject(node["properties"])
    ? Object.entries(node["properties"]).flatMap(([key, member]) => {
        const name = path === "" ? key : `${path}.${key}`;
        return [name, ...keysOf(member, name)];
      })
    : [];
  const options = Array.isArray(node["anyOf"]) ? (node["anyOf"] as unknown[]) : [];
  return [
    ...below,
    ...keysOf(node["items"], `${path}[]`),
    ...keysOf(node["additionalProperties"], `${path}.*`),
    ...options.flatMap((option) => keysOf(option, path)),
  ];
}

describe("the schema", () => {
  it.each(["openapi-to-mcp.schema.json", "templates/always/src/generated/openapi-to-mcp.schema.json"])(
    "is what the table says, in %s: run npm run reference",
    (path) => expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(schema),
  );

  it.each<[Json, boolean]>([
    [{}, true],
    [{ input: "a" }, true],
    [{ input: ["a", { document: "b", overlays: ["c"] }] }, true],
    [{ input: [] }, false],
    [{ input: [{ name: "b" }] }, false],
    [{ inputs: "a" }, false],
    [{ timeout: 0 }, false],
    [{ name: "" }, false],
    [{ select: { include: ["tag:a", { tag: "a" }] } }, true],
    [{ select: { include: [{}] } }, false],
    [{ select: { exclude: [{ extension: "y" }] } }, false],
    [{ tools: { a: { resource: false, arguments: { b: { fixed: null } } } } }, true],
    [{ tools: { a: { resource: true } } }, false],
    [{ tools: { a: { arguments: { b: { environment: "a" } } } } }, false],
    [{ aliases: {} }, false],
    [{ accept: [{ code: "invalid-schema", pointer: "#/paths" }] }, true],
    [{ accept: [{ code: "invalid" }] }, false],
    [{ accept: [{ pointer: "/paths" }] }, false],
    [{ aliases: { days: 3 } }, true],
    [[], false],
  ])("and the reader agree about %j", (value, valid) => {
    const findings: Finding[] = [];
    const shape: Shape = { kind: "fields", fields: configurationFields };
    checkShape(value, shape, "", (finding) => findings.push(finding));
    expect(findings.length === 0).toBe(valid);
    expect(new Validator(schema as Schema, "7").validate(value).valid).toBe(valid);
  });
});

describe("the file of a new project", () => {
  it("says what the options of the library say", () => {
    const place = { file: "x", pointer: "" };
    const recorded = recordOf({
      inputs: ["a.yaml", { document: "b.yaml", name: "b", overlays: ["o.yaml"] }, { document: "c.yaml" }],
      overlays: ["all.yaml"],
      selection: {
        include: [{ tag: "a: b", place }],
        exclude: [
          { deprecated: true, extension: { name: "x-a", value: "b" }, place },
          { extension: { name: "x-c", value: { d: [1] } }, place },
        ],
        readOnly: true,
      },
      templates: "mine",
      allowRefHosts: [],
      allowRefFolders: ["f"],
    });
    const text = configurationLines(recorded)
      .map(({ lead, quoted, text: value }) => `${lead}${quoted ? JSON.stringify(value) : ""}\n`)
      .join("");
    expect(load(text)).toEqual({
      input: ["a.yaml", { document: "b.yaml", name: "b", overlays: ["o.yaml"] }, "c.yaml"],
      overlays: ["all.yaml"],
      select: {
        include: [{ tag: "a: b" }],
        exclude: [{ deprecated: true, extension: { name: "x-a", value: "b" } }, 'x-c={"d":[1]}'],
        "read-only": true,
      },
      templates: "mine",
      "allow-ref-folders": ["f"],
    });
  });
});
