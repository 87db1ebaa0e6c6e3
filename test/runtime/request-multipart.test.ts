/** `multipart/form-data` (RFC 7578) and its kin: files from folders, and what must not be sent. More cases are in test/wire. */
import { describe, expect, it, vi } from "vitest";
import { buildRequest } from "../../templates/always/src/runtime/request/build.ts";
import type { FieldEncoding, JsonObject, JsonValue } from "../../templates/always/src/runtime/data/model.ts";
import { everyPart } from "./parts.ts";
import { base, bodyPlan, build, contentType } from "./wire.ts";

describe("multipart", () => {
  const file = { bytes: new Uint8Array([1, 2, 0, 255]), filename: "a.png", mediaType: "image/png" };

  async function parts(
    value: JsonValue,
    fields: Record<string, FieldEncoding> = {},
    mediaType = "multipart/form-data",
    filename = file.filename,
  ): Promise<string> {
    const request = await buildRequest(
      bodyPlan({ mediaType, encoding: "multipart", fields }),
      { body: value },
      {
        baseUrl: base,
        writers: everyPart,
        readFile: () => Promise.resolve({ ...file, filename }),
      },
    );
    const boundary = /; boundary=([^;]+)$/.exec(contentType(request) ?? "")?.[1] ?? "";
    expect(boundary).toMatch(/^[\w-]{20,70}$/);
    return Buffer.from(request.body ?? "")
      .toString("latin1")
      .replaceAll(boundary, "B");
  }
  const part = (head: string, content: string): string => `--B\r\n${head}\r\n\r\n${content}\r\n`;
  const named = (name: string): string => `Content-Disposition: form-data; name="${name}"`;

  const rows: readonly (readonly [
    title: string,
    value: JsonObject,
    want: string,
    fields?: Record<string, FieldEncoding>,
  ])[] = [
    ["null has no part", { a: 1, b: null }, part(named("a"), "1")],
    ["order of the fields", { b: "1", a: "2" }, part(named("b"), "1") + part(named("a"), "2")],
    [
      "first type that is no range",
      { a: { b: 1 } },
      part(`${named("a")}\r\nContent-Type: application/json`, '{"b":1}'),
      { a: { contentType: "text/*, application/json" } },
    ],
    [
      "headers of a part",
      { a: "x" },
      part(`${named("a")}\r\nX-Limit: 5`, "x"),
      { a: { headers: { "X-Limit": "5", "Content-Type": "no", "content-disposition": "no" } } },
    ],
    [
      "a file",
      { a: { path: "a.png" } },
      part(`${named("a")}; filename="a.png"\r\nContent-Type: image/png`, "\x01\x02\0\xff"),
      { a: { file: true } },
    ],
    [
      "a file outside a range",
      { a: { path: "a.png" } },
      part(`${named("a")}; filename="a.png"\r\nContent-Type: text/csv`, "\x01\x02\0\xff"),
      { a: { file: true, contentType: "audio/*, text/csv" } },
    ],
    [
      "several files",
      { a: [{ path: "1" }, "x"] },
      part(`${named("a")}; filename="a.png"\r\nContent-Type: image/png`, "\x01\x02\0\xff") +
        part(`${named("a")}; filename="a"\r\nContent-Type: text/plain`, "x"),
      { a: { file: true } },
    ],
  ];
  it.each(rows.map((row) => [row[0], row] as const))("%s", async (_title, [, value, want, fields]) => {
    expect(await parts(value, fields)).toBe(`${want}--B--\r\n`);
  });

  it("an empty form is its closing boundary", async () => {
    expect(await parts({})).toBe("--B--\r\n");
  });

  it("file names cannot leave their quotes, and are UTF-8", async () => {
    expect(
      await parts({ a: { path: "a" } }, { a: { file: true } }, "multipart/form-data", 'x"; name="b\r\nX: y'),
    ).toContain('name="a"; filename="x%22; name=%22b%0D%0AX: y"\r\n');
    expect(await parts({ a: { path: "a" } }, { a: { file: true } }, "multipart/form-data", "ü.png")).toContain(
      `filename="${Buffer.from("ü.png").toString("latin1")}"`,
    );
  });

  it("parameters of the media type stay, its boundary does not", async () => {
    const request = await build(
      bodyPlan({ mediaType: 'multipart/related; type="application/json"; boundary=x', encoding: "multipart" }),
      { body: { a: "x" } },
    );
    expect(contentType(request)).toMatch(
      /^multipart\/related; type="application\/json"; boundary=----part-[0-9a-f-]{36}$/,
    );
  });

  it("quotes and backslashes within those parameters are escaped (RFC 9110 §5.6.4)", async () => {
    const request = await build(
      bodyPlan({ mediaType: String.raw`multipart/related; type="a\"; x=\\b"`, encoding: "multipart" }),
      { body: { a: "x" } },
    );
    expect(contentType(request)?.split("; boundary=")[0]).toBe(String.raw`multipart/related; type="a\"; x=\\b"`);
  });

  it("a boundary that a part holds is not used (RFC 2046 §5.1.1)", async () => {
    const taken = "00000000-0000-4000-8000-000000000000";
    const free = "00000000-0000-4000-8000-000000000001";
    const random = vi.spyOn(crypto, "randomUUID").mockReturnValueOnce(taken).mockReturnValueOnce(free);
    try {
      const request = await build(bodyPlan({ mediaType: "multipart/form-data", encoding: "multipart" }), {
        body: { a: `x\r\n------part-${taken}--\r\n` },
      });
      expect(contentType(request)).toBe(`multipart/form-data; boundary=----part-${free}`);
    } finally {
      random.mockRestore();
    }
  });

  it("files of one call share 32 MiB", async () => {
    const big = { ...file, bytes: new Uint8Array(20 * 1024 * 1024) };
    const asked: number[] = [];
    const sending = buildRequest(
      bodyPlan({ mediaType: "multipart/form-data", encoding: "multipart", fields: { f: { file: true } } }),
      { body: { f: [{ path: "a" }, { path: "b" }] } },
      {
        baseUrl: base,
        writers: everyPart,
        readFile: (_file, maxBytes) => (asked.push(maxBytes), Promise.resolve(big)),
      },
    );
    await expect(sending).rejects.toThrow("32 MiB together");
    expect(asked).toEqual([32 * 1024 * 1024, 12 * 1024 * 1024]);
  });

  it.each([
    [5],
    [{}],
    [{ path: "a", data: "eA==" }],
    [{ path: 5 }],
    [{ data: "eA==", media_type: "a\r\nX: y" }],
    [{ data: "eA==", media_type: "image/*" }],
    [{ data: "eA==", filename: "\ud800" }],
  ])("refuses %j as a file", async (value) => {
    await expect(parts({ a: value as JsonValue }, { a: { file: true } })).rejects.toThrow(/^Argument "body" /);
  });
});
