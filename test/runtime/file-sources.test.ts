/** Files by URL, by the URI of a resource, and how the ways to give one are listed. */
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fileSchema } from "../../src/mcp/input/file-argument.ts";
import { createToolCalls, type ToolCalls } from "../../templates/always/src/runtime/call/run.js";
import { noCredentials } from "../../templates/always/src/runtime/credentials.js";
import { fileForms, withFileForms, fileFetcher } from "../../templates/always/src/runtime/request/files.js";
import { createLog } from "../../templates/always/src/runtime/log.js";
import type { JsonObject, ToolListing } from "../../templates/always/src/runtime/data/model.js";
import type { Project } from "../../templates/always/src/runtime/data/project.js";
import { readProject } from "../../templates/always/src/runtime/node/project-data.js";
import { fileReader } from "../../templates/always/src/runtime/request/file.js";
import { resourceFiles, ResourceTable } from "../../templates/always/src/runtime/resources/resources.js";
import { type Sender } from "../../templates/always/src/runtime/upstream/send.js";
import { nodeHost } from "../../templates/always/src/runtime/node/host.js";
import type { Host } from "../../templates/always/src/runtime/host.js";
import { openSender, type OpenSender } from "./sender.ts";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.js";
import { everyPart } from "./parts.ts";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.js";
import { ToolTable } from "../../templates/always/src/runtime/tools/tool-table.js";
import { type Fixture, makeFixture, startUpstream, type Upstream } from "./mcp-fixture.js";
import { selfSigned } from "./send-certificate.js";

/** Nothing is said here of what callers may do. */
const { policy: _policy, ...partsWithoutPolicy } = everyPart;

describe("files by https URL", () => {
  const { certificate, key } = selfSigned("IP:127.0.0.1");
  const requests: { readonly url: string; readonly headers: JsonObject }[] = [];
  const server = createServer({ cert: certificate, key }, ({ url = "", headers }, response) => {
    requests.push({ url, headers: { ...headers } as JsonObject });
    switch (url.split("?")[0]) {
      case "/a%20b.png":
        return response.writeHead(200, { "Content-Type": "image/png; x=y" }).end("PNG");
      case "/named":
        return response
          .writeHead(200, {
            "Content-Type": "application/octet-stream",
            "Content-Disposition": 'attachment; filename="../c.pdf"',
          })
          .end("PDF");
      case "/big":
        return response.writeHead(200).end("x".repeat(101));
      case "/here":
        return response.writeHead(302, { Location: "/a%20b.png" }).end();
      case "/away":
        return response.writeHead(302, { Location: "https://other.example/x" }).end();
      case "/":
        return response.writeHead(200, { "Content-Type": "text/csv" }).end("a,b");
      default:
        return response.writeHead(404).end("nothing");
    }
  });
  let sender: OpenSender;
  let host: string;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    sender = openSender(readSettings({ MCP_ATTEMPTS: "1" }), createLog("silent"));
  });
  afterAll(async () => {
    await sender.close();
    await new Promise((resolve) => server.close(resolve));
  });

  /** The guard lets nothing reach this machine: here, and only here, it is told to. */
  const open: Sender = {
    paused: () => sender.paused(),
    send: (request, options) => {
      expect(options.allowPrivate).toBe(false);
      return sender.send(request, {
        ...options,
        allowPrivate: true,
        certificate: { certificate, key, authority: certificate },
      });
    },
  };
  const read = (path: string, maxBytes = 100, sending: Sender = open) =>
    fileReader({
      root: undefined,
      fetchUrl: fileFetcher(sending, ["Files.example", host], new AbortController().signal),
    })({ url: path.startsWith("/") ? `https://${host}${path}` : path }, maxBytes);

  it.each([
    ["/a%20b.png?token=1#x", "PNG", "a b.png", "image/png"],
    ["/named", "PDF", "c.pdf", "application/pdf"],
    ["/here", "PNG", "here", "image/png"],
    ["/", "a,b", "file", "text/csv"],
  ])("are fetched: %s", async (path, text, filename, mediaType) => {
    const file = await read(path);
    expect({ ...file, bytes: Buffer.from(file.bytes).toString() }).toEqual({ bytes: text, filename, mediaType });
  });

  it("with nothing of this server in the request", async () => {
    await read("/a%20b.png?token=1#x");
    expect(requests.at(-1)?.url).toBe("/a%20b.png?token=1");
    expect(Object.keys(requests.at(-1)?.headers ?? {}).sort()).toEqual([
      "accept-encoding",
      "connection",
      "host",
      "user-agent",
    ]);
  });

  it.each([
    ["another host", "https://files.example.evil.example/x", "fetches no files from files.example.evil.example"],
    ["another port", "https://127.0.0.1/x", "fetches no files from 127.0.0.1"],
    ["a user", "https://user@files.example/x", "must not hold a user"],
    ["plain http", "http://files.example/x", "must be an https URL"],
    ["a file", "file:///etc/passwd", "must be an https URL"],
    ["no URL", "files.example/x", "must be an absolute URL"],
    ["what is not there", "/missing", "answered 404"],
    ["a redirect to another host", "/away", "redirects to another place"],
  ])("are refused: %s", async (_name, url, message) => {
    await expect(read(url)).rejects.toMatchObject({
      name: "ArgumentError",
      message: expect.stringContaining(message) as string,
    });
  });

  it("are refused when they are too large", async () => {
    await expect(read("/big")).rejects.toThrow("too large: at most 100 bytes");
    expect((await read("/big", 101)).bytes).toHaveLength(101);
  });

  it("are refused at private addresses, also of a host that the owner named", async () => {
    const before = requests.length;
    await expect(read("/a%20b.png", 100, sender)).rejects.toMatchObject({
      name: "ArgumentError",
      message: `${host} has a private address; files are fetched from public ones only.`,
    });
    expect(requests.length).toBe(before);
  });
});

