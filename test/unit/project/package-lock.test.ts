import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { dependenciesOf } from "../../../src/project/dependencies.ts";
import { allFeatures } from "../../../src/project/features/features.ts";
import { packageLock } from "../../../src/project/package-lock.ts";
import { readDependencyLock } from "../../../src/project/template-files.ts";

describe("packageLock", () => {
  test("keeps what a project asks for and what that asks for, where Node.js finds it", () => {
    const whole = {
      lockfileVersion: 3,
      requires: true,
      packages: {
        "node_modules/a": { version: "1.0.0", dependencies: { b: "^1" }, optionalDependencies: { absent: "1" } },
        "node_modules/a/node_modules/b": { version: "1.0.0", dependencies: { c: "1" } },
        "node_modules/b": { version: "2.0.0" },
        "node_modules/c": { version: "1.0.0", peerDependencies: { a: "1" } },
        "node_modules/d": { version: "1.0.0" },
        "node_modules/d/node_modules/c": { version: "3.0.0" },
      },
    };
    const project = { name: "mine", version: "0.1.0", private: true, dependencies: { a: "1.0.0" }, scripts: {} };
    expect(packageLock(project, whole)).toEqual({
      name: "mine",
      version: "0.1.0",
      lockfileVersion: 3,
      requires: true,
      packages: {
        "": { name: "mine", version: "0.1.0", dependencies: { a: "1.0.0" } },
        "node_modules/a": whole.packages["node_modules/a"],
        "node_modules/a/node_modules/b": whole.packages["node_modules/a/node_modules/b"],
        "node_modules/c": whole.packages["node_modules/c"],
      },
    });
  });

  const packages = readDependencyLock()["packages"] as Record<string, JsonObject>;
  const own = JSON.parse(readFileSync(new URL("../../../package-lock.json", import.meta.url), "utf8")) as {
    packages: Record<string, JsonObject>;
  };

  test("is of the versions that emitted projects name: run npm run dependencies", () => {
    for (const { name, version } of dependenciesOf(allFeatures))
      expect([name, packages[`node_modules/${name}`]?.["version"]]).toEqual([name, version]);
  });

  test.each(Object.keys(packages))("%s has a hash, no address, no script, and is the one that was tested", (path) => {
    const item = packages[path];
    expect(item?.["integrity"]).toMatch(/^sha512-/);
    expect(item).not.toHaveProperty("resolved");
    expect(item).not.toHaveProperty("hasInstallScript");
    // Compilers of other systems are not installed here.
    if (item?.["os"] === undefined) expect(own.packages[path]?.["version"]).toBe(item?.["version"]);
  });
});
