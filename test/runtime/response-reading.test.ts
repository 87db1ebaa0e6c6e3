/** The body of an answer as it is read: its coding, its limit, and what is left of it where it breaks off. */
import { Readable } from "node:stream";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type CutOf, isCodingError, readBody } from "../../templates/always/src/runtime/node/response-body.ts";
import { MalformedAnswerError } from "../../templates/always/src/runtime/upstream/upstream-failure.ts";

const text = "Straße ".repeat(50);
const pieces = (bytes: Uint8Array, size = 7): Readable =>
  Readable.from(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_none, at) => bytes.subarray(at * size, (at + 1) * size)),
  );
const breaking = (chunks: readonly string[], fault: Error): Readable => {
  async function* parts(): AsyncGenerator<Buffer> {
    for (const chunk of chunks) yield Buffer.from(chunk);
    throw fault;
  }
  return Readable.from(parts());
};
const read = async (stream: Readable, coding: string | null, limit = 1_000_000, cutOf?: CutOf) => {
  const { bytes, ...rest } = await readBody(stream, coding, limit, cutOf);
  return { text: Buffer.from(bytes).toString(), ...rest };
};
const endless = new AbortController().signal;

describe("a coding is undone", () => {
  it.each<[string | null, (bytes: Buffer) => Uint8Array]>([
    [null, (bytes) => bytes],
    ["", (bytes) => bytes],
    ["identity", (bytes) => bytes],
    [" , Identity,", (bytes) => bytes],
    ["gzip", gzipSync],
    ["GZIP", gzipSync],
    ["identity, gzip ", gzipSync],
    ["x-gzip", gzipSync],
    ["deflate", deflateSync],
    ["deflate", deflateRawSync],
    ["br", brotliCompressSync],
  ])("%j", async (coding, code) =>
    expect(await read(pieces(code(Buffer.from(text))), coding)).toEqual({ text, truncated: false }),
  );

  it.each(["zstd", "compress", "gzip, br", "gzip, gzip", "x"])(
    "but none that was not asked for: %s",
    async (coding) => {
      const stream = pieces(Buffer.from(text));
      await expect(read(stream, coding)).rejects.toEqual(
        new MalformedAnswerError("its answer has a content coding that was not asked for"),
      );
      expect(stream.destroyed).toBe(true);
    },
  );

  it.each(["gzip", "deflate", "br"])("and what is no %s is told as that", async (coding) =>
    expect(read(pieces(Buffer.from("no such thing at all")), coding)).rejects.toThrow(
      new MalformedAnswerError(`the body of its answer is no valid ${coding}`),
    ),
  );

  it.each(["gzip", "br", null])("of a body that is not there: %s", async (coding) =>
    expect(await read(Readable.from([]), coding)).toEqual({ text: "", truncated: false }),
  );
});

describe("a body is read up to its limit", () => {
  it.each<[number, string, boolean]>([
    [10, "0123456789", false],
    [11, "0123456789", false],
    [9, "012345678", true],
    [7, "0123456", true],
    [1, "0", true],
  ])("of %i bytes: %s", async (limit, start, truncated) => {
    for (const [coding, bytes] of [
      [null, Buffer.from("0123456789")],
      ["gzip", gzipSync("0123456789")],
    ] as const) {
      const stream = pieces(bytes);
      expect(await read(stream, coding, limit)).toEqual({ text: start, truncated });
      expect(stream.destroyed).toBe(true);
    }
  });
});

describe("a body that breaks off", () => {
  const fault = Object.assign(new Error("reset"), { code: "ECONNRESET" });
  const seen: [string, unknown][] = [];
  const cutOf: CutOf = (start, error) => {
    seen.push([Buffer.from(start).toString(), error]);
    return start.length === 0 || start.includes(0x0a) ? "connection" : undefined;
  };

  it("has what came where that is worth something", async () => {
    expect(await read(breaking(["a\n", "b"], fault), null, 100, cutOf)).toEqual({
      text: "a\nb",
      truncated: true,
      cutBy: "connection",
    });
    expect(seen.splice(0)).toEqual([["a\nb", fault]]);
  });

  it("also where nothing came", async () => {
    expect(await read(breaking([], fault), "gzip", 100, cutOf)).toEqual({
      text: "",
      truncated: true,
      cutBy: "connection",
    });
    expect(seen.splice(0)).toEqual([["", fault]]);
  });

  it("is a fault else", async () => {
    await expect(read(breaking(["a"], fault), null, 100, cutOf)).rejects.toBe(fault);
    await expect(read(breaking(["a\n"], fault), null, 100)).rejects.toBe(fault);
    await expect(read(breaking([], fault), null, 100)).rejects.toBe(fault);
    const begun = gzipSync("a").subarray(0, 12);
    const bytes = Readable.from(
      (async function* () {
        yield begun;
        throw fault;
      })(),
    );
    await expect(read(bytes, "gzip", 100)).rejects.toBe(fault);
  });

  it("and is coded has what was decoded until then", async () => {
    const whole = gzipSync("a\n".repeat(10_000));
    const half = Readable.from([whole.subarray(0, whole.length - 8)]);
    const cut = await read(half, "gzip", 100_000, (_start, error) => (isCodingError(error) ? "coding" : undefined));
    expect(cut).toEqual({ text: "a\n".repeat(10_000), truncated: true, cutBy: "coding" });
  });

  it("is looked at up to a mebibyte", async () => {
    const lengths: number[] = [];
    const long = "x".repeat(1_048_577);
    await read(breaking([long], fault), null, 2_000_000, (start) => (lengths.push(start.length), "time"));
    expect(lengths).toEqual([1_048_576]);
  });
});

it.each<[unknown, boolean]>([
  [Object.assign(new Error(), { errno: -3, code: "Z_DATA_ERROR" }), true],
  [Object.assign(new Error(), { errno: -5, code: "ERR__ERROR_FORMAT_PADDING_1" }), true],
  [Object.assign(new Error(), { errno: -104, code: "ECONNRESET" }), false],
  [Object.assign(new Error(), { errno: -1, code: "XZ_DATA" }), false],
  [Object.assign(new Error(), { code: "ERR_STREAM_PREMATURE_CLOSE" }), false],
  [Object.assign(new Error(), { errno: -3 }), false],
  [{ errno: -3, code: "Z_DATA_ERROR" }, false],
  [undefined, false],
])("%j is an error of a coding: %s", (error, isOne) => expect(isCodingError(error)).toBe(isOne));

it("asks for room before it keeps a piece, and tells of each", async () => {
  const steps: string[] = [];
  const own = {
    waitedMs: 0,
    gaveUp: false,
    take: async (bytes: number, signal: AbortSignal) => void steps.push(`take ${bytes} ${signal === endless}`),
    release: () => undefined,
  };
  const along = (piece: Uint8Array) => void steps.push(Buffer.from(piece).toString());
  await readBody(pieces(Buffer.from("0123456789")), null, 9, undefined, { own, signal: endless, along });
  expect(steps).toEqual(["take 7 true", "0123456", "take 2 true", "78"]);
});
