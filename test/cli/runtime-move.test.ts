/** A project's runtime moves into a package, and out of it: the owner's files follow, or say what they need. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { runtimePackage } from "../../src/project/runtime-package.ts";
import { command } from "./command.ts";

const document = `openapi: 3.1.0
info: { title: Shop, version: "1" }
servers: [{ url: "https://api.shop.example/v1" }]
paths: { /a: { get: { operationId: a, responses: { "200": { description: d } } } } }
`;

let folder = "";
let project = "";
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "move-"));
  project = join(folder, "server");
  writeFileSync(join(folder, "api.yaml"), document);
  expect(await command(join(folder, "api.yaml"), "-o", project, "-q")).toMatchObject({ code: 0 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = (path: string): string => readFileSync(join(project, path), "utf8");
const put = (path: string, text: string): void => writeFileSync(join(project, path), text);
const generate = (...line: readonly string[]) => command("-c", join(project, "openapi-to-mcp.yaml"), ...line);
const moving = ["--runtime", "package"];

it("rewrites what nobody changed, and takes the runtime away; and brings it back", async () => {
  const before = { main: read("src/main.ts"), manifest: read("package.json"), readme: read("README.md") };
  put("openapi-to-mcp.yaml", `${read("openapi-to-mcp.yaml")}runtime: package\n`);
  const { code, err } = await generate();
  expect({ code, err }).toMatchObject({ code: 0 });
  expect(err).toContain(`The project depends on ${runtimePackage}, which is not published yet [unpublished-runtime]`);
  expect(existsSync(join(project, "src/runtime"))).toBe(false);
  for (const path of ["src/main.ts", "src/auth.ts", "src/custom.ts", "src/generated/index.ts", "test/server.test.ts"]) {
    expect(read(path), path).toContain(`"${runtimePackage}/`);
    expect(read(path), path).not.toMatch(/["'`( ]\.{1,2}\/(?:src\/)?runtime\//);
  }
  expect(JSON.parse(read("package.json"))).toMatchObject({ dependencies: { [runtimePackage]: "~0.1.0" } });
  expect(await generate("--check")).toMatchObject({ code: 0 });

  put("openapi-to-mcp.yaml", read("openapi-to-mcp.yaml").replace("runtime: package", "runtime: vendored"));
  expect(await generate("-q")).toMatchObject({ code: 0, err: "" });
  expect({ main: read("src/main.ts"), manifest: read("package.json"), readme: read("README.md") }).toEqual(before);
  expect(existsSync(join(project, "src/runtime/node/serve.ts"))).toBe(true);
});

it("stops before it writes where the owner changed a file that imports the runtime, and says each line", async () => {
  put("src/custom.ts", `// mine\n${read("src/custom.ts")}`);
  const { code, err } = await generate(...moving);
  expect(code).toBe(1);
  const line =
    read("src/custom.ts")
      .split("\n")
      .findIndex((text) => text.includes('from "./runtime/custom.js"')) + 1;
  expect(err).toContain(
    `The runtime is in a package now: import "${runtimePackage}/custom.js" [moved-runtime]\n  at src/custom.ts:${line}\n`,
  );
  expect(existsSync(join(project, "src/runtime/custom.ts"))).toBe(true);
  expect(read("src/main.ts")).toContain('"./runtime/');

  put("src/custom.ts", read("src/custom.ts").replaceAll("./runtime/", `${runtimePackage}/`));
  expect(await generate(...moving, "-q")).toMatchObject({ code: 0 });
  expect(read("src/custom.ts")).toContain("// mine");
  expect(read("src/main.ts")).toContain(`"${runtimePackage}/`);
});

it("keeps the parts that an owner's file may rest on", async () => {
  expect(await generate("--feature", "redis", ...moving, "-q")).toMatchObject({ code: 0 });
  expect(read("src/generated/index.ts")).toContain(`redis: () => import("${runtimePackage}/node/redis.js")`);
  expect(await generate(...moving, "-q")).toMatchObject({ code: 0 });
  expect(read("src/generated/index.ts")).toContain(`redis: () => import("${runtimePackage}/node/redis.js")`);
});

it("is refused where it is no place for a runtime", async () => {
  expect((await generate("--runtime", "elsewhere")).err).toContain(
    "--runtime takes vendored or package, not elsewhere",
  );
});
