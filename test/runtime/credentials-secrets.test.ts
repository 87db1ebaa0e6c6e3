import { inspect } from "node:util";

import { describe, expect, it } from "vitest";

import { createLog, type LogFields, type LogLevel } from "../../templates/always/src/runtime/log.ts";
import {
  blotPart,
  scrub,
  scrubPart,
  scrubResult,
  scrubText,
  Secret,
} from "../../templates/always/src/runtime/secret.ts";
import { readSettings, settingsTable } from "../../templates/always/src/runtime/settings/settings.ts";

const canary = 'cänary/+ "s3cret"?&\\';
const secret = new Secret(canary);

function logged(level: LogLevel, write: (log: ReturnType<typeof createLog>) => void): string {
  const lines: string[] = [];
  write(createLog(level, (line) => lines.push(line)));
  return lines.join("");
}

describe("a secret", () => {
  it("shows itself only when asked to", () => {
    const holder = { secret };
    expect([String(secret), JSON.stringify(holder), inspect(holder), `${secret}`].join()).not.toContain("s3cret");
    expect(secret.reveal()).toBe(canary);
  });

  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const circle: Record<string, unknown> = { value: canary };
  circle["self"] = circle;
  const shapes: readonly (readonly [string, LogFields])[] = [
    ["plain", { value: canary }],
    ["inside a text", { value: `before ${canary} after` }],
    ["Capitalised header", { headers: { Authorization: `Bearer ${canary}` } }],
    ["deep", { a: { b: { c: { d: [{ e: canary }] } } } }],
    ["as a key", { [canary]: 1 }],
    ["in a query", { url: `https://a/?key=${encodeURIComponent(canary)}&x` }],
    ["in a form", { body: new URLSearchParams({ key: canary }).toString() }],
    ["in lower-case percent encoding", { url: encodeURIComponent(canary).replace(/%../g, (t) => t.toLowerCase()) }],
    ["in user information", { url: `https://user:${encodeURIComponent(canary)}@a/` }],
    ["in a JSON text", { body: JSON.stringify({ key: canary }) }],
    ["in an error", { error: new Error(`failed with ${canary}`) }],
    ["in a cause", { error: new Error("failed", { cause: new Error(canary) }) }],
    ["in an error's property", { error: Object.assign(new Error("failed"), { code: canary }) }],
    ["in a circle", circle],
    ["base64", { value: base64(canary) }],
    ["base64 after one byte", { value: base64(`x${canary}`) }],
    ["base64 after two bytes", { value: base64(`xy${canary}`) }],
    ["base64 of a user and password", { value: `Basic ${base64(`user:${canary}`)}` }],
    ["base64 in the middle", { value: base64(`xyz${canary}and more`) }],
    ["base64url", { value: Buffer.from(canary).toString("base64url") }],
    ["hexadecimal", { value: Buffer.from(canary).toString("hex") }],
    ["in the event", {}],
  ];

  it.each(shapes)("is not logged: %s", (name, fields) => {
    const line = logged("debug", (log) => log.error(name === "in the event" ? `event ${canary}` : "event", fields));
    expect(line).toContain("[secret]");
    expect(line).not.toMatch(/s3cret|czNjcmV0|733363726574/);
    // The stable characters of each base64 offset.
    for (const offset of ["", "x", "xy"]) expect(line).not.toContain(base64(offset + canary).slice(4, 20));
    expect(() => JSON.parse(line) as unknown).not.toThrow();
  });

  it.each([
    ["&", "&amp;"],
    ["<", "&lt;"],
    [">", "&gt;"],
    ['"', "&quot;"],
    ["'", "&apos;"],
    ["/", "&sol;"],
    ["+", "&plus;"],
    ["=", "&equals;"],
    [":", "&colon;"],
    ["_", "&lowbar;"],
    [".", "&period;"],
    ["-", "&hyphen;"],
    ["-", "&dash;"],
  ])("with %s is found where HTML says %s", (character, entity) => {
    new Secret(`hush${character}hush${character}4711`);
    expect(scrubText(`a hush${entity}hush${entity}4711 b`)).toBe("a [secret] b");
  });

  it("goes out of bytes that the owner's code gives as base64 as well", () => {
    const bytes = (text: string) => Buffer.from(text).toString("base64");
    const image = { type: "image", data: bytes(`x${canary}y`), mimeType: "image/png" } as const;
    const audio = { type: "audio", data: bytes("sound"), mimeType: "audio/ogg" } as const;
    const resource = {
      type: "resource",
      resource: { uri: "file:///a", mimeType: "application/zip", blob: bytes(`z${canary}`) },
    } as const;
    const { content } = scrubResult({ content: [image, audio, resource] });
    expect(content).toEqual([
      { ...image, data: bytes("x[secret]y") },
      audio,
      { ...resource, resource: { ...resource.resource, blob: bytes("z[secret]") } },
    ]);
  });

  it("leaves nothing of two that share a piece, in a text and in a part of an answer", () => {
    new Secret("first-secret-middle");
    new Secret("middle-second-secret");
    new Secret("secret-middle-second");
    const answer = Buffer.from("x first-secret-middle-second-secret y first-secret-middle z");
    expect(Buffer.from(scrubPart(answer, 0, answer.length)).toString()).toBe("x [secret] y [secret] z");
    expect(scrubText(answer.toString())).toBe("x [secret] y [secret] z");
    expect(scrub(answer.toString())).toBe("x [secret] y [secret] z");
    expect(Buffer.from(blotPart(answer, 0, answer.length)).toString()).toBe(
      `x [secret]${" ".repeat(25)} y [secret]${" ".repeat(11)} z`,
    );
  });

  it("leaves ordinary text alone, also where a secret is short", () => {
    new Secret("abc");
    expect(scrub("abcdef and nothing else")).toBe("abcdef and nothing else");
  });

  it("is forgotten only after thousands of others", () => {
    for (let i = 0; i < 2_000; i += 1) new Secret(`rotating-token-${i}`);
    expect(scrub("rotating-token-1999")).toBe("[secret]");
    new Secret(canary);
    expect(scrub(canary)).toBe("[secret]");
  });
});

