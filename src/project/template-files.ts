/**
 * The templates of this package: what lies under `templates/`, by its path in the emitted project.
 *
 * `always/` is the generator's and `once/` the user's; `oauth/always/` and `oauth/once/` lie over them where the server
 * fetches access tokens. Which of the files belong to an optional part, `features/` says. A name that starts with `_` stands for one with a dot, since npm drops some
 * dotfiles. A name that ends with `.hbs` is a Handlebars template; all others are copied byte for byte.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { defined } from "../base/defined.ts";
import type { JsonObject } from "../base/json.ts";
import { featureOf, type FeatureSet } from "./features/features.ts";
import type { FeatureName } from "./features/names.ts";

export interface TemplateFile {
  /** Path below the folder of templates, `/` between segments, such as `once/README.md.hbs`. */
  readonly source: string;
  /** Path in the emitted project, `/` between segments, without `.hbs`. */
  readonly path: string;
  readonly text: string;
  readonly owner: "generator" | "user";
  /** Whether the text is a template rather than the file itself. */
  readonly rendered: boolean;
  /** Only in servers that have this part; absent: in all. */
  readonly feature?: FeatureName;
  /** For a template of the user's, its path as a message shows it; absent for one of this package. */
  readonly shownAs?: string;
}

/** A folder of templates that belong together. */
export interface Layer {
  readonly folder: string;
  readonly owner: TemplateFile["owner"];
  /** Only for servers that have this part; absent: for all. */
  readonly feature?: FeatureName;
}

/** In the order in which they lie over each other. */
export const layers: readonly Layer[] = [
  { folder: "always", owner: "generator" },
  { folder: "once", owner: "user" },
  { folder: "oauth/always", owner: "generator", feature: "oauth" },
  { folder: "oauth/once", owner: "user", feature: "oauth" },
];

/** Stands in for what the generator writes there, so that the templates can be type-checked where they lie. */
const standIns = new Set(["src/generated/types.d.ts"]);

/**
 * The files of this package for a server with these parts, sorted by path. A later layer replaces a file of the same
 * path.
 */
export function loadTemplates(features: FeatureSet): readonly TemplateFile[] {
  return oneForEachPath(templatesFor((feature) => feature === undefined || features.has(feature)));
}

/** Those of the files that a server with these parts has. */
export function withFeatures(files: readonly TemplateFile[], features: FeatureSet): readonly TemplateFile[] {
  return files.filter(({ feature }) => feature === undefined || features.has(feature));
}

/** Every file of every layer of this package, sorted by its path below `templates/`. */
export function allTemplates(): readonly TemplateFile[] {
  return templatesFor(() => true);
}

/** Those of parts that are wanted: no other is read. */
function templatesFor(isWanted: (feature: FeatureName | undefined) => boolean): readonly TemplateFile[] {
  const root = templatesFolder();
  return layers
    .flatMap((layer) => filesOf(root, layer, isWanted))
    .filter((file) => !standIns.has(file.path))
    .sort((a, b) => (a.source < b.source ? -1 : 1));
}

/** The lock of every package that emitted projects depend on, as npm found it (`npm run dependencies`). */
export function readDependencyLock(): JsonObject {
  return JSON.parse(readFileSync(join(templatesFolder(), "package-lock.json"), "utf8")) as JsonObject;
}

/** The last file of each path, by path; the layers are in their order. */
export function oneForEachPath(files: readonly TemplateFile[]): readonly TemplateFile[] {
  const found = new Map<string, TemplateFile>();
  for (const { folder } of layers)
    for (const file of files) if (file.source.startsWith(`${folder}/`)) found.set(file.path, file);
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** A file below a layer's folder as a template. */
export function templateOf(layer: Layer, name: string, text: string): TemplateFile {
  const path = emittedPath(name);
  const feature = featureIn(layer, name);
  return {
    source: `${layer.folder}/${name}`,
    path,
    text,
    owner: layer.owner,
    rendered: name.endsWith(".hbs"),
    ...defined({ feature }),
  };
}

function featureIn(layer: Layer, name: string): FeatureName | undefined {
  return layer.feature ?? featureOf(emittedPath(name));
}

/** Synchronous, since many small files are read faster that way. */
function filesOf(
  root: string,
  layer: Layer,
  isWanted: (feature: FeatureName | undefined) => boolean,
): readonly TemplateFile[] {
  const folder = join(root, layer.folder);
  return namesBelow(folder)
    .filter((name) => isWanted(featureIn(layer, name)))
    .map((name) => templateOf(layer, name, readFileSync(join(folder, name), "utf8")));
}

/** The folder `templates/` of this package, wherever the running file lies in it. */
function templatesFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "templates", "always"))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error("The package is incomplete: its folder templates/ is missing");
    folder = parent;
  }
  return join(folder, "templates");
}

function namesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? namesBelow(join(folder, entry.name)).map((name) => `${entry.name}/${name}`) : [entry.name],
  );
}

function emittedPath(name: string): string {
  return name.replace(/\.hbs$/, "").replace(/(^|\/)_/g, "$1.");
}
