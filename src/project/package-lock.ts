/**
 * `package-lock.json` of the emitted project, as data: every package that it installs, to the last one, by version and
 * hash, so that a server is built of what was tested. No address of a registry is in it.
 */
import { isObject, type JsonObject, own, ownString } from "../base/json.ts";

const folder = "node_modules/";

/**
 * The lock of a project, in the form that npm writes (lockfile version 3).
 *
 * @param project the project's `package.json`
 * @param whole a lock of at least these packages, keyed by the path of each below the project
 */
export function packageLock(project: JsonObject, whole: JsonObject): JsonObject {
  const packages = own(whole, "packages") ?? {};
  const needed = new Set<string>();
  const take = (path: string, holder: unknown): void => {
    for (const name of namesIn(holder)) {
      const place = placeOf(name, path, packages);
      if (place === undefined || needed.has(place)) continue;
      needed.add(place);
      take(place, own(packages, place));
    }
  };
  take("", project);
  const kept = Object.entries(packages).filter(([path]) => needed.has(path));
  return {
    ...only(project, ["name", "version"]),
    ...only(whole, ["lockfileVersion", "requires"]),
    packages: { "": only(project, toldByTheLock), ...Object.fromEntries(kept) },
  };
}

/** What npm repeats of `package.json`, in its order. */
const toldByTheLock = ["name", "version", "license", "dependencies", "bin", "devDependencies", "engines"];

function only(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = own(object, key);
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

/** Names of the packages that one asks for, in `package.json` and in the lock alike. */
function namesIn(holder: unknown): readonly string[] {
  const sections = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];
  return sections.flatMap((section) => Object.keys(own(holder, section) ?? {}));
}

/** Where Node.js finds a package from the folder of another one: there, or in the folders above. */
function placeOf(name: string, from: string, packages: unknown): string | undefined {
  for (let base = from; ; base = base.slice(0, Math.max(0, base.lastIndexOf(`/${folder}`)))) {
    const place = base === "" ? `${folder}${name}` : `${base}/${folder}${name}`;
    if (isObject(own(packages, place)) && ownString(own(packages, place), "version") !== undefined) return place;
    if (base === "") return undefined;
  }
}
