/**
 * The user's own templates: a folder with `always/`, `once/` and `oauth/` as `templates/` of this package has them. It
 * is read as data that someone else may have written: no link is followed, and its size is bounded.
 */
import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
} from "node:fs";
import { join } from "node:path";
import { CompileError, type Diagnostic, diagnosticAt } from "../base/diagnostics.ts";
import { nearestName } from "../base/suggest.ts";
import { visible } from "../base/visible.ts";
import { type Layer, layers, type TemplateFile, templateOf } from "./template-files.ts";

export interface UserTemplates {
  readonly files: readonly TemplateFile[];
  /** Copies of this package's templates as they were when the user's were made of them, by their path. */
  readonly originals: ReadonlyMap<string, string>;
}

/** Folder inside the user's that holds the originals. */
export const originalsFolder = ".base";

const limits = { files: 1_000, bytes: 1024 * 1024, depth: 20 };

/** What editors and file managers leave in a folder. */
const litter = /^(?:\.DS_Store|Thumbs\.db|.*~|.*\.sw[px]|\.#.*)$/;

/**
 * Reads a folder of templates. Its files end lines with a line feed, whatever a checkout made of them.
 *
 * @param given the folder as the user named it
 * @throws CompileError `invalid-template` where the folder is missing, holds a link, something that belongs nowhere, a
 *   file that is no text, or too much
 */
export function readUserTemplates(given: string): UserTemplates {
  const reader = new FolderReader(given);
  reader.refuseStrays();
  const files = layers.flatMap((layer) => reader.layer("", layer));
  const originals = layers.flatMap((layer) => reader.layer(`${originalsFolder}/`, layer));
  if (reader.faults.length > 0) throw new CompileError(reader.faults);
  return {
    files: files.map((file) => ({ ...file, shownAs: shownPath(given, file.source) })),
    originals: new Map(originals.map(({ source, text }) => [source, text])),
  };
}

/** A file of the user's folder, as messages name it. */
export function shownPath(given: string, path: string): string {
  return `${given.replace(/[\\/]+$/, "")}/${path}`;
}

class FolderReader {
  readonly faults: Diagnostic[] = [];
  readonly #given: string;
  readonly #root: string;
  #count = 0;

  constructor(given: string) {
    this.#given = given;
    this.#root = rootOf(given);
  }

  /** A folder or file that no layer has would have no effect: it is a mistake of its writer's. */
  refuseStrays(): void {
    const tops = new Set(layers.map(({ folder }) => folder.split("/")[0] ?? ""));
    const inOauth = new Set(
      layers.filter(({ feature }) => feature !== undefined).map(({ folder }) => folder.split("/")[1] ?? ""),
    );
    for (const [below, known] of [
      ["", tops],
      ["oauth", inOauth],
    ] as const) {
      for (const { name } of this.#entries(below)) {
        if (known.has(name) || name.startsWith(".") || litter.test(name) || /\.md$/i.test(name)) continue;
        const near = nearestName(name, known);
        const hint = near === undefined ? "" : `; did you mean "${near}"?`;
        const path = below === "" ? name : `${below}/${name}`;
        this.#fault(path, `"${visible(path)}" has no effect: templates lie in ${[...known].join(", ")}${hint}`);
      }
    }
  }

  layer(prefix: string, layer: Layer): readonly TemplateFile[] {
    return this.#namesBelow(`${prefix}${layer.folder}`, "", 0).flatMap((name) => {
      const text = this.#text(`${prefix}${layer.folder}/${name}`);
      return text === undefined ? [] : [templateOf(layer, name, text)];
    });
  }

  #namesBelow(folder: string, below: string, depth: number): readonly string[] {
    return this.#entries(`${folder}${below === "" ? "" : `/${below}`}`).flatMap((entry) => {
      const name = below === "" ? entry.name : `${below}/${entry.name}`;
      if (litter.test(entry.name)) return [];
      if (entry.isDirectory() && depth < limits.depth) return this.#namesBelow(folder, name, depth + 1);
      if (entry.isFile()) return [name];
      const what = entry.isDirectory() ? "is nested too deeply" : "is a symbolic link or no file";
      this.#fault(`${folder}/${name}`, `"${visible(`${folder}/${name}`)}" ${what}`);
      return [];
    });
  }

  /** The entries of a folder, sorted; none where it is missing. */
  #entries(path: string): readonly Dirent[] {
    let folder = this.#root;
    for (const segment of path.split("/").filter((part) => part !== "")) {
      folder = join(folder, segment);
      const status = lstatSync(folder, { throwIfNoEntry: false });
      if (status === undefined) return [];
      if (status.isDirectory()) continue;
      this.#fault(path, `"${visible(path)}" is a symbolic link or no folder`);
      return [];
    }
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #text(path: string): string | undefined {
    this.#count += 1;
    if (this.#count > limits.files) {
      if (this.#count === limits.files + 1) this.#fault("", `There are more than ${limits.files} templates`);
      return undefined;
    }
    const bytes = readRegular(join(this.#root, path));
    if (bytes === undefined) {
      this.#fault(path, `"${visible(path)}" is larger than 1 MiB`);
      return undefined;
    }
    try {
      const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
      if (!text.includes("\0")) return text.replaceAll("\r\n", "\n");
    } catch {
      // Told below.
    }
    this.#fault(path, `"${visible(path)}" is no text in UTF-8: only such files can be emitted`);
    return undefined;
  }

  #fault(path: string, message: string): void {
    this.faults.push(
      diagnosticAt("invalid-template", path === "" ? this.#given : shownPath(this.#given, path), message),
    );
  }
}

/** The bytes of a file, or `undefined` where there are too many. */
function readRegular(path: string): Uint8Array | undefined {
  // O_NOFOLLOW does not exist on Windows; there the check of the folder's entry has to do.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    return fstatSync(file).size > limits.bytes ? undefined : readFileSync(file);
  } finally {
    closeSync(file);
  }
}

function rootOf(given: string): string {
  const root = lstatSync(given, { throwIfNoEntry: false }) === undefined ? undefined : realpathSync(given);
  if (root !== undefined && lstatSync(root).isDirectory()) return root;
  throw new CompileError([
    diagnosticAt("invalid-template", given, `There is no folder of templates at "${visible(given)}"`),
  ]);
}
