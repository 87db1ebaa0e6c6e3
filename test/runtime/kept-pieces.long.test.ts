/** Kept answers that are longer than a piece in the store, or than a part: what is known to be secret is looked for in all of it. */
import { describe, expect, it } from "vitest";
import type { WholeAnswer } from "../../templates/always/src/runtime/response/call-result.ts";
import { uriTemplate } from "../../templates/always/src/runtime/request/uri-template.ts";
import { KeptAnswers, partTemplate } from "../../templates/always/src/runtime/response/kept-answers.ts";
import { SharedAnswers } from "../../templates/always/src/runtime/response/shared-answers.ts";
import { Secret } from "../../templates/always/src/runtime/secret.ts";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.ts";

const answerTemplate = uriTemplate(partTemplate);

const pieceBytes = 512 * 1024;
class Watched extends MemoryStore {
  readonly keys: string[] = [];
  readonly deleted: string[] = [];
  override async set(key: string, value: string, expiresInMs: number): Promise<void> {
    this.keys.push(key);
    return super.set(key, value, expiresInMs);
  }
  override async delete(key: string): Promise<void> {
    this.deleted.push(key);
    return super.delete(key);
  }
}
const opened = (bytesPerCaller = 10 * 1024 * 1024) => {
  const store = new Watched();
  return { store, answers: new SharedAnswers(store, { keptMs: 60_000, perCaller: 3, bytesPerCaller }) };
};
const text = (length: number, ends?: readonly number[]): WholeAnswer => ({
  kind: "text",
  bytes: Buffer.from("x".repeat(length)),
  mimeType: "text/plain",
  ...(ends && { list: { start: 1, separator: 2, ends: Uint32Array.from(ends) } }),
});

describe("in the store", () => {
  it.each<[string, WholeAnswer, number]>([
    ["a piece", text(pieceBytes), 1],
    ["a byte more", text(pieceBytes + 1), 2],
    ["a list that begins in the first piece and ends in the second", text(pieceBytes - 6, [1, 2, 3, 4]), 2],
    ["a list in the second piece", text(pieceBytes + 100, [7]), 2],
    ["three pieces", text(2 * pieceBytes + 1, [7, 8]), 3],
  ])("%s comes back as it was", async (_what, answer, pieces) => {
    const { store, answers } = opened();
    await answers.write("id", "ann", answer);
    const head = store.keys.at(-1) ?? "";
    expect(store.keys).toEqual([...Array.from({ length: pieces }, (_, index) => `${head}:${index}`), head]);
    const found = (await answers.read("id", "ann"))?.answer;
    expect(Buffer.from(found?.bytes ?? []).equals(answer.bytes)).toBe(true);
    const endsOf = (one: WholeAnswer | undefined) => (one?.kind === "text" ? [...(one.list?.ends ?? [])] : []);
    expect(endsOf(found)).toEqual(endsOf(answer));
  });

  it("a piece cannot stand in another's place", async () => {
    const { store, answers } = opened();
    await answers.write("id", "ann", text(pieceBytes + 5));
    const [first = "", second = ""] = store.keys;
    await store.set(second, (await store.get(first))?.value ?? "", 1_000);
    expect(await answers.read("id", "ann")).toBeUndefined();
  });

  it("all pieces go with their answer", async () => {
    const { store, answers } = opened(pieceBytes + 110);
    await answers.write("a1", "ann", text(pieceBytes + 10));
    const pieces = [...store.keys].sort();
    await answers.write("a2", "ann", text(100));
    expect(store.deleted).toEqual([]);
    await answers.write("a3", "ann", text(1));
    expect([...store.deleted].sort()).toEqual(pieces);
  });

  it("no secret is, also where a piece ends within it", async () => {
    const secret = "sk_live_zq81XmWv04TtLd";
    const known = new Secret(secret);
    const { answers } = opened();
    const before = "x".repeat(pieceBytes - 8);
    await answers.write("id", "ann", { ...text(0), bytes: Buffer.from(`${before}${secret}end`) });
    const found = await answers.read("id", "ann");
    const shown = Buffer.from(found?.answer.bytes ?? []).toString();
    expect(known.reveal()).toBe(secret);
    expect(shown).toHaveLength(before.length + secret.length + 3);
    expect(shown.includes(secret.slice(0, 8)) || shown.includes(secret.slice(8))).toBe(false);
    expect(shown.endsWith("end")).toBe(true);
  });
});

it("of bytes a part is 3 MiB", async () => {
  const answers = new KeptAnswers();
  const most = 3 * 1024 * 1024;
  const bytes = new Uint8Array(most + 1).fill(65);
  const uri = answers.keep("ann", { kind: "bytes", bytes, mimeType: "a/b" })?.uriAt(0) ?? "";
  const read = async (at: string) => {
    const parts = await answers.read(answerTemplate.match(at) ?? new Map<string, string[]>(), "ann");
    return parts?.map((part) => ("text" in part ? part.text : part.blob));
  };
  const [first, word] = (await read(uri)) ?? [];
  expect(Buffer.from(first ?? "", "base64")).toHaveLength(most);
  expect(word).toBe(`[Part: bytes 1 to ${most} of ${most + 1}. The next one is at ${uri}?from=${most}]`);
  expect(await read(`${uri}?from=${most}`)).toEqual(["QQ=="]);
  expect(await read(`${uri}?from=${most + 1}`)).toBeUndefined();
  answers.close();
});
