/**
 * The templates of this package: what lies under `templates/`, by its path in the emitted project.
 *
 * `always/` is the generator's and `once/` the user's; `oauth/always/` and `oauth/once/` lie over them where a document
 * has an OAuth 2 or OpenID Connect scheme. A name that starts with `_` stands for one with a dot, since npm drops some
 * dotfiles. A name that ends with `.hbs` is a Handlebars template; all others are copied byte for byte.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export interface TemplateFile {
  /** Path in the emitted project, `/` between segments, without `.hbs`. */
  readonly path: string;
  readonly text: string;
  readonly owner: "generator" | "user";
  /** Whether the text is a template rather than the file itself. */
  readonly rendered: boolean;
}

const layers = [
  { folder: "always", owner: "generator", oauth: false },
  { folder: "once", owner: "user", oauth: false },
  { folder: "oauth/always", owner: "generator", oauth: true },
  { folder: "oauth/once", owner: "user", oauth: true },
] as const;

/** Stands in for what the generator writes there, so that the templates can be type-checked where they lie. */
const standIns = new Set(["src/generated/types.d.ts"]);

/**
 * All files, sorted by path. A later layer replaces a file of the same path.
 *
 * @param oauth whether the server needs access tokens
 */
export function loadTemplates(oauth: boolean, root: string = templatesFolder()): readonly TemplateFile[] {
  const found = layers
    .filter((layer) => oauth || !layer.oauth)
    .flatMap((layer) => filesOf(join(root, layer.folder), layer.owner));
  const files = new Map(found.map((file) => [file.path, file]));
  for (const path of standIns) files.delete(path);
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Synchronous, since many small files are read faster that way. */
function filesOf(folder: string, owner: TemplateFile["owner"]): readonly TemplateFile[] {
  return namesBelow(folder).map((name) => ({
    path: emittedPath(name),
    text: readFileSync(join(folder, name), "utf8"),
    owner,
    rendered: name.endsWith(".hbs"),
  }));
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
