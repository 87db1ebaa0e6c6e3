/** Text that steers a model is reported; the prose of real APIs is not. */
import { describe, expect, test } from "vitest";
import { isArray, isObject, type Json } from "../../src/base/json.ts";
import { buildModel } from "../../src/generate.ts";
import { generate } from "../../src/index.ts";
import { textFault } from "../../src/base/steering.ts";
import { loadDocument } from "../../src/document/load.ts";
import { corpus, leftOut, validDocuments } from "../corpus/documents.ts";
import { honestTexts, poisonTexts } from "./poison.ts";

describe("is reported:", () => {
  test.each(poisonTexts)("%s", (text) => expect(textFault(text)).toBeDefined());

  test("there are at least forty", () => expect(new Set(poisonTexts).size).toBeGreaterThanOrEqual(40));
});

describe("is not reported:", () => {
  test.each(honestTexts)("%s", (text) => expect(textFault(text)).toBeUndefined());
});

test("the owner is told at which operation, and the server still comes out", async () => {
  const paths = Object.fromEntries(
    poisonTexts.map((description, index) => [`/p${index}`, { get: { description, responses: {} } }]),
  );
  const document = { openapi: "3.1.0", info: { title: "t", version: "1" }, paths };
  const stdin = async (): Promise<Uint8Array> => Buffer.from(JSON.stringify(document));
  const { diagnostics, files } = await generate({ inputs: ["-"], stdin });
  const places = diagnostics.filter(({ code }) => code === "suspicious-text").map(({ pointer }) => pointer);
  expect(new Set(places)).toEqual(new Set(poisonTexts.map((_, index) => `/paths/~1p${index}/get`)));
  expect(files.length).toBeGreaterThan(0);
});

if (corpus === undefined) {
  console.warn(leftOut);
  test.skip(leftOut, () => {});
} else
  test("at most two in a hundred descriptions of real documents are flagged", async () => {
    let count = 0;
    const flagged: string[] = [];
    for (const { path, file } of validDocuments()) {
      const { root } = await loadDocument(path);
      for (const text of descriptionsOf(root)) {
        count++;
        const phrase = textFault(text);
        if (phrase !== undefined) flagged.push(`${file}: ${phrase}`);
      }
    }
    console.info(`${flagged.length} of ${count} descriptions of real documents are flagged`);
    expect(count).toBeGreaterThan(10_000);
    expect(flagged.length / count, flagged.slice(0, 50).join("\n")).toBeLessThanOrEqual(0.02);
  }, 300_000);

if (corpus !== undefined)
  test("at most two in a hundred operations of real documents are flagged, with all the texts around them", async () => {
    let operations = 0;
    let flagged = 0;
    for (const { path } of validDocuments()) {
      const { model, diagnostics } = await buildModel({ inputs: [path] }).catch(() => ({
        model: undefined,
        diagnostics: [],
      }));
      const tools = model?.apis.flatMap(({ groups }) => groups.flatMap(({ tools }) => tools)) ?? [];
      operations += tools.length;
      flagged += diagnostics.filter(({ code }) => code === "suspicious-text").length;
    }
    console.info(`${flagged} flags for ${operations} operations of real documents`);
    expect(operations).toBeGreaterThan(1_000);
    expect(flagged / operations).toBeLessThanOrEqual(0.02);
  }, 300_000);

/** Every description and summary, wherever it stands. */
function descriptionsOf(value: Json): readonly string[] {
  const found: string[] = [];
  const open: Json[] = [value];
  for (let current = open.pop(); current !== undefined; current = open.pop()) {
    if (isArray(current)) open.push(...current);
    else if (isObject(current))
      for (const [key, member] of Object.entries(current)) {
        if ((key === "description" || key === "summary") && typeof member === "string") found.push(member);
        else open.push(member);
      }
  }
  return found;
}
