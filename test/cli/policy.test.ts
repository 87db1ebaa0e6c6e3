/** `policy:` in the configuration, and `openapi-to-mcp policy`, through the real command. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { command } from "./command.ts";

let folder = "";
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "openapi-to-mcp-policy-"))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const petstore = resolve("samples/petstore/openapi.yaml");
const written = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const configured = (policy: string): string =>
  written("openapi-to-mcp.yaml", `input: ${petstore}\noutput: server\n${policy}`);

const rules = `rules:
  - { name: keepers, effect: ask, groups: [keepers], methods: [DELETE] }
  - { name: no-deletes, effect: deny, methods: [DELETE], reason: Ask a keeper }
  - { name: pages, effect: allow, tools: [list_pets], cap: { limit: 50 } }
`;
const indented = rules.replaceAll(/^/gm, "  ");

describe("policy: in the configuration", () => {
  it.each<[string, string, string]>([
    [
      "a key that is none",
      "policy:\n  rules:\n    - effect: deny\n      tool: [delete_pet]\n",
      "openapi-to-mcp.yaml:6 ",
    ],
    [
      "a tool that is not there",
      "policy:\n  rules:\n    - effect: deny\n      tools:\n        - delete_pets\n",
      "openapi-to-mcp.yaml:7 ",
    ],
    [
      "a tag that is not there",
      "policy:\n  rules:\n    - { effect: deny, tags: [Pets] }\n",
      'There is no tag "Pets"; did you mean "pets"?',
    ],
    [
      "a rule that never decides",
      "policy:\n  rules:\n    - { effect: allow }\n    - { effect: deny, tools: [delete_pet] }\n",
      "openapi-to-mcp.yaml:6 ",
    ],
    [
      "a keyword that nobody checks",
      "policy:\n  rules:\n    - effect: allow\n      tools: [list_pets]\n      require: { properties: { limit: { maximun: 5 } } }\n",
      "openapi-to-mcp.yaml:7 ",
    ],
  ])("stops at %s, with its line", async (_what, policy, said) => {
    const { code, err } = await command("-c", configured(policy), "--dry-run");
    expect(code).toBe(1);
    expect(err.replaceAll(/:(\d+):/g, ":$1 ")).toContain(said);
  });

  it("is emitted with what a server has to know of its tools, and no project has its files without", async () => {
    const { code, err } = await command("-c", configured(`policy:\n${indented}`), "-o", join(folder, "server"));
    expect({ code, err: code === 0 ? "" : err }).toEqual({ code: 0, err: "" });
    const emitted = JSON.parse(readFileSync(join(folder, "server/src/generated/policy.json"), "utf8")) as {
      policy: { rules: unknown[] };
      tools: Record<string, unknown>;
    };
    expect(emitted.policy.rules).toHaveLength(3);
    expect(emitted.tools["delete_pet"]).toEqual({ method: "DELETE", tags: ["pets"], reads: "get_pet" });
    expect(readFileSync(join(folder, "server/src/generated/parts.ts"), "utf8")).toContain("runtime/policy/policy.js");
    const plain = await command(petstore, "--dry-run", "-o", join(folder, "plain"), "--json");
    expect(plain.out).not.toContain("runtime/policy/");
    expect(plain.out).not.toContain("policy.json");
  });

  it("may stand in a file of its own, whose lines are told", async () => {
    written("rules.yaml", "rules:\n  - effect: deny\n    tools: [nothing]\n");
    const { code, err } = await command("-c", configured("policy: rules.yaml\n"), "--dry-run");
    expect(code).toBe(1);
    expect(err).toMatch(/rules\.yaml:3\b/);
    written("rules.yaml", rules);
    expect((await command("-c", configured("policy: rules.yaml\n"), "--dry-run")).code).toBe(0);
  });
});

describe("policy test", () => {
  const cases = `cases:
  - { tool: delete_pet, arguments: { pet_id: 1 }, caller: { subject: bob }, expect: deny, rule: no-deletes }
  - { tool: delete_pet, caller: { subject: ada, groups: [keepers] }, expect: ask, rule: keepers }
  - { tool: list_pets, arguments: { limit: 500 }, expect: allow, rule: pages, becomes: { limit: 50 } }
  - { tool: get_pet, expect: allow, rule: default }
`;

  it("says of each case what is decided, and by which rule", async () => {
    const path = configured(`policy:\n${indented}`);
    const { code, out } = await command("policy", "test", written("cases.yaml", cases), "-c", path);
    expect(code).toBe(0);
    expect(out).toMatch(/ok +user:bob +delete_pet +deny +no-deletes\n/);
    expect(out).toMatch(/ok +user:ada +delete_pet +ask +keepers\n/);
    expect(out).toContain("4 cases, all as expected");
  });

  it("exits with 1 where one is decided otherwise, with its line; as JSON too", async () => {
    const path = configured(`policy:\n${indented}`);
    const wrong = written("wrong.yaml", `${cases}  - { tool: delete_pet, expect: allow }\n`);
    const text = await command("policy", "test", wrong, "-c", path);
    expect(text.code).toBe(1);
    expect(text.out).toContain("line 6: delete_pet: expected allow, and it is deny");
    expect(text.out).toContain("1 of 5 cases not as expected");
    const json = await command("policy", "test", wrong, "-c", path, "--json");
    expect(json.code).toBe(1);
    const { ok, cases: found } = JSON.parse(json.out) as { ok: boolean; cases: object[] };
    expect(ok).toBe(false);
    expect(found).toHaveLength(5);
    expect(found[2]).toEqual({
      tool: "list_pets",
      caller: "local",
      expect: "allow",
      decision: "allow",
      rule: "pages",
      arguments: { limit: 50 },
      line: 4,
      ok: true,
    });
    expect(found[4]).toMatchObject({ ok: false, decision: "deny", rule: "no-deletes", reason: "Ask a keeper" });
  });

  it.each<[string, string, string]>([
    [
      "a tool that is not there",
      "cases:\n  - { tool: delete_pets, expect: deny }\n",
      'There is no tool "delete_pets"; did you mean "delete_pet"?',
    ],
    ["a key that is none", "cases:\n  - { tool: delete_pet, expects: deny }\n", 'did you mean "expect"?'],
    ["no cases", "cases: []\n", "a list of at least 1"],
  ])("stops at %s", async (_what, text, said) => {
    const { code, err } = await command(
      "policy",
      "test",
      written("faulty.yaml", text),
      "-c",
      configured(`policy:\n${indented}`),
    );
    expect(code).toBe(1);
    expect(err).toContain(said);
  });

  it("says what to do with it, and that there is one to test", async () => {
    expect(await command("policy", "tst")).toMatchObject({
      code: 2,
      err: expect.stringContaining('did you mean "test"') as string,
    });
    const without = await command("policy", "print", "-c", configured(""));
    expect(without).toMatchObject({
      code: 1,
      err: expect.stringContaining("The configuration has no policy") as string,
    });
  });

  it("prints other rules, of YAML or JSON, checked against the project, as a server reads them", async () => {
    const path = configured("");
    const yaml = await command("policy", "print", written("others.yaml", rules), "-c", path);
    expect(yaml.code).toBe(0);
    const json = await command("policy", "print", written("others.json", yaml.out), "-c", path);
    expect(json).toMatchObject({ code: 0, out: yaml.out });
    expect((JSON.parse(yaml.out) as { rules: { name: string }[] }).rules.map(({ name }) => name)).toEqual([
      "keepers",
      "no-deletes",
      "pages",
    ]);
    // They go before the project's own.
    const before = await command(
      "policy",
      "print",
      written("less.yaml", "rules: []\n"),
      "-c",
      configured(`policy:\n${indented}`),
    );
    expect((JSON.parse(before.out) as { rules: unknown[] }).rules).toEqual([]);
    const wrong = await command(
      "policy",
      "print",
      written("wrong.yml", "rules:\n  - effect: deny\n    tools: [no]\n"),
      "-c",
      path,
    );
    expect(wrong.code).toBe(1);
    expect(wrong.err).toMatch(/wrong\.yml:3\b/);
    expect((await command("policy", "print", join(folder, "none.yaml"), "-c", path)).code).toBe(1);
  });

  it("prints the policy as a server reads it", async () => {
    const { code, out } = await command("policy", "print", "-c", configured(`policy:\n${indented}`));
    expect(code).toBe(0);
    expect((JSON.parse(out) as { rules: unknown[] }).rules).toHaveLength(3);
  });
});
