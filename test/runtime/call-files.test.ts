/** Where the files come from that a call names: the part that reads them, and what it is given of the call. */
import { expect, it, vi } from "vitest";
import type { Call, StepServices } from "../../templates/always/src/runtime/call/call.ts";
import { request } from "../../templates/always/src/runtime/call/request.ts";

const plan = { method: "GET", path: "/", server: "default", accept: [], parameters: [], security: [] };
const done = { content: [] };
const row = {
  kind: "operation",
  file: "pets",
  policy: {},
  listing: { name: "add", inputSchema: { type: "object", properties: {}, additionalProperties: false } },
  api: {
    data: {
      name: "pets",
      environmentPrefix: "PETS",
      serverGroups: [{ id: "default", environment: "U", servers: [{ url: "https://a.pets.io", variables: [] }] }],
    },
    calls: async () => ({ add: { request: plan } }),
    schemas: async () => ({}),
  },
};

async function signalOf(services: object, more: object = {}) {
  const call = {
    row,
    args: {},
    caller: { id: "ada" },
    signal: new AbortController().signal,
    wholeText: false,
    ...more,
  };
  const whole = { settings: { timeoutMs: 9_000 }, host: { environment: {} }, ...services };
  let made: Call | undefined;
  const next = async (given: Call) => ((made = given), done);
  expect(await request(whole as unknown as StepServices)(call as unknown as Call, next)).toBe(done);
  return made?.outgoing?.deadline.signal;
}

it("is what the part reads, in the time of the call, with resources as far as they are reached", async () => {
  const own = async () => ({}) as never;
  const filesFrom = vi.fn((_sources: object) => own);
  const sender = async () => ({});
  const resourceFiles = vi.fn((_reader: { call(tool: string, args: object): unknown }) => "resources");
  const services = { parts: { files: async () => ({ filesFrom }) }, sender };
  const plain = await signalOf(services);
  const settings = { timeoutMs: 9_000 };
  expect(filesFrom.mock.calls[0]).toEqual([{ settings, sender, signal: plain }]);
  const callTool = vi.fn(async () => done);
  const whole = await signalOf({ ...services, resourceFiles }, { callTool });
  expect(filesFrom.mock.calls[1]).toEqual([{ settings, sender, signal: whole, readResource: "resources" }]);
  const [reader] = resourceFiles.mock.calls[0] ?? [];
  expect(reader).toEqual({ caller: { id: "ada" }, signal: whole, call: expect.any(Function) as unknown });
  expect(await reader?.call("get_file", { id: 1 })).toBe(done);
  expect(callTool.mock.calls).toEqual([["get_file", { id: 1 }, { wholeText: true }]]);
  await signalOf({ ...services, resourceFiles }, { reach: { toolset: "x" } });
  expect(resourceFiles).toHaveBeenCalledTimes(1);
});
