import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { loadConfiguration } from "../../../src/config/read.ts";
import { loadDocument } from "../../../src/document/load.ts";
import { loadOverlay } from "../../../src/document/overlay.ts";
import { faultsOf, folderOf, serverOf, shown } from "./place.ts";

const minimal = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\n";
const folders: { remove: () => void }[] = [];
afterEach(() => folders.splice(0).forEach((folder) => folder.remove()));

function folder(files: Parameters<typeof folderOf>[0]): ReturnType<typeof folderOf> {
  const made = folderOf(files);
  folders.push(made);
  return made;
}

describe("files", () => {
  test("a file has a source, a stem and no base URL", async () => {
    const { at } = folder({ "pet.store.yaml": minimal });
    expect(await loadDocument(at("pet.store.yaml"))).toMatchObject({
      source: at("pet.store.yaml"),
      stem: "pet.store",
      baseUrl: undefined,
      diagnostics: [],
    });
  });

  test("standard input has neither stem nor base URL", async () => {
    const document = await loadDocument("-", { stdin: () => Promise.resolve(new TextEncoder().encode(minimal)) });
    expect(document).toMatchObject({ source: "-", stem: undefined, baseUrl: undefined });
  });

  test.each<[name: string, path: string, want: RegExp]>([
    ["a missing file", "none.yaml", /^missing-input \/ -: ".*none\.yaml" does not exist$/],
    ["a folder", ".", /^unreadable-input \/ -: ".*" is a folder; give the document in it$/],
    ["a file as a folder", "api.yaml/x", /^missing-input \/ -: ".*" does not exist$/],
    [
      "a file that is too large",
      "large.yaml",
      /^input-too-large \/ -: ".*large\.yaml" is larger than the limit of 1 MiB$/,
    ],
  ])("%s", async (_name, path, want) => {
    const { at } = folder({ "api.yaml": minimal, "large.yaml": `${minimal}x-a: ${"x".repeat(1024 * 1024)}` });
    expect((await faultsOf(() => loadDocument(at(path), { maxDocumentBytes: 1024 * 1024 }))).map(shown)).toEqual([
      expect.stringMatching(want),
    ]);
  });

  test("standard input that is too large, or not there", async () => {
    const stdin = (): Promise<Uint8Array> => Promise.resolve(new Uint8Array(11));
    expect((await faultsOf(() => loadDocument("-", { stdin, maxDocumentBytes: 10 }))).map(shown)).toEqual([
      "input-too-large / -: Standard input is larger than the limit of 10 bytes",
    ]);
    expect((await faultsOf(() => loadDocument("-"))).map(shown)).toEqual([
      "unreadable-input / -: There is no standard input to read",
    ]);
  });
});

test("a document, what it refers to, an overlay and a configuration may be in UTF-16", async () => {
  const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, "utf16le");
  const { at } = folder({
    "api.yaml": utf16("openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {/ä: {$ref: 'path.yaml'}}\n"),
    "path.yaml": utf16("get: {summary: Größe}\n"),
    "overlay.yaml": utf16("overlay: 1.0.0\nactions: [{target: $.info, update: {title: Straße}}]\n"),
    "openapi-to-mcp.yaml": utf16("input: api.yaml\nname: größe\n"),
  });
  const document = await loadDocument(at("api.yaml"), {}, [await loadOverlay(at("overlay.yaml"))]);
  expect(document.root["info"]).toMatchObject({ title: "Straße" });
  expect(JSON.stringify(document.root)).toContain("Größe");
  expect(await loadConfiguration(at("openapi-to-mcp.yaml"))).toMatchObject({ name: "größe" });
});

