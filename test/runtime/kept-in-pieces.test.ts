/** Long answers in the store: in pieces of 512 KiB, with the places of their items, and without what is secret. */
import { expect, it, vi } from "vitest";
import type { WholeAnswer } from "../../templates/always/src/runtime/response/call-result.ts";
import { SharedAnswers } from "../../templates/always/src/runtime/response/shared-answers.ts";
import { Secret } from "../../templates/always/src/runtime/secret.ts";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.ts";
import { hashedKey } from "../../templates/always/src/runtime/store/store.ts";

const limits = { keptMs: 60_000, perCaller: 3, bytesPerCaller: 10 * 1024 * 1024 };
function opened() {
  const store = new MemoryStore();
  const set = vi.spyOn(store, "set");
  return { store, set, answers: new SharedAnswers(store, limits) };
}

/** A text each byte of which differs from those 256 beside it, with so many items. */
function long(length: number, items: number): WholeAnswer & { kind: "text" } {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 1) bytes[at] = at ^ (at >> 8);
  const ends = Uint32Array.from({ length: items }, (_, index) => index + 1);
  const list = { start: 1, separator: 2, ends, property: "data" };
  return { kind: "text", bytes, mimeType: "a/b", ...(items === 0 ? {} : { list }) };
}

const piece = 512 * 1024;
it.each([
  [piece, 0, 1],
  [piece + 1, 0, 2],
  [piece - 4, 1, 1],
  // The places of items may begin in one piece and end in the next, also in the middle of a number.
  [piece - 2, 3, 2],
  [piece, 1, 2],
  [2 * piece, 1, 3],
  [10, 140_000, 2],
])("%i bytes with %i items are %i pieces, and come back as they were", async (length, items, pieces) => {
  const { set, answers } = opened();
  const answer = long(length, items);
  await answers.write("id", "ann", answer);
  expect(set).toHaveBeenCalledTimes(pieces + 1);
  const found = (await answers.read("id", "ann"))?.answer;
  expect(found?.kind === "text" && Buffer.compare(found.bytes, answer.bytes)).toBe(0);
  expect(found?.kind === "text" && found.list?.ends.join()).toEqual(answer.list?.ends.join());
  const { ends: _ends, ...list } = (found?.kind === "text" ? found.list : undefined) ?? { ends: [] };
  expect(list).toEqual(items === 0 ? {} : { start: 1, separator: 2, property: "data" });
});

it("no piece has a secret, nor a part of one, and what stands behind it stays where it was", async () => {
  new Secret("s3cr3t-of-pieces-77");
  const { answers } = opened();
  const bytes = Buffer.from(`${"x".repeat(piece - 6)}s3cr3t-of-pieces-77 end`);
  await answers.write("id", "ann", { kind: "bytes", bytes, mimeType: "a/b" });
  const found = Buffer.from((await answers.read("id", "ann"))?.answer.bytes ?? []).toString();
  expect(found.length).toBe(bytes.length);
  expect(found.slice(piece - 8)).toMatch(/^xx\[secret\] {11} end$/);
});

it("who they are of is noted, with how long they are, for as long as they are kept", async () => {
  const { store, answers } = opened();
  const noted = vi.spyOn(store, "compareAndSet");
  await answers.write("id", "ann", long(5, 2));
  const [key, owner] = await Promise.all([hashedKey("answer", "id"), hashedKey("answers", "ann")]);
  const first = `[{"key":"${key}","pieces":1,"bytes":13}]`;
  expect(noted.mock.calls).toEqual([[owner, undefined, first, 60_000]]);
  // What is no list is none of ours.
  await store.set(owner, '{"a":1}', 60_000);
  await answers.write("id", "ann", { kind: "bytes", bytes: new Uint8Array(piece + 1), mimeType: "a/b" });
  expect(noted.mock.calls[1]).toEqual([owner, '{"a":1}', `[{"key":"${key}","pieces":2,"bytes":524289}]`, 60_000]);
});

it("all pieces of what has to go are deleted, its head first", async () => {
  const { store, answers } = opened();
  const deleted = vi.spyOn(store, "delete");
  const key = await hashedKey("answer", "first");
  await answers.write("first", "ann", { kind: "bytes", bytes: new Uint8Array(2 * piece), mimeType: "a/b" });
  for (const id of ["second", "third"]) await answers.write(id, "ann", long(1, 0));
  expect(deleted.mock.calls).toEqual([]);
  await answers.write("fourth", "ann", long(1, 0));
  expect(deleted.mock.calls).toEqual([[key], [`${key}:0`], [`${key}:1`]]);
  expect(await answers.read("first", "ann")).toBeUndefined();
});
