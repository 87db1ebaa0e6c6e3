/** Files that are fetched by URL: what is sent for one, and what is refused in which words. */
import { describe, expect, it } from "vitest";
import { ConfigurationError, UpstreamError } from "../../templates/always/src/runtime/errors.ts";
import { fileFetcher, filesFrom } from "../../templates/always/src/runtime/request/files.ts";
import type { HttpResponse } from "../../templates/always/src/runtime/upstream/http-message.ts";
import type { Sender } from "../../templates/always/src/runtime/upstream/send.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("a file that is fetched", () => {
  const { signal } = new AbortController();
  function fetching(parts: Partial<HttpResponse> | Error, headers: Record<string, string> = {}) {
    const sent: unknown[] = [];
    const send = (...given: readonly unknown[]) => {
      sent.push(given);
      if (parts instanceof Error) return Promise.reject(parts);
      const response = { status: 200, headers: new Headers(headers), body: utf8("x"), truncated: false, ...parts };
      return Promise.resolve(response as HttpResponse);
    };
    const fetchUrl = fileFetcher({ send } as unknown as Sender, ["Files.example", "h.example:8443"], signal);
    return { sent, fetchUrl: (url = "https://files.example/a.png") => fetchUrl(url, 9) };
  }

  it("is asked for with nothing of this server", async () => {
    const { sent, fetchUrl } = fetching({}, { "content-type": "Image/PNG; a=b" });
    expect(await fetchUrl("https://h.example:8443/a%20b?c=d#e")).toEqual({
      bytes: utf8("x"),
      filename: "a b",
      mediaType: "image/png",
    });
    expect(sent).toEqual([
      [
        { method: "GET", url: "https://h.example:8443/a%20b?c=d", headers: [] },
        { signal, idempotent: true, allowPrivate: false, maxBytes: 9 },
      ],
    ]);
  });

  it.each([
    [{}, { filename: "a.png" }],
    [{ "content-type": "application/octet-stream" }, { filename: "a.png" }],
    [
      { "content-type": "a/b", "content-disposition": 'attachment; filename="c.d"' },
      { filename: "c.d", mediaType: "a/b" },
    ],
  ])("with %j is %j", async (headers, want) => {
    expect(await fetching({}, headers as Record<string, string>).fetchUrl()).toEqual({ bytes: utf8("x"), ...want });
  });

  const fetches = "It fetches them from files.example, h.example:8443; its owner can add a host to MCP_FILE_HOSTS.";
  it.each<[string, Partial<HttpResponse> | Error, string | undefined, string, string | undefined]>([
    ["a user", {}, "https://u@files.example/", "A file's URL must not hold a user or a password.", undefined],
    ["a password", {}, "https://:p@files.example/", "A file's URL must not hold a user or a password.", undefined],
    ["another host", {}, "https://x.example/", "This server fetches no files from x.example.", fetches],
    ["another port", {}, "https://h.example/", "This server fetches no files from h.example.", fetches],
    [
      "a private address",
      new ConfigurationError("private"),
      undefined,
      "files.example has a private address; files are fetched from public ones only.",
      undefined,
    ],
    [
      "a redirect",
      { status: 300 },
      undefined,
      "files.example redirects to another place, where this server does not follow.",
      undefined,
    ],
    [
      "another redirect",
      { status: 399 },
      undefined,
      "files.example redirects to another place, where this server does not follow.",
      undefined,
    ],
    ["a failure", { status: 400 }, undefined, "files.example answered 400 to the file's URL.", undefined],
    ["no content", { status: 204 }, undefined, "files.example answered 204 to the file's URL.", undefined],
    [
      "too much",
      { truncated: true },
      undefined,
      "The file is too large: at most 9 bytes are left for it in this call.",
      undefined,
    ],
  ])("is refused for %s", async (_what, parts, url, message, hint) => {
    await expect(fetching(parts).fetchUrl(url)).rejects.toMatchObject({ name: "ArgumentError", message, hint });
  });

  it("tells any other fault as it is", async () => {
    const fault = new UpstreamError("No answer.");
    await expect(fetching(fault).fetchUrl()).rejects.toBe(fault);
  });

  it("is read by what the owner set up", async () => {
    const below: unknown[] = [];
    const sources = {
      settings: { fileRoot: "/srv", fileHosts: [] },
      sender: () => Promise.reject(new Error("not asked for")),
      signal,
      readFileBelow: (...given: readonly unknown[]) => (
        below.push(given),
        Promise.resolve({ bytes: utf8(""), filename: "a" })
      ),
    };
    const readFile = await filesFrom(sources);
    await readFile({ path: "a" }, 9);
    expect(below).toEqual([["/srv", "a", 9]]);
    await expect(readFile({ url: "https://h.example/" }, 9)).rejects.toThrow("This server fetches no files by URL.");
    const resource = { bytes: utf8("r"), filename: "r.txt" };
    const withHosts = await filesFrom({
      settings: { fileRoot: undefined, fileHosts: ["h.example"] },
      sender: () =>
        Promise.resolve({ send: () => Promise.reject(new UpstreamError("No answer.")) } as unknown as Sender),
      signal,
      readResource: (uri) => Promise.resolve(uri === "pets://1" ? resource : undefined),
    });
    expect(await withHosts({ url: "pets://1" }, 9)).toEqual({ ...resource, mediaType: "text/plain" });
    await expect(withHosts({ url: "https://h.example/" }, 9)).rejects.toThrow("No answer.");
    await expect(withHosts({ url: "https://x.example/" }, 9)).rejects.toThrow("fetches no files from x.example");
  });
});
