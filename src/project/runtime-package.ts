/** The runtime as a package: `npm run pack:runtime` makes it of `templates/always/src/runtime/`. */
import { version } from "../base/version.ts";
import { type Dependency, dependency } from "./dependency.ts";

/** Not published yet: docs/runtime-package.md says how to. */
export const runtimePackage = "@openapi-mcp-compiler/runtime";

/** Takes its patches: they are what a security fix comes as. */
export const runtimeDependency: Dependency = dependency(
  runtimePackage,
  `~${version}`,
  "the server itself: protocol, requests, limits, credentials",
);

/** Whether a file of a project is one of the runtime's, and as such in the package. */
export function isRuntimeFile(path: string): boolean {
  return path.startsWith("src/runtime/");
}

/** How files of a project name those of its own runtime. */
const ownRuntime = /(?:\.{1,2}\/)+(?:src\/)?runtime\//g;

/** The text of a source file with the package in place of `src/runtime/`, in what it imports and in what it says. */
export function namingPackage(text: string): string {
  return text.replace(ownRuntime, `${runtimePackage}/`);
}

/** Whether a source file names the project's own runtime, or the package. */
export function namesRuntime(text: string, mode: "vendored" | "package"): boolean {
  return mode === "package" ? text.includes(`${runtimePackage}/`) : text.search(ownRuntime) >= 0;
}
