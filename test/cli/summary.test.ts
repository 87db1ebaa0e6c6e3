/** What a run says: what it costs a model, what has to be set, and how a client is connected. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Need } from "../../src/project/needs.ts";
import { command } from "./command.ts";

const petstore = "samples/petstore/openapi.yaml";
let folder = "";
let count = 0;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "openapi-to-mcp-summary-"))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fresh = (): string => join(folder, `out-${++count}`);

interface Given {
  readonly paths?: object;
  readonly schemes?: object;
  readonly security?: readonly object[];
  readonly servers?: readonly object[];
}

/** A document with these parts, as a file. */
function document({ paths, schemes, security, servers }: Given): string {
  const path = join(folder, `shop-${++count}.json`);
  const value = {
    openapi: "3.1.0",
    info: { title: "Shop", version: "1" },
    servers: servers ?? [{ url: "https://shop.example.com" }],
    ...(security === undefined ? {} : { security }),
    ...(schemes === undefined ? {} : { components: { securitySchemes: schemes } }),
    paths: paths ?? { "/a": { get: { operationId: "getA", responses: {} } } },
  };
  writeFileSync(path, JSON.stringify(value));
  return path;
}

/** Many operations, the half of which read, in two tags. */
function operations(number: number): object {
  const entries = Array.from({ length: number }, (_, index) => [
    `/things/${index}`,
    { [index % 2 === 0 ? "get" : "post"]: { tags: [index < 30 ? "few" : "many"], responses: {} } },
  ]);
  return Object.fromEntries(entries) as object;
}

describe("the size of a server", () => {
  it("is told in tools and tokens", async () => {
    const { err } = await command(petstore, "-o", fresh());
    expect(err).toMatch(/12 tools, 2 resources/);
    expect(err).toMatch(/Cost of the list: about 2,\d{3} tokens/);
    expect(err).not.toContain("hint");
  });

  it.each([
    [
      41,
      /41 tools are more than some clients take \(40 to 80\).* --include tag:NAME.* --read-only leaves 21 tools, about [\d,]+ tokens\./,
    ],
    [
      130,
      /130 tools are more than many clients take \(128 at most, some 40 to 80\): select.* --read-only leaves 65 tools/,
    ],
  ])("is told with what to do where clients take no %i tools", async (number, want) => {
    const path = document({ paths: operations(number) });
    const { code, err } = await command(path, "-o", fresh(), "--strict", "--list", "all");
    expect(code).toBe(0);
    expect(err).toMatch(/^ {2}hint {2}/m);
    expect(err).toMatch(want);
    const { out } = await command(path, "-o", fresh(), "--json", "--list", "all");
    expect(JSON.parse(out)).toMatchObject({ tools: number, cost: { advice: expect.arrayContaining([]) as string[] } });
  });

  it("is no trouble where only a part is listed, and says which", async () => {
    const { err } = await command(document({ paths: operations(41) }), "-o", fresh());
    expect(err).toMatch(/Listed: 36 of 41 tools, and 4 that find and call the others: about [\d,]+ tokens instead of/);
    expect(err).toContain("src/generated/plan.json says which and why.");
    const { out } = await command(document({ paths: operations(41) }), "-o", fresh(), "--json");
    expect(JSON.parse(out)).toMatchObject({ tools: 41, list: { mode: "planned", tools: 40 }, cost: { advice: [] } });
  });

  it("is too much also with few tools that take very much, unless the essence of each is listed", async () => {
    const parameters = Array.from({ length: 60 }, (_, index) => ({
      name: `argument_${index}`,
      in: "query",
      description: `What this is about, number ${index}.`,
      schema: { type: "string" },
    }));
    const paths = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`/things/${index}`, { get: { parameters, responses: {} } }]),
    ) as object;
    const { err: folded } = await command(document({ paths }), "-o", fresh(), "--list", "all");
    expect(folded).toMatch(
      /Listed: the essence of each of 30 tools, about [\d,]{5,6} tokens instead of [\d,]{6}; describe/,
    );
    expect(folded).not.toContain("are taken from a model's context");
    const { err } = await command(document({ paths }), "-o", fresh(), "--list", "all", "--fold", "never");
    expect(err).toMatch(/30 tools/);
    expect(err).toMatch(
      /hint {2}About [\d,]{6} tokens are taken from a model's context before its first question: select/,
    );
  });

  it("is told with the change where a project is generated again", async () => {
    const output = fresh();
    const path = document({ paths: operations(10) });
    await command(path, "-o", output, "-q");
    writeFileSync(
      path,
      JSON.stringify({ openapi: "3.1.0", info: { title: "Shop", version: "1" }, paths: operations(12) }),
    );
    const { err } = await command(path, "-o", output);
    expect(err).toMatch(/Cost of the list: about [\d,]+ tokens instead of [\d,]+ \(\+\d+\)/);
    expect(err.match(/Cost of the list/g)).toHaveLength(1);
  });
});

