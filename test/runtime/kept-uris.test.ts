/** Kept answers by their URIs: who may read them, for how long, how many there are, and how one is read on. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { WholeAnswer } from "../../templates/always/src/runtime/response/call-result.ts";
import { uriTemplate } from "../../templates/always/src/runtime/request/uri-template.ts";
import {
  type KeepLimits,
  KeptAnswers,
  partTemplate,
} from "../../templates/always/src/runtime/response/kept-answers.ts";
import { recordList } from "../../templates/always/src/runtime/response/text.ts";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.ts";

const answerTemplate = uriTemplate(partTemplate);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const text = (value: string, more: object = {}): WholeAnswer => ({
  kind: "text",
  bytes: Buffer.from(value),
  mimeType: "text/plain",
  ...more,
});
const open = (limits: Partial<KeepLimits> = {}) => {
  const answers = new KeptAnswers(limits, new MemoryStore());
  const keep = (answer: WholeAnswer, caller = "ann") => answers.keep(caller, answer)?.uriAt(0) ?? "none";
  const read = async (uri: string, caller = "ann") => {
    const values = answerTemplate.match(uri) ?? new Map<string, string[]>();
    return (await answers.read(values, caller))?.map((part) => ("text" in part ? part.text : part.blob));
  };
  const has = async (uri: string, caller = "ann") => (await answers.find(uri, caller)) !== undefined;
  return { answers, keep, read, has };
};

describe("a URI", () => {
  it("names the answer, and where a part begins", async () => {
    const { answers } = open();
    const kept = answers.keep("ann", text("abc"));
    const uri = kept?.uriAt(0) ?? "";
    expect(uri).toMatch(/^answer:\/\/[0-9a-f]{8}-[0-9a-f-]{27}$/);
    expect(kept?.uriAt(7)).toBe(`${uri}?from=7`);
    const found = await answers.find(`${uri}?from=2`, "ann");
    expect([found?.at, found?.uriAt(0), found?.uriAt(3)]).toEqual([2, uri, `${uri}?from=3`]);
    expect((await answers.find(uri, "ann"))?.at).toBe(0);
    await expect(kept?.written).resolves.toBeUndefined();
    answers.close();
  });

  it("leads nobody else there, and nowhere where it is none", async () => {
    const { answers, keep, has, read } = open();
    const uri = keep(text("abc"));
    expect(await has(uri)).toBe(true);
    expect([await has(uri, "bob"), await read(uri, "bob")]).toEqual([false, undefined]);
    for (const other of [
      "",
      "answer://x",
      `x${uri}`,
      `${uri}x`,
      `${uri}?from=`,
      `${uri}?from=x`,
      `${uri}?from=1234567890123456`,
      uri.replace(/.$/, "g"),
    ])
      expect(await has(other), other).toBe(false);
    const id = uri.slice("answer://".length);
    for (const from of ["x", "-1", "", "1.5", "1234567890123456"])
      expect(
        await answers.read(
          new Map([
            ["id", [id]],
            ["from", [from]],
          ]),
          "ann",
        ),
        from,
      ).toBeUndefined();
    expect(await answers.read(new Map(), "ann")).toBeUndefined();
    answers.close();
  });
});

describe("what is read", () => {
  it("is a part, and a word on where the next one is", async () => {
    const { answers, keep, read } = open({ partBytes: 4 });
    const uri = keep(text("abcdefghij"));
    expect(await read(uri)).toEqual(["abcd", `[Part: bytes 1 to 4 of 10. The next one is at ${uri}?from=4]`]);
    expect(await read(`${uri}?from=4`)).toEqual([
      "efgh",
      `[Part: bytes 5 to 8 of 10. The next one is at ${uri}?from=8]`,
    ]);
    expect(await read(`${uri}?from=8`)).toEqual(["ij"]);
    expect(await read(`${uri}?from=10`)).toBeUndefined();
    const [part, word] = (await answers.read(answerTemplate.match(uri) ?? new Map(), "ann")) ?? [];
    expect(part).toEqual({ uri, mimeType: "text/plain", text: "abcd" });
    expect(word).toMatchObject({ uri: `${uri}?from=4`, mimeType: "text/plain" });
    answers.close();
  });

  it("is cut between items where there are some", async () => {
    const { answers, keep, read } = open({ partBytes: 8 });
    const lines = "[Part: x\n[Part: y\n";
    const uri = keep(text(lines, { list: recordList(Buffer.from(lines), false) }));
    expect(await read(uri)).toEqual(["[Part: x\n", `[Part: items 1 to 1 of 2. The next one is at ${uri}?from=1]`]);
    expect(await read(`${uri}?from=1`)).toEqual(["[Part: y\n"]);
    answers.close();
  });

  it("marks what reads like a word of this server, where one stands beside it or it is a rest", async () => {
    const { answers, keep, read } = open({ partBytes: 16 });
    const whole = keep(text("[Part: all.]"));
    expect(await read(whole)).toEqual(["[Part: all.]"]);
    const cut = keep(text("[Part: all.]\nxxx[Part: rest.]"));
    expect((await read(cut))?.[0]).not.toMatch(/^\[Part/);
    expect((await read(`${cut}?from=16`))?.[0]).not.toMatch(/^\[Part/);
    answers.close();
  });
});

describe("an answer is kept", () => {
  it("for five minutes", async () => {
    const { keep, has } = open();
    const uri = keep(text("abc"));
    vi.advanceTimersByTime(299_999);
    expect(await has(uri)).toBe(true);
    vi.advanceTimersByTime(1);
    expect(await has(uri)).toBe(false);
  });

  it("unless it is too large for its caller", () => {
    const { keep } = open({ bytesPerCaller: 10 });
    expect(keep(text("x".repeat(10)))).toContain("answer://");
    expect(keep(text("x".repeat(11)))).toBe("none");
    expect(keep(text("x".repeat(6), { list: { start: 0, separator: 1, ends: Uint32Array.of(3) } }))).toContain(
      "answer://",
    );
    expect(keep(text("x".repeat(7), { list: { start: 0, separator: 1, ends: Uint32Array.of(3) } }))).toBe("none");
  });

  const which = async ({ has }: ReturnType<typeof open>, uris: readonly string[], caller?: string) =>
    (await Promise.all(uris.map((uri) => has(uri, caller)))).map(Number).join("");

  it("until there are eight newer ones of its caller", async () => {
    const server = open();
    const other = server.keep(text("abc"), "bob");
    const uris = Array.from({ length: 9 }, () => server.keep(text("abc")));
    expect(await which(server, uris)).toBe("011111111");
    expect(await server.has(other, "bob")).toBe(true);
    expect(vi.getTimerCount()).toBe(9);
  });

  it("until newer ones of its caller take its room", async () => {
    const server = open({ bytesPerCaller: 10 });
    const uris = [5, 5].map((length) => server.keep(text("x".repeat(length))));
    expect(await which(server, uris)).toBe("11");
    expect(await which(server, [...uris, server.keep(text("x"))])).toBe("011");
  });

  it("until newer ones of all take its room", async () => {
    const server = open({ bytes: 10 });
    const uris = [server.keep(text("x".repeat(5)), "bob"), server.keep(text("x".repeat(5)), "bob")];
    expect(await which(server, uris, "bob")).toBe("11");
    server.keep(text("x"));
    expect(await which(server, uris, "bob")).toBe("01");
  });

  it("until the server ends: no timer is left", async () => {
    const { answers, keep, has } = open();
    const uri = keep(text("abc"));
    answers.close();
    expect([await has(uri), vi.getTimerCount()]).toEqual([false, 0]);
  });

  it("by default of 24 MiB of its caller", () => {
    const { keep } = open();
    expect(keep({ kind: "bytes", bytes: new Uint8Array(24 * 1024 * 1024 + 1), mimeType: "a/b" })).toBe("none");
  });
});
