/** The steps of a call: each alone, what it ends a call with, and the list that an owner changes. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { admit } from "../../templates/always/src/runtime/call/admit.js";
import { answer } from "../../templates/always/src/runtime/call/answer.js";
import { authorise } from "../../templates/always/src/runtime/call/authorise.js";
import {
  type Call,
  type CallServices,
  type NamedStep,
  type Step,
  type StepServices,
} from "../../templates/always/src/runtime/call/call.js";
import { declare } from "../../templates/always/src/runtime/call/declare.js";
import { hooks } from "../../templates/always/src/runtime/call/hooks.js";
import { record } from "../../templates/always/src/runtime/call/record.js";
import { request } from "../../templates/always/src/runtime/call/request.js";
import { createToolCalls } from "../../templates/always/src/runtime/call/run.js";
import { send } from "../../templates/always/src/runtime/call/send.js";
import { standardSteps, stepFaults } from "../../templates/always/src/runtime/call/steps.js";
import { Stopping } from "../../templates/always/src/runtime/call/stopping.js";
import { untilStopped } from "../../templates/always/src/runtime/call/until-stopped.js";
import { validate } from "../../templates/always/src/runtime/call/validate.js";
import { noCredentials } from "../../templates/always/src/runtime/credentials.js";
import { type Custom, textResult } from "../../templates/always/src/runtime/custom.js";
import { ArgumentError, LimitError, ScopeError, UpstreamError } from "../../templates/always/src/runtime/errors.js";
import { createLog } from "../../templates/always/src/runtime/log.js";
import type { JsonObject } from "../../templates/always/src/runtime/data/model.js";
import type { Project } from "../../templates/always/src/runtime/data/project.js";
import { readProject } from "../../templates/always/src/runtime/node/project-data.js";
import { nodeHost } from "../../templates/always/src/runtime/node/host.js";
import { createSender } from "../../templates/always/src/runtime/upstream/send.js";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.js";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.js";
import { ToolTable } from "../../templates/always/src/runtime/tools/tool-table.js";
import { type Fixture, makeFixture, startUpstream, type Upstream } from "./mcp-fixture.js";

let fixture: Fixture;
let upstream: Upstream;
let project: Project;

beforeAll(async () => {
  fixture = makeFixture({ api: { policies: { delete_pet: { scopes: ["pets:write", "pets:read"] } } } });
  upstream = await startUpstream();
  project = readProject(`file://${fixture.folder}/dist/generated/index.js`);
});
afterAll(async () => {
  await upstream.close();
  fixture.remove();
});

interface Given {
  readonly tool?: string;
  readonly args?: JsonObject;
  readonly scopes?: readonly string[];
  readonly custom?: Custom;
  readonly allowed?: boolean;
  readonly steps?: readonly NamedStep[];
}

function servicesOf({ custom = {}, allowed = true, steps }: Given, lines: string[] = []): CallServices {
  const environment = { PETSTORE_BASE_URL: upstream.url };
  return {
    owner: {
      custom,
      credentials: async () => noCredentials,
      rateLimiting: {
        limit: { admit: async () => (allowed ? { allowed } : { allowed, retryAfterMs: 2_000 }) },
        pacing: { ready: async () => undefined, observe: () => undefined },
      },
      ...(steps === undefined ? {} : { steps }),
    },
    table: new ToolTable(project, custom),
    settings: readSettings(environment),
    store: new MemoryStore(),
    host: nodeHost(environment, readSettings(environment)),
    log: createLog("info", (line) => lines.push(line)),
  };
}

function callOf({ tool = "get_pet", args = { petId: 3 }, scopes, custom = {} }: Given): Call {
  const row = new ToolTable(project, custom).get(tool);
  if (row === undefined) throw new Error(tool);
  return {
    row,
    args,
    caller: { id: "ada", ...(scopes === undefined ? {} : { scopes }) },
    signal: new AbortController().signal,
    wholeText: false,
    callTool: async (name, given) => textResult(`${name} ${JSON.stringify(given)}`),
  };
}

const given = (what: Given, lines?: string[]): StepServices => {
  const services = servicesOf(what, lines);
  return {
    ...services,
    stopping: new Stopping(),
    sender: async () => createSender(services.settings, services.log, services.host.exchange),
  };
};

/** Enters one step, and tells what it handed on. */
async function enter(step: Step, call: Call, rest = textResult("the rest")) {
  const handedOn: Call[] = [];
  const result = await step(call, async (changed) => {
    handedOn.push(changed);
    return rest;
  });
  return { result, handedOn };
}

describe("admit", () => {
  it("hands on what the limits let in", async () => {
    expect((await enter(admit(given({})), callOf({}))).handedOn).toHaveLength(1);
  });

  it("ends the call with a LimitError that says when to come back", async () => {
    const fault = await enter(admit(given({ allowed: false })), callOf({})).catch((thrown: unknown) => thrown);
    expect(fault).toBeInstanceOf(LimitError);
    expect(fault).toMatchObject({ retryAfterMs: 2_000 });
  });
});

