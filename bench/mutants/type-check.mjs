/** Which mutants the compiler refuses: no test has to notice what is never built. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ts } from "ts-morph";

/**
 * A function that says whether `text` in place of the file `path` has an error of types in that file. What is no
 * longer used is none: it is a matter of tidiness, and the code does run.
 */
export function typeChecker(folder, sources) {
  const { config } = ts.readConfigFile(join(folder, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, folder);
  const rest = {
    noUnusedLocals: false,
    noUnusedParameters: false,
    allowUnreachableCode: true,
    allowUnusedLabels: true,
  };
  const changed = new Map();
  const versions = new Map();
  const textOf = (path) => changed.get(path) ?? (ts.sys.fileExists(path) ? readFileSync(path, "utf8") : undefined);
  const service = ts.createLanguageService({
    getCompilationSettings: () => ({ ...options, ...rest }),
    getScriptFileNames: () => [...sources.keys()].map((path) => join(folder, path)),
    getScriptVersion: (path) => String(versions.get(path) ?? 0),
    getScriptSnapshot: (path) => {
      const text = textOf(path);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => folder,
    getDefaultLibFileName: (given) => ts.getDefaultLibFilePath(given),
    fileExists: ts.sys.fileExists,
    readFile: ts.sys.readFile,
    readDirectory: ts.sys.readDirectory,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
  });
  const errorsOf = (path) => service.getSemanticDiagnostics(path).map(({ code }) => code);
  const set = (path, text) => {
    if (text === undefined) changed.delete(path);
    else changed.set(path, text);
    versions.set(path, (versions.get(path) ?? 0) + 1);
  };
  return (path, text) => {
    const file = join(folder, path);
    const before = errorsOf(file).length;
    set(file, text);
    const after = errorsOf(file).length;
    set(file, undefined);
    return after > before;
  };
}
