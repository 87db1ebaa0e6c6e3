/** Toolsets and workflows through the real command: what it says of them, and what it refuses. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Inspected } from "../../src/inspect.ts";
import { command } from "./command.ts";

const petstore = resolve("samples/petstore/openapi.yaml");
let folder = "";
let count = 0;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "openapi-to-mcp-parts-"))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The path of a configuration for the petstore, in a folder of its own. */
function configuration(text: string): string {
  const own = join(folder, String(++count));
  mkdirSync(own);
  const path = join(own, "openapi-to-mcp.yaml");
  writeFileSync(path, `input: ${petstore}\noutput: server\n${text}`);
  return path;
}

const inspected = async (path: string, ...more: readonly string[]): Promise<Inspected> =>
  JSON.parse((await command("inspect", "--config", path, ...more, "--json")).out) as Inspected;

describe("inspect of toolsets", () => {
  const text = `toolsets:
  reading: { read-only: true, description: Look at the store. }
  orders: { include: ["tag:orders"], list: discovery }
`;

  it("shows a table of them, and by --toolset what one holds, says and costs", async () => {
    const path = configuration(text);
    const { out } = await command("inspect", "--config", path);
    expect(out).toMatch(
      /^Toolsets\n {2}path +tools +listed +tokens +list\n {2}\/mcp\/reading +7 +7 +[\d,]+ +all\n {2}\/mcp\/orders +3 +4 +\d+ +discovery$/m,
    );
    const reading = await command("inspect", "--config", path, "--toolset", "reading");
    expect(reading).toMatchObject({ code: 0, err: "" });
    expect(reading.out).toContain("pet-store-reading (Pet Store: reading 1.2.0): 7 tools");
    expect(reading.out).not.toContain("create_pet");
    const [whole, part, found] = await Promise.all([
      inspected(path),
      inspected(path, "--toolset", "reading"),
      inspected(path, "--toolset", "orders"),
    ]);
    expect(part.server.instructions).toMatch(/^Look at the store\. 7 tools call an HTTP API/);
    expect(part.tools.every(({ hints }) => hints.readOnlyHint)).toBe(true);
    expect(part.cost.tokens).toBeLessThan(whole.cost.tokens);
    expect(whole.toolsets?.map(({ name, list }) => [name, list.tokens])).toEqual([
      ["reading", part.cost.tokens],
      ["orders", found.cost.tokens],
    ]);
    expect(found.plan?.mode).toBe("discovery");
  });

  it.each<[string, string, string]>([
    ["an unknown one", text, 'There is no toolset "writing"; there are reading, orders'],
    ["one where there is none", "", 'There is no toolset "writing"; the configuration names none'],
  ])("refuses %s", async (_name, more, message) => {
    const { code, out, err } = await command("inspect", "--config", configuration(more), "--toolset", "writing");
    expect([code, out]).toEqual([1, ""]);
    expect(err).toContain(message);
  });

  it.each<[string, string]>([
    ["../../etc", "../../etc"],
    ["a/b", "a/b"],
    ["A", "A"],
    ["a b", "a b"],
    ["-a", "-a"],
    ["a-", "a-"],
    ["ä", "ä"],
    ["a".repeat(41), "a".repeat(41)],
    ["a\\u0000\\u001b[31m", "a\\x00\\x1b[31m"],
    ["a\\u202eb", "a\\u{202e}b"],
    ["a?x#y%2e", "a?x#y%2e"],
    ["__proto__", "__proto__"],
    ["constructor", "constructor"],
  ])("refuses the name %s, or takes it as a name like others", async (name, shown) => {
    const path = configuration(`toolsets:\n  "${name}": { read-only: true }\n`);
    const { code, err } = await command("--config", path, "--dry-run");
    if (name === "constructor") return expect([code, err]).toEqual([0, expect.not.stringContaining("error")]);
    expect(code).toBe(1);
    expect(err).toContain(`The toolset "${shown}" takes a-z, 0-9 and -`);
    expect(err).toContain(":4 #/toolsets/");
  });
});

describe("workflows", () => {
  const steps = "steps: [{ stepId: a, operationId: health }]";

  it("stand in the configuration, in the report, in the README, and in what a run says is different", async () => {
    const path = configuration(`workflows:\n  - { workflowId: isOpen, summary: Is it | open?, ${steps} }\n`);
    const first = await command("--config", path);
    expect(first.code).toBe(0);
    const server = join(path, "../server");
    const readme = readFileSync(join(server, "src/generated/README.md"), "utf8");
    expect(readme).toMatch(/## Workflows\n/);
    expect(readme).toMatch(/\| `is_open` +\| Is it \\\| open\? +\| `health` +\|/);
    expect(await inspected(path)).toMatchObject({ workflows: [{ name: "is_open", calls: ["health"] }] });
    expect((await command("inspect", "--config", path, "--why", "is_open")).err).toContain("is_open is a workflow: ");
    writeFileSync(path, readFileSync(path, "utf8").replace("operationId: health", "operationId: listOrders"));
    const changed = await command("--config", path, "--dry-run", "--json");
    const kinds = (text: string): readonly unknown[] =>
      (
        JSON.parse(text) as { surface: { differences: readonly { kind: string; subject: { name: string } }[] } }
      ).surface.differences.map(({ kind, subject }) => [kind, subject.name]);
    expect(kinds(changed.out)).toContainEqual(["workflow-changed", "is_open"]);
    writeFileSync(path, `input: ${petstore}\noutput: server\n`);
    const removed = await command("--config", path, "--dry-run", "--json");
    expect(kinds(removed.out)).toEqual([["tool-removed", "is_open"]]);
  });

  it.each<[string, string, string]>([
    [
      "an unknown key",
      `- { workflowId: a, step: [], ${steps} }`,
      '"step" is no key of "workflows/0"; did you mean "steps"?',
    ],
    ["no text", "- 5", '"workflows/0" needs text or an object, not 5'],
    ["no id", `- { ${steps} }`, '"workflows/0" needs the key "workflowId"'],
    ["steps that are none", "- { workflowId: a, steps: 5 }", "This needs a list"],
    [
      "an unknown operation",
      "- { workflowId: a, steps: [{ stepId: a, operationId: healt }] }",
      'No tool stands for the operation "healt"; did you mean "health"?',
    ],
  ])("in the configuration with %s are refused at their line", async (_name, entry, message) => {
    const path = configuration(`workflows:\n  ${entry}\n`);
    const { code, err } = await command("--config", path, "--dry-run");
    expect(code).toBe(1);
    expect(err).toContain(message);
    expect(err).toContain(`${path}:4 #/workflows/0`);
  });
});
