/**
 * The tools of the large documents as providers of models take them: converted by the adapter that a provider
 * publishes, and held against the rules that it documents.
 */
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { generate } from "../../src/index.ts";
import { type Json, type JsonObject, isArray, isObject, own, ownString } from "../../src/base/json.ts";
import { installed } from "../conformance/packages.ts";
import { corpus, leftOut, validDocuments } from "./documents.ts";

type Convert = (schema: Json) => unknown;

if (corpus === undefined) {
  console.warn(leftOut);
  test.skip(leftOut, () => {});
} else
  describe.each(validDocuments().filter(({ file }) => file.startsWith("large/")))("$file", ({ path }) => {
    const listings = generate({ inputs: [path], list: { mode: "all" } }).then(({ model }) =>
      model.apis.flatMap(({ groups }) => groups.flatMap(({ tools }) => tools.map(({ listing }) => listing))),
    );

    test("is converted for Anthropic by its SDK", async () => {
      const convert = await adapter(
        "@anthropic-ai/sdk",
        "1.14.0",
        "lib/transform-json-schema.mjs",
        "transformJSONSchema",
      );
      expect(refusals(await listings, convert)).toEqual([]);
    });

    test("is converted for OpenAI by its agents SDK, or refused only for what closed objects cannot say", async () => {
      const convert = await strictAdapter();
      const kept = (await listings).flatMap(({ name, inputSchema }) => {
        const schema = inputSchema as unknown as JsonObject;
        return refusals([{ name, inputSchema: { ...schema, required: own(schema, "required") ?? [] } }], convert);
      });
      expect(kept.filter((refusal) => !unsayable.some((reason) => reason.test(refusal)))).toEqual([]);
      // What is refused goes to the model as it is listed, not strict.
      const [, least = 0] = Object.entries(strictShare).find(([file]) => path.endsWith(file)) ?? [];
      expect(1 - kept.length / (await listings).length).toBeGreaterThanOrEqual(least);
    });

    test("keeps the rules of Gemini's function declarations", async () => {
      expect(
        (await listings).flatMap(({ name, inputSchema }) => breaches(name, inputSchema as unknown as Json)),
      ).toEqual([]);
    });
  });

/**
 * Why a schema is not made strict, where every object has to be closed and every property required: objects with any
 * property, alternatives with optional properties, properties beside alternatives.
 */
const unsayable: readonly RegExp[] = [
  /Cannot convert an open JSON schema object to strict mode/,
  /branch containing optional object properties to strict mode/,
  /combining `anyOf` with sibling keyword/,
];

/** Share of the tools of a document that are made strict, at least. */
const strictShare: Readonly<Record<string, number>> = {
  "github.json": 0.95,
  "stripe.yaml": 0.62,
  "kubernetes.json": 0.67,
  "cloudflare.json": 0.76,
  "openai.yaml": 0.81,
};

/** What the agents SDK does with the tools of an MCP server where it is to make them strict. */
async function strictAdapter(): Promise<Convert> {
  const file = "dist/utils/strictToolSchema.mjs";
  const [check, convert] = await Promise.all(
    ["assertOpenAIStrictToolSchemaPreservesOpenObjects", "toOpenAIStrictToolSchema"].map((exported) =>
      adapter("@openai/agents-core", "0.20.0", file, exported),
    ),
  );
  return (schema) => {
    check?.(schema);
    return convert?.(schema);
  };
}

async function adapter(name: string, version: string, file: string, exported: string): Promise<Convert> {
  const module: unknown = await import(pathToFileURL(join(installed(name, version), file)).href);
  return (module as Record<string, Convert>)[exported] as Convert;
}

function refusals(
  listings: readonly { readonly name: string; readonly inputSchema: unknown }[],
  convert: Convert,
): readonly string[] {
  return listings.flatMap(({ name, inputSchema }) => {
    try {
      convert(inputSchema as Json);
      return [];
    } catch (fault) {
      return [`${name}: ${String(fault)}`];
    }
  });
}

/** Gemini API, `Schema`: every schema has a type or alternatives, a list its items, an `enum` texts that are not empty. */
function breaches(place: string, schema: Json): readonly string[] {
  if (!isObject(schema)) return [];
  const found: string[] = [];
  const values = own(schema, "enum");
  const type = ownString(schema, "type");
  if (type === undefined && own(schema, "anyOf") === undefined) found.push(`${place} has no type`);
  if (type === "array" && !isObject(own(schema, "items"))) found.push(`${place} has no items`);
  if (isArray(values) && (values.length === 0 || values.includes("") || values.includes(null)))
    found.push(`${place} lists an empty value`);
  if (isArray(values) && new Set(values.map((value) => JSON.stringify(value))).size < values.length)
    found.push(`${place} lists a value twice`);
  return [...found, ...below(schema).flatMap(([name, part]) => breaches(`${place}/${name}`, part))];
}

function below(schema: JsonObject): readonly (readonly [string, Json])[] {
  const properties = own(schema, "properties");
  const variants = own(schema, "anyOf");
  const parts = ["items", "additionalProperties"].map((key) => [key, own(schema, key) ?? null] as const);
  return [
    ...(isObject(properties) ? Object.entries(properties) : []),
    ...(isArray(variants) ? variants.map((part, index) => [`anyOf/${index}`, part] as const) : []),
    ...parts,
  ];
}
