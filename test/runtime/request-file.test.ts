/** File arguments: nothing outside the folder is read, and no word tells what lies there. */
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readFileBelow } from "../../templates/always/src/runtime/node/files.ts";
import { fileReader, mediaTypeOfName } from "../../templates/always/src/runtime/request/file.ts";

const refused = { name: "ArgumentError" };

describe("files are read below their folder only", () => {
  let folder = "";
  let root = "";
  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), "files-")));
    root = join(folder, "root");
    await mkdir(join(root, "sub"), { recursive: true });
    await writeFile(join(root, "a.csv"), "a,b\n");
    await writeFile(join(root, "sub", "b.PNG"), new Uint8Array([1, 2]));
    await writeFile(join(root, "..c"), "dots");
    await writeFile(join(root, "big"), new Uint8Array(101));
    await writeFile(join(folder, "secret"), "s3cret");
    await mkdir(join(folder, "root-evil"));
    await writeFile(join(folder, "root-evil", "x"), "s3cret");
    await symlink(join(folder, "secret"), join(root, "link"));
    await symlink(folder, join(root, "up"));
    await symlink(join(root, "a.csv"), join(root, "inner"));
    execFileSync("mkfifo", [join(root, "pipe")]);
  });
  afterAll(() => rm(folder, { recursive: true }));

  const read = (path: string): Promise<{ bytes: Uint8Array; filename: string; mediaType: string }> =>
    fileReader({ root, readFileBelow })({ path }, 100);

  it.each([
    ["a.csv", "a,b\n", "a.csv", "text/csv"],
    ["./sub/../a.csv", "a,b\n", "a.csv", "text/csv"],
    ["sub/b.PNG", "\x01\x02", "b.PNG", "image/png"],
    ["..c", "dots", "..c", "application/octet-stream"],
    ["inner", "a,b\n", "a.csv", "text/csv"],
  ])("reads %s", async (path, text, filename, mediaType) => {
    const file = await read(path);
    expect([Buffer.from(file.bytes).toString("latin1"), file.filename, file.mediaType]).toEqual([
      text,
      filename,
      mediaType,
    ]);
    expect((await read(join(root, path))).filename).toBe(filename);
  });

  it.each([
    "../secret",
    "sub/../../secret",
    "link",
    "up/secret",
    "/etc/passwd",
    "",
    ".",
    "sub",
    "missing",
    "a.csv/x",
    "a.csv\0.png",
    "../root-evil/x",
    "pipe",
    "/dev/zero",
    "\\..\\secret",
  ])("refuses %j", async (path) => {
    const failure = await read(path).then(String, (error: unknown) => error);
    expect(failure).toMatchObject(refused);
    expect(String(failure)).not.toContain(folder);
  });

  it("refuses an absolute path outside, and says the same of what exists and what does not", async () => {
    const outside = join(folder, "secret");
    await expect(read(outside)).rejects.toThrow(`No file "${outside}" can be read below the folder of MCP_FILE_ROOT.`);
    await expect(read(`${outside}x`)).rejects.toThrow(
      `No file "${outside}x" can be read below the folder of MCP_FILE_ROOT.`,
    );
  });

  it("refuses more than it may read", async () => {
    await expect(read("big")).rejects.toThrow("at most 100 bytes");
    expect((await fileReader({ root, readFileBelow })({ path: "big" }, 101)).bytes).toHaveLength(101);
  });

  it("where there are no files says what to give instead", () =>
    expect(fileReader({ root })({ path: "a.csv" }, 100)).rejects.toMatchObject({
      ...refused,
      message: "This server runs where there are no files.",
      hint: 'Give the content as base64 in "data".',
    }));

  it("without a folder says which variable to set", async () => {
    await expect(fileReader({ root: undefined, readFileBelow })({ path: "a.csv" }, 100)).rejects.toMatchObject({
      ...refused,
      hint: expect.stringContaining("MCP_FILE_ROOT") as string,
    });
  });

  it.each(["aGk=", "aGkh", "", "/+=="])("base64 %j", async (data) => {
    const sending = fileReader({ root, readFileBelow })({ data, filename: "../x/a.txt" }, 100);
    if (data === "/+==") await expect(sending).rejects.toMatchObject(refused);
    else
      expect([
        Buffer.from((await sending).bytes).toString("base64"),
        (await sending).filename,
        (await sending).mediaType,
      ]).toEqual([data, "a.txt", "text/plain"]);
  });

  it.each(["aGk", "aGk=\n", "aG k=", "a-_=", "data:text/plain;base64,aGk=", "aGl=", "====", "aGk=aGk="])(
    "refuses %j as base64",
    async (data) => {
      await expect(fileReader({ root, readFileBelow })({ data }, 100)).rejects.toMatchObject(refused);
    },
  );

  it("refuses base64 of more than it may read, before it decodes", async () => {
    await expect(fileReader({ root, readFileBelow })({ data: "A".repeat(140) }, 100)).rejects.toThrow("too large");
    await expect(
      fileReader({ root, readFileBelow })({ data: Buffer.alloc(101).toString("base64") }, 100),
    ).rejects.toThrow("too large");
  });

  it("URLs are https, and only where the server fetches them", async () => {
    const fetched: string[] = [];
    const fetchUrl = (url: string): Promise<{ bytes: Uint8Array; filename: string; mediaType: string }> => {
      fetched.push(url);
      return Promise.resolve({ bytes: new Uint8Array(5), filename: "a.gif", mediaType: "image/gif" });
    };
    await expect(fileReader({ root, readFileBelow })({ url: "https://h.example/a" }, 100)).rejects.toMatchObject(
      refused,
    );
    for (const url of ["http://h.example/a", "file:///etc/passwd", "data:,x", "/a", "", "ftp://h.example"])
      await expect(fileReader({ root, fetchUrl })({ url }, 100)).rejects.toMatchObject(refused);
    await expect(fileReader({ root, fetchUrl })({ url: "https://h.example/a" }, 4)).rejects.toThrow("too large");
    expect(
      (await fileReader({ root, fetchUrl })({ url: "https://h.example/a", media_type: "image/png" }, 100)).mediaType,
    ).toBe("image/png");
    expect(fetched).toEqual(["https://h.example/a", "https://h.example/a"]);
  });
});

