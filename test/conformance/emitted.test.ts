/**
 * `npm run conformance` of emitted projects: the official suite, with the list of each project's own. Servers without
 * resources or prompts fail what asks for them, and say so in their lists.
 */
import { spawn, spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { generate } from "../../src/generate.ts";
import type { FeatureWish } from "../../src/project/features/names.ts";
import type { FileSet } from "../../src/project/files.ts";
import { compile, filesOf, sampleOf, writeTree } from "../golden/sample.ts";
import { documentNamed } from "../deploy/emitted.ts";
import { nodeOf } from "./packages.ts";

/** One operation that is no resource. */
async function bare(...features: FeatureWish[]): Promise<FileSet> {
  const stdin = async (): Promise<Uint8Array> => new TextEncoder().encode(JSON.stringify(documentNamed("Things")));
  return (await generate({ inputs: ["-"], stdin, features })).files;
}

it.each([
  ["a server with resources and prompts", () => filesOf(sampleOf("petstore"))],
  ["one without prompts", () => filesOf(sampleOf("petstore"), { features: ["no-prompts"] })],
  ["one without resources, which has the part for them", () => bare("resources")],
  ["one with neither", () => bare("no-prompts")],
])("%s passes, but for what its lists name, by all three runs", async (_name, files) => {
  const folder = writeTree(await files());
  const program = nodeOf("24.21.0");
  const { code, output } = await run(folder, dirname(program));
  expect(output.match(/Baseline check passed/g), output.slice(-3000)).toHaveLength(3);
  expect(output).toMatch(/Total: [1-9]\d* passed/);
  expect(code).toBe(0);
});

it("says on Node.js 20 that the suite needs a newer one", async () => {
  const folder = writeTree(await bare());
  expect(compile(folder, ".")).toBe("");
  expect(compile(folder, "test")).toBe("");
  const { status, stderr } = spawnSync(nodeOf("20.19.6"), [join(folder, "dist-test/test/conformance.js")], {
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([1, expect.stringMatching(/needs Node\.js 22 or newer, and this is 20\.19\.6/)]);
});

/** `npm run conformance`, on the Node.js of a folder. */
function run(cwd: string, programs: string): Promise<{ code: number | null; output: string }> {
  const env = { ...process.env, PATH: `${programs}:${process.env["PATH"]}`, npm_execpath: undefined };
  const child = spawn("npm", ["run", "conformance"], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, output })));
}
