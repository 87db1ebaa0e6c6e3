/** The mock of an emitted project, as its owner starts it. */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildProject, type BuiltProject, filesOf, sampleOf } from "../golden/sample.ts";

let project: BuiltProject;

beforeAll(async () => {
  project = buildProject(await filesOf(sampleOf("petstore")));
});
afterAll(() => project.remove());

function mock(...args: readonly string[]) {
  const program = join(project.main, "../generated/mock.js");
  return spawnSync(process.execPath, [program, ...args], { encoding: "utf8" });
}

describe("the mock", () => {
  it("explains itself", () => {
    const { status, stdout, stderr } = mock("--help");
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("--port PORT");
  });

  it.each([
    ["--prot", /^Unknown option '--prot'[^]*--port PORT/],
    ["--port=no", /^--port has to be a number from 0 to 65535/],
    ["--port=70000", /^--port has to be a number from 0 to 65535/],
  ])("says what is wrong with %s", (flag, message) => {
    const { status, stdout, stderr } = mock(flag);
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it("says that a port is taken, in one line", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as { readonly port: number };
    const { status, stderr } = mock("--port", String(port));
    taken.close();
    expect([status, stderr]).toEqual([1, `Port ${port} is taken: choose another one with --port\n`]);
  });
});