describe("what has to be set", () => {
  const key = { type: "apiKey", in: "header", name: "X-Key" };
  const bearer = { type: "http", scheme: "bearer" };
  const oauth = {
    type: "oauth2",
    flows: {
      authorizationCode: {
        authorizationUrl: "https://shop.example.com/a",
        tokenUrl: "https://shop.example.com/t",
        scopes: {},
      },
      clientCredentials: { tokenUrl: "https://shop.example.com/t", scopes: {} },
    },
  };
  const needs = async (given: Given): Promise<{ needs: readonly Need[]; err: string; prefix: string }> => {
    const path = document(given);
    const { out } = await command(path, "-o", fresh(), "--dry-run", "--json");
    const { err } = await command(path, "-o", fresh(), "--dry-run");
    return {
      needs: (JSON.parse(out) as { needs: readonly Need[] }).needs,
      err,
      prefix: /SHOP_\d+|SHOP/.exec(err)?.[0] ?? "",
    };
  };

  it("is one thing where there is one", async () => {
    const { err, prefix } = await needs({ schemes: { key }, security: [{ key: [] }] });
    expect(err).toContain(`Set before you start:\n  ${prefix}_KEY  API key (header)\n`);
  });

  it("is one of several where the document says so, each way of OAuth by itself", async () => {
    const { err, prefix } = await needs({ schemes: { key, oauth }, security: [{ key: [] }, { oauth: [] }] });
    expect(err).toContain(
      [
        "Set before you start:",
        "  one of:",
        `    ${prefix}_KEY  API key (header)`,
        `    ${prefix}_OAUTH_ACCESS_TOKEN  access token`,
        `    ${prefix}_OAUTH_REFRESH_TOKEN, ${prefix}_OAUTH_CLIENT_ID and ${prefix}_OAUTH_CLIENT_SECRET  refresh token of a user, and its client`,
        `    ${prefix}_OAUTH_CLIENT_ID and ${prefix}_OAUTH_CLIENT_SECRET  client credentials`,
        "",
      ].join("\n"),
    );
  });

  it("is all of what belongs together", async () => {
    const { err, prefix } = await needs({ schemes: { key, bearer }, security: [{ key: [], bearer: [] }] });
    expect(err).toMatch(
      new RegExp(`  ${prefix}_BEARER_TOKEN and ${prefix}_KEY  HTTP bearer, with API key \\(header\\)\n`),
    );
  });

  it("is optional where calls may do without", async () => {
    const { err } = await needs({ schemes: { key }, security: [{ key: [] }, {}] });
    expect(err).toMatch(/_KEY {2}API key \(header\), optional\n/);
  });

  it("is told with the number of tools where not all need the same", async () => {
    const get = (security: readonly object[]): object => ({ get: { security, responses: {} } });
    const paths = { "/a": get([{ key: [] }]), "/b": get([{ bearer: [] }]), "/c": get([{ bearer: [] }]), "/d": get([]) };
    const { err } = await needs({ schemes: { key, bearer }, paths });
    expect(err).toMatch(/_BEARER_TOKEN {2}HTTP bearer, for 2 tools\n.*_KEY {2}API key \(header\), for 1 tool\n/);
  });

  it("is a base URL where the document names no host, and not where it names one with parts to choose", async () => {
    const relative = await needs({ servers: [{ url: "/v1" }] });
    expect(relative.err).toMatch(
      /_BASE_URL {2}base URL of the API, which its document does not name, such as https:\/\/api\.example\.com\/v1\n/,
    );
    expect(relative.needs[0]).toMatchObject({ kind: "base URL", optional: false });
    const region = { url: "https://{region}.example.com", variables: { region: { default: "eu" } } };
    expect((await needs({ servers: [region] })).err).not.toContain("_BASE_URL");
    const whole = {
      url: "{scheme}://{host}",
      variables: { scheme: { default: "https" }, host: { default: "a.example" } },
    };
    expect((await needs({ servers: [whole] })).err).not.toContain("_BASE_URL");
    const { err } = await needs({ servers: [{ url: "https://{tenant}.example.com/v1" }] });
    expect(err).toMatch(/_SERVER_TENANT {2}parts of the base URL/);
    expect(err).toMatch(/_BASE_URL {2}.*such as https:\/\/api\.example\.com\/v1\n/);
  });

  it("is an Authorization header, perhaps, where the document says nothing of credentials", async () =>
    expect((await needs({})).err).toMatch(
      /_AUTHORIZATION {2}Authorization header, if the API asks for one.*, optional\n/,
    ));

  it("is told again only where it is new", async () => {
    const output = fresh();
    const path = document({ schemes: { key }, security: [{ key: [] }] });
    const put = (schemes: object, security: readonly object[]): void =>
      writeFileSync(
        path,
        JSON.stringify({
          openapi: "3.1.0",
          info: { title: "Shop", version: "2" },
          components: { securitySchemes: schemes },
          security,
          paths: { "/a": { get: { responses: {} } } },
          servers: [{ url: "https://shop.example.com" }],
        }),
      );
    await command(path, "-o", output, "-q");
    const same = await command(path, "-o", output);
    expect(same.err).not.toMatch(/to be set|Set before/);
    put({ key }, [{ key: [] }]);
    expect((await command(path, "-o", output)).err).not.toMatch(/to be set|Set before/);
    put({ key, bearer }, [{ key: [] }, { bearer: [] }]);
    const { err } = await command(path, "-o", output);
    expect(err).toMatch(/New, to be set before you start again:\n {2}one of:\n.*_KEY .*\n.*_BEARER_TOKEN /);
  });
});

