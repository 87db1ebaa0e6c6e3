/**
 * npm runs this whenever it makes the package ready: `npm install` and `npm install --global .` in a checkout,
 * `npm pack`, and an install from a repository. What the build needs is installed first: a fresh clone lacks it.
 */
import { execSync } from "node:child_process";

/** npm tells its scripts by the environment what it was asked to do; here this folder alone counts. */
const here = "--no-global --include=dev --no-dry-run --no-audit --no-fund --ignore-scripts --loglevel=error";

const npm = (line) => execSync(`npm ${line}`, { cwd: import.meta.dirname, stdio: ["ignore", "ignore", "inherit"] });

npm(`install ${here}`);
npm("run build");
