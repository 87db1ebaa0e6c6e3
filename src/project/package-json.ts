/** `package.json` of the emitted project, as data. No script runs when it is installed. */
import type { JsonObject } from "../base/json.ts";
import type { ServerModel } from "../mcp/model.ts";
import { dependenciesOf } from "./dependencies.ts";
import type { FeatureSet } from "./features/features.ts";
import type { RuntimeMode } from "./runtime-mode.ts";

export function packageJson(model: ServerModel, features: FeatureSet, runtime?: RuntimeMode): JsonObject {
  const versions = (development: boolean): Readonly<Record<string, string>> =>
    Object.fromEntries(
      dependenciesOf(features, runtime)
        .filter((item) => item.development === development)
        .map((item) => [item.name, item.version]),
    );
  return {
    name: model.packageName,
    version: "0.1.0",
    private: true,
    // npm's word for: the owner has not said yet who may use it.
    license: "UNLICENSED",
    type: "module",
    bin: { [model.packageName]: "dist/main.js" },
    // The compiled server reads its data from where the generator wrote it.
    files: ["dist", "src/generated"],
    engines: { node: ">=20.18.1" },
    scripts: {
      build: "tsc -p tsconfig.json",
      start: "node dist/main.js",
      "start:http": "node dist/main.js --http",
      ...(features.has("mock") ? { mock: "npm run build && node dist/generated/mock.js" } : {}),
      ...(features.has("worker") ? { "build:worker": "npm run build && node worker/data.mjs" } : {}),
      generate: "openapi-to-mcp",
      prepack: "npm run build",
      sbom: "npm sbom --sbom-format cyclonedx --package-lock-only --omit dev",
      // The tests run against the stand-in: without it, that all compiles is what can be said.
      test: features.has("mock")
        ? "npm run build && tsc -p test/tsconfig.json && node --test dist-test/test/*.test.js"
        : "npm run build",
      ...(features.has("mock")
        ? { conformance: "npm run build && tsc -p test/tsconfig.json && node dist-test/test/conformance.js" }
        : {}),
    },
    dependencies: versions(false),
    devDependencies: versions(true),
  };
}