describe("authorise", () => {
  const tool = "delete_pet";
  it("hands on a caller with all scopes, and one of this machine, who has no list of them", async () => {
    for (const scopes of [["pets:read", "pets:write", "more"], undefined])
      expect((await enter(authorise(), callOf({ tool, scopes }))).handedOn).toHaveLength(1);
  });

  it("ends the call with a ScopeError that names what is missing", async () => {
    const entered = enter(authorise(), callOf({ tool, scopes: ["pets:read"] }));
    await expect(entered).rejects.toThrow(ScopeError);
    await expect(entered).rejects.toThrow("The tool delete_pet needs the scope pets:write");
  });
});

describe("validate", () => {
  it("hands on arguments as the schema means them, and notes in the result which were mended", async () => {
    const { handedOn, result } = await enter(validate(given({})), callOf({ args: { petId: "3" } }));
    expect(handedOn[0]?.args).toEqual({ petId: 3 });
    expect(result._meta).toEqual({ "openapi-to-mcp/mended": ["petId"] });
    expect((await enter(validate(given({})), callOf({}))).result).toEqual({
      content: [{ type: "text", text: "the rest" }],
    });
  });

  it("ends the call with an ArgumentError", async () => {
    const entered = enter(validate(given({})), callOf({ args: { petId: "three" } }));
    await expect(entered).rejects.toThrow(ArgumentError);
  });
});

describe("hooks", () => {
  it("asks the owner before, in place of, and after the API", async () => {
    const custom: Custom = {
      hooks: {
        get_pet: {
          before: (args) => ({ ...(args as object), more: 1 }),
          replace: async (args, { next }) => next({ ...(args as object), replaced: true }),
          after: (result) => ({ ...result, _meta: { after: true } }),
        },
      },
    };
    const { handedOn, result } = await enter(hooks(given({ custom })), callOf({}));
    expect(handedOn.map(({ args }) => args)).toEqual([{ petId: 3, more: 1, replaced: true }]);
    expect(result).toEqual({ content: [{ type: "text", text: "the rest" }], _meta: { after: true } });
  });

  it("answers for tools of the owner's, which may call others", async () => {
    const custom: Custom = {
      tools: [
        {
          name: "both",
          description: "Two.",
          inputSchema: { type: "object", properties: {} },
          run: async (_args, { call, caller }) => {
            const { content } = await call("get_pet", { petId: 1, dropped: undefined });
            return { content: [...content, { type: "text", text: caller.id }] };
          },
        },
      ],
    };
    const { handedOn, result } = await enter(hooks(given({ custom })), callOf({ tool: "both", args: {}, custom }));
    expect(handedOn).toEqual([]);
    expect(result.content).toEqual([
      { type: "text", text: 'get_pet {"petId":1}' },
      { type: "text", text: "ada" },
    ]);
  });
});

describe("request, send and answer", () => {
  it("make the request, ask the API and read what it says, each from what the step before handed on", async () => {
    const services = given({});
    const [made] = (await enter(request(services), callOf({}))).handedOn;
    expect(made?.outgoing?.request).toMatchObject({ method: "GET", url: `${upstream.url}/pets/3` });
    if (made === undefined) throw new Error("nothing was handed on");
    upstream.requests.length = 0;
    const [sent] = (await enter(send(services), made)).handedOn;
    expect(upstream.requests).toEqual(["GET /pets/3"]);
    expect(sent?.response?.status).toBe(200);
    if (sent === undefined) throw new Error("nothing was handed on");
    const { result, handedOn } = await enter(answer(services), sent);
    expect(result.structuredContent).toMatchObject({ id: 3 });
    expect(handedOn).toEqual([]);
  });

  it("say what goes before them where a list has them in the wrong order", async () => {
    await expect(enter(send(given({})), callOf({}))).rejects.toThrow("`request` goes before `send`");
    await expect(enter(answer(given({})), callOf({}))).rejects.toThrow("`send` goes before `answer`");
  });

  it("free the time of the call, whatever comes of it", async () => {
    const call = callOf({});
    let outer: AbortSignal | undefined;
    await request(given({}))(call, async ({ outgoing }) => {
      outer = outgoing?.deadline.signal;
      throw new Error("on the way");
    }).catch(() => undefined);
    expect(outer?.aborted).toBe(false);
  });
});

describe("declare", () => {
  const declared: NamedStep = { name: "declare", make: declare };
  it("gives a result what the output schema asks for, and leaves errors alone", async () => {
    const step = await declared.make(given({}));
    const { row, ...call } = callOf({});
    const withSchema = {
      ...call,
      row: { ...row, listing: { ...row.listing, outputSchema: { type: "object", properties: {} } } } as typeof row,
    };
    expect((await enter(step, withSchema)).result.structuredContent).toEqual({});
    const failed = { ...textResult("no"), isError: true } as const;
    expect((await enter(step, withSchema, failed)).result).toBe(failed);
  });
});