describe("the log", () => {
  it("writes a line for its level and above", () => {
    const all = (level: LogLevel) =>
      logged(level, (log) => {
        log.error("e");
        log.warn("w");
        log.info("i");
        log.debug("d");
      })
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => (JSON.parse(line) as { event: string }).event)
        .join("");
    expect(["silent", "error", "warn", "info", "debug"].map((level) => all(level as LogLevel))).toEqual([
      "",
      "e",
      "ew",
      "ewi",
      "ewid",
    ]);
  });

  it("never throws, and keeps each event on one line", () => {
    const hostile = {
      get trap(): never {
        throw new Error("trap");
      },
    };
    const lines = logged("info", (log) => {
      log.info("hostile", { hostile });
      log.info("two\nlines", { big: 10n, long: "x".repeat(100_000) });
    });
    expect(lines.trimEnd().split("\n")).toHaveLength(1);
    expect(lines.length).toBeLessThan(20_000);
    createLog("info", () => {
      throw new Error("EPIPE");
    }).info("lost");
  });
});

describe("settings", () => {
  it("have the defaults of the table", () => {
    const settings = readSettings({});
    expect(settings).toMatchObject({ host: "127.0.0.1", port: 3000, timeoutMs: 30_000, attempts: 3, logLevel: "info" });
    const defaults = Object.fromEntries(
      settingsTable.flatMap((row) => ("default" in row ? [[row.name, row.default]] : [])),
    );
    expect(readSettings(defaults)).toEqual(settings);
  });

  it("are read", async () => {
    const settings = readSettings({
      MCP_PORT: "0",
      MCP_ALLOWED_HOSTS: "a.example, b.example,",
      MCP_AUTH_TOKEN: "canary-of-clients",
      REDIS_URL: "rediss://user:p%40ssw0rd@redis.example:6379",
      http_proxy: "http://lower:1",
      HTTP_PROXY: "http://upper:1",
    });
    expect(settings.port).toBe(0);
    expect(settings.allowedHosts).toEqual(["a.example", "b.example"]);
    expect((await settings.accessTokens.holderOf("canary-of-clients"))?.id).toMatch(/^token:[0-9a-f]{12}$/);
    expect(settings.proxy.http?.reveal()).toBe("http://lower:1");
    expect(scrub("the password is p@ssw0rd")).toBe("the password is [secret]");
  });

  it.each([
    ["MCP_PORT", "70000"],
    ["MCP_PORT", "-1"],
    ["MCP_PORT", "0x50"],
    ["MCP_PORT", "3e3"],
    ["MCP_TIMEOUT_MS", "0"],
    ["MCP_TIMEOUT_MS", "30s"],
    ["MCP_ATTEMPTS", "0"],
    ["MCP_QUEUE", "1.5"],
    ["MCP_LOG_LEVEL", "verbose"],
    ["REDIS_URL", "http://canary-password@redis"],
    ["REDIS_URL", "canary-password"],
    ["HTTPS_PROXY", "socks5://proxy"],
    ["MCP_AUTH_TOKEN_FILE", "/nowhere/canary-password"],
  ])("%s=%s is refused by name", (name, value) => {
    const read = () => readSettings({ [name]: value });
    expect(read).toThrow(name);
    expect(read).not.toThrow("canary-password");
  });
});