describe("files in a call", () => {
  let fixture: Fixture;
  let upstream: Upstream;
  let project: Project;
  let calls: ToolCalls;
  let node: Host;
  beforeAll(async () => {
    fixture = makeFixture();
    upstream = await startUpstream();
    const plain = readProject(`file://${fixture.folder}/dist/generated/index.js`);
    const upload = {
      pointer: "",
      request: {
        method: "POST",
        path: "/files",
        server: "default",
        parameters: [],
        accept: [],
        security: [],
        body: {
          required: true,
          argument: "avatar",
          contents: [{ mediaType: "*/*", encoding: "binary" as const }],
        },
      },
      responses: [],
    };
    const [api] = plain.apis;
    if (api === undefined) throw new Error("no API");
    const listing: ToolListing = {
      name: "upload",
      title: "Upload",
      description: "",
      inputSchema: { type: "object", properties: { avatar: {} }, additionalProperties: false },
      annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
    };
    project = {
      ...plain,
      apis: [
        {
          ...api,
          groups: api.groups.map((group) => ({ ...group, tools: [...group.tools, listing] })),
          calls: async (file) => ({ ...(await api.calls(file)), upload }),
        },
      ],
    };
  });
  afterAll(async () => {
    await node.close();
    await upstream.close();
    fixture.remove();
  });

  async function upload(avatar: JsonObject, settings: NodeJS.ProcessEnv = {}) {
    const environment = { PETSTORE_BASE_URL: upstream.url, ...settings };
    const custom = {
      resources: [{ uri: "own://note", name: "note", mimeType: "text/plain", read: () => "a note" }],
      hooks: { get_pet: { after: () => ({ content: [{ type: "text" as const, text: "the hook decides" }] }) } },
    };
    const table = new ToolTable(project, custom);
    node = nodeHost(environment, readSettings(environment));
    calls = createToolCalls({
      owner: {
        custom,
        credentials: async () => noCredentials,
        rateLimiting: {
          limit: { admit: async () => ({ allowed: true }) },
          pacing: { ready: async () => undefined, observe: () => undefined },
        },
      },
      table,
      parts: partsWithoutPolicy,
      resourceFiles: (reader) => resourceFiles(new ResourceTable(project, custom.resources), reader),
      settings: readSettings(environment),
      store: new MemoryStore(),
      host: node,
      log: createLog("silent"),
    });
    const row = table.get("upload");
    if (row === undefined) throw new Error("no tool");
    const result = await calls.call(row, { avatar }, { caller: { id: "a" }, signal: new AbortController().signal });
    const [block] = result.content;
    return {
      text: block?.type === "text" ? block.text : "",
      value: result.structuredContent,
      isError: result.isError ?? false,
    };
  }

  it.each([
    [
      "text, whole",
      "petstore://pets",
      '[{"id":1,"name":"Rex"},{"id":20,"name":"Ann"},{"id":2,"name":"Bo"}]',
      "application/json",
    ],
    ["bytes", "petstore://photo", "\x89PNG", "image/png"],
    ["of the owner", "own://note", "a note", "text/plain"],
    ["as the owner's hook leaves it", "petstore://pets/1", "the hook decides", "application/json"],
  ])("are resources of this server: %s", async (_name, url, text, type) => {
    // The text of a result is cut far below that of a file.
    await upload({ url }, { MCP_MAX_TEXT_BYTES: "5" });
    expect(upstream.files.at(-1)).toEqual({ base64: Buffer.from(text, "latin1").toString("base64"), type });
  });

  it.each<[string, JsonObject, string]>([
    ["a resource that is not there", { url: "petstore://nothing" }, "avatar: A file's URL must be an https URL"],
    [
      "a resource that cannot be read",
      { url: "petstore://pets?limit=1000" },
      "avatar: The resource petstore://pets?limit=1000 cannot be read: Invalid arguments",
    ],
    ["a URL", { url: "https://files.example/a" }, "avatar: This server fetches no files by URL."],
    ["a path", { path: "a" }, "avatar: This server reads no files by path."],
    ["no base64", { data: "?" }, 'avatar: The "data" of the file is no base64.'],
  ])("name their argument when they are refused: %s", async (_name, file, message) => {
    upstream.requests.length = 0;
    const result = await upload(file);
    expect(result).toMatchObject({ isError: true, text: expect.stringContaining(message) as string });
    expect(upstream.requests.filter((request) => request.startsWith("POST"))).toEqual([]);
  });

  it("say which setting allows URLs, and which hosts it allows", async () => {
    expect((await upload({ url: "https://files.example/a" })).text).toContain("MCP_FILE_HOSTS");
    expect((await upload({ url: "https://b.example/a" }, { MCP_FILE_HOSTS: "files.example" })).text).toBe(
      "avatar: This server fetches no files from b.example.\nIt fetches them from files.example; its owner can add a host to MCP_FILE_HOSTS.",
    );
  });
});

