/** Each optional part off and on: the project compiles as its owner compiles it, starts, and does what it says. */
import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { describe, expect, it } from "vitest";
import { generate } from "../../src/generate.ts";
import { featureNames, type FeatureWish } from "../../src/project/features/names.ts";
import { compile, writeTree } from "../golden/sample.ts";

/** No part is needed: the one operation reads nothing and sends no body. */
const bare = {
  openapi: "3.2.0",
  info: { title: "Bare", version: "1" },
  servers: [{ url: "http://127.0.0.1:9" }],
  paths: { "/things": { post: { operationId: "addThing", responses: { "204": { description: "done" } } } } },
};

const none = featureNames.map((name): FeatureWish => `no-${name}`);

async function projectOf(wishes: readonly FeatureWish[]): Promise<string> {
  const stdin = async (): Promise<Uint8Array> => new TextEncoder().encode(JSON.stringify(bare));
  const { files } = await generate({ inputs: ["-"], stdin, features: wishes });
  return writeTree(files);
}

/** What the server says of itself, asked over stdio. */
async function introduced(folder: string): Promise<object | undefined> {
  const client = new Client({ name: "test", version: "1" });
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [join(folder, "dist/main.js")], stderr: "ignore" }),
  );
  try {
    return client.getServerCapabilities();
  } finally {
    await client.close();
  }
}

/** Lets `src/custom.ts` add a resource or prompt. */
function addOwn(folder: string, name: "resources" | "prompts"): void {
  const own = {
    resources: '{ uri: "own://note", name: "note", read: () => "a note" }',
    prompts: '{ name: "greet", text: () => "Hello" }',
  }[name];
  const lines = [
    'import { defineCustom } from "./runtime/custom.js";',
    `export const custom = defineCustom({ ${name}: [${own}] });`,
  ];
  writeFileSync(join(folder, "src/custom.ts"), lines.join("\n"));
}

/** What a server says that does not start. */
function refusal(folder: string, environment: Readonly<Record<string, string>> = {}): string {
  const { status, stderr } = spawnSync(process.execPath, [join(folder, "dist/main.js")], {
    encoding: "utf8",
    input: "",
    env: { ...process.env, ...environment },
  });
  expect(status).toBe(1);
  return stderr;
}

/** Every API has prompts, unless its owner wants none; of resources the document has none. */
const [plain, prompting] = [{ tools: {} }, { tools: {}, prompts: {}, completions: {} }];

const cases: readonly (readonly [string, readonly FeatureWish[], object])[] = [
  ["no part", none, plain],
  ...featureNames.map((name) => [`${name} alone`, [...none, name], name === "prompts" ? prompting : plain] as const),
  ...featureNames.map(
    (name) => [`all but ${name}`, [...featureNames, `no-${name}`], name === "prompts" ? plain : prompting] as const,
  ),
];

describe.each(cases)("a server with %s", (_name, wishes, capabilities) => {
  it("compiles, and starts", async () => {
    const folder = await projectOf(wishes);
    try {
      expect(compile(folder, ".")).toBe("");
      expect(await introduced(folder)).toEqual(capabilities);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("a server that lacks a part which its owner makes use of", () => {
  it("says at the start what to do: REDIS_URL", async () => {
    const folder = await projectOf(none);
    try {
      expect(compile(folder, ".")).toBe("");
      const said = refusal(folder, { REDIS_URL: "redis://127.0.0.1:9" });
      expect(said).toContain("REDIS_URL is set, and this server was generated without the part for Redis.");
      expect(said).toContain("openapi-to-mcp --feature redis --update-package");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each(["resources", "prompts"] as const)("says at the start what to do: %s of src/custom.ts", async (name) => {
    const folder = await projectOf(none);
    try {
      addOwn(folder, name);
      expect(compile(folder, ".")).toBe("");
      const said = refusal(folder);
      expect(said).toContain(`src/custom.ts adds ${name}`);
      expect(said).toContain(`openapi-to-mcp --feature ${name}`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each(["resources", "prompts"] as const)("serves %s of src/custom.ts once it has the part", async (name) => {
    const folder = await projectOf([...none, name]);
    try {
      addOwn(folder, name);
      expect(compile(folder, ".")).toBe("");
      expect(await introduced(folder)).toEqual({ tools: {}, [name]: {}, completions: {} });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
