/**
 * What crosses the wire for a task, in bytes: with discovery alone, with what is planned, and with all tools listed. Five
 * tasks on two APIs that keep state, by a client that works as a model would (test/chains): it searches in words, takes
 * what is found first, and calls it by its signature; the client that is shown all tools calls the right ones at once.
 *
 * `node bench/chains.mjs`, after `npm run build`. Nothing here fails: the figures are for people to read.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const repository = fileURLToPath(new URL("../", import.meta.url));
// Below the repository, so that the bundle finds its packages.
const folder = join(repository, "node_modules/.cache/openapi-to-mcp", `chains-${process.pid}`);
mkdirSync(folder, { recursive: true });
try {
  for (const name of ["documents", "measure"])
    await build({
      entryPoints: [join(repository, `test/chains/${name}.ts`)],
      bundle: true,
      format: "esm",
      platform: "node",
      target: "node20.19",
      packages: "external",
      outfile: join(folder, `${name}.mjs`),
      logLevel: "warning",
    });
  const load = (name) => import(pathToFileURL(join(folder, `${name}.mjs`)).href);
  const { tracker, shop, operationsOf } = await load("documents");
  const { measure } = await load("measure");
  for (const [name, document] of Object.entries({ tracker, shop })) {
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(document));
    const output = join(folder, name);
    const cli = [join(repository, "dist/main.js"), join(folder, `${name}.json`), "-o", output];
    execFileSync(process.execPath, [...cli, "--quiet", "--list", "planned"], { stdio: "inherit" });
    symlinkSync(join(repository, "node_modules"), join(output, "node_modules"));
    const tsc = join(repository, "node_modules/typescript/bin/tsc");
    execFileSync(process.execPath, [tsc, "-p", "."], { cwd: output, stdio: "inherit" });
    process.stdout.write(`${name}: ${operationsOf(document)} operations\n`);
  }
  const measured = await measure((api) => join(folder, api, "dist/main.js"));
  const row = (cells) =>
    `${cells[0].padEnd(50)}${cells
      .slice(1)
      .map((cell) => String(cell).padStart(11))
      .join("")}\n`;
  process.stdout.write(row(["bytes on the wire, about 4 a token", "calls", "discovery", "planned", "all"]));
  for (const { task, fault, calls, discovery, planned, all } of measured)
    process.stdout.write(
      row([`${fault === undefined ? "" : "NOT DONE "}${task}`, calls, discovery, planned, all]) +
        (fault ? `  ${fault}\n` : ""),
    );
  const sum = (of) => measured.reduce((total, one) => total + one[of], 0);
  process.stdout.write(row(["in all", sum("calls"), sum("discovery"), sum("planned"), sum("all")]));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
