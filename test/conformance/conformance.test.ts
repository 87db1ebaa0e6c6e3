/**
 * The official conformance suite against a generated server over HTTP. What it may fail stands in the lists beside
 * this file: scenarios that call tools, resources and prompts of fixed names, or features that a server made of an API
 * does not have. A scenario that passes while it is listed fails too, so that the lists only shrink.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildProject, type BuiltProject, filesOf, repository, sampleOf } from "../golden/sample.ts";
import { type HttpServer, startHttp } from "../runtime/mcp-connections.js";
import { installed, nodeOf } from "./packages.ts";

let project: BuiltProject;
let api: { readonly environment: Record<string, string>; close(): Promise<void> };
let server: HttpServer;
let node: string;

beforeAll(async () => {
  node = nodeOf("24.21.0");
  project = buildProject(await filesOf(sampleOf("petstore")));
  const load = (path: string): Promise<Record<string, never>> =>
    import(/* @vite-ignore */ join(project.folder, "dist", path)) as Promise<Record<string, never>>;
  const { startMock } = (await load("runtime/mock.js")) as unknown as {
    startMock: (data: unknown) => Promise<typeof api>;
  };
  api = await startMock((await load("generated/index.js"))["project"]);
  server = await startHttp(project.main, { ...api.environment, PET_STORE_API_KEY: "key" });
}, 300_000);

afterAll(async () => {
  expect(await server.stop()).toBe(0);
  await api.close();
  project.remove();
});

it.each([
  ["0.1.16", ["--suite", "all"], "0.1.16.yml"],
  ["0.2.0-alpha.12", ["--requirements", "2025-11-25"], "2025-11-25.yml"],
  ["0.2.0-alpha.12", ["--requirements", "2026-07-28"], "2026-07-28.yml"],
])(
  "suite %s %j",
  async (version, flags, list) => {
    const suite = join(installed("@modelcontextprotocol/conformance", version), "dist/index.js");
    const failures = join(repository, "test/conformance", list);
    const { code, output } = await run(node, [
      suite,
      ...["server", "--url", server.url, ...flags, "--expected-failures", failures],
    ]);
    expect(output).toContain("Baseline check passed");
    expect(output).toMatch(/Total: [1-9]\d* passed/);
    expect(code, output).toBe(0);
  },
  300_000,
);

function run(command: string, args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(command, args, { cwd: project.folder, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, output })));
}
