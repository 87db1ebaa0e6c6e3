/** How much memory the decoding of answers takes at the same time. */
import { Readable } from "node:stream";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { acceptedCodings, readBody } from "../../templates/always/src/runtime/node/response-body.ts";
import { turns } from "./until.ts";

const whole = brotliCompressSync("x".repeat(10_000));

/** An answer whose first half has come. */
function half(bytes: Uint8Array = whole): { readonly stream: Readable; end(): void } {
  const stream = new Readable({ read: () => undefined });
  const middle = bytes.byteLength >> 1;
  stream.push(bytes.subarray(0, middle));
  return {
    stream,
    end: () => {
      stream.push(bytes.subarray(middle));
      stream.push(null);
    },
  };
}

it("does not ask for Brotli, and reads three answers in it at a time, each with a window of its own", async () => {
  expect(acceptedCodings).toBe("gzip, deflate");
  const open = [half(), half(), half()];
  const read = open.map(({ stream }) => readBody(stream, "br", 1_000_000));
  await turns(50);
  const done: string[] = [];
  const fourth = readBody(Readable.from([whole]), "br", 1_000_000).then(({ bytes }) => {
    done.push("fourth");
    return bytes.byteLength;
  });
  // Who asks for no window waits for none, and who gives up does not keep its place.
  const gzip = await readBody(Readable.from([gzipSync("y")]), "gzip", 1_000_000);
  expect(Buffer.from(gzip.bytes).toString()).toBe("y");
  const gone = new AbortController();
  const own = { waitedMs: 0, gaveUp: false, take: () => undefined, release: () => undefined };
  const fifth = readBody(Readable.from([whole]), "br", 1_000_000, undefined, { own, signal: gone.signal });
  gone.abort(new Error("called off"));
  await expect(fifth).rejects.toThrow("called off");
  await turns(50);
  expect(done).toEqual([]);
  open[0]?.end();
  expect(await fourth).toBe(10_000);
  // A fault gives the window back, too.
  open[1]?.stream.destroy(new Error("reset"));
  await expect(read[1]).rejects.toThrow("reset");
  open[2]?.end();
  for (const index of [0, 2]) expect((await read[index])?.bytes.byteLength).toBe(10_000);
  const all = Array.from({ length: 10 }, () => readBody(Readable.from([whole]), "br", 1_000_000));
  for (const answer of await Promise.all(all)) expect(answer.bytes.byteLength).toBe(10_000);
});
