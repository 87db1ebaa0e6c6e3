/** What an emitted project depends on, and why it needs each. */
import { type Dependency, dependency } from "./dependency.ts";
import { features, type FeatureSet } from "./features/features.ts";
import type { RuntimeMode } from "./runtime-mode.ts";
import { runtimeDependency } from "./runtime-package.ts";

/** Those of every project; the others are their features'. */
const table: readonly Dependency[] = [
  dependency("@modelcontextprotocol/server", "2.4.0", "the MCP protocol, in all of its revisions"),
  dependency("@cfworker/json-schema", "4.1.6", "checking arguments against JSON Schema, without code generation"),
  dependency("undici", "7.30.2", "HTTP to the API: connection limits, and a check of every address before connecting"),
  { ...dependency("typescript", "7.0.2", "compiling"), development: true },
  { ...dependency("@types/node", "20.19.43", "types of Node.js"), development: true },
];

/** The dependencies of a project, sorted by name. With the runtime in a package, those that all servers have are its. */
export function dependenciesOf(chosen: FeatureSet, runtime: RuntimeMode = "vendored"): readonly Dependency[] {
  const base = runtime === "package" ? [runtimeDependency, ...table.filter((item) => item.development)] : table;
  const theirs = features.filter(({ name }) => chosen.has(name)).flatMap(({ dependencies }) => dependencies);
  // Two features may need the same one.
  return [...base, ...new Set(theirs)].sort((a, b) => (a.name < b.name ? -1 : 1));
}
