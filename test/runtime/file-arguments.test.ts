/** File arguments: what is one, where its bytes come from, and how it is called. */
import { describe, expect, it } from "vitest";
import type { FileArgument, JsonValue } from "../../templates/always/src/runtime/data/model.ts";
import { ArgumentError, UpstreamError } from "../../templates/always/src/runtime/errors.ts";
import {
  asFile,
  fileLoader,
  maxFileBytes,
  type Read,
} from "../../templates/always/src/runtime/request/file-argument.ts";
import {
  fileReader,
  type FileReaderOptions,
  mediaTypeOfName,
} from "../../templates/always/src/runtime/request/file.ts";
import { lastSegment } from "../../templates/always/src/runtime/data/url.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("a file argument", () => {
  it.each<[JsonValue, FileArgument | string]>([
    ["text", "text"],
    ["", ""],
    [{ path: "a/b" }, { path: "a/b" }],
    [{ data: "" }, { data: "" }],
    [{ url: "u", path: null, more: 1 }, { url: "u" }],
    [
      { path: "p", filename: "f", media_type: "a/b; c=d" },
      { path: "p", filename: "f", media_type: "a/b; c=d" },
    ],
  ])("is %j", (value, want) => expect(asFile(value, "doc")).toEqual(want));

  const forms = 'is a file: give {"path": …}, {"data": …} with base64, or {"url": …}';
  const one = 'needs exactly one of "path", "data" (base64) and "url"';
  const type = 'has a "media_type" that is no media type';
  it.each<[JsonValue, string]>([
    [1, forms],
    [null, forms],
    [[{ path: "a" }], forms],
    [{}, one],
    [{ filename: "f" }, one],
    [{ path: "a", data: "" }, one],
    [{ data: "", url: "" }, one],
    [{ path: "a", url: "u" }, one],
    [{ path: 1 }, 'has a "path" that is no text'],
    [{ data: "", media_type: [] }, 'has a "media_type" that is no text'],
    [{ data: "", filename: "\ud800" }, "holds half a character (a lone surrogate)"],
    [{ data: "", media_type: "image" }, type],
    [{ data: "", media_type: "image/*" }, type],
    [{ data: "", media_type: 'a/b; c="é"' }, type],
    [{ data: "", media_type: "a/b;\nc=d" }, type],
  ])("is not %j", (value, rule) => {
    expect(() => asFile(value, "doc")).toThrow(new ArgumentError(`Argument "doc" ${rule}.`));
  });

  it("has no member that is inherited", () => {
    const value = Object.create({ path: "a" }) as JsonValue;
    expect(() => asFile(value, "doc")).toThrow(`Argument "doc" ${one}.`);
  });
});

describe("the files of one call", () => {
  const sized = (byteLength: number) => ({
    bytes: { byteLength } as Uint8Array,
    filename: "f",
    mediaType: "a/b",
  });

  it("are texts as they are, with the name of their field", async () => {
    const load = fileLoader(() => Promise.reject(new Error("not read")));
    expect(await load("é", "notes", "doc")).toEqual({
      bytes: utf8("é"),
      filename: "notes",
      mediaType: "text/plain",
    });
    await expect(load("\ud800", "notes", "doc")).rejects.toThrow('Argument "doc" holds half a character');
  });

  it("have 32 MiB together", async () => {
    expect(maxFileBytes).toBe(33_554_432);
    const left: number[] = [];
    const load = fileLoader((file, most) => {
      left.push(most);
      return Promise.resolve(sized(Number(file.path)));
    });
    await load({ path: "33554422" }, "", "doc");
    await load("12345", "", "doc");
    expect(await load({ path: "5" }, "", "doc")).toEqual(sized(5));
    await expect(load("1", "", "doc")).rejects.toThrow(
      new ArgumentError('Argument "doc" is too large: the files of one call may have 32 MiB together.'),
    );
    expect(left).toEqual([33_554_432, 5]);
  });

  it("name their argument in a fault", async () => {
    const fault = new UpstreamError("No answer.", { hint: "Again." });
    const loadOf = (thrown: unknown) => fileLoader(() => Promise.reject(thrown as Error))({ path: "a" }, "", "doc");
    await expect(loadOf(fault)).rejects.toMatchObject({
      name: "ArgumentError",
      message: "doc: No answer.",
      hint: "Again.",
      cause: fault,
    });
    await expect(loadOf(new ArgumentError("No."))).rejects.toMatchObject({ message: "doc: No.", hint: undefined });
    const other = new Error("gone");
    await expect(loadOf(other)).rejects.toBe(other);
  });
});

