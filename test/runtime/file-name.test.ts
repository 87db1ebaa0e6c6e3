/** What the name of a file says of its content, and what of a name is kept. */
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../templates/always/src/runtime/errors.ts";
import { fileReader, mediaTypeOfName } from "../../templates/always/src/runtime/request/file.ts";
import { fileForms, withFileForms } from "../../templates/always/src/runtime/request/files.ts";
import { fileNameOf } from "../../templates/always/src/runtime/response/binary.ts";
import type { JsonObject, ToolListing } from "../../templates/always/src/runtime/data/model.ts";

describe("the ending of a file's name", () => {
  it.each([
    ["a.aac", "audio/aac"],
    ["a.avif", "image/avif"],
    ["a.bmp", "image/bmp"],
    ["a.css", "text/css"],
    ["a.csv", "text/csv"],
    ["a.doc", "application/msword"],
    ["a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
    ["a.flac", "audio/flac"],
    ["a.gif", "image/gif"],
    ["a.gz", "application/gzip"],
    ["a.heic", "image/heic"],
    ["a.htm", "text/html"],
    ["a.html", "text/html"],
    ["a.ics", "text/calendar"],
    ["a.jpeg", "image/jpeg"],
    ["a.jpg", "image/jpeg"],
    ["a.js", "text/javascript"],
    ["a.json", "application/json"],
    ["a.jsonl", "application/jsonl"],
    ["a.m4a", "audio/mp4"],
    ["a.md", "text/markdown"],
    ["a.mov", "video/quicktime"],
    ["a.mp3", "audio/mpeg"],
    ["a.mp4", "video/mp4"],
    ["a.oga", "audio/ogg"],
    ["a.ogg", "audio/ogg"],
    ["a.pdf", "application/pdf"],
    ["a.png", "image/png"],
    ["a.ppt", "application/vnd.ms-powerpoint"],
    ["a.pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"],
    ["a.rtf", "application/rtf"],
    ["a.svg", "image/svg+xml"],
    ["a.tar", "application/x-tar"],
    ["a.tif", "image/tiff"],
    ["a.tiff", "image/tiff"],
    ["a.tsv", "text/tab-separated-values"],
    ["a.txt", "text/plain"],
    ["a.wav", "audio/wav"],
    ["a.webm", "video/webm"],
    ["a.webp", "image/webp"],
    ["a.xls", "application/vnd.ms-excel"],
    ["a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
    ["a.xml", "application/xml"],
    ["a.yaml", "application/yaml"],
    ["a.yml", "application/yaml"],
    ["a.zip", "application/zip"],
    ["A.PDF", "application/pdf"],
    ["a.tar.gz", "application/gzip"],
    ["folder.d/a.png", "image/png"],
    ["a", "application/octet-stream"],
    ["a.unknown", "application/octet-stream"],
    ["a.png/b", "application/octet-stream"],
    // A name that only begins with a dot has no ending.
    [".png", "application/octet-stream"],
    ["a/.png", "application/octet-stream"],
    ["a.", "application/octet-stream"],
    ["", "application/octet-stream"],
  ])("%s: %s", (name, type) => expect(mediaTypeOfName(name)).toBe(type));
});

describe("a file that is given", () => {
  const read = fileReader({
    root: undefined,
    readResource: (uri) =>
      Promise.resolve(
        uri.startsWith("shop:") ? { bytes: Uint8Array.of(1, 2, 3), filename: "r.png", mediaType: "a/b" } : undefined,
      ),
    fetchUrl: () => Promise.resolve({ bytes: Uint8Array.of(7), filename: "f.txt" }),
  });
  const outcome = async (file: JsonObject, maxBytes = 3): Promise<unknown> => {
    try {
      const { bytes, filename, mediaType } = await read(file, maxBytes);
      return [[...bytes].join(" "), filename, mediaType];
    } catch (error) {
      if (error instanceof ArgumentError) return error.message;
      throw error;
    }
  };
  const one = 'A file needs exactly one of "path", "data" (base64) and "url".';
  const large = "The file is too large: at most 3 bytes are left for it in this call.";
  it.each<[JsonObject, unknown]>([
    [{ data: "AQID" }, ["1 2 3", "file", "application/octet-stream"]],
    [{ data: "" }, ["", "file", "application/octet-stream"]],
    [{ data: "AQID", filename: "a/b\\c.png" }, ["1 2 3", "c.png", "image/png"]],
    [{ data: "AQID", filename: "a/" }, ["1 2 3", "file", "application/octet-stream"]],
    [{ data: "AQID", filename: "c.png", media_type: "x/y" }, ["1 2 3", "c.png", "x/y"]],
    [{ data: "AQIDBA==" }, large],
    [{ data: "AQIDBAUG" }, large],
    [{ data: "!" }, 'The "data" of the file is no base64.'],
    [{ url: "shop://a" }, ["1 2 3", "r.png", "a/b"]],
    [{ url: "shop://a", filename: "n.txt" }, ["1 2 3", "n.txt", "a/b"]],
    [{ url: "https://a.example/f" }, ["7", "f.txt", "text/plain"]],
    [{ url: "http://a" }, "A file's URL must be an https URL, or the URI of a resource of this server."],
    [{ url: "a/b" }, "A file's URL must be an absolute URL."],
    [{ path: "a" }, "This server runs where there are no files."],
    [{}, one],
    [{ data: "", url: "shop://a" }, one],
    [{ data: "", path: "a" }, one],
  ])("%j", async (file, want) => expect(await outcome(file)).toEqual(want));

  it("is read by path where a folder is named, and fetched where a host is", async () => {
    const failing = async (options: Parameters<typeof fileReader>[0], file: JsonObject): Promise<unknown> =>
      fileReader(options)(file, 9).catch(({ message, hint }: ArgumentError) => [message, hint]);
    const readFileBelow = (root: string, path: string, maxBytes: number) =>
      Promise.resolve({ bytes: Uint8Array.of(maxBytes), filename: `${root}:${path}` });
    const data = 'Give the content as base64 in "data"';
    for (const root of [undefined, ""])
      expect(await failing({ root, readFileBelow }, { path: "a" })).toEqual([
        "This server reads no files by path.",
        `${data}, or have the server's owner set MCP_FILE_ROOT to a folder to read from.`,
      ]);
    expect(await failing({ root: "/srv" }, { path: "a" })).toEqual([
      "This server runs where there are no files.",
      `${data}.`,
    ]);
    expect(await failing({ root: "/srv", readFileBelow }, { path: "a" })).toMatchObject({
      bytes: Uint8Array.of(9),
      filename: "/srv:a",
    });
    expect(await failing({ root: undefined }, { url: "https://a" })).toEqual([
      "This server fetches no files by URL.",
      `${data}, or have the server's owner name the host in MCP_FILE_HOSTS.`,
    ]);
    expect(await failing({ root: undefined }, { data: "=" })).toEqual([
      'The "data" of the file is no base64.',
      "Use the alphabet with + and /, padding with =, and no line breaks or data: prefix.",
    ]);
  });
});

describe("how a file can be given", () => {
  const form = (source: string, description: string): JsonObject => ({
    type: "object",
    properties: {
      [source]: { type: "string", description },
      filename: { type: "string" },
      media_type: { type: "string" },
    },
    required: [source],
    additionalProperties: false,
  });
  const path = form("path", "Path below the folder of this server's files");
  it("depends on what the server is set up for", () => {
    expect(fileForms({ fileRoot: undefined, fileHosts: [] })).toEqual([]);
    expect(fileForms({ fileRoot: "/srv", fileHosts: [] })).toEqual([path]);
    expect(fileForms({ fileRoot: undefined, fileHosts: ["a", "b"] })).toEqual([
      form("url", "https URL at a, b, or the URI of a resource of this server"),
    ]);
    const many = Array.from({ length: 11 }, (_, index) => `h${index}`);
    expect(fileForms({ fileRoot: "/srv", fileHosts: many })).toEqual([
      path,
      form("url", `https URL at ${many.slice(0, 10).join(", ")}, or the URI of a resource of this server`),
    ]);
  });

  it("is listed at an argument, at its items and at its fields, and nowhere else", () => {
    const base64 = {
      type: "object",
      properties: { data: {}, filename: {}, media_type: {} },
      required: ["data"],
    };
    const file = { anyOf: [{ type: "string" }, base64] };
    const filled = { anyOf: [{ type: "string" }, base64, path] };
    const listing = (properties: JsonObject): ToolListing =>
      ({ name: "a", inputSchema: { type: "object", properties, required: [] } }) as unknown as ToolListing;
    const others = {
      text: { type: "string" },
      free: true,
      choice: { anyOf: [{ type: "string" }, { ...base64, required: ["data", "filename"] }] },
      shape: { anyOf: [{ ...base64, properties: { data: {} } }] },
    };
    const before = listing({
      file,
      files: { type: "array", items: file },
      body: { properties: { file, n: true } },
      ...others,
    });
    const after = listing({
      file: filled,
      files: { type: "array", items: filled },
      body: { properties: { file: filled, n: true } },
      ...others,
    });
    expect(withFileForms(before, [path])).toEqual(after);
    expect(withFileForms(before, [])).toBe(before);
    const plain = listing({
      ...others,
      list: { items: { type: "string" } },
      body: { properties: { n: { type: "null" } } },
    });
    expect(withFileForms(plain, [path])).toBe(plain);
  });
});

describe("the name of a file in an answer", () => {
  it.each([
    [undefined, undefined],
    ["attachment", undefined],
    ['attachment; filename="a b.txt"', "a b.txt"],
    ["attachment; filename=a.txt", "a.txt"],
    ["attachment;FILENAME = a.txt ;x=y", "a.txt"],
    ['attachment; filename="a\\"b\\\\c.txt"', "c.txt"],
    ['attachment; filename="../../etc/passwd"', "passwd"],
    ["attachment; filename*=UTF-8''%e2%82%ac%20a.txt", "€ a.txt"],
    ["attachment; filename=\"a.txt\"; filename*=utf-8'en'b.txt", "b.txt"],
    ["attachment; filename=\"a.txt\"; filename*=utf-8''%zz", "a.txt"],
    ["attachment; filename=\"a.txt\"; filename*=latin1''b.txt", "a.txt"],
    ['attachment; filename=""', undefined],
    ["attachment; filename=a/", undefined],
    [`attachment; filename=${"a".repeat(150)}`, `${"a".repeat(100)}…`],
    ["attachment; myfilename=a.txt", undefined],
  ])("of %j is %j", (field, want) => {
    const headers = new Headers(field === undefined ? {} : { "content-disposition": field });
    expect(fileNameOf(headers)).toBe(want);
  });
});