describe("untilStopped", () => {
  it("ends a call that runs with an UpstreamError, and begins no other", async () => {
    const services = given({});
    const step = untilStopped(services);
    const running = step(callOf({}), () => new Promise(() => undefined));
    services.stopping.stop();
    await expect(running).rejects.toThrow(UpstreamError);
    await expect(enter(step, callOf({}))).rejects.toThrow("This server is stopped");
  });
});

describe("record", () => {
  it("writes one line for a call, with its route, and none of its values", async () => {
    const lines: string[] = [];
    await enter(record(given({}, lines)), callOf({}));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      tool: "get_pet",
      method: "GET",
      path: "/pets/{petId}",
      caller: "ada",
      outcome: "ok",
    });
  });

  it("makes a result of a fault, and says its kind", async () => {
    const lines: string[] = [];
    const result = await record(given({}, lines))(callOf({}), async () => {
      throw new LimitError("Too many calls", { hint: "Later.", retryAfterMs: 1_500 });
    });
    expect(result).toMatchObject({
      isError: true,
      content: [{ type: "text", text: "Too many calls\nLater.\nTry again in 2 s." }],
    });
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ outcome: "LimitError" });
  });
});

describe("the list of an owner", () => {
  const noted: string[] = [];
  const note = (name: string, once = false): NamedStep => ({
    name,
    once,
    make: () => async (call, next) => {
      noted.push(`> ${name} ${call.row.listing.name}`);
      const result = await next(call);
      noted.push(`< ${name} ${call.row.listing.name}`);
      return result;
    },
  });

  it("is entered first to last and left in reverse; what the owner's code calls passes all but the steps for once", async () => {
    noted.length = 0;
    const custom: Custom = {
      hooks: { get_pet: { after: async (result, { call }) => (await call("list_pets", {}), result) } },
    };
    const place = standardSteps.findIndex(({ name }) => name === "authorise");
    const steps = [note("first", true), ...standardSteps.slice(0, place), note("mine"), ...standardSteps.slice(place)];
    const services = servicesOf({ custom, steps });
    const calls = createToolCalls(services);
    const { row, args, caller, signal } = callOf({});
    expect(await calls.call(row, args, { caller, signal })).not.toMatchObject({ isError: true });
    await services.host.close();
    expect(noted).toEqual([
      "> first get_pet",
      "> mine get_pet",
      "> mine list_pets",
      "< mine list_pets",
      "< mine get_pet",
      "< first get_pet",
    ]);
  });

  it("is made once, also for first calls at the same time and for what the owner's code calls, and again where that failed", async () => {
    let made = 0;
    const steps: readonly NamedStep[] = [
      {
        name: "mine",
        make: async () => {
          made += 1;
          await new Promise((resolve) => setTimeout(resolve, 1));
          if (made === 1) throw new Error("not yet");
          return async ({ row, callTool }) =>
            row.listing.name === "list_pets" ? textResult("listed") : callTool("list_pets", {});
        },
      },
    ];
    const { row, args, caller, signal } = callOf({});
    const calls = createToolCalls(servicesOf({ steps }));
    const call = () => calls.call(row, args, { caller, signal });
    expect(await Promise.all([call(), call()])).toMatchObject([{ isError: true }, { isError: true }]);
    expect(made).toBe(1);
    for (let time = 0; time < 2; time += 1)
      expect(await Promise.all([call(), call()])).toEqual([textResult("listed"), textResult("listed")]);
    expect(made).toBe(2);
  });

  it("may end a call, and is safe from its own faults", async () => {
    const ending = (step: Step): readonly NamedStep[] => [{ name: "mine", make: () => step }];
    const { row, args, caller, signal } = callOf({});
    const ended = createToolCalls(servicesOf({ steps: ending(async () => textResult("enough")) }));
    expect(await ended.call(row, args, { caller, signal })).toEqual({
      content: [{ type: "text", text: "enough" }],
    });
    const lines: string[] = [];
    const broken = createToolCalls(
      servicesOf({ steps: ending(async () => Promise.reject(new Error("a secret detail"))) }, lines),
    );
    const result = await broken.call(row, args, { caller, signal });
    expect(result.content[0]).toMatchObject({ text: expect.stringMatching(/^Internal error [0-9a-f]{8}\./) as string });
    expect(JSON.stringify(result)).not.toContain("a secret detail");
    expect(lines.join("")).toContain("a secret detail");
  });

  it("that gives no result is an internal error, and one that lacks standard steps is told at the start", async () => {
    const { row, args, caller, signal } = callOf({});
    const empty = createToolCalls(servicesOf({ steps: [] }));
    expect(await empty.call(row, args, { caller, signal })).toMatchObject({ isError: true });
    expect(stepFaults()).toEqual([]);
    expect(stepFaults(standardSteps.filter(({ name }) => name !== "admit"))).toEqual([
      'src/main.ts leaves out the step "admit"',
    ]);
  });
});
