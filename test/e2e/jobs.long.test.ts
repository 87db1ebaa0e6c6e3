/** Work that goes on after an answer: real clients of both eras, over both transports, and an API that counts who asks. */
import type { Client } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { generate } from "../../src/generate.ts";
import { type BuiltProject, buildProject, compile } from "../golden/sample.ts";
import { connectHttp, connectStdio, type Generation, startHttp } from "../runtime/mcp-connections.js";
import { type Answer, jsonAnswer, startUpstream, type Upstream } from "./upstream.ts";

let project: BuiltProject;
let upstream: Upstream;
let environment: Record<string, string>;
const key = "k-Q7".repeat(10);

beforeAll(async () => {
  const document = new URL("jobs.yaml", import.meta.url).pathname;
  const { files } = await generate({ inputs: [document], features: ["jobs"] });
  project = buildProject(files);
  upstream = await startUpstream();
  environment = { JOBS_BASE_URL: upstream.url, JOBS_KEY: "canary-1", MCP_JOB_KEY: key, MCP_ATTEMPTS: "1" };
});
afterAll(async () => {
  await upstream.close();
  project.remove();
});
beforeEach(() => {
  upstream.answers = [];
  upstream.requests.length = 0;
});

/** An answer whose client asks again at once. */
const soon = (value: object, status = 200): Answer => {
  const { headers, ...answer } = jsonAnswer(value, status);
  return { ...answer, headers: { ...headers, "retry-after": "0" } };
};
/** One whose client asks again when its call is long over. */
const late = (value: object, status = 202): Answer => {
  const { headers, ...answer } = jsonAnswer(value, status);
  return { ...answer, headers: { ...headers, "retry-after": "600" } };
};
const sent = (): readonly string[] => upstream.requests.map(({ method, target }) => `${method} ${target}`);

interface Result {
  readonly isError?: boolean;
  readonly content: readonly { readonly text?: string }[];
  readonly structuredContent?: unknown;
  readonly _meta?: Record<string, unknown>;
}
const textOf = ({ content }: Result): string => content.map(({ text }) => text ?? "").join("\n");
const jobOf = ({ _meta }: Result) =>
  _meta?.["openapi-to-mcp/job"] as { readonly handle?: string; readonly state: string; readonly status?: string };
const handleIn = (result: Result): string => jobOf(result).handle ?? "";

it("compiles with its own settings", () => expect(compile(project.folder, ".")).toBe(""));

