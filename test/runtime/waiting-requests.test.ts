/** What was read over stdio and waits for its turn. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { overloadedReply } from "../../templates/always/src/runtime/mcp/json-rpc.ts";
import { type Identified, WaitingRequests } from "../../templates/always/src/runtime/node/waiting-requests.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const request = (id: number | string) => ({ jsonrpc: "2.0", id, method: "tools/call", params: { name: "x" } });
const idsOf = (requests: readonly Identified[]) => requests.map(({ id }) => id);

it("is taken in its order, called off by its id, and counted in bytes", () => {
  const waiting = new WaitingRequests(1_000, () => undefined);
  for (const id of [1, "1", 2]) waiting.add(request(id), 10);
  expect([waiting.bytes, waiting.ids]).toEqual([30, [1, "1", 2]]);
  expect(waiting.remove("1")?.id).toBe("1");
  expect(waiting.remove(3)).toBeUndefined();
  expect(waiting.next()?.id).toBe(1);
  expect([waiting.bytes, waiting.ids, waiting.isEmpty]).toEqual([10, [2], false]);
  waiting.clear();
  expect([waiting.bytes, waiting.isEmpty, waiting.next(), vi.getTimerCount()]).toEqual([0, true, undefined, 0]);
});

it("waits no longer than it may, each from when it came", () => {
  const refused: (number | string)[][] = [];
  const waiting: WaitingRequests<Identified> = new WaitingRequests(1_000, () => refused.push(idsOf(waiting.overdue())));
  waiting.add(request(1), 10);
  waiting.add(request(2), 10);
  vi.advanceTimersByTime(600);
  waiting.add(request(3), 10);
  expect(waiting.next()?.id).toBe(1);
  vi.advanceTimersByTime(399);
  expect(refused).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(refused).toEqual([[2]]);
  expect(waiting.bytes).toBe(10);
  vi.advanceTimersByTime(599);
  expect(refused.flat()).toEqual([2]);
  vi.advanceTimersByTime(2);
  expect(refused.flat()).toEqual([2, 3]);
  expect([waiting.isEmpty, vi.getTimerCount()]).toEqual([true, 0]);
});

it("is looked at again where nothing could be said yet", () => {
  let looks = 0;
  const waiting = new WaitingRequests(1_000, () => (looks += 1));
  waiting.add(request(1), 10);
  vi.advanceTimersByTime(3_000);
  expect(looks).toBe(3);
  waiting.next();
  vi.advanceTimersByTime(3_000);
  expect([looks, vi.getTimerCount()]).toEqual([3, 0]);
});

it("is told that it was refused as its revision has it", () => {
  const text = "This server is overloaded\nTry again with fewer calls at the same time.\nTry again in 1 s.";
  const { answer, retryAfter } = overloadedReply(request(7), true);
  expect([answer, retryAfter]).toMatchObject([{ id: 7, result: { isError: true, content: [{ text }] } }, 1]);
  expect(answer).not.toHaveProperty("result.resultType");
  expect(overloadedReply(request(7), false).answer).toHaveProperty("result.resultType", "complete");
  expect(overloadedReply({ ...request(7), method: "resources/read" }, true)).toMatchObject({
    isResult: false,
    answer: { id: 7, error: { code: -32000 } },
  });
});
