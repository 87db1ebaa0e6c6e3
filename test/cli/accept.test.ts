/** `accept:` in the configuration: findings that the owner knows of, so that `--strict` stops on new ones only. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Summary } from "../../src/cli/summary.ts";
import { command } from "./command.ts";

let folder = "";
let count = 0;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "openapi-to-mcp-accept-"))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Two operations with a fault each that costs a warning, and one that costs the operation. */
const faulty = `openapi: 3.1.0
info: { title: Zoo, version: "1" }
paths:
  /zones: { get: { operationId: zones, parameters: [{ name: a, in: query, schema: [] }], responses: {} } }
  /zones/{id}: { get: { operationId: zone, responses: {} } }
  /broken: { get: 7 }
`;

/** A folder with the document, a second one, and a configuration that accepts this. */
function workplace(accept: string, second = false): string {
  const work = join(folder, String(++count));
  mkdirSync(work);
  writeFileSync(join(work, "zoo.yaml"), faulty);
  writeFileSync(join(work, "park.yaml"), faulty.replace("title: Zoo", "title: Park"));
  const inputs = second ? "[zoo.yaml, park.yaml]" : "[zoo.yaml]";
  writeFileSync(join(work, "openapi-to-mcp.yaml"), `input: ${inputs}\noutput: server\nname: zoo\n${accept}`);
  return work;
}

const generate = (work: string, ...line: readonly string[]): ReturnType<typeof command> =>
  command("-c", join(work, "openapi-to-mcp.yaml"), ...line);
const summary = async (work: string): Promise<Summary> => JSON.parse((await generate(work, "--json")).out) as Summary;
const codes = (list: Summary["accepted"]): readonly string[] => list.map(({ code }) => code).sort();

const all = `accept:
  - { code: invalid-schema, pointer: "#/paths/~1zones/get/parameters/0/schema" }
  - { code: undeclared-path-parameter, pointer: "/paths/~1zones~1{id}/**" }
  - { code: invalid-operation }
`;

describe("a finding that is accepted", () => {
  it("fails no strict run, and is told as JSON", async () => {
    const work = workplace(all);
    expect((await generate(workplace(""), "--strict")).code).toBe(1);
    const { code, err } = await generate(work, "--strict");
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(err).not.toMatch(/\[(?:invalid-schema|undeclared-path-parameter|invalid-operation)\]/);
    expect(err).toContain("3 findings accepted by the configuration.");
    const { accepted, diagnostics } = await summary(work);
    expect(codes(accepted)).toEqual(["invalid-operation", "invalid-schema", "undeclared-path-parameter"]);
    expect(diagnostics.filter(({ severity }) => severity !== "info")).toEqual([]);
    expect(JSON.parse((await generate(work, "--check", "--json")).out)).toMatchObject({
      ok: true,
      accepted: [{}, {}, {}],
    });
    expect((await generate(work, "--check", "--strict")).code).toBe(0);
  });

  it("accepts no other: another code, or another place", async () => {
    for (const [entry, left] of [
      ["{ code: invalid-schema, pointer: /paths/~1zones/get }", 3],
      ["{ code: invalid-schema, pointer: /paths/* }", 3],
      ["{ code: invalid-schema, pointer: '/paths/*/get/**' }", 2],
      ["{ code: invalid-parameter }", 3],
    ] as const) {
      const work = workplace(`accept: [${entry}]\n`);
      const { diagnostics } = await summary(work);
      expect(
        diagnostics.filter(({ severity }) => severity !== "info"),
        entry,
      ).toHaveLength(left);
      expect((await generate(work, "--strict")).code).toBe(1);
    }
  });

  it("is one document's where there are several", async () => {
    const { accepted, diagnostics } = await summary(
      workplace("accept: [{ code: invalid-schema, document: park.yaml }]\n", true),
    );
    expect(accepted).toMatchObject([{ code: "invalid-schema", file: expect.stringMatching(/park\.yaml$/) as string }]);
    expect(codes(diagnostics)).toContain("invalid-schema");
    const both = await summary(workplace("accept: [{ code: invalid-schema }]\n", true));
    expect(codes(both.accepted)).toEqual(["invalid-schema", "invalid-schema"]);
  });
});

describe("an entry", () => {
  it("that accepts nothing is told with its line, and fails nothing", async () => {
    const work = workplace(`${all}  - { code: duplicate-path, pointer: /paths/~1zones }\n`);
    const { code, err } = await generate(work, "--strict");
    expect(code).toBe(0);
    expect(err).toMatch(
      /info The entry accepts nothing: no duplicate-path at \/paths\/~1zones is found \[unused-acceptance\]\n {2}at .*openapi-to-mcp\.yaml:8 #\/accept\/3/,
    );
    expect((await generate(work, "--check")).err).toContain("[unused-acceptance]");
  });

  it.each([
    ["{ code: invalid-schem }", /"accept\/0\/code" needs a code.*such as "invalid-schema", not "invalid-schem"/],
    ["{ pointer: /a }", /needs the key "code"/],
    ["{ code: invalid-schema, pointer: paths }", /needs a JSON pointer/],
    ["{ code: invalid-schema, file: a }", /"file" is no key of "accept\/0"/],
  ])("of another form is told: %s", async (entry, want) => {
    const { code, err } = await generate(workplace(`accept: [${entry}]\n`));
    expect(code).toBe(1);
    expect(err).toMatch(want);
  });
});
