/** Every call of every sample: a generated and compiled server, official clients, a real API that records. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Client } from "@modelcontextprotocol/client";
import { buildProject, type BuiltProject, filesOf, samples } from "../golden/sample.ts";
import { connectHttp, connectStdio, type Generation, type HttpServer, startHttp } from "../runtime/mcp-connections.js";
import { checkCall, environmentOf, sessionsOf } from "./calls.ts";
import { startUpstream, type Upstream } from "./upstream.ts";

const connections: readonly (readonly [Generation, "stdio" | "HTTP"])[] = [
  ["modern", "stdio"],
  ["legacy", "stdio"],
  ["v1", "stdio"],
  ["modern", "HTTP"],
  ["legacy", "HTTP"],
  ["v1", "HTTP"],
];

describe.each(samples)("sample $name", (sample) => {
  const sessions = sessionsOf(sample);
  let project: BuiltProject;
  let upstream: Upstream;

  beforeAll(async () => {
    project = buildProject(await filesOf(sample));
    upstream = await startUpstream();
  });

  afterAll(async () => {
    await upstream.close();
    project.remove();
  });

  it("has a call for every tool", async () => {
    const client = (await connectStdio("modern", project.main, {})) as Client;
    const { tools } = await client.listTools();
    await client.close();
    const called = new Set(sessions.flatMap(({ calls }) => calls.map(({ tool }) => tool)));
    expect([...called].sort()).toEqual(tools.map(({ name }) => name).sort());
  });

  // One session on every way to connect: the way does not change what is sent, which the first shows in full.
  const ways = sample.name === "petstore" ? connections : connections.slice(0, 1);
  describe.each(ways)("%s client over %s", (generation, transport) => {
    const shown = generation === "modern" && transport === "stdio" ? sessions : sessions.slice(0, 1);
    describe.each(shown)("$name", (session) => {
      let client: Client;
      let http: HttpServer | undefined;

      beforeAll(async () => {
        const environment = { MCP_TOOL_RATE_LIMIT: "0", ...environmentOf(session, upstream) };
        if (transport === "HTTP") http = await startHttp(project.main, environment);
        client = (
          http === undefined
            ? await connectStdio(generation, project.main, environment)
            : await connectHttp(generation, http.url)
        ) as Client;
      });

      afterAll(async () => {
        await client.close();
        expect(await (http?.stop() ?? 0)).toBe(0);
      });

      it.each(
        session.calls.map(
          (call) => [call.about === undefined ? call.tool : `${call.tool}: ${call.about}`, call] as const,
        ),
      )("%s", (_name, call) => checkCall(client, upstream, call));
    });
  });
});