describe("URLs", () => {
  const over = async (listener: Parameters<typeof serverOf>[0], run: (url: string) => Promise<void>): Promise<void> => {
    const server = await serverOf(listener);
    try {
      await run(server.url);
    } finally {
      await server.close();
    }
  };

  test("a document is fetched, decompressed, and redirected within its origin", () =>
    over(
      (request, response) => {
        if (request.url === "/old") response.writeHead(301, { location: "/v2/open%20api.json?x=1" }).end();
        else response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync('{"openapi": "3.0.0", "paths": {}}'));
      },
      async (url) => {
        expect(await loadDocument(`${url}/old`)).toMatchObject({
          source: `${url}/old`,
          stem: "open api",
          baseUrl: `${url}/v2/open%20api.json`,
        });
      },
    ));

  test.each<[name: string, listener: Parameters<typeof serverOf>[0], want: string]>([
    [
      "an error",
      (_request, response) => void response.writeHead(404).end("{}"),
      'refused-request / -: "URL/a" answered 404',
    ],
    [
      "a redirect to another origin",
      (_request, response) => void response.writeHead(302, { location: "http://localhost:1/x" }).end(),
      'refused-redirect / -: "URL/a" redirects to "http://localhost:1/x", which is not followed',
    ],
    [
      "a redirect to a file",
      (_request, response) => void response.writeHead(302, { location: "file:///etc/passwd" }).end(),
      'refused-redirect / -: "URL/a" redirects to "file:///etc/passwd", which is not followed',
    ],
    [
      "redirects without end",
      (_request, response) => void response.writeHead(302, { location: "/a" }).end(),
      'refused-redirect / -: "URL/a" redirects to "URL/a", which is not followed',
    ],
    [
      "a bomb",
      (_request, response) =>
        void response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(200_000, 32))),
      'input-too-large / -: "URL/a" is larger than the limit of 100000 bytes',
    ],
    [
      "a page",
      (_request, response) => void response.end("<html></html>"),
      "web-page / 1: This is an HTML page, not the document",
    ],
    [
      "a connection that breaks",
      (_request, response) => void response.socket?.destroy(),
      'wrong-protocol / -: "URL/a" closed the connection before it answered; it may speak https',
    ],
    ["silence", () => {}, 'slow-input / -: "URL/a" did not answer completely within 0.3 s'],
    [
      "a slow body",
      (_request, response) => void response.write("{"),
      'slow-input / -: "URL/a" did not answer completely within 0.3 s',
    ],
  ])("%s", (_name, listener, want) =>
    over(listener, async (url) => {
      const faults = await faultsOf(() => loadDocument(`${url}/a`, { maxDocumentBytes: 100_000, timeoutMs: 300 }));
      expect(faults.map((fault) => shown(fault).replaceAll(url, "URL"))).toEqual([want]);
    }),
  );

  test("credentials in a URL are refused and not repeated", async () => {
    const faults = await faultsOf(() => loadDocument("http://user:hunter2@127.0.0.1:9/a"));
    expect(JSON.stringify(faults)).not.toContain("hunter2");
    expect(faults[0]).toMatchObject({ code: "secret-in-address", file: "http://127.0.0.1:9/a" });
  });

  test("a closed port", async () => {
    expect((await faultsOf(() => loadDocument("http://127.0.0.1:9/a"))).map(({ message }) => message)).toEqual([
      expect.stringMatching(/^"http:\/\/127\.0\.0\.1:9\/a" (?:refuses connections|cannot be read: bad port)$/),
    ]);
  });
});

describe("lines", () => {
  test("a finding of a later stage is located in the text, through the upgrade", async () => {
    const { at } = folder({
      "api.yaml": `swagger: "2.0"
info: {title: t, version: "1"}
host: a.example
definitions:
  Pet:
    type: object
    properties:
      name: {type: string}
parameters:
  limit:
    name: limit
    in: query
    type: integer
    minimum: 1
paths:
  /a:
    post:
      parameters:
        - name: body
          in: body
          schema:
            type: object
            minProperties: 1
        - name: q
          in: query
          type: string
          pattern: "("
      responses:
        "200":
          description: d
          schema:
            type: array
  /b:
    post:
      parameters:
        - name: f
          in: formData
          type: string
securityDefinitions:
  s:
    type: basic
`,
    });
    const { locate } = await loadDocument(at("api.yaml"));
    const place = (pointer: string): string => {
      const found = locate({ code: "invalid-schema", pointer, message: "m" });
      return `${found.pointer} ${found.line}`;
    };
    expect(place("/servers/0/url")).toBe("/host 3");
    expect(place("/components/schemas/Pet/properties/name/type")).toBe("/definitions/Pet/properties/name/type 8");
    expect(place("/components/parameters/limit/schema/minimum")).toBe("/parameters/limit/minimum 14");
    expect(place("/components/securitySchemes/s/scheme")).toBe("/securityDefinitions/s 40");
    expect(place("/paths/~1a/post/requestBody/content/application~1json/schema/minProperties")).toBe(
      "/paths/~1a/post/parameters/0/schema/minProperties 23",
    );
    expect(place("/paths/~1a/post/requestBody")).toBe("/paths/~1a/post/parameters/0 19");
    expect(place("/paths/~1a/post/parameters/0")).toBe("/paths/~1a/post/parameters/1 24");
    expect(place("/paths/~1a/post/parameters/0/schema/pattern")).toBe("/paths/~1a/post/parameters/1/pattern 27");
    expect(place("/paths/~1a/post/responses/200/content/application~1json/schema/type")).toBe(
      "/paths/~1a/post/responses/200/schema/type 32",
    );
    expect(
      place("/paths/~1b/post/requestBody/content/application~1x-www-form-urlencoded/schema/properties/f/type"),
    ).toBe("/paths/~1b/post/parameters/0/type 38");
    expect(place("/paths/~1c")).toBe("/paths 15");
    expect(place("")).toBe(" 1");
    expect(place("/openapi")).toBe("/swagger 1");
  });
});
