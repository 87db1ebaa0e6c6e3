/** Messages to whoever decides: what is sent, when again, and what is said where nobody took one. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApprovalWebhook } from "../../templates/always/src/runtime/policy/webhook.ts";
import { Secret } from "../../templates/always/src/runtime/secret.ts";
import type { HttpRequest } from "../../templates/always/src/runtime/upstream/http-message.ts";

const url = "https://hooks.example.com/p4th-that-is-secret";
const hanging = Symbol("hanging");

beforeEach(() => void vi.useFakeTimers({ now: 1_800_000_000_999 }));
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function sending(answers: readonly (number | Error | typeof hanging)[], lose: () => Promise<void> = async () => {}) {
  const left = [...answers];
  const sent: { request: HttpRequest; rest: unknown[]; at: number }[] = [];
  const lines: unknown[] = [];
  const lost = vi.fn(lose);
  const webhook = new ApprovalWebhook(
    { url: new Secret(url), key: new Uint8Array(32) },
    { sign: async (text) => `signed(${text})`, isSigned: async () => false },
    async (request, ...rest) => {
      sent.push({ request, rest, at: Date.now() - 1_800_000_000_999 });
      const status = left.shift() ?? 200;
      if (status === hanging) return new Promise(() => undefined);
      if (typeof status !== "number") throw status;
      return { status, headers: new Headers(), body: new Uint8Array(), truncated: false, url };
    },
    { error: (...line: unknown[]) => void lines.push(line) } as never,
  );
  const tell = (): boolean => webhook.tell("approval.requested", { tool: "delete_pet" }, lost);
  return { webhook, sent, lines, lost, tell };
}

describe("a message", () => {
  it("is one signed POST, which may go to a private address and is waited for 5 s", async () => {
    const timeout = vi.spyOn(AbortSignal, "timeout");
    const { sent, lines, lost, tell } = sending([200]);
    expect(tell()).toBe(true);
    await vi.advanceTimersByTimeAsync(0);
    const [{ request, rest } = { request: undefined, rest: [] }] = sent;
    const headers = Object.fromEntries(request?.headers ?? []);
    const id = headers["webhook-id"] ?? "";
    expect(id).toMatch(/^msg_[0-9a-f]{8}-[0-9a-f-]{27}$/);
    const body = '{"type":"approval.requested","timestamp":"2027-01-15T08:00:00.999Z","data":{"tool":"delete_pet"}}';
    expect(request).toEqual({
      method: "POST",
      url,
      headers: [
        ["content-type", "application/json"],
        ["webhook-id", id],
        ["webhook-timestamp", "1800000000"],
        ["webhook-signature", `v1,signed(${id}.1800000000.${body})`],
      ],
      body,
    });
    expect(rest).toEqual([{ allowPrivate: true }, timeout.mock.results[0]?.value, 65_536]);
    expect(timeout.mock.calls).toEqual([[5_000]]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([sent.length, lines, lost.mock.calls.length]).toEqual([1, [], 0]);
  });

  it("that is not taken is sent at once, after a second and after five more, and then is lost", async () => {
    const { sent, lines, lost, tell } = sending([500, new Error("reset"), 503]);
    tell();
    await vi.advanceTimersByTimeAsync(5_999);
    expect([sent.map(({ at }) => at), lines, lost.mock.calls.length]).toEqual([[0, 1_000], [], 0]);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent.map(({ at }) => at)).toEqual([0, 1_000, 6_000]);
    expect(lines).toEqual([["approval", { outcome: "not told", reason: "the webhook answered 503" }]]);
    expect(lost).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
    const stamps = sent.map(({ request }) => Object.fromEntries(request.headers)["webhook-timestamp"]);
    expect(stamps).toEqual(["1800000000", "1800000001", "1800000006"]);
  });

  it.each<[number, "taken" | "again" | "refused"]>([
    [199, "refused"],
    [200, "taken"],
    [299, "taken"],
    [300, "refused"],
    [307, "refused"],
    [400, "refused"],
    [407, "refused"],
    [408, "again"],
    [409, "refused"],
    [425, "again"],
    [429, "again"],
    [499, "refused"],
    [500, "again"],
    [599, "again"],
  ])("that is answered %i is %s", async (status, want) => {
    const { sent, lines, lost, tell } = sending([status, status, status]);
    tell();
    await vi.advanceTimersByTimeAsync(10_000);
    const told = [["approval", { outcome: "not told", reason: `the webhook answered ${status}` }]];
    expect([sent.length, lines, lost.mock.calls.length]).toEqual(
      want === "taken" ? [1, [], 0] : [want === "again" ? 3 : 1, told, 1],
    );
  });

  it("that nobody answers is told of without the address", async () => {
    const fault = new Error(`connect ECONNREFUSED ${url}`);
    const { sent, lines, tell } = sending([fault, fault, fault]);
    tell();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sent).toHaveLength(3);
    expect(lines).toEqual([["approval", { outcome: "not told", reason: "the webhook did not answer" }]]);
  });

  it("whose loss cannot be noted fails nothing else", async () => {
    const error = new Error("the store is gone");
    const { webhook, lines, tell } = sending([404], () => Promise.reject(error));
    tell();
    await vi.advanceTimersByTimeAsync(0);
    expect(lines).toEqual([
      ["approval", { outcome: "not told", reason: "the webhook answered 404" }],
      ["approval", { outcome: "not told", error }],
    ]);
    await webhook.close();
  });
});

describe("messages that are under way", () => {
  it("are a hundred at most, and another one once one of them has ended", async () => {
    const { lines, lost, tell } = sending(Array.from({ length: 100 }, (_, index) => (index === 0 ? 500 : hanging)));
    expect(Array.from({ length: 100 }, tell)).toEqual(Array.from({ length: 100 }, () => true));
    expect(lines).toEqual([]);
    expect(tell()).toBe(false);
    expect(lines).toEqual([["approval", { outcome: "not told", reason: "too many" }]]);
    expect(lost).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1_000);
    expect([tell(), tell()]).toEqual([true, false]);
  });

  it("are sent without a pause where the server ends", async () => {
    const { webhook, sent, lines, lost, tell } = sending([500, 500, 500]);
    tell();
    await vi.advanceTimersByTimeAsync(0);
    await webhook.close();
    expect(sent.map(({ at }) => at)).toEqual([0, 0, 0]);
    expect([lines.length, lost.mock.calls.length]).toEqual([1, 1]);
  });

  it("are waited for two seconds where it ends, and no longer", async () => {
    const { webhook, tell } = sending([hanging]);
    tell();
    await vi.advanceTimersByTimeAsync(0);
    let ended = false;
    void webhook.close().then(() => (ended = true));
    await vi.advanceTimersByTimeAsync(1_999);
    expect(ended).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(ended).toBe(true);
  });

  it("keep no process alive by the pause before the next attempt", async () => {
    vi.useRealTimers();
    const unref = vi.fn();
    const later = vi.spyOn(globalThis, "setTimeout").mockReturnValue({ unref } as never);
    const { sent, tell } = sending([500]);
    tell();
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    expect([sent.length, later.mock.calls.map(([, ms]) => ms), unref.mock.calls.length]).toEqual([1, [1_000], 1]);
  });
});
