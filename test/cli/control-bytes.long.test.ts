/** No text of a document, and no word of the command line, moves a terminal's cursor or hides what stands there. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hiddenIn } from "../../src/base/visible.ts";
import { command, commandIn, type Ran } from "./command.ts";

/** What a file's name may hold: sequences that no colour of the command is, controls, directions, and nothing seen. */
const nasty =
  "\u001b[2J\u001b]0;title\u0007\u001b[38;5;1m\u009b31m\u0008\r\u007f\u0085\u202e\u2066\u200b\ufeff\u2028\u2029\u{e0041}";
/** Of texts, also what no file's name holds. */
const inText = `${nasty}\u0000\ud800`;
/** Without these a document is text, and no binary file. */
const unseen = nasty.replaceAll(/[\x00-\x1f\x7f-\x9f]/g, "");
const text = (word: string): string => `${word}${inText}${word}`;

let folder = "";
const at = (name: string): string => join(folder, `${name}${nasty}.json`);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "openapi-to-mcp-control-"));
  writeFileSync(at("further"), JSON.stringify({ type: "object", description: text("further"), properties: {} }));
  writeFileSync(at("old"), JSON.stringify(document("old", {})));
  const added = operation("added");
  writeFileSync(at("new"), JSON.stringify(document("new", { [`/added/${inText}`]: { get: added } })));
  const broken = operation("broken");
  const parameters = [
    { name: text("place"), in: text("nowhere"), schema: { type: text("type"), pattern: `(${inText}` } },
    { $ref: `#/components/parameters/${inText}` },
    { $ref: `missing${encodeURIComponent(nasty)}.json` },
    { $ref: text("http://") },
  ];
  const faults = { [text("get")]: {}, get: { ...broken, parameters, [text("unknown")]: 1 }, post: { $ref: inText } };
  writeFileSync(at("broken"), JSON.stringify(document("broken", { [`/broken/${inText}`]: faults, [inText]: inText })));
  writeFileSync(at("cut"), `{"openapi": "3.1.0", "info": {"title": "${unseen}"}, ${unseen}`);
  writeFileSync(at("odd"), JSON.stringify({ openapi: inText, info: inText, paths: [] }));
  writeFileSync(join(folder, `odd${nasty}.yaml`), `openapi: 3.1.0\ninfo: *${unseen}\n${unseen}: [\n`);
  writeFileSync(
    at("overlay"),
    JSON.stringify({ overlay: "1.0.0", info: { title: inText, version: "1" }, actions: [{ target: `$.${inText}` }] }),
  );
  writeFileSync(
    at("configuration"),
    JSON.stringify({ [text("key")]: 1, input: [at("old")], tools: { [text("tool")]: { [text("key")]: inText } } }),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A document each of whose texts holds them. */
function document(word: string, paths: object): object {
  const name = text(`scheme-${word}`);
  return {
    openapi: "3.1.0",
    info: { title: text("title"), version: text("1"), description: text("about"), license: { name: inText } },
    servers: [
      { url: `https://${word}.example/{${inText}}`, description: inText, variables: { [inText]: { default: inText } } },
      { url: text("https://host.example/") },
    ],
    security: [{ [name]: [text("scope")] }, { [text("undeclared")]: [] }],
    tags: [{ name: text("tag"), description: text("tagged") }],
    paths: {
      [`/things/${inText}/{${inText}}`]: { get: operation(`read ${word}`), summary: inText },
      "/things": { post: operation("write"), description: inText },
      ...paths,
    },
    components: {
      securitySchemes: {
        [name]: { type: "apiKey", in: "header", name: text("X-Key"), description: inText },
        [text("flow")]: {
          type: "oauth2",
          flows: { clientCredentials: { tokenUrl: text("https://a.example/"), scopes: { [inText]: inText } } },
        },
      },
      schemas: { [text("Schema")]: { description: text("schema"), enum: [text("one"), inText], [inText]: inText } },
    },
    [`x-${inText}`]: inText,
  };
}

function operation(word: string): object {
  const schema = {
    type: "object",
    description: text("body"),
    required: [text("name"), text("absent")],
    discriminator: { propertyName: inText, mapping: { [inText]: inText } },
    properties: {
      [text("name")]: { type: "string", format: inText, pattern: `^${inText}`, default: inText },
      [text("which")]: { enum: [text("a"), word], const: inText, description: text(word), examples: [inText] },
      further: { $ref: `further${encodeURIComponent(nasty)}.json` },
    },
    additionalProperties: { not: { const: inText } },
  };
  return {
    operationId: text(word),
    summary: text(`summary of ${word}`),
    description: text(`description of ${word}`),
    tags: [text("tag"), text(word)],
    deprecated: true,
    servers: [{ url: text(`https://own.example/${word}`) }],
    externalDocs: { url: text("https://docs.example"), description: inText },
    parameters: [
      { name: inText, in: "path", required: true, schema: { type: "string", default: inText } },
      { name: text("query"), in: "query", description: inText, schema: { type: "string", enum: [inText, word] } },
      { name: text("X-Header"), in: "header", example: inText, schema: { type: "string" }, style: inText },
    ],
    requestBody: { description: inText, content: { [text("text/x")]: {}, "application/json": { schema } } },
    responses: {
      200: { description: text("done"), content: { [text("text/y")]: { schema }, "application/json": { schema } } },
      [inText]: { description: inText },
    },
    callbacks: { [inText]: { [inText]: { post: { responses: {} } } } },
  };
}

/** Raw characters that a terminal obeys, or a reader does not see or sees elsewhere. */
function rawIn(shown: string): readonly string[] {
  return [...(shown.match(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]/g) ?? []), ...hiddenIn(shown)];
}

