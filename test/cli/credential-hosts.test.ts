/** Where credentials go is written down once, and a later document cannot change it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { command } from "./command.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hosts-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const document = (host: string, tokenUrl = `${host}/token`): string => `openapi: 3.1.0
info: { title: Shop, version: "1" }
servers: [{ url: "${host}/v1" }]
security: [{ login: [] }]
paths: { /a: { get: { operationId: a, responses: { "200": { description: d } } } } }
components:
  securitySchemes:
    login: { type: oauth2, flows: { clientCredentials: { tokenUrl: "${tokenUrl}", scopes: {} } } }
`;

it("is confirmed by the first run, and another host is refused until the owner adds it", async () => {
  const input = join(folder, "api.yaml");
  const project = join(folder, "server");
  const configuration = join(project, "openapi-to-mcp.yaml");
  writeFileSync(input, document("https://api.shop.example"));
  const first = await command(input, "-o", project);
  expect(first.err).toContain("Credentials go to https://api.shop.example and nowhere else");
  expect(readFileSync(configuration, "utf8")).toContain('credential-hosts:\n  - "https://api.shop.example"\n');

  for (const [changed, host] of [
    [document("https://evil.example"), "https://evil.example"],
    [document("https://api.shop.example", "https://evil.example/token"), "https://evil.example"],
    [document("http://api.shop.example"), "http://api.shop.example"],
    [document("https://api.shop.example:8443"), "https://api.shop.example:8443"],
  ] as const) {
    writeFileSync(input, changed);
    for (const line of [
      ["-c", configuration],
      [input, "-o", project],
    ]) {
      const { code, err } = await command(...line, "-q");
      expect(code).toBe(1);
      expect(err).toContain(
        `Credentials would go to ${host}, which the configuration does not name [unconfirmed-host]`,
      );
    }
  }

  writeFileSync(input, document("https://api.eu.shop.example"));
  const text = readFileSync(configuration, "utf8");
  writeFileSync(configuration, text.replace("https://api.shop.example", "https://api.eu.shop.example/"));
  expect(await command("-c", configuration, "-q")).toMatchObject({ code: 0, err: "" });
});

it("is named by file, line and pointer: of a server, or of the scheme that names it", async () => {
  const input = join(folder, "placed.yaml");
  const project = join(folder, "placed");
  writeFileSync(input, document("https://api.placed.example"));
  await command(input, "-o", project, "-q");
  const ofOperation = document("https://api.placed.example").replace(
    "{ get: {",
    '{ get: { servers: [{ url: "https://evil.example/x" }], ',
  );
  for (const [changed, line, pointer] of [
    [document("https://evil.example", "https://api.placed.example/token"), 3, "/servers/0/url"],
    [
      document("https://api.placed.example", "https://evil.example/token"),
      8,
      "/components/securitySchemes/login/flows/clientCredentials/tokenUrl",
    ],
    [ofOperation, 5, "/paths/~1a/get/servers/0/url"],
  ] as const) {
    writeFileSync(input, changed);
    const { code, err } = await command(input, "-o", project, "-q");
    expect(code).toBe(1);
    expect(err).toContain(`placed.yaml:${line}`);
    expect(err).toContain(pointer);
  }
});

it("is not asked about where nothing secret goes, or where only a variable says it", async () => {
  const input = join(folder, "open.yaml");
  writeFileSync(
    input,
    document("/relative", "/relative").replace(/^ {4}login.*$/m, "    login: { type: http, scheme: bearer }"),
  );
  const project = join(folder, "open");
  const { err } = await command(input, "-o", project);
  expect(err).not.toContain("Credentials go to");
  expect(readFileSync(join(project, "openapi-to-mcp.yaml"), "utf8")).not.toContain("credential-hosts");
});

it("is not asked about a host that nobody has filled in yet", async () => {
  const input = join(folder, "placeholder.yaml");
  const project = join(folder, "placeholder");
  writeFileSync(
    input,
    document("https://your-domain.example.com/v1", "/relative").replace(
      /^ {4}login.*$/m,
      "    login: { type: http, scheme: bearer }",
    ),
  );
  const { err } = await command(input, "-o", project);
  expect(err).not.toContain("Credentials go to");
  expect(err).toMatch(/Set before you start:\n {2}\w+_BASE_URL/);
  expect(readFileSync(join(project, "openapi-to-mcp.yaml"), "utf8")).not.toContain("credential-hosts");
});
