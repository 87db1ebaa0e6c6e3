/** Bytes in a result: as pictures, sounds and files, up to which size, and what is kept of larger ones. */
import { describe, expect, it } from "vitest";
import { binaryBody } from "../../templates/always/src/runtime/response/binary.ts";
import type { ResultLimits, WholeAnswer } from "../../templates/always/src/runtime/response/call-result.ts";
import { parseMediaType } from "../../templates/always/src/runtime/upstream/media-type.ts";

const limits: ResultLimits = { maxTextBytes: 100, maxStructuredBytes: 2 * 1024 * 1024 };
const bodyOf = (
  body: Uint8Array,
  type: string | undefined,
  more: { headers?: Record<string, string>; truncated?: boolean; limits?: Partial<ResultLimits> } = {},
) =>
  binaryBody(
    {
      body,
      mediaType: type === undefined ? undefined : parseMediaType(type),
      headers: new Headers(more.headers),
      truncated: more.truncated === true,
    },
    { ...limits, ...more.limits },
  );
const text = (words: string) => ({ type: "text", text: words });
const three = Uint8Array.of(0, 255, 1);

describe("bytes are shown", () => {
  it.each<[type: string | undefined, block: object]>([
    ["image/png", { type: "image", data: "AP8B", mimeType: "image/png" }],
    ["audio/ogg; codecs=opus", { type: "audio", data: "AP8B", mimeType: "audio/ogg" }],
    ["video/mp4", { type: "resource", resource: { uri: "response:///body", mimeType: "video/mp4", blob: "AP8B" } }],
    ["x-image/a", { type: "resource", resource: { uri: "response:///body", mimeType: "x-image/a", blob: "AP8B" } }],
    [
      undefined,
      { type: "resource", resource: { uri: "response:///body", mimeType: "application/octet-stream", blob: "AP8B" } },
    ],
  ])("of %s", (type, block) => {
    const name = type?.split(";")[0] ?? "application/octet-stream";
    expect(bodyOf(three, type)).toEqual({ content: [text(`Received 3 bytes of ${name}.`), block] });
  });

  it("with the name of their file", () => {
    const headers = { "Content-Disposition": 'attachment; filename="a b.pdf"' };
    expect(bodyOf(three, "application/pdf", { headers })).toEqual({
      content: [
        text("Received 3 bytes of application/pdf, “a b.pdf”."),
        { type: "resource", resource: { uri: "response:///a%20b.pdf", mimeType: "application/pdf", blob: "AP8B" } },
      ],
    });
  });

  it("where their base64 fits, and else only described", () => {
    const few = { limits: { maxStructuredBytes: 8 } };
    expect(bodyOf(new Uint8Array(6), "image/png", few).content).toHaveLength(2);
    expect(bodyOf(new Uint8Array(7), "image/png", few)).toEqual({
      content: [text("Received 7 bytes of image/png. That is more than fits into a result; the content is left out.")],
    });
    expect(bodyOf(three, "a/b", { truncated: true, headers: { "Content-Disposition": "a; filename=n" } })).toEqual({
      content: [
        text(
          "Received the first 3 bytes of a/b, “n”. The rest is more than this server reads; the content is left out.",
        ),
      ],
    });
  });
});

describe("bytes are kept", () => {
  const asked = (length: number, type: string, more: Partial<ResultLimits> = {}, truncated = false) => {
    const kept: WholeAnswer[] = [];
    const keep = (whole: WholeAnswer) => {
      kept.push(whole);
      return { uriAt: (at: number) => `kept:${at}`, written: Promise.resolve() };
    };
    return { found: bodyOf(new Uint8Array(length), type, { limits: { keep, ...more }, truncated }), kept };
  };

  it("where they do not fit, with a word on how to read them", () => {
    const { found, kept } = asked(7, "application/zip", { maxStructuredBytes: 8 });
    expect(found).toEqual({
      content: [
        text(
          'Received 7 bytes of application/zip. That is more than fits into a result; it can be read for some minutes, by this tool with {"answer_part":"kept:0"}',
        ),
      ],
      part: { from: 0, to: 0, of: 7, unit: "bytes", next: "kept:0" },
    });
    expect(kept).toEqual([{ kind: "bytes", bytes: new Uint8Array(7), mimeType: "application/zip" }]);
    expect(asked(7, "a/b", { maxStructuredBytes: 8, isLinked: true }).found.content).toEqual([
      text(
        'Received 7 bytes of a/b. That is more than fits into a result; it can be read for some minutes, beginning at kept:0 or by this tool with {"answer_part":"kept:0"}',
      ),
    ]);
  });

  it("not where they fit, nor where they were cut", () => {
    expect(asked(6, "a/b", { maxStructuredBytes: 8 }).kept).toEqual([]);
    const cut = asked(7, "a/b", { maxStructuredBytes: 8 }, true);
    expect([cut.kept, cut.found.part]).toEqual([[], undefined]);
  });

  it.each([
    ["application/zip", 49_152, 49_153],
    ["image/png", 393_216, 393_217],
    ["audio/ogg", 393_216, 393_217],
    ["x-image/a", 49_152, 49_153],
  ])("of %s beyond %i where a model pays for them", (type, fits, beyond) => {
    expect(asked(fits, type, { maxTokens: 9 }).kept).toEqual([]);
    expect(asked(beyond, type, { maxTokens: 9 }).kept).toHaveLength(1);
    expect(asked(beyond, type).kept).toEqual([]);
    // Where nothing can be kept, all of it is shown.
    expect(bodyOf(new Uint8Array(beyond), type, { limits: { maxTokens: 9 } }).content).toHaveLength(2);
    expect(asked(100, type, { maxTokens: 9, maxStructuredBytes: 100 }).kept).toHaveLength(1);
  });
});