describe.each<["http" | "stdio", Generation]>([
  ["http", "modern"],
  ["http", "legacy"],
  ["stdio", "modern"],
  ["stdio", "legacy"],
])("over %s, a %s client", (transport, generation) => {
  const open: (() => Promise<unknown>)[] = [];
  let client: Client;

  async function connect(more: Record<string, string> = {}): Promise<Client> {
    const variables = { ...environment, ...more };
    if (transport === "stdio") {
      const made = (await connectStdio(generation, project.main, variables)) as Client;
      open.push(() => made.close());
      return made;
    }
    const http = await startHttp(project.main, variables);
    const made = (await connectHttp(generation, http.url)) as Client;
    open.push(async () => {
      await made.close();
      await http.stop();
    });
    return made;
  }
  const call = async (name: string, args: object = {}, by = client, more: object = {}): Promise<Result> =>
    (await by.callTool({ name, arguments: { ...args } }, more as never)) as unknown as Result;

  beforeAll(async () => {
    client = await connect();
  });
  afterAll(async () => {
    for (const close of open) await close();
  });

  it("lists the two tools that go on with work", async () => {
    const { tools } = await client.listTools();
    const own = tools.filter(({ name }) => /_job$/.test(name));
    expect(own.map(({ name, annotations }) => [name, annotations?.readOnlyHint, annotations?.destructiveHint])).toEqual(
      [
        ["check_job", true, false],
        ["cancel_job", false, true],
      ],
    );
  });

  it("waits for work, is told how far it is, and gets its result", async () => {
    upstream.answers = [
      soon({ id: "e1", status: "queued" }, 202),
      soon({ id: "e1", status: "running", counts: { done: 4, total: 10 } }),
      soon({ id: "e1", status: "running", counts: { done: 9, total: 10 } }),
      soon({ id: "e1", status: "finished" }),
      jsonAnswer({ rows: 7 }),
    ];
    const told: string[] = [];
    const result = await call("create_export", { what: "all" }, client, {
      onprogress: ({ message }: { message?: string }) => told.push(message ?? ""),
    });
    expect(result.isError, textOf(result)).toBeFalsy();
    expect(result.structuredContent).toEqual({ rows: 7 });
    expect(jobOf(result)).toEqual({ state: "succeeded", status: "finished" });
    expect(sent()).toEqual([
      "POST /exports",
      "GET /exports/e1",
      "GET /exports/e1",
      "GET /exports/e1",
      "GET /exports/e1/result",
    ]);
    expect(told).toContain('Export everything: "running", 4 of 10');
    expect(new Set(upstream.requests.map(({ headers }) => headers["x-key"]))).toEqual(new Set(["canary-1"]));
  });

  it("gets a handle where work takes longer than a call, by which another instance goes on after it", async () => {
    upstream.answers = [late({ id: "e2", status: "running", counts: { done: 1, total: 2 } })];
    const result = await call("create_export");
    expect(result.isError, textOf(result)).toBeFalsy();
    expect(textOf(result)).toContain('Note: the API still works on this ("running", 1 of 2)');
    expect(textOf(result)).toContain(handleIn(result));
    expect(textOf(result)).not.toContain("as long as this server runs");
    expect(sent()).toEqual(["POST /exports"]);
    const other = await connect();
    upstream.answers = [
      late({ id: "e2", status: "running" }, 200),
      jsonAnswer({ id: "e2", status: "finished" }),
      jsonAnswer({ rows: 1 }),
    ];
    const still = await call("check_job", { handle: handleIn(result), wait_seconds: 0 }, other);
    expect(jobOf(still)).toMatchObject({ state: "pending", status: "running" });
    const done = await call("check_job", { handle: handleIn(result), wait_seconds: 5 }, other);
    expect(done.structuredContent).toEqual({ rows: 1 });
    expect(sent().slice(1)).toEqual(["GET /exports/e2", "GET /exports/e2", "GET /exports/e2/result"]);
  });

  it("ends work by its handle", async () => {
    upstream.answers = [late({ id: "e3", status: "queued" }), jsonAnswer({ id: "e3", status: "canceled" })];
    const handle = handleIn(await call("create_export"));
    const result = await call("cancel_job", { handle });
    expect(result.isError, textOf(result)).toBeFalsy();
    expect(sent()).toEqual(["POST /exports", "POST /exports/e3/cancel"]);
  });

  it("is told in the API's words that work has failed, and keeps what the call was answered at first", async () => {
    upstream.answers = [
      soon({ id: 5, secret: "once-only", state: "running" }, 201),
      jsonAnswer({ id: 5, state: "failed", error: { message: "No disk left" } }),
    ];
    const result = await call("create_import");
    expect(result.isError).toBe(true);
    expect(textOf(result)).toContain('Note: the work failed ("failed", No disk left)');
    expect(textOf(result)).toContain("once-only");
    expect(jobOf(result)).toEqual({ state: "failed", status: "failed" });
  });

  it("does not wait on a word that the document does not have for work that goes on", async () => {
    for (const state of ["needs_review", "paused"]) {
      upstream.answers = [soon({ id: 6, state: "running" }, 201), jsonAnswer({ id: 6, state })];
      const result = await call("create_import");
      expect(result.isError).toBeFalsy();
      expect(textOf(result)).toContain(`the API works no longer on this ("${state}")`);
    }
    expect(sent()).toHaveLength(4);
  });

  it("follows the URL of a header within the API's origins only, and a redirect to the result", async () => {
    upstream.answers = [
      { status: 202, headers: { location: "/operations/9", "retry-after": "0" } },
      { status: 202, headers: { "retry-after": "0" } },
      { status: 303, headers: { location: "/reports/9" } },
      jsonAnswer({ pages: 3 }),
    ];
    const result = await call("create_report");
    expect(result.structuredContent).toEqual({ pages: 3 });
    expect(sent()).toEqual(["POST /reports", "GET /operations/9", "GET /operations/9", "GET /reports/9"]);
    expect(upstream.requests.map(({ headers }) => headers["x-key"])).toEqual(Array(4).fill("canary-1"));
    const foreign = await startUpstream();
    for (const location of [`${foreign.url}/operations/9`, "http://169.254.169.254/latest", "file:///etc/passwd"]) {
      upstream.answers = [{ status: 202, headers: { location, "retry-after": "0" } }];
      const refused = await call("create_report");
      expect(refused.isError).toBeFalsy();
      expect(jobOf(refused)).toBeUndefined();
    }
    expect(foreign.requests).toEqual([]);
    await foreign.close();
  });

  it("follows what no document describes, as its standard says, and asks again for what is not ready", async () => {
    upstream.answers = [
      { status: 202, headers: { "operation-location": `${upstream.url}/operations/7?v=1`, "retry-after": "0" } },
      soon({ status: "Running" }),
      jsonAnswer({ status: "Succeeded", properties: { output: 1 } }),
      { status: 202, headers: { "retry-after": "0" } },
      jsonAnswer({ commits: 3 }),
    ];
    const purged = await call("purge");
    expect(purged.structuredContent).toEqual({ status: "Succeeded", properties: { output: 1 } });
    const counted = await call("get_statistics");
    expect(counted.structuredContent).toEqual({ commits: 3 });
    expect(sent()).toEqual([
      "POST /purge",
      "GET /operations/7?v=1",
      "GET /operations/7?v=1",
      "GET /statistics",
      "GET /statistics",
    ]);
  });

  it("is told that work is no longer known, and keeps asking while the API fails for now", async () => {
    upstream.answers = [late({ id: "e4", status: "queued" }), { status: 410, body: "Gone" }];
    const handle = handleIn(await call("create_export"));
    const gone = await call("check_job", { handle });
    expect(gone.isError).toBe(true);
    expect(textOf(gone)).toContain("the API no longer knows this work");
    upstream.answers = [
      soon({ id: "e5", status: "queued" }, 202),
      { status: 404, body: "Not yet", headers: { "retry-after": "0" } },
      { status: 503, body: "Busy", headers: { "retry-after": "0" } },
      jsonAnswer({ id: "e5", status: "finished" }),
      jsonAnswer({ rows: 2 }),
    ];
    expect((await call("create_export")).structuredContent).toEqual({ rows: 2 });
  });

  it("gives a handle up that is changed, cut or made up, and sends nothing for it", async () => {
    upstream.answers = [late({ id: "e6", status: "queued" })];
    const handle = handleIn(await call("create_export"));
    const bad = [
      "",
      "x",
      handle.slice(1),
      `${handle}A`,
      handle.slice(0, -4),
      handle.replace(/^./, (c) => (c === "A" ? "B" : "A")),
    ];
    for (const name of ["check_job", "cancel_job"])
      for (const wrong of bad) {
        const refused = await call(name, { handle: wrong });
        expect(refused.isError, wrong).toBe(true);
        expect(textOf(refused)).toContain("no handle of yours");
      }
    expect(sent()).toEqual(["POST /exports"]);
  });

  it("cannot use a handle of a server without the key after that has ended, and is told so before", async () => {
    const plain = await connect({ MCP_JOB_KEY: "" });
    upstream.answers = [late({ id: "e7", status: "queued" })];
    const result = await call("create_export", {}, plain);
    expect(textOf(result)).toContain("as long as this server runs");
    const again = await connect({ MCP_JOB_KEY: "" });
    const refused = await call("check_job", { handle: handleIn(result) }, again);
    expect(textOf(refused)).toContain("MCP_JOB_KEY");
  });
});

it("a caller's handle is nobody else's", async () => {
  const tokens = JSON.stringify({ ada: { token: "a".repeat(32) }, bob: { token: "b".repeat(32) } });
  const http = await startHttp(project.main, { ...environment, MCP_AUTH_TOKENS: tokens });
  const as = async (letter: string): Promise<Client> =>
    (await connectHttp("modern", http.url, { authorization: `Bearer ${letter.repeat(32)}` })) as Client;
  const [ada, bob] = [await as("a"), await as("b")];
  upstream.answers = [late({ id: "e8", status: "queued" }), late({ id: "e8", status: "running" }, 200)];
  const handle = handleIn((await ada.callTool({ name: "create_export", arguments: {} })) as unknown as Result);
  const check = { name: "check_job", arguments: { handle, wait_seconds: 0 } };
  const refused = (await bob.callTool(check)) as unknown as Result;
  expect(textOf(refused)).toContain("no handle of yours");
  expect(jobOf((await ada.callTool(check)) as unknown as Result)).toMatchObject({ state: "pending" });
  await expect
    .poll(() => http.log.some((line) => line.includes('"tool":"check_job"') && line.includes('"job":"create_export"')))
    .toBe(true);
  await ada.close();
  await bob.close();
  await http.stop();
});
