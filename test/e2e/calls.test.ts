/** Every call of every sample: a generated and compiled server, official clients, a real API that records. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Client } from "@modelcontextprotocol/client";
import {
  additions,
  base,
  buildProject,
  type BuiltProject,
  cases,
  everything,
  filesOf,
  hasCalls,
  type Sample,
} from "../golden/sample.ts";
import { connectHttp, connectStdio, type Generation, type HttpServer, startHttp } from "../runtime/mcp-connections.js";
import { type Call, checkCall, environmentOf, type Session, sessionsOf } from "./calls.ts";
import { startUpstream, type Upstream } from "./upstream.ts";

type Connection = readonly [Generation, "stdio" | "HTTP"];

const stdio: Connection = ["modern", "stdio"];
const others: readonly Connection[] = [
  ["legacy", "stdio"],
  ["v1", "stdio"],
  ["modern", "HTTP"],
  ["legacy", "HTTP"],
  ["v1", "HTTP"],
];

/** What one server is called with: those of a sample, or of several that one server can have. */
interface Ground {
  readonly name: string;
  readonly build: () => Promise<BuiltProject>;
  readonly sessions: readonly Session[];
  /** Ways to connect besides the first: the way does not change what is sent, so one session shows each. */
  readonly connections: readonly Connection[];
  /** Tools that another ground calls. */
  readonly elsewhere: readonly Session[];
}

const baseSessions = sessionsOf(base);
const ground = (sample: Sample): Ground => ({
  name: sample.name,
  build: async () => buildProject(await filesOf(sample)),
  sessions: sessionsOf(sample),
  connections: sample === base ? others : [],
  elsewhere: sample.document === base.document ? baseSessions : [],
});
const grounds: readonly Ground[] = [
  ground(base),
  {
    name: "the petstore with what the cases add",
    build: async () => buildProject(await filesOf(base, everything())),
    sessions: additions.flatMap((sample) =>
      sessionsOf(sample).map((session) => ({ ...session, name: `${sample.name} ${session.name}` })),
    ),
    connections: [],
    elsewhere: baseSessions,
  },
  ...cases.filter((sample) => hasCalls(sample) && !additions.includes(sample)).map(ground),
];

describe.each(grounds)("$name", ({ build, sessions, connections, elsewhere }) => {
  let project: BuiltProject;
  let upstream: Upstream;

  beforeAll(async () => {
    project = await build();
    upstream = await startUpstream();
  });

  afterAll(async () => {
    await upstream.close();
    project.remove();
  });

  describe.each([stdio, ...connections])("%s client over %s", (generation, transport) => {
    const shown = generation === "modern" && transport === "stdio" ? sessions : sessions.slice(0, 1);
    const groups = byEnvironment(shown);
    const first = generation === "modern" && transport === "stdio" ? groups[0]?.[1] : undefined;
    describe.each(groups)("%s", (_names, together) => {
      let client: Client;
      let http: HttpServer | undefined;

      beforeAll(async () => {
        const environment = {
          MCP_TOOL_RATE_LIMIT: "0",
          ...together.slice(0, 1).reduce((all, session) => ({ ...all, ...environmentOf(session, upstream) }), {}),
        };
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

      // Once for each server that is built; its list does not depend on the environment.
      if (together === first)
        it("has a call for every tool", async () => {
          const { tools } = await client.listTools();
          const called = new Set([...sessions, ...elsewhere].flatMap(({ calls }) => calls.map(({ tool }) => tool)));
          expect([...called].sort()).toEqual(tools.map(({ name }) => name).sort());
        });

      it.each(together.flatMap((session) => session.calls.map((call) => [nameOf(session, call), call] as const)))(
        "%s",
        (_name, call) => checkCall(client, upstream, call),
      );
    });
  });
});

/** Sessions whose servers have the same environment share one. */
function byEnvironment(sessions: readonly Session[]): readonly (readonly [name: string, readonly Session[]])[] {
  const groups = new Map<string, Session[]>();
  for (const session of sessions) {
    const key = JSON.stringify(session.environment);
    groups.set(key, [...(groups.get(key) ?? []), session]);
  }
  return [...groups.values()].map((together) => [together.map(({ name }) => name).join(", "), together] as const);
}

function nameOf({ name }: Session, { tool, about }: Call): string {
  return `${name}: ${tool}${about === undefined ? "" : `, ${about}`}`;
}