/** What a run prints, without the colours and the progress line that are the command's own. */
function ofOthers({ out, err }: Ran): string {
  return (out + err).replace(/\r\u001b\[2K/g, "").replace(/\u001b\[(?:1|2|22|3[1-6]|39|4|24)m/g, "");
}

type Line = readonly [about: string, words: () => readonly string[]];
const project = (): string => join(folder, `project${nasty}`);
const lines: readonly Line[] = [
  ["generate --dry-run", () => [at("old"), "-o", project(), "--dry-run"]],
  ["generate", () => [at("old"), "-o", project()]],
  ["generate --json", () => [at("old"), "-o", project(), "--json"]],
  ["generate --verbose", () => [at("old"), "-o", project(), "--verbose"]],
  ["generate --verbose --json", () => [at("old"), "-o", project(), "--verbose", "--json"]],
  ["--check of what is current", () => [at("old"), "-o", project(), "--check"]],
  ["--check of what is not", () => [at("new"), "-o", project(), "--check", "--verbose"]],
  ["--check --json", () => [at("new"), "-o", project(), "--check", "--json"]],
  ["--dry-run of a change", () => [at("new"), "-o", project(), "--dry-run", "--verbose"]],
  ["--strict", () => [at("new"), "-o", project(), "--dry-run", "--strict"]],
  ["--read-only, --include, --exclude", () => [at("old"), "--dry-run", "--read-only", "--exclude", text("tag:x")]],
  ["--include of nothing", () => [at("old"), "--dry-run", "--include", `tag:${nasty}`]],
  ["--name", () => [at("old"), "--dry-run", "--name", text("name")]],
  ["two documents", () => [at("old"), at("new"), "--name", "both", "--dry-run", "--verbose"]],
  ["--emit api", () => [at("old"), "--emit", "api"]],
  ["--emit model", () => [at("old"), "--emit", "model"]],
  ["--emit plan", () => [at("old"), "--emit", "plan"]],
  ["inspect", () => ["inspect", at("old")]],
  ["inspect --json", () => ["inspect", at("old"), "--json"]],
  ["inspect --verbose", () => ["inspect", at("old"), "--verbose"]],
  ["inspect of a project", () => ["inspect", project()]],
  ["inspect --why", () => ["inspect", at("old"), "--why", toolName()]],
  ["inspect --why --verbose", () => ["inspect", at("old"), "--verbose", "--why", toolName()]],
  ["inspect --why --json", () => ["inspect", at("old"), "--json", "--why", toolName()]],
  ["inspect --why nothing", () => ["inspect", at("old"), "--why", text("nothing")]],
  ["diff", () => ["diff", at("old"), at("new")]],
  ["diff --verbose", () => ["diff", at("old"), at("new"), "--verbose"]],
  ["diff --format json", () => ["diff", at("old"), at("new"), "--format", "json"]],
  ["diff --json", () => ["diff", at("old"), at("new"), "--json"]],
  ["diff --format markdown", () => ["diff", at("old"), at("new"), "--format", "markdown"]],
  ["diff of a project", () => ["diff", project(), at("new")]],
  ["templates list", () => ["templates", "list"]],
  ["templates list --json", () => ["templates", "list", "--json"]],
  ["templates list of a folder", () => ["templates", "list", "--templates", nasty]],
  ["templates eject", () => ["templates", "eject", text("path"), "-o", join(folder, nasty)]],
  ["a broken document", () => [at("broken"), "--dry-run", "--verbose"]],
  ["a broken document --json", () => [at("broken"), "--dry-run", "--json"]],
  ["inspect of a broken document", () => ["inspect", at("broken"), "--verbose"]],
  ["diff to a broken document", () => ["diff", at("old"), at("broken")]],
  ["JSON that ends too early", () => [at("cut")]],
  ["YAML with an alias of nothing", () => [join(folder, `odd${nasty}.yaml`)]],
  ["another version", () => [at("odd")]],
  ["a missing file", () => [at("missing")]],
  ["a missing file --json", () => [at("missing"), "--json"]],
  ["inspect of a missing file", () => ["inspect", at("missing")]],
  ["diff of a missing file", () => ["diff", at("missing"), at("old")]],
  ["a URL of nobody", () => [`http://127.0.0.1:1/${nasty}`]],
  ["no URL", () => [`https://${nasty}`]],
  ["an overlay", () => [at("old"), "--dry-run", "--verbose", "--overlay", at("overlay")]],
  ["a missing overlay", () => [at("old"), "--overlay", at("missing")]],
  ["a configuration", () => ["-c", at("configuration"), "--dry-run"]],
  ["a missing configuration", () => ["-c", at("missing")]],
  ["a header", () => ["https://127.0.0.1:1/", "--header", text("X: $")]],
  ["a misspelt flag", () => [at("old"), `--dry-rum${nasty}`]],
  ["a misspelt flag with a value", () => [at("old"), `--emitt=${nasty}`]],
  ["a short flag", () => [at("old"), `-${nasty}`]],
  ["a value that a flag does not take", () => [at("old"), "--emit", nasty]],
  ["a number that is none", () => [at("old"), "--timeout", nasty]],
  ["a misspelt command", () => [`inspct${nasty}`]],
  ["a word too many", () => ["inspect", at("old"), nasty]],
  ["templates, misspelt", () => ["templates", `lst${nasty}`]],
  ["a folder that is another's", () => [at("old"), "-o", folder]],
  ["a file in the place of a folder", () => [at("old"), "-o", at("old")]],
  ["--help", () => ["--help"]],
  ["--version", () => ["--version"]],
];

/** The tool of the document that reads. */
function toolName(): string {
  const lock = JSON.parse(readFileSync(join(project(), "openapi-to-mcp.lock.json"), "utf8")) as {
    readonly tools: readonly { readonly name: string }[];
  };
  return lock.tools[0]?.name ?? "";
}

describe.each([
  ["a pipe", (words: readonly string[]) => command(...words)],
  ["a terminal", (words: readonly string[]) => commandIn({ columns: 80, typed: "n" }, ...words)],
])("nothing raw on %s", (_name, run) => {
  // One after another: later lines look at the project that earlier ones wrote.
  it.each(lines)("%s", async (_about, words) => {
    const shown = ofOthers(await run(words()));
    expect(shown.trim()).not.toBe("");
    expect(rawIn(shown)).toEqual([]);
  });
});

it("the folder can be pasted all the same", async () => {
  const { out, err } = await command(at("old"), "-o", join(folder, `it's ${nasty}`));
  const line = (out + err).split("\n").find((each) => each.startsWith("  cd "));
  const pasted = spawnSync("bash", ["-c", `${line} && ls package.json`], { encoding: "utf8" });
  expect(pasted.stderr + pasted.stdout).toBe("package.json\n");
});

it("counts what stands there raw", () => {
  expect(rawIn(inText).length).toBeGreaterThanOrEqual(18);
  expect(rawIn("one\ttwo\nthree \\u001b \\x1b")).toEqual([]);
});
