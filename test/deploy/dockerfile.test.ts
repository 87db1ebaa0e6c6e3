/** The lines of the Dockerfile, read: whose user, which base, what is in the layers, what the health check asks. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/base/json.ts";
import { repository } from "../golden/sample.ts";
import { stagesOf, wordsOf } from "./dockerfile.js";
import { projectNamed, textOf } from "./emitted.js";

const text = readFileSync(join(repository, "templates/once/Dockerfile"), "utf8");
const [build, image] = stagesOf(text);
if (build === undefined || image === undefined) throw new Error("The Dockerfile has two stages");

describe("the Dockerfile", () => {
  it("names its base with its whole version, once for both stages", () => {
    expect(build.base).toMatch(/^node:\d+\.\d+\.\d+-[a-z]+-slim$/);
    expect(image.base).toBe(build.base);
  });

  it("runs as a user that Kubernetes can tell from root: by number", () => {
    expect(image.instructions.find(({ name }) => name === "USER")?.rest).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });

  it("makes nothing in the image itself: all is copied, and belongs to root", () => {
    const made = image.instructions.filter(({ name }) => ["RUN", "ADD", "VOLUME"].includes(name));
    expect(made).toEqual([]);
    const copied = image.instructions.filter(({ name }) => name === "COPY").map(({ rest }) => rest);
    expect(copied.filter((rest) => !rest.startsWith("--from=build ") || rest.includes("--chown"))).toEqual([]);
  });

  it("takes from the project's folder what it names, and never the folder", () => {
    const taken = build.instructions
      .filter(({ name }) => name === "COPY")
      .flatMap(({ rest }) => rest.split(/\s+/).slice(0, -1));
    expect(taken).toEqual(["package.json", "package-lock.json*", "tsconfig.json", "src"]);
  });

  it("holds no secret: no argument or variable for one, and a token of the registry only while a step runs", () => {
    const named = [...text.matchAll(/^(?:ARG|ENV) (\w+)/gm)].map(([, name]) => name);
    expect(named).toEqual(["NODE_IMAGE", "NODE_ENV"]);
    expect(text).toMatch(/--mount=type=secret,id=npmrc,/);
  });

  it("runs no script of a package", () => {
    const npm = build.instructions
      .filter(({ name }) => name === "RUN")
      .flatMap(({ rest }) => rest.match(/npm (?:ci|install|prune)[^;&]*/g) ?? []);
    expect(npm.length).toBe(3);
    for (const line of npm) expect(line).toContain("--ignore-scripts");
  });

  it("asks for health where the probes are, and has words, no shell", () => {
    const [program, flag, script = ""] = wordsOf(image, "HEALTHCHECK");
    expect([program, flag]).toEqual(["node", "-e"]);
    for (const name of ["MCP_PROBE_PORT", "MCP_PORT", "/livez"]) expect(script).toContain(name);
    expect(wordsOf(image, "ENTRYPOINT")).toEqual(["node", "dist/main.js"]);
  });
});

describe("compose.yaml", () => {
  const composed = async (...wishes: ("no-redis" | "redis")[]): Promise<JsonObject> =>
    load(textOf(await projectNamed("Things", ["compose", ...wishes]), "compose.yaml")) as JsonObject;

  it("runs both without rights or a writable root, and Redis where nobody else is", async () => {
    const { services, networks } = (await composed()) as unknown as {
      services: Record<string, JsonObject>;
      networks: Record<string, JsonObject>;
    };
    expect(Object.keys(services)).toEqual(["server", "redis"]);
    for (const service of Object.values(services))
      expect(service).toMatchObject({ read_only: true, cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"] });
    expect(services["redis"]?.["ports"]).toBeUndefined();
    expect(services["redis"]?.["networks"]).toEqual(["store"]);
    expect(networks["store"]).toEqual({ internal: true });
    expect(services["redis"]?.["image"]).toMatch(/^redis:\d+\.\d+\.\d+-alpine$/);
    expect(services["server"]?.["environment"]).toEqual({ MCP_PORT: "3000", REDIS_URL: "redis://redis:6379" });
    expect(services["server"]?.["ports"]).toEqual(["127.0.0.1:3000-3009:3000"]);
  });

  it("brings the part that speaks to Redis, unless its owner says no", async () => {
    const files = await projectNamed("Things", ["compose"]);
    expect(files.map(({ path }) => path)).toContain("src/runtime/node/redis.ts");
    const without = await composed("no-redis");
    expect(Object.keys(without["services"] as JsonObject)).toEqual(["server"]);
    expect(JSON.stringify(without)).not.toMatch(/redis/i);
  });
});

describe("a server that asks for none of it", () => {
  it("has the Dockerfile alone", async () => {
    const paths = (await projectNamed("Things", [])).map(({ path }) => path);
    expect(paths).toContain("Dockerfile");
    expect(paths.filter((path) => /^compose|^kubernetes|node\/redis/.test(path))).toEqual([]);
  });
});
