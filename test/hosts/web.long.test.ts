/**
 * The core is not Node.js's: as a Worker, bundled with a host of the web standard alone, and run where a bundle sees
 * nothing else, it lists tools and makes every call of the samples, with the same requests and results.
 */
import { readFileSync, rmSync } from "node:fs";
import type { Client } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkCall, environmentOf, sessionsOf } from "../e2e/calls.ts";
import { startUpstream, type Upstream } from "../e2e/upstream.ts";
import { filesOf, samples, writeTree } from "../golden/sample.ts";
import { connectHttp, type Generation } from "../runtime/mcp-connections.js";
import { type Bundle, bundleForWeb } from "./web/bundle.ts";
import { ownPlatform, type Platform, type Running, workerd } from "./web/platforms.ts";

const token = "a-token-that-is-long-enough";

describe.each(samples.filter((sample) => sessionsOf(sample).length > 0))("sample $name without Node.js", (sample) => {
  let folder: string;
  let bundle: Bundle;
  let upstream: Upstream;

  beforeAll(async () => {
    folder = writeTree(await filesOf(sample, { features: ["worker"] }));
    bundle = await bundleForWeb(folder);
    upstream = await startUpstream();
  });

  afterAll(async () => {
    await upstream.close();
    rmSync(folder, { recursive: true });
  });

  it("is bundled without a module of Node.js, or a file of its host", () => {
    expect(bundle.external).toEqual([]);
    expect(bundle.inputs.filter((path) => path.startsWith("dist/runtime/")).length).toBeGreaterThan(80);
    const ofNode = /^dist\/runtime\/node\/|\/node_modules\/(?:undici|@redis|@modelcontextprotocol\/node)\//;
    expect(bundle.inputs.filter((path) => ofNode.test(path))).toEqual([]);
    expect(readFileSync(bundle.path, "utf8")).not.toMatch(/["']node:|\bglobalThis\.(?:process|Buffer|global)\b/);
  });

  const program = process.env["WORKERD"];
  const ways: readonly (readonly [Generation, string, Platform | undefined])[] = [
    ["modern", "a process of Node.js", ownPlatform],
    ["legacy", "a process of Node.js", ownPlatform],
    ["v1", "a process of Node.js", ownPlatform],
    [
      "modern",
      "workerd (left out unless WORKERD names the program)",
      program === undefined ? undefined : workerd(program),
    ],
  ];
  // What is sent does not depend on the client.
  const tried = ways.filter(([generation]) => generation === "modern" || sample.name === "petstore");
  describe.each(tried)("for a %s client in %s", (generation, _name, platform) => {
    const sessions = sessionsOf(sample);
    const shown = generation === "modern" ? sessions : sessions.slice(0, 1);
    describe.skipIf(platform === undefined).each(shown)("$name", (session) => {
      let server: Running;
      let client: Client;

      beforeAll(async () => {
        // Over HTTP callers without a token have the scopes that the server gives them.
        const limits = {
          MCP_TOOL_RATE_LIMIT: "0",
          MCP_LOG_LEVEL: "error",
          MCP_SCOPES: "stock:write",
          MCP_AUTH_TOKEN: token,
        };
        const started = await platform?.(bundle, { ...limits, ...environmentOf(session, upstream) });
        if (started === undefined) throw new Error("no platform");
        server = started;
        client = (await connectHttp(generation, server.url, { authorization: `Bearer ${token}` })) as Client;
      });

      afterAll(async () => {
        await client.close();
        server.stop();
      });

      it("lists its tools", async () => {
        const { tools } = await client.listTools();
        expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(session.calls.map(({ tool }) => tool)));
      });

      it.each(
        session.calls.map(
          (call) => [call.about === undefined ? call.tool : `${call.tool}: ${call.about}`, call] as const,
        ),
      )("%s", (_name, call) => checkCall(client, upstream, call));
    });
  });
});