describe("the media type of a file, by its name", () => {
  const known = `
    audio/aac aac
    image/avif avif
    image/bmp bmp
    text/css css
    text/csv csv
    application/msword doc
    application/vnd.openxmlformats-officedocument.wordprocessingml.document docx
    audio/flac flac
    image/gif gif
    application/gzip gz
    image/heic heic
    text/html htm html
    text/calendar ics
    image/jpeg jpeg jpg
    text/javascript js
    application/json json
    application/jsonl jsonl
    audio/mp4 m4a
    text/markdown md
    video/quicktime mov
    audio/mpeg mp3
    video/mp4 mp4
    audio/ogg oga ogg
    application/pdf pdf
    image/png png
    application/vnd.ms-powerpoint ppt
    application/vnd.openxmlformats-officedocument.presentationml.presentation pptx
    application/rtf rtf
    image/svg+xml svg
    application/x-tar tar
    image/tiff tif tiff
    text/tab-separated-values tsv
    text/plain txt
    audio/wav wav
    video/webm webm
    image/webp webp
    application/vnd.ms-excel xls
    application/vnd.openxmlformats-officedocument.spreadsheetml.sheet xlsx
    application/xml xml
    application/yaml yaml yml
    application/zip zip`;
  const rows = known
    .trim()
    .split("\n")
    .flatMap((line) => {
      const [type = "", ...endings] = line.trim().split(" ");
      return endings.map((ending) => [`a.b.${ending}`, type] as const);
    });
  it.each<readonly [string, string]>([
    ...rows,
    ["A.PDF", "application/pdf"],
    ["sub/a.txt", "text/plain"],
    ["pdf", "application/octet-stream"],
    [".pdf", "application/octet-stream"],
    ["a.pdf/b", "application/octet-stream"],
    ["a.unknown", "application/octet-stream"],
    ["a.", "application/octet-stream"],
  ])("%s: %s", (name, type) => expect(mediaTypeOfName(name)).toBe(type));
});
