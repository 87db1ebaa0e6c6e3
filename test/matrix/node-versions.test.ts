/** The built command and a generated server on every version of Node.js that is supported. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { additions, base, compile, everything, filesOf, readTree, repository } from "../golden/sample.ts";
import { nodeOf } from "../conformance/packages.ts";
import { startUpstream, type Upstream } from "../e2e/upstream.ts";

const overlays = additions.flatMap(({ overlay }) => ["--overlay", overlay ?? ""]);

describe.each(["20.19.6", "22.23.3", "24.21.0", "26.10.0"])("Node.js %s", (version) => {
  let node: string;
  let folder: string;
  let upstream: Upstream;

  beforeAll(async () => {
    node = nodeOf(version);
    folder = mkdtempSync(join(tmpdir(), "node-versions-"));
    upstream = await startUpstream();
  }, 300_000);

  afterAll(async () => {
    await upstream.close();
    rmSync(folder, { recursive: true });
  });

  it("is what it says", () => {
    expect(execFileSync(node, ["--version"], { encoding: "utf8" }).trim()).toBe(`v${version}`);
  });

  it("runs the command, which writes the same bytes", async () => {
    const output = execFileSync(
      node,
      [
        join(repository, "dist/main.js"),
        base.document,
        ...overlays,
        "-o",
        join(folder, "server"),
        "--list",
        "all",
        "--json",
      ],
      { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
    );
    expect(JSON.parse(output)).toBeTypeOf("object");
    const written = readTree(join(folder, "server"));
    const expected = await filesOf(base, everything());
    // The configuration names the document as the command was told, and the lock has its hash.
    const configuration = /"path": "openapi-to-mcp\.yaml",\s+"sha256": "\w+"/;
    for (const { path, text } of expected)
      if (path !== "openapi-to-mcp.yaml")
        expect(written.get(path)?.replace(configuration, ""), path).toBe(text.replace(configuration, ""));
  });

  it("runs the server: list and call", async () => {
    const server = join(folder, "server");
    symlinkSync(join(repository, "node_modules"), join(server, "node_modules"));
    expect(compile(server, ".")).toBe("");
    const client = new Client({ name: "matrix", version: "1" }, { versionNegotiation: { mode: "auto" } });
    await client.connect(
      new StdioClientTransport({
        command: node,
        args: [join(server, "dist/main.js")],
        env: { PATH: process.env["PATH"] ?? "", PET_STORE_BASE_URL: upstream.url, PET_STORE_BEARER_TOKEN: "token" },
        stderr: "ignore",
      }),
    );
    expect((await client.listTools()).tools.length).toBeGreaterThan(25);
    upstream.answers = [{ status: 200, headers: { "content-type": "application/json" }, body: '{"ok":true}' }];
    const result = await client.callTool({ name: "bearer_auth", arguments: {} });
    expect(result.structuredContent).toEqual({ ok: true });
    expect(upstream.requests).toMatchObject([
      { method: "GET", target: "/security/bearer", headers: { authorization: "Bearer token" } },
    ]);
    await client.close();
  });
});
