/** What is wrong with a setting is told with the place where it stands: file, pointer and line, or the command line. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { loadConfiguration } from "../../src/config/read.ts";
import { command } from "./command.ts";

const document = `openapi: 3.1.0
info: { title: Shop, version: "1" }
servers: [{ url: "https://api.shop.example/v1" }]
security: [{ sign: [] }]
paths: { /a: { get: { operationId: ${"a_long_name_".repeat(6)}, responses: { "200": { description: d } } } } }
components:
  securitySchemes:
    sign: { type: oauth2, flows: { clientCredentials: { tokenUrl: "https://sign.shop.example/token", scopes: {} } } }
`;

let folder = "";
const at = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "places-"));
  writeFileSync(at("api.yaml"), document);
  const path = (_: unknown, number: number): string => `  /a${number}: { get: { responses: {} } }`;
  const paths = Array.from({ length: 41 }, path).join("\n");
  writeFileSync(at("many.yaml"), `openapi: 3.1.0\ninfo: { title: Shop, version: "1" }\npaths:\n${paths}\n`);
  writeFileSync(at("base.yaml"), "target: cursor\nmax-cost: 1\nfeatures: [no-mock, no-oauth]\n");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The place of what a run with a configuration says of a code. */
async function placeOf(code: string, configuration: string, ...flags: readonly string[]): Promise<string> {
  const file = at("openapi-to-mcp.yaml");
  writeFileSync(file, configuration);
  const { err } = await command("-c", file, "-o", at("server"), "--dry-run", "--verbose", ...flags);
  const [, after = err] = err.split(`[${code}]\n`);
  return (after.split("\n")[0] ?? "").replace(folder, "").trim();
}

const own = `input: api.yaml\nname: shop-of-${"many-things-".repeat(4)}\n`;
/** More tools than the client loads. */
const many = "input: many.yaml\nlist: all\n";

it.each([
  ["needed-feature", `${own}features:\n  - no-mock\n  - no-oauth\n`, "openapi-to-mcp.yaml:5"],
  ["unpublished-runtime", `${own}runtime: package\n`, "openapi-to-mcp.yaml:3"],
  ["costly-list", `${own}strict: false\nmax-cost: 1\n`, "openapi-to-mcp.yaml:4"],
  ["lost-tool", `${many}\n\ntarget: cursor\n`, "openapi-to-mcp.yaml:5"],
])("%s", async (code, configuration, place) => {
  expect(await placeOf(code, configuration)).toContain(place);
});

it("what the command line says otherwise stands there", async () => {
  expect(await placeOf("lost-tool", `${many}target: openai\n`, "--target", "cursor")).toContain("command line");
  expect(await placeOf("needed-feature", own, "--feature", "no-oauth")).toContain("command line");
  expect(await placeOf("different-configuration", `${own}target: openai\n`, "--target", "cursor")).toContain(
    "openapi-to-mcp.yaml:3",
  );
});

it("what another file says stands in that file, unless this one says it too", async () => {
  expect(await placeOf("costly-list", `${own}extends: base.yaml\n`)).toContain("base.yaml:2");
  writeFileSync(at("further.yaml"), `extends: base.yaml\nfeatures: [no-oauth]\n`);
  const { places } = await loadConfiguration(at("further.yaml"));
  expect([...places].map(([pointer, { file, line }]) => [pointer, file.slice(folder.length + 1), line])).toEqual([
    ["/target", "base.yaml", 1],
    ["/max-cost", "base.yaml", 2],
    ["/extends", "further.yaml", 1],
    ["/features", "further.yaml", 2],
    ["/features/0", "further.yaml", 2],
  ]);
});