describe("what is listed", () => {
  const listingOf = (properties: JsonObject): ToolListing => ({
    name: "t",
    title: "",
    description: "",
    inputSchema: { type: "object", properties: properties as never, additionalProperties: false },
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
  });
  const sourcesOf = (schema: unknown): unknown =>
    (schema as { anyOf: readonly { required?: readonly string[] }[] }).anyOf.map(({ required }) => required?.join());

  it.each<[string, Parameters<typeof fileForms>[0], readonly (string | undefined)[]]>([
    ["nothing", { fileRoot: undefined, fileHosts: [] }, [undefined, "data"]],
    ["a folder", { fileRoot: "/files", fileHosts: [] }, [undefined, "data", "path"]],
    ["hosts", { fileRoot: undefined, fileHosts: ["a.example"] }, [undefined, "data", "url"]],
    ["both", { fileRoot: "/files", fileHosts: ["a.example"] }, [undefined, "data", "path", "url"]],
  ])("are the ways that the server is set up for: %s", (_name, settings, want) => {
    const other = { type: "string", anyOf: [{ type: "object", properties: { data: {} } }] };
    const plain = listingOf({
      file: fileSchema,
      files: { type: "array", items: fileSchema },
      body: { type: "object", properties: { file: fileSchema } },
      other,
    });
    const { properties } = withFileForms(plain, fileForms(settings)).inputSchema as unknown as {
      properties: { file: object; files: { items: object }; body: { properties: { file: object } }; other: object };
    };
    expect(sourcesOf(properties.file)).toEqual(want);
    expect(sourcesOf(properties.files.items)).toEqual(want);
    expect(sourcesOf(properties.body.properties.file)).toEqual(want);
    expect(properties.other).toEqual(other);
  });

  it("stays the same object where there are no files", () => {
    const plain = listingOf({ a: { type: "string" }, b: { type: "object", properties: { c: {} } } });
    expect(withFileForms(plain, fileForms({ fileRoot: "/x", fileHosts: [] }))).toBe(plain);
  });
});
