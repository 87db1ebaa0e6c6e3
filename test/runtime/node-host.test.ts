/** Node.js as a server sees it: the file .env, who else may read a file, turns, and the store that is the host's. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createLog } from "../../templates/always/src/runtime/log.ts";
import {
  hostStore,
  nodeHost,
  ownTurn,
  readEnvironmentFile,
  readText,
  writeToStderr,
} from "../../templates/always/src/runtime/node/host.ts";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.ts";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.ts";
import type { Store } from "../../templates/always/src/runtime/store/store.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "host-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, text: string, mode = 0o600) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
};

describe("the file .env", () => {
  it("adds what is not set, and what is empty counts as not set", () => {
    file(".env", "A=from file\nB=from file\nC=from file\nD=from file\nE='two words'\n");
    const environment: Record<string, string | undefined> = { A: "set", B: "", C: "  ", D: undefined };
    readEnvironmentFile(folder, environment);
    expect(environment).toEqual({ A: "set", B: "from file", C: "from file", D: "from file", E: "two words" });
  });

  it("need not be there", () => {
    const environment = {};
    readEnvironmentFile(join(folder, "nowhere"), environment);
    expect(environment).toEqual({});
  });

  it("that cannot be read is a fault of the configuration, with what to do", () => {
    mkdirSync(join(folder, "other", ".env"), { recursive: true });
    expect(() => readEnvironmentFile(join(folder, "other"), {})).toThrow(
      expect.objectContaining({
        message: "The project's .env cannot be read",
        hint: "Check that it is a file and that this server may read it.",
        cause: expect.objectContaining({ code: "EISDIR" }),
      }),
    );
  });
});

describe("a file", () => {
  const { othersMay, watch, close } = nodeHost({}, readSettings({}));
  it.skipIf(process.platform === "win32").each<[number, string[]]>([
    [0o600, []],
    [0o640, []],
    [0o644, ["read"]],
    [0o604, ["read"]],
    [0o620, ["write"]],
    [0o602, ["write"]],
    [0o666, ["read", "write"]],
    [0o611, []],
  ])("of the mode %o may be used by others: %j", (mode, want) =>
    expect(othersMay?.(file("key", "x", mode))).toEqual(want),
  );

  it("is read as text", () => expect(readText(file("text", "ä\n"))).toBe("ä\n"));

  it("that is watched is let go of with the host", async () => {
    watch?.(file("watched", "x"), () => undefined);
    await expect(close()).resolves.toBeUndefined();
  });
});

it("sends requests to APIs, until it is closed", async () => {
  const server = createServer((request, response) => response.end(`${request.method} ${request.url}`));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { exchange, close } = nodeHost({}, readSettings({}));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a`;
  const send = () =>
    exchange({ method: "PUT", url, headers: [] }, { allowPrivate: true }, new AbortController().signal, 100);
  const { status, body } = await send();
  expect([status, Buffer.from(body).toString()]).toEqual([200, "PUT /a"]);
  await close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

it("writes lines of one turn together", async () => {
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  await turn();
  const written: unknown[] = [];
  const spy = vi.spyOn(process.stderr, "write").mockImplementation((text) => written.push(text) > 0);
  try {
    writeToStderr("a\n");
    writeToStderr("b\n");
    expect(written).toEqual([]);
    await turn();
    expect(written).toEqual(["a\nb\n"]);
    writeToStderr("c\n");
    await turn();
    await turn();
    expect(written).toEqual(["a\nb\n", "c\n"]);
  } finally {
    spy.mockRestore();
  }
});

describe("a turn of its own", () => {
  it("comes after others had three, and one after the other", async () => {
    const done: string[] = [];
    const beside = async () => {
      for (let turn = 1; turn <= 8; turn += 1) {
        await new Promise((resolve) => setImmediate(resolve));
        done.push(`${turn}`);
      }
    };
    await Promise.all([ownTurn().then(() => done.push("first")), ownTurn().then(() => done.push("second")), beside()]);
    const before = (name: string) => done.slice(0, done.indexOf(name)).filter((one) => /\d/.test(one)).length;
    expect(before("first")).toBeGreaterThanOrEqual(2);
    expect(before("first")).toBeLessThanOrEqual(4);
    expect(before("second") - before("first")).toBe(3);
  });
});

describe("the store", () => {
  const log = createLog("silent", () => undefined);
  it("is this process's memory where REDIS_URL is not set", async () => {
    const store = hostStore({ redisUrl: undefined }, {}, "pets", log);
    expect(store.isShared).toBe(false);
    expect([await store.increment("a:b", 2, 60_000), await store.get("a:b")]).toMatchObject([
      { value: 2 },
      { value: "2" },
    ]);
    await store.close();
  });

  it("is not to be had where it is set and the part is not there", () => {
    expect(() => hostStore({ redisUrl: "redis://127.0.0.1" as never }, {}, "pets", log)).toThrow(
      expect.objectContaining({
        message: "REDIS_URL is set, and this server was generated without the part for Redis.",
        hint: expect.stringContaining("openapi-to-mcp --feature redis --update-package"),
      }),
    );
  });

  it("is connected with what is asked first, once, under the name of the server", async () => {
    const memory = new MemoryStore();
    const made: unknown[] = [];
    let closed = 0;
    memory.close = async () => void (closed += 1);
    const redis = async () => ({ redisStore: async (given: unknown): Promise<Store> => (made.push(given), memory) });
    const store = hostStore({ redisUrl: "redis://127.0.0.1" as never }, { redis } as never, "pets", log);
    expect(store.isShared).toBe(true);
    expect(made).toEqual([]);
    await store.set("a", "1", 1_000);
    expect(made).toEqual([{ url: "redis://127.0.0.1", prefix: "mcp:pets:", log }]);
    expect((await store.get("a"))?.value).toBe("1");
    expect(await store.compareAndSet("a", "1", "2", 1_000)).toBe(true);
    expect(await store.compareAndSet("a", "1", "3", 1_000)).toBe(false);
    expect((await store.increment("n", 2, 1_000)).value).toBe(2);
    await store.delete("a");
    expect(await memory.get("a")).toBeUndefined();
    expect(made).toHaveLength(1);
    await store.close();
    expect(closed).toBe(1);
    await hostStore({ redisUrl: "redis://127.0.0.1" as never }, { redis } as never, "pets", log).close();
    expect([made.length, closed]).toEqual([1, 1]);
  });
});
