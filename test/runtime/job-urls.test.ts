/** The state of work at a URL of the API: the request that asks for it, and what its answer says. */
import { describe, expect, it, vi } from "vitest";
import type { Call, StepServices } from "../../templates/always/src/runtime/call/call.ts";
import { ConfigurationError } from "../../templates/always/src/runtime/errors.ts";
import { look } from "../../templates/always/src/runtime/jobs/look.ts";
import { answerRoom } from "../../templates/always/src/runtime/upstream/answer-room.ts";
import { Deadline } from "../../templates/always/src/runtime/upstream/deadline.ts";

const origin = "https://api.example.com";
const request = {
  method: "POST",
  path: "/exports",
  server: "default",
  accept: ["application/json", "text/csv"],
  parameters: [],
  security: [],
  body: { contents: [] },
};
const row = {
  kind: "operation",
  file: "exports",
  policy: {},
  listing: { name: "export", title: "Export", annotations: {}, inputSchema: { type: "object", properties: {} } },
  api: {
    data: {
      name: "jobs",
      environmentPrefix: "JOBS",
      serverGroups: [{ id: "default", environment: "JOBS_URL", servers: [{ url: `${origin}/v1`, variables: [] }] }],
    },
    calls: async () => ({ export: { request, pointer: "/paths/x" } }),
  },
};

interface Reply {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

function looked(url: string, { status, headers = {}, body = "" }: Reply, more: object = {}) {
  const send = vi.fn(async (_request: object, _options: object) => ({
    status,
    headers: new Headers(headers),
    body: new TextEncoder().encode(body),
    truncated: false,
    url,
  }));
  const credentials = vi.fn(async (_asked: object) => ({
    headers: [["x-key", "k"]],
    query: [],
    cookies: [],
  }));
  const services = {
    settings: { maxTextBytes: 1_000, maxResultTokens: 0, timeoutMs: 9_000 },
    host: { environment: {} },
    owner: {
      custom: {},
      credentials,
      rateLimiting: { pacing: { ready: async () => undefined, observe: () => undefined } },
    },
    sender: async () => ({ send }),
  } as unknown as StepServices;
  const signal = new AbortController().signal;
  const call = { row: {}, args: {}, caller: { id: "ada" }, signal, wholeText: false, ...more } as unknown as Call;
  const deadline = new Deadline(9_000, signal);
  const job = { start: "export", read: { url } };
  const result = look(services, call, row as never, job, deadline).finally(() => deadline.dispose());
  return { send, credentials, deadline, result };
}

describe("the state of work at a URL", () => {
  it("is asked for by a GET with the credentials of the tool that started it", async () => {
    const outer = { response: {}, receive: () => Promise.reject(new Error("received")), take: () => "taken" };
    const reply = { status: 200, headers: { "content-type": "application/json" }, body: '{"status":"running"}' };
    const { send, credentials, deadline, result } = looked(`${origin}/jobs/1`, reply, outer);
    expect(await result).toMatchObject({
      state: { stage: "pending", word: "running" },
      result: { structuredContent: { status: "running" } },
    });
    expect(send.mock.calls).toHaveLength(1);
    expect(send.mock.calls[0]?.[0]).toEqual({
      method: "GET",
      url: `${origin}/jobs/1`,
      headers: [
        ["accept", "application/json, text/csv, */*;q=0.1"],
        ["x-key", "k"],
      ],
    });
    expect(send.mock.calls[0]?.[1]).toMatchObject({
      idempotent: true,
      signal: deadline.signal,
      source: { operation: "export", caller: "ada" },
    });
    expect(credentials.mock.calls[0]?.[0]).toMatchObject({
      security: [],
      baseUrl: { origin },
      caller: { id: "ada" },
      signal: deadline.signal,
    });
  });

  it("is asked nowhere else", async () => {
    const { send, credentials, result } = looked("https://other.example.com/jobs/1", { status: 200 });
    await expect(result).rejects.toBeInstanceOf(ConfigurationError);
    await expect(result).rejects.toThrow("The state of this work is at an origin that is none of the API's");
    expect([send.mock.calls, credentials.mock.calls]).toEqual([[], []]);
  });

  it("gives back the room of its answer", async () => {
    const release = vi.fn();
    const open = vi.spyOn(answerRoom, "open").mockReturnValue({ release } as never);
    try {
      await looked(`${origin}/jobs/1`, { status: 204 }).result;
      expect([open.mock.calls.length, release.mock.calls.length]).toEqual([1, 1]);
    } finally {
      open.mockRestore();
    }
  });

  it.each<[Reply, object]>([
    [{ status: 200 }, { state: { stage: "succeeded" } }],
    [{ status: 202 }, { state: { stage: "pending" } }],
    [{ status: 204 }, { state: { stage: "succeeded" } }],
    [{ status: 304 }, { state: { stage: "succeeded" } }],
    [{ status: 299, body: '{"status":"failed"}' }, { state: { stage: "failed", word: "failed" } }],
    [{ status: 300, body: '{"status":"failed"}' }, { state: { stage: "succeeded" } }],
    [{ status: 303, body: '{"status":"running"}' }, { state: { stage: "succeeded" } }],
    [{ status: 399, body: '{"status":"failed"}' }, { state: { stage: "succeeded" } }],
    [{ status: 400 }, { state: { stage: "other" }, lack: "refused" }],
    [{ status: 401 }, { state: { stage: "other" }, lack: "refused" }],
    [{ status: 404 }, { state: { stage: "other" }, lack: "gone" }],
    [{ status: 410 }, { state: { stage: "other" }, lack: "gone" }],
    [{ status: 408 }, { state: { stage: "pending" }, lack: "for now" }],
    [{ status: 425 }, { state: { stage: "pending" }, lack: "for now" }],
    [
      { status: 429, headers: { "retry-after": "3" } },
      { state: { stage: "pending" }, lack: "for now", waitMs: 3_000 },
    ],
    [{ status: 499 }, { state: { stage: "other" }, lack: "refused" }],
    [{ status: 500 }, { state: { stage: "pending" }, lack: "for now" }],
  ])("is of %j %j", async (reply, want) => {
    const { result: _result, ...told } = await looked(`${origin}/jobs/1`, reply).result;
    expect(told).toEqual(want);
  });
});
