/** Answers that are streams: told while they come, given as far as they came, and said to be cut. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Client } from "@modelcontextprotocol/client";
import { generate } from "../../src/generate.ts";
import { buildProject, type BuiltProject, repository } from "../golden/sample.ts";
import { connectHttp, connectStdio, type Generation, type HttpServer, startHttp } from "../runtime/mcp-connections.js";
import { type Feed, startFeed } from "./feed.ts";

interface Result {
  readonly content: readonly { readonly type: string; readonly text: string }[];
  readonly structuredContent?: unknown;
  readonly isError?: boolean;
  readonly _meta?: Record<string, unknown>;
}

let project: BuiltProject;
let feed: Feed;
let http: HttpServer;
let environment: Record<string, string>;

beforeAll(async () => {
  project = buildProject((await generate({ inputs: [join(repository, "test/e2e/streams.yaml")] })).files);
  feed = await startFeed();
  environment = {
    FEED_BASE_URL: feed.url,
    FEED_KEY_TOKEN: "feed-key-0123456789",
    MCP_TOOL_RATE_LIMIT: "0",
    MCP_RATE_LIMIT: "0",
    // Enough for any machine to get what is there at once.
    MCP_TIMEOUT_MS: "5000",
    MCP_ATTEMPTS: "1",
  };
  http = await startHttp(project.main, environment);
});

afterAll(async () => {
  await http.stop();
  await feed.close();
  project.remove();
});

const steps = (count: number) => Array.from({ length: count }, (_, index) => ({ step: index + 1 }));
const events = (count: number) =>
  steps(count).map((data) => ({ event: "step", id: String(data.step), data: JSON.stringify(data) }));
const textOf = ({ content }: Result): string => content.map(({ text }) => text).join("\n");

describe.each<[Generation, "stdio" | "HTTP"]>([
  ["modern", "stdio"],
  ["legacy", "stdio"],
  ["modern", "HTTP"],
  ["legacy", "HTTP"],
  ["v1", "HTTP"],
])("a %s client over %s", (generation, transport) => {
  let client: Client;

  beforeAll(async () => {
    client = (
      transport === "stdio"
        ? await connectStdio(generation, project.main, environment)
        : await connectHttp(generation, http.url)
    ) as Client;
  });
  afterAll(() => client.close());

  /** @param path that goes on once the client is told of what `until` has; a client loses what comes with the result */
  async function call(
    name: string,
    args: object,
    path = "",
    until = "",
  ): Promise<Result & { readonly messages: readonly string[] }> {
    const messages: string[] = [];
    const params = { name, arguments: args as Record<string, unknown> };
    const onprogress = ({ message = "" }: { readonly message?: string }): void => {
      messages.push(message);
      if (message.includes(until)) feed.release(path);
    };
    // The client of the first generation takes a schema of the result before.
    const result =
      generation === "v1"
        ? await (client as unknown as { callTool(...given: unknown[]): Promise<unknown> }).callTool(params, undefined, {
            onprogress,
          })
        : await client.callTool(params, { onprogress });
    return { ...(result as unknown as Result), messages };
  }

  describe.concurrent("calls a tool whose answer is a stream", () => {
    it.each<[string, string, string, readonly object[]]>([
      ["watch_events", "/events/ends", 'event 3 (step): {"step":3}', events(3)],
      ["watch_lines", "/lines/ends", 'record 3: {"step":3}', steps(3)],
      ["watch_sequence", "/sequences/ends", 'record 3: {"step":3}', steps(3)],
      ["list_pods", "/pods/ends", 'record 3: {"step":3}', steps(3)],
    ])("that ends: %s", async (name, path, last, records) => {
      const result = await call(name, { name: "ends" }, path, last);
      expect(result.isError).not.toBe(true);
      expect(valueOf(result)).toEqual(records);
      expect(textOf(result)).not.toContain("[Cut");
      expect(result._meta).not.toHaveProperty("openapi-to-mcp/cut");
      expect(result.messages.filter((message) => /: (?:event|record) \d/.test(message))).toHaveLength(3);
    });

    it.each<[string, string, string, string, readonly object[]]>([
      ["watch_events", "stalls", "time", "the API was still sending", events(3)],
      ["watch_events", "resets", "connection", "the connection broke", events(3)],
      ["watch_events", "closes", "connection", "the connection broke", events(3)],
      ["watch_events", "gzip", "coding", "cannot be decoded", events(3)],
      [
        "watch_events",
        "heartbeat",
        "time",
        "the API was still sending",
        events(1).map(({ data }) => ({ event: "step", id: "1", data })),
      ],
      ["watch_events", "quiet", "time", "Nothing came until then", []],
      ["watch_lines", "stalls", "time", "the API was still sending", steps(3)],
      ["watch_lines", "resets", "connection", "the connection broke", steps(3)],
      ["watch_sequence", "closes", "connection", "the connection broke", steps(3)],
      ["list_pods", "stalls", "time", "the API was still sending", steps(3)],
    ])("that does not: %s, %s", async (name, how, cut, words, records) => {
      const result = await call(name, { name: how });
      expect(result.isError).not.toBe(true);
      expect(valueOf(result)).toEqual(records);
      expect(textOf(result)).toContain("[Cut: ");
      expect(textOf(result)).toContain(words);
      expect(result._meta).toMatchObject({ "openapi-to-mcp/cut": cut });
    });

    it("that says that it is over, whatever becomes of its connection", async () => {
      const result = await call("watch_events", { name: "done" });
      expect(valueOf(result)).toEqual(events(3));
      expect(textOf(result)).not.toContain("[Cut");
    });

    it("that ends with an error: what came before is there", async () => {
      const result = await call("watch_events", { name: "fails" });
      expect(result.isError).toBe(true);
      expect(textOf(result)).toContain('data: {"step":3}');
      expect(textOf(result)).toContain("the model is gone");
      expect(textOf(result)).toContain("Note: the API ended this answer with an error");
    });

    it("with secrets and hidden characters, which neither messages nor the result have", async () => {
      const result = await call("watch_lines", { name: "secret" }, "/lines/secret", "record 4");
      const all = JSON.stringify(result);
      expect(result.messages).toContain('Watch lines: record 4: {"step":4,"key":"[secret]","hidden":"ab"}');
      expect(all).not.toContain("feed-key-0123456789");
      expect(all).not.toContain("\u200b");
    });

    it("of which there is more than a client reads", async () => {
      const result = await call("watch_events", { name: "many" }, "/events/many", "event 10 ");
      const told = result.messages.filter((message) => message.includes(": event "));
      expect(told.length).toBeGreaterThanOrEqual(10);
      expect(told.length).toBeLessThanOrEqual(200);
      expect(textOf(result)).toContain("of 20000");
      expect(textOf(result)).toContain("answer_part");
    });

    it("or not, by an argument", async () => {
      expect(await call("create_chat", { prompt: "x" })).toMatchObject({
        structuredContent: { id: "c1", text: "Hello there" },
      });
      const streamed = await call("create_chat", { prompt: "x", stream: true }, "/chat", "event 3");
      expect(streamed.isError).not.toBe(true);
      const deltas = ["Hel", "lo ", "there"].map((delta) => ({ data: JSON.stringify({ id: "c1", delta }) }));
      expect(valueOf(streamed)).toEqual(deltas);
      expect(streamed.messages).toContain('Create a chat completion: event 3: {"id":"c1","delta":"there"}');
    });
  });

  it("reads a resource that is a stream", async () => {
    const { resourceTemplates } = await client.listResourceTemplates();
    const template = resourceTemplates.find(({ uriTemplate }) => uriTemplate.includes("lines"))?.uriTemplate ?? "";
    const { contents } = await client.readResource({ uri: template.replace("{name}", "closes") });
    expect(JSON.stringify(contents)).toContain("[Cut: the connection broke");
    expect(JSON.stringify(contents)).toContain('{\\"step\\":3}');
  });
});

/** The records, also where an object had to be put around them. */
function valueOf({ structuredContent }: Result): unknown {
  const { result } = structuredContent as { readonly result?: unknown };
  return result ?? structuredContent;
}

it("writes down what cut an answer", async () => {
  expect(http.log.filter((line) => line.includes('"cut":"time"')).length).toBeGreaterThan(0);
  expect(http.log.filter((line) => line.includes('"cut":"connection"')).length).toBeGreaterThan(0);
});