describe("what to do next", () => {
  it("ends with a client that is connected, in words that a shell takes", async () => {
    const output = join(folder, "my server's");
    const { out, err } = await command(petstore, "-o", output);
    expect(out).toBe("");
    const [, next = ""] = err.split("\nNext:\n");
    const lines = next.split("\n").filter((line) => line.startsWith("  "));
    expect(lines.map((line) => line.trim().split(" ").slice(0, 3).join(" "))).toEqual([
      expect.stringMatching(/^cd '/) as string,
      "npm install",
      "npm run build",
      "claude mcp add",
    ]);
    expect(next).not.toContain("npm start");
    // A shell runs what is told, with stand-ins for the programs.
    const programs = 'npm() { echo "npm $*"; }; claude() { printf "%s\\n" "$@"; };';
    const ran = spawnSync("bash", ["-ec", `${programs}\n${lines.join("\n")}`], {
      encoding: "utf8",
      env: { PATH: process.env["PATH"], PET_STORE_API_KEY: "a key" },
    });
    expect(ran.stdout.split("\n")).toEqual([
      "npm install",
      "npm run build",
      ..."mcp add --env".split(" "),
      "PET_STORE_API_KEY=a key",
      ..."--transport stdio pet-store -- node".split(" "),
      `${output}/dist/main.js`,
      "",
    ]);
  });

  it("is nothing where nothing changed, and a build where something did", async () => {
    const output = fresh();
    const path = document({ paths: operations(2) });
    await command(path, "-o", output, "-q");
    const same = await command(path, "-o", output);
    expect(same.err).not.toMatch(/Next:|claude/);
    writeFileSync(
      path,
      JSON.stringify({ openapi: "3.1.0", info: { title: "Shop", version: "1" }, paths: operations(3) }),
    );
    const changed = await command(path, "-o", output);
    expect(changed.err).toMatch(/Next:\n {2}cd .*\n {2}npm run build\n$/);
    expect(JSON.parse((await command(path, "-o", output, "--json")).out)).toMatchObject({ commands: [] });
  });
});
