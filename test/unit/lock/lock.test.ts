import { describe, expect, test } from "vitest";
import { printJson } from "../../../src/project/json.ts";
import { buildLock } from "../../../src/lock/build.ts";
import type { Lock } from "../../../src/lock/lock.ts";
import { parseLock } from "../../../src/lock/parse.ts";
import type { ServerModel, Tool } from "../../../src/mcp/model.ts";

const annotations = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true };
const tool = (changes: Partial<Tool["listing"]> = {}): Tool => ({
  listing: {
    name: "__proto__",
    title: "T",
    description: "D",
    inputSchema: { type: "object", properties: {}, additionalProperties: false },
    annotations,
    ...changes,
  },
  call: {
    pointer: "/paths/~1a/get",
    request: { method: "GET", path: "/a", server: "default", parameters: [], accept: [], security: [] },
    responses: [],
  },
  operationId: "a",
  typeName: "A",
  result: undefined,
  reasons: [],
  losses: [],
});
const model = (...tools: readonly Tool[]): ServerModel => ({
  project: { name: "x", title: "x", version: "1", instructions: "", apis: ["x"] },
  packageName: "x-mcp",
  toolsets: [],
  workflows: [],
  plan: {
    mode: "all",
    folded: false,
    strict: false,
    listed: [],
    cost: { tools: 0, tokens: 0, bytes: 0 },
    whole: { tools: 0, tokens: 0, bytes: 0 },
  },
  apis: [
    {
      data: {
        name: "x",
        title: "x",
        version: "1",
        environmentPrefix: "X",
        serverGroups: [],
        securitySchemes: {},
        groups: [],
      },
      groups: [{ file: "a", tools }],
      schemas: new Map(),
      resources: [],
      prompts: [],
      examples: {},
      skipped: [],
    },
  ],
});
const files = [
  { path: "src/runtime/b.ts", text: "b", owner: "generator" },
  { path: "src/generated/a.json", text: "a", owner: "generator" },
  { path: "src/main.ts", text: "m", owner: "user" },
] as const;
const lock = buildLock(model(tool()), files, "1.0.0");

describe("the lock", () => {
  test("is read as it was written", () => expect(parseLock(printJson(lock))).toEqual(lock));

  test("keeps what finds a tool again, and old names", () => {
    const anchor = { request: "GET /a", formerly: ["GET /b", "b"], plainInput: "0123456789abcdef" };
    const { project, ...rest } = model({ ...tool(), anchor });
    const aliases = [{ name: "b", tool: "__proto__", until: "2030-01-01" }];
    const whole = buildLock({ ...rest, project: { ...project, aliases } }, files, "1.0.0");
    expect(whole).toMatchObject({ tools: [anchor], aliases });
    expect(parseLock(printJson(whole))).toEqual(whole);
  });

  test("is read as the first version wrote it, hashes of files included", () => {
    const first = `{"lockVersion":1,"generator":"0.1.0","tools":[{"name":"a","api":"x","pointer":"/paths/~1a/get","operationId":"a","description":"0","input":"1","hints":"2","tokens":3}],"files":[{"path":"src/a","sha256":"${"0".repeat(64)}"}],"userFiles":["src/main.ts"]}`;
    expect(parseLock(first)).toEqual(JSON.parse(first));
  });

  test("holds the hashes of the generator's files, and the names of the user's", () => {
    expect(lock.files).toEqual([
      { path: "src/generated/a.json", sha256: "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb" },
      { path: "src/runtime/b.ts", sha256: "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d" },
    ]);
    expect(lock.userFiles).toEqual(["src/main.ts"]);
  });

  test.each([
    ["title", { title: "U" }, ["description"]],
    ["description", { description: "E" }, ["description"]],
    ["input", { inputSchema: { type: "object", properties: { a: true }, additionalProperties: false } }, ["input"]],
    ["output", { outputSchema: { type: "object" } }, ["output"]],
    ["hints", { annotations: { ...annotations, readOnlyHint: false } }, ["hints"]],
  ] as const)("shows a change of the %s, and only that", (_name, changes, want) => {
    const [before, after] = [lock.tools[0], buildLock(model(tool(changes)), files, "1.0.0").tools[0]];
    const keys = ["description", "input", "output", "hints"] as const;
    expect(keys.filter((key) => before?.[key] !== after?.[key])).toEqual(want);
  });

  test.each([
    ["no JSON", "<<<<<<< HEAD"],
    ["no object", "[]"],
    ["another version", printJson({ ...lock, lockVersion: 2 })],
    ["a file without a hash", printJson({ ...lock, files: [{ path: "a" }] })],
    ["a tool without a name", printJson({ ...lock, tools: [{}] })],
    ["an alias of nothing", printJson({ ...lock, aliases: [{ name: "a" }] })],
    ["paths that are none", printJson({ ...lock, userFiles: [1] })],
    ["nothing", ""],
  ])("is none: %s", (_name, text) => expect<Lock | undefined>(parseLock(text)).toBeUndefined());
});
