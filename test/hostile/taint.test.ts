/**
 * Zero taint: a document and the same document with every text replaced give the same executable files, to the byte.
 * What cannot differ cannot be injected.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { describe, expect, test } from "vitest";
import { type FileSet, generate } from "../../src/index.ts";
import { isArray, isObject, type Json, type JsonObject } from "../../src/base/json.ts";
import { corpus, leftOut } from "../corpus/documents.ts";
import { base, documentOf, everything, repository, sampleOf } from "../golden/sample.ts";

/** Keys whose values are words of the standard, references, or decide which program is emitted. */
const structural = new Set(
  "openapi swagger $ref in type style format required schemes flow scheme host basePath collectionFormat consumes produces mapping propertyName operationRef".split(
    " ",
  ),
);

/** Documents of the corpus that take part: of every version, with and without access tokens. */
const files = new Set(
  "real/petstore-3.0.yaml real/petstore-2.0.json real/museum.yaml real/notion.json real/discourse.json real/spotify.yaml features/security-3.1.json features/polymorphism.yaml features/star-trek.json".split(
    " ",
  ),
);

const read = (path: string): JsonObject => load(readFileSync(path, "utf8")) as JsonObject;

/** With those of owners, too. */
const overlays = [
  ...everything().overlays,
  ...["curation/arguments", "templates/of-a-house"].map((name) => join(sampleOf(name).folder, "overlay.yaml")),
];

const documents = [
  { name: "the petstore", document: read(base.document) },
  { name: "the petstore with all that the cases add", document: await documentOf(base, overlays) },
  { name: "the bookshop", document: read(join(repository, "test/cli/bookshop.json")) },
  ...(corpus ?? [])
    .filter(({ file }) => files.has(file))
    .map(({ file, path }) => ({ name: file, document: read(path) })),
];

if (corpus === undefined) console.warn(leftOut);

describe.each(documents)("$name", ({ document }) => {
  test("with other texts gives the same program", async () => {
    const [before, after] = await Promise.all([filesOf(document), filesOf(replaceTexts(document, false))]);
    expect(differences(before, after, isProgram)).toEqual([]);
    expect(differences(before, after, isText)).not.toEqual([]);
  });

  test("with other texts and the same names gives the same files but data, types and README", async () => {
    const [before, after] = await Promise.all([
      filesOf(document, "fixed"),
      filesOf(replaceTexts(document, true), "fixed"),
    ]);
    expect(differences(before, after, (file) => !isText(file))).toEqual([]);
  });
});

/** What Node.js, npm, a compiler or a container runs, apart from the names of the server and its variables. */
function isProgram(path: string): boolean {
  return /(?:(?<!\.d)\.ts|\.[cm]?js|Dockerfile|tsconfig\.json|ignore|\.npmrc)$/.test(path);
}

/** Where text of the document may stand; in the configuration, the hosts that credentials go to, as quoted text. */
function isText(path: string): boolean {
  const files = ["README.md", "openapi-to-mcp.lock.json", "openapi-to-mcp.yaml"];
  return path.startsWith("src/generated/") || files.includes(path);
}

function differences(before: FileSet, after: FileSet, counts: (path: string) => boolean): readonly string[] {
  const texts = (set: FileSet): ReadonlyMap<string, string> =>
    new Map(set.filter(({ path }) => counts(path)).map(({ path, text }) => [path, text]));
  const [first, second] = [texts(before), texts(after)];
  return [...new Set([...first.keys(), ...second.keys()])].filter((path) => first.get(path) !== second.get(path));
}

/** With the part that names of parameters ask for, `page` and `cursor`: which parts there are may depend on names. */
async function filesOf(document: JsonObject, name?: string): Promise<FileSet> {
  const input = {
    inputs: ["-"],
    stdin: async () => Buffer.from(JSON.stringify(document)),
    name,
    features: ["pages"] as const,
  };
  return (await generate(input)).files;
}

/**
 * The document with every text that is no word of the standard replaced by one of the same kind: another word, URL or
 * sentence. With `keepNames`, titles and URLs of servers stay: names of the project and
 * of its environment variables are made of them.
 */
function replaceTexts(document: JsonObject, keepNames: boolean): JsonObject {
  const random = randomTexts();
  const visit = (value: Json, key: string, inside: string): Json => {
    if (typeof value === "string") {
      if (structural.has(key) || (keepNames && isName(key, inside))) return value;
      return key === "pattern" ? "^[a-z]+$" : random(value);
    }
    if (isArray(value)) return value.map((item) => visit(item, key, inside));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [replaceKey(key, name), visit(item, name, key)] as const),
    );
  };
  const replaceKey = (parent: string, name: string): string =>
    parent === "paths" || parent === "examples" ? name.replace(/[a-z]+(?![^{]*\})/gi, (word) => random(word)) : name;
  const replaced = visit(document, "", "");
  if (!isObject(replaced)) throw new Error("A document is an object");
  // Names of server variables and schemes are keys, which stay as they are.
  return replaced;
}

/** Whether names of the project or of its variables are made of a text: of a title, or of a server's host. */
function isName(key: string, parent: string): boolean {
  return (parent === "info" && key === "title") || (parent === "servers" && key === "url");
}

/** Texts of the same kind from a fixed seed. */
function randomTexts(): (like: string) => string {
  let state = 12_345;
  const next = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
  const word = (length: number): string =>
    Array.from({ length: Math.max(3, length) }, () => String.fromCharCode(97 + next(26))).join("");
  return (like) => {
    if (/^https?:\/\//.test(like)) return `https://${word(8)}.example/${word(5)}`;
    if (like.startsWith("#/")) return like;
    if (/^[a-z]+\/[\w.+*-]+/i.test(like) && !like.includes(" ")) return like;
    return like.replace(/[A-Za-z]+/g, (letters) => word(letters.length));
  };
}
