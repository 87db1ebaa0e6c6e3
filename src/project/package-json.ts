/** `package.json` of the emitted project, as data. No script runs when it is installed. */
import type { JsonObject } from "../base/json.ts";
import type { ServerModel } from "../mcp/model.ts";
import { dependenciesOf } from "./dependencies.ts";

export function packageJson(model: ServerModel, oauth: boolean): JsonObject {
  const versions = (development: boolean): Readonly<Record<string, string>> =>
    Object.fromEntries(
      dependenciesOf(oauth)
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
      mock: "npm run build && node dist/generated/mock.js",
      generate: "openapi-to-mcp",
      prepack: "npm run build",
      sbom: "npm sbom --sbom-format cyclonedx --package-lock-only --omit dev",
      test: "npm run build && tsc -p test/tsconfig.json && node --test dist-test/test/*.test.js",
    },
    dependencies: versions(false),
    devDependencies: versions(true),
  };
}