describe("a file", () => {
  const read = (file: FileArgument, options: Partial<FileReaderOptions> = {}, most = 100) =>
    fileReader({ root: "/srv", ...options })(file, most);
  const found = (parts: Partial<Read> = {}) => Promise.resolve({ bytes: utf8("x"), filename: "b.csv", ...parts });

  it("is read by path below the folder that is named", async () => {
    const asked: unknown[] = [];
    const readFileBelow = (...given: readonly unknown[]) => (asked.push(given), found());
    expect(await read({ path: "a" }, { readFileBelow })).toEqual({
      bytes: utf8("x"),
      filename: "b.csv",
      mediaType: "text/csv",
    });
    expect(asked).toEqual([["/srv", "a", 100]]);
  });

  it.each<[FileArgument, Partial<Read>, string, string]>([
    [{}, {}, "b.csv", "text/csv"],
    [{}, { mediaType: "a/b" }, "b.csv", "a/b"],
    [{ media_type: "c/d" }, { mediaType: "a/b" }, "b.csv", "c/d"],
    [{ filename: "x/y\\c.PNG" }, {}, "c.PNG", "image/png"],
    [{ filename: "x/" }, {}, "b.csv", "text/csv"],
    [{ filename: "" }, {}, "b.csv", "text/csv"],
    [{ filename: "c" }, { mediaType: "a/b" }, "c", "a/b"],
  ])("given as %j and found as %j is called %s, of %s", async (file, parts, filename, mediaType) => {
    const readResource = () => found(parts);
    expect(await read({ url: "pets://1", ...file }, { readResource })).toEqual({
      bytes: utf8("x"),
      filename,
      mediaType,
    });
  });

  it.each([
    ["YWJj", 3, "abc"],
    ["", 0, ""],
    ["YQ==", 1, "a"],
  ])("is base64: %j of %i bytes at most", async (data, most, text) => {
    expect(await read({ data }, {}, most)).toEqual({
      bytes: utf8(text),
      filename: "file",
      mediaType: "application/octet-stream",
    });
  });

  it("is fetched by the URL that it has", async () => {
    const asked: unknown[] = [];
    const fetchUrl = (...given: readonly unknown[]) => (asked.push(given), found());
    const readResource = (uri: string) => Promise.resolve(void asked.push(uri));
    await read({ url: "https://h.example/a" }, { fetchUrl, readResource }, 7);
    expect(asked).toEqual(["https://h.example/a", ["https://h.example/a", 7]]);
  });

  const one = 'A file needs exactly one of "path", "data" (base64) and "url".';
  const large = (most: number) => `The file is too large: at most ${most} bytes are left for it in this call.`;
  const owner = 'Give the content as base64 in "data", or have the server\'s owner';
  it.each<[FileArgument, Partial<FileReaderOptions>, number, string, string | undefined]>([
    [{}, {}, 9, one, undefined],
    [{ path: "a", data: "" }, {}, 9, one, undefined],
    [{ data: "", url: "b" }, {}, 9, one, undefined],
    [{ path: "a" }, {}, 9, "This server runs where there are no files.", 'Give the content as base64 in "data".'],
    [
      { path: "a" },
      { root: undefined, readFileBelow: () => found() },
      9,
      "This server reads no files by path.",
      `${owner} set MCP_FILE_ROOT to a folder to read from.`,
    ],
    [
      { path: "a" },
      { root: "", readFileBelow: () => found() },
      9,
      "This server reads no files by path.",
      `${owner} set MCP_FILE_ROOT to a folder to read from.`,
    ],
    [{ path: "a" }, { readFileBelow: () => found() }, 0, large(0), undefined],
    [{ data: "YWJj" }, {}, 2, large(2), undefined],
    [{ data: "????????" }, {}, 3, large(3), undefined],
    [
      { data: "????" },
      {},
      3,
      'The "data" of the file is no base64.',
      "Use the alphabet with + and /, padding with =, and no line breaks or data: prefix.",
    ],
    [{ url: "a" }, {}, 9, "A file's URL must be an absolute URL.", undefined],
    [
      { url: "http://h.example/" },
      { fetchUrl: () => found() },
      9,
      "A file's URL must be an https URL, or the URI of a resource of this server.",
      undefined,
    ],
    [
      { url: "https://h.example/" },
      {},
      9,
      "This server fetches no files by URL.",
      `${owner} name the host in MCP_FILE_HOSTS.`,
    ],
  ])("is refused as %j", async (file, options, most, message, hint) => {
    await expect(read(file, options, most)).rejects.toMatchObject({ name: "ArgumentError", message, hint });
  });
});

