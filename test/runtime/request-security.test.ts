/** What a value must not be able to do: leave its segment, its parameter, its header, its folder. */
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JsonValue } from "../../templates/always/src/runtime/model.ts";
import { withCredentials } from "../../templates/always/src/runtime/request/credentials.ts";
import { fileReader } from "../../templates/always/src/runtime/request/file.ts";
import { build, header, parameter, plan, target } from "./wire.ts";

const refused = { name: "ArgumentError" };

describe("a path segment stays where it is", () => {
  const values: readonly JsonValue[] = [
    "",
    ".",
    "..",
    "%2e",
    "%2E%2E",
    ".%2e",
    "%2e.",
    "%252e%252e",
    "%25252e%25252E",
    "../",
    "../..",
    "../admin",
    "..\\admin",
    "/..",
    "a/../b",
    "a/./b",
    "a\\..\\b",
    "..%2fadmin",
    "%2e%2e%2fadmin",
    "%2e%2e%5cadmin",
    "..;",
    "..;/admin",
    "..;a=b/admin",
    "..\0",
    "..\t",
    ".\n.",
    " ..",
    "%00..",
    "%c0%ae%c0%ae",
    "..%c0%af",
    "．．",
    "．．／admin",
    "‥",
    "․․",
    null,
    [],
    [".."],
    [""],
    {},
    "\ud800",
    "a\udc00",
    ["\ud83d"],
  ];
  it.each(values.map((value) => [JSON.stringify(value), value] as const))("%s is refused", async (_title, value) => {
    await expect(target(parameter("path"), value, "/users/{color}/secret")).rejects.toMatchObject(refused);
  });

  it.each(values.filter((value) => typeof value === "string").map((value) => [JSON.stringify(value), value] as const))(
    "%s is refused with reserved characters allowed, or is one segment",
    async (_title, value) => {
      const sent = await target(parameter("path", { allowReserved: true }), value, "/users/{color}/secret").catch(
        () => undefined,
      );
      if (sent !== undefined) expect(sent.split("/")).toHaveLength(4);
      expect(sent === undefined || !/%2e/i.test(sent)).toBe(true);
    },
  );

  it.each([
    ["/{a}{b}", { a: ".", b: "." }],
    ["/{a}{b}", { a: "", b: "" }],
    ["/.{a}", { a: "." }],
    ["/.{a}", { a: "" }],
    ["/{a}.", { a: "." }],
    ["/%2e{a}", { a: "." }],
    ["/x/{a}", {}],
    ["/x{a}", { a: null }],
  ])("%s with %j is refused", async (path, args) => {
    const parameters = ["a", "b"].map((name) => parameter("path", { name, argument: name }));
    await expect(build(plan({ path, parameters }), args)).rejects.toMatchObject(refused);
  });

  it.each([
    ["label", "."],
    ["label", ""],
    ["label", ["", ""]],
    ["matrix", []],
  ] as const)("%s of %j is refused", async (style, value) => {
    await expect(target(parameter("path", { style, explode: true }), value, "/x/{color}")).rejects.toMatchObject(
      refused,
    );
  });

  it("names the argument and the rule", async () => {
    await expect(target(parameter("path"), "..", "/users/{color}")).rejects.toThrow(
      'Argument "color" must not make a path segment that is empty, “.” or “..”.',
    );
  });

  it("a template that climbs by itself is refused", async () => {
    await expect(build(plan({ path: "/a/../b" }), {})).rejects.toMatchObject(refused);
    await expect(build(plan({ path: "/a/%2e%2e/b" }), {})).rejects.toMatchObject(refused);
  });

  it("any text is refused or comes back as the same segment", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), fc.boolean(), async (value, dotted) => {
        const given = dotted ? `.${value}` : value;
        const sent = await target(parameter("path"), given, "/users/{color}/secret").catch(() => undefined);
        if (sent === undefined) return;
        const segments = new URL(`https://api.example.com/v1${sent}`).pathname.split("/");
        expect(segments).toHaveLength(5);
        expect(decodeURIComponent(segments[3] ?? "")).toBe(given);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe("a query value stays in its parameter", () => {
  const entries = (query: string): [string, string][] => [...new URL(`https://h.example${query}`).searchParams];

  it("any name and text come back as one pair", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "grapheme", minLength: 1 }),
        fc.string({ unit: "grapheme" }),
        async (name, value) => {
          expect(entries(await target(parameter("query", { name }), value))).toEqual([[name, value]]);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it("any list comes back in its order, with any delimiter", async () => {
    const styles = fc.constantFrom("form", "spaceDelimited", "pipeDelimited", "tabDelimited") as fc.Arbitrary<"form">;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: "grapheme" }), { minLength: 1 }), styles, async (list, style) => {
        const exploded = await target(parameter("query", { style, explode: true }), list);
        expect(entries(exploded)).toEqual(list.map((item) => ["color", item]));
        const joined = await target(parameter("query", { style, explode: false }), list);
        const delimiter = { form: ",", spaceDelimited: "%20", pipeDelimited: "%7C", tabDelimited: "%09" }[style];
        if (!list.some((item) => item.includes(decodeURIComponent(delimiter))))
          expect(joined.slice("/things?color=".length).split(delimiter).map(decodeURIComponent)).toEqual(list);
        expect(entries(joined)).toHaveLength(1);
      }),
      { numRuns: 1_500 },
    );
  });

  it("reserved characters add no pair and no fragment", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom(..."a&=+%#?;/[]:@!$'()*, 2B"), maxLength: 12 }),
        async (value) => {
          const sent = await target(parameter("query", { allowReserved: true }), value);
          expect(entries(sent)).toHaveLength(1);
          expect(sent).toMatch(/^\/things\?color=[^&;#+=[\]]*$/);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it("deep objects come back key by key", async () => {
    const leaf = fc.string({ unit: "grapheme" });
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string({ unit: fc.constantFrom(..."ab_-é&="), minLength: 1 }), leaf),
        async (value) => {
          const sent = await target(parameter("query", { style: "deepObject" }), value);
          expect(entries(sent)).toEqual(Object.entries(value).map(([key, text]) => [`color[${key}]`, text]));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it.each(["\ud800", "a\udfff", "\udc00\ud800"])("half a character is refused: %j", async (value) => {
    await expect(target(parameter("query"), value)).rejects.toMatchObject(refused);
    await expect(target(parameter("query", { allowReserved: true }), value)).rejects.toMatchObject(refused);
    await expect(target(parameter("query", { style: "deepObject" }), { [value]: "x" })).rejects.toMatchObject(refused);
  });

  it.each([Number.POSITIVE_INFINITY, Number.NaN, { a: [Number.NEGATIVE_INFINITY] }])(
    "%j has no JSON form",
    async (value) => {
      await expect(target(parameter("query"), value)).rejects.toMatchObject(refused);
    },
  );
});

describe("a header value stays in its header", () => {
  const values = [
    "a\r\nX-Admin: true",
    "a\nb",
    "a\rb",
    "a\0b",
    "a\x7f",
    "a\x1b[0m",
    "a\u0085b",
    "日本",
    "a\u2028b",
    " a",
    "a ",
    "\ta",
    "\ud800",
    ["a\r\n", "b"],
    { "a\nb": 1 },
  ] as const;
  it.each(values.map((value) => [JSON.stringify(value), value] as const))("%s is refused", async (_title, value) => {
    await expect(header(parameter("header", { name: "X-A" }), value, "X-A")).rejects.toMatchObject(refused);
  });

  const names = [
    "Host",
    "content-length",
    "Transfer-Encoding",
    "Connection",
    "Upgrade",
    "TE",
    "Trailer",
    "Proxy-Authorization",
    "Proxy-Connection",
    "Forwarded",
    "X-Forwarded-For",
    "x-forwarded-host",
    "Keep-Alive",
    "Expect",
    "Cookie",
    "X-HTTP-Method-Override",
    "a b",
    "a\r\nb",
    "a:b",
    "",
    "ü",
  ];
  it.each(names)("no parameter sets %j", async (name) => {
    await expect(header(parameter("header", { name }), "x", name)).rejects.toMatchObject(refused);
  });

  it.each(["a b", "a;b", "a,b", 'a"b', "a\\b", "ü", "a\r\nb", "\0"])("style cookie cannot hold %j", async (value) => {
    await expect(header(parameter("cookie", { style: "cookie" }), value, "Cookie")).rejects.toMatchObject(refused);
  });

  it("no media type of a document breaks out of Content-Type", async () => {
    const contents = [{ mediaType: "text/plain\r\nX-A: b", encoding: "text" as const }];
    const sending = build(plan({ method: "POST", body: { required: true, argument: "body", contents } }), {
      body: "x",
    });
    const sent = await sending.catch(() => undefined);
    expect(JSON.stringify(sent?.headers ?? [])).not.toContain("X-A");
  });
});

describe("credentials", () => {
  const request = {
    method: "GET",
    url: "https://h.example/a?color=red&key=fake&x",
    headers: [
      ["X-Key", "fake"],
      ["Cookie", "a=1; sid=fake"],
    ] as const,
  };
  const none = { headers: [], query: [], cookies: [] };

  it("are added as they are", () => {
    const bare = { method: "GET", url: "https://h.example/a", headers: [] };
    expect(
      withCredentials(bare, {
        headers: [["Authorization", "Bearer a+b/c=="]],
        query: [["key", "a&b c"]],
        cookies: [["sid", 'a b;"c']],
      }),
    ).toEqual({
      method: "GET",
      url: "https://h.example/a?key=a%26b%20c",
      headers: [
        ["Authorization", "Bearer a+b/c=="],
        ["Cookie", "sid=a%20b%3B%22c"],
      ],
    });
    expect(withCredentials(request, none)).toEqual(request);
  });

  it("replace what an argument set under the same name", () => {
    expect(
      withCredentials(request, { headers: [["x-key", "real"]], query: [["key", "real"]], cookies: [["sid", "real"]] }),
    ).toEqual({
      method: "GET",
      url: "https://h.example/a?color=red&x&key=real",
      headers: [
        ["x-key", "real"],
        ["Cookie", "a=1; sid=real"],
      ],
    });
  });

  it.each([
    { ...none, headers: [["X-Key", "s3cret\r\nX: y"]] as const },
    { ...none, headers: [["X-Key", "s3cret\n"]] as const },
    { ...none, headers: [["X-Key", "s3cret€"]] as const },
    { ...none, headers: [["Host", "s3cret"]] as const },
    { ...none, headers: [["X\r\nKey", "s3cret"]] as const },
    { ...none, query: [["key", "s3cret\ud800"]] as const },
    { ...none, cookies: [["key", "s3cret\ud800"]] as const },
  ])("that HTTP cannot carry are named, not shown: %#", (credentials) => {
    let message = "";
    try {
      withCredentials(request, credentials);
    } catch (error) {
      expect(error).toMatchObject({ name: "ConfigurationError" });
      message = String(error);
    }
    expect(message).not.toBe("");
    expect(message).not.toContain("s3cret");
  });
});

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
    fileReader({ root })({ path }, 100);

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
    expect((await fileReader({ root })({ path: "big" }, 101)).bytes).toHaveLength(101);
  });

  it("without a folder says which variable to set", async () => {
    await expect(fileReader({ root: undefined })({ path: "a.csv" }, 100)).rejects.toMatchObject({
      ...refused,
      hint: expect.stringContaining("MCP_FILE_ROOT") as string,
    });
  });

  it.each(["aGk=", "aGkh", "", "/+=="])("base64 %j", async (data) => {
    const sending = fileReader({ root })({ data, filename: "../x/a.txt" }, 100);
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
      await expect(fileReader({ root })({ data }, 100)).rejects.toMatchObject(refused);
    },
  );

  it("refuses base64 of more than it may read, before it decodes", async () => {
    await expect(fileReader({ root })({ data: "A".repeat(140) }, 100)).rejects.toThrow("too large");
    await expect(fileReader({ root })({ data: Buffer.alloc(101).toString("base64") }, 100)).rejects.toThrow(
      "too large",
    );
  });

  it("URLs are https, and only where the server fetches them", async () => {
    const fetched: string[] = [];
    const fetchUrl = (url: string): Promise<{ bytes: Uint8Array; filename: string; mediaType: string }> => {
      fetched.push(url);
      return Promise.resolve({ bytes: new Uint8Array(5), filename: "a.gif", mediaType: "image/gif" });
    };
    await expect(fileReader({ root })({ url: "https://h.example/a" }, 100)).rejects.toMatchObject(refused);
    for (const url of ["http://h.example/a", "file:///etc/passwd", "data:,x", "/a", "", "ftp://h.example"])
      await expect(fileReader({ root, fetchUrl })({ url }, 100)).rejects.toMatchObject(refused);
    await expect(fileReader({ root, fetchUrl })({ url: "https://h.example/a" }, 4)).rejects.toThrow("too large");
    expect(
      (await fileReader({ root, fetchUrl })({ url: "https://h.example/a", media_type: "image/png" }, 100)).mediaType,
    ).toBe("image/png");
    expect(fetched).toEqual(["https://h.example/a", "https://h.example/a"]);
  });
});
