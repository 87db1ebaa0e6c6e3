/**
 * Packs the runtime of emitted servers for `--runtime package`: compiles `templates/always/src/runtime/`, with
 * declarations, and writes the tarball that `npm publish` takes. Run `npm run pack:runtime` in the repository.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { dependenciesOf } from "../src/project/dependencies.ts";
import { features } from "../src/project/features/features.ts";
import { runtimePackage } from "../src/project/runtime-package.ts";

const folder = resolve("dist/runtime-package");
const source = resolve("templates/always/src/runtime");
const { version, license } = JSON.parse(readFileSync("package.json", "utf8"));
const versions = (items) => Object.fromEntries(items.map((item) => [item.name, item.version]));

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const settings = {
  compilerOptions: {
    target: "ES2022",
    lib: ["ES2023"],
    module: "NodeNext",
    moduleResolution: "NodeNext",
    types: ["node"],
    typeRoots: [resolve("node_modules/@types")],
    strict: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: true,
    declaration: true,
    rootDir: source,
    outDir: folder,
  },
  include: [source],
};
writeFileSync("dist/tsconfig.runtime.json", JSON.stringify(settings));
execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "dist/tsconfig.runtime.json"], {
  stdio: "inherit",
});

// Packages that only some servers need are named by those that do.
const optional = features.flatMap(({ dependencies }) => dependencies);
const manifest = {
  name: runtimePackage,
  version,
  description: "Runtime of the MCP servers that openapi-mcp-compiler writes",
  license,
  type: "module",
  engines: { node: ">=20.18.1" },
  exports: {
    "./*.js": { types: "./*.d.ts", default: "./*.js" },
    "./package.json": "./package.json",
  },
  dependencies: versions(dependenciesOf(new Set()).filter((item) => !item.development)),
  peerDependencies: versions(optional),
  peerDependenciesMeta: Object.fromEntries(optional.map(({ name }) => [name, { optional: true }])),
};
writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
copyFileSync("LICENSE", join(folder, "LICENSE"));
copyFileSync("runtime-package/README.md", join(folder, "README.md"));
const tarball = execFileSync("npm", ["pack", "--silent", "--pack-destination", resolve("dist")], {
  cwd: folder,
  encoding: "utf8",
  shell: process.platform === "win32",
}).trim();
console.log(join("dist", tarball));