describe("the name of a file", () => {
  it.each([
    ["https://h.example/a/b.txt", "b.txt"],
    ["https://h.example/a%20b", "a b"],
    ["https://h.example/a%2Fb%5Cc", "a_b_c"],
    ["https://h.example/a/", "file"],
    ["https://h.example", "file"],
    ["https://h.example/%E2", "file"],
    ["https://h.example/a?b/c#d/e", "a"],
  ])("at %s is %s", (url, want) => expect(lastSegment(new URL(url))).toBe(want));

  it("has a hundred characters at most", () => {
    expect(lastSegment(new URL(`https://h.example/${"x".repeat(100)}`))).toBe("x".repeat(100));
    expect(lastSegment(new URL(`https://h.example/${"x".repeat(101)}`))).toBe(`${"x".repeat(100)}…`);
  });

  const types: Readonly<Record<string, string>> = {
    aac: "audio/aac",
    avif: "image/avif",
    bmp: "image/bmp",
    css: "text/css",
    csv: "text/csv",
    doc: "application/msword",
    docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    flac: "audio/flac",
    gif: "image/gif",
    gz: "application/gzip",
    heic: "image/heic",
    htm: "text/html",
    html: "text/html",
    ics: "text/calendar",
    jpeg: "image/jpeg",
    jpg: "image/jpeg",
    js: "text/javascript",
    json: "application/json",
    jsonl: "application/jsonl",
    m4a: "audio/mp4",
    md: "text/markdown",
    mov: "video/quicktime",
    mp3: "audio/mpeg",
    mp4: "video/mp4",
    oga: "audio/ogg",
    ogg: "audio/ogg",
    pdf: "application/pdf",
    png: "image/png",
    ppt: "application/vnd.ms-powerpoint",
    pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    rtf: "application/rtf",
    svg: "image/svg+xml",
    tar: "application/x-tar",
    tif: "image/tiff",
    tiff: "image/tiff",
    tsv: "text/tab-separated-values",
    txt: "text/plain",
    wav: "audio/wav",
    webm: "video/webm",
    webp: "image/webp",
    xls: "application/vnd.ms-excel",
    xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    xml: "application/xml",
    yaml: "application/yaml",
    yml: "application/yaml",
    zip: "application/zip",
  };
  it("tells its media type by its ending", () => {
    const told = Object.keys(types).map((ending) => [ending, mediaTypeOfName(`a.${ending}`)]);
    expect(Object.fromEntries(told)).toEqual(types);
  });
  it.each([
    ["A.PNG", "image/png"],
    ["a.tar.gz", "application/gzip"],
    ["x/a.txt", "text/plain"],
    ...[".png", "png", "a.", "a.other", "a.png/b", "a.png\\b", "x/.png", ""].map((name) => [
      name,
      "application/octet-stream",
    ]),
  ])("%j says %s", (name, want) => expect(mediaTypeOfName(name ?? "")).toBe(want));
});
