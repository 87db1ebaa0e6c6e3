/** The files of this machine that a document may refer to: those in its folder, and in the folders that the owner allows. */
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { readFurtherFile, realPathOf, type ReadLimits } from "./read.ts";
import { ReadFault } from "./read-fault.ts";
import type { SourceFile } from "./source-file.ts";

/** A file that may not be read, as against one that cannot. */
export class Refusal extends ReadFault {
  /** The folder that would have to be allowed. */
  readonly folder: string | undefined;

  constructor(reason: string, folder?: string) {
    super(reason);
    this.folder = folder;
  }
}

/** The folder beside the document's own way up that a path is below: one for all that lies in it. */
function folderToAllow(documentFolder: string, folder: string): string {
  const up: string[] = [];
  const down = relative(documentFolder, folder).split(sep);
  while (down[0] === "..") up.push(down.shift() ?? "");
  return join(documentFolder, ...up, down[0] ?? "");
}

function isBelow(folder: string, path: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep) && basename(path) !== "";
}

export class LocalFiles {
  readonly #document: SourceFile;
  readonly #path: string;
  readonly #limits: ReadLimits;
  /** Folders that may be read, as they are named. */
  readonly #folders: readonly string[];
  /** The same without symbolic links, once they are needed. */
  #realFolders: readonly string[] | undefined;
  readonly #byRealPath = new Map<string, SourceFile>();

  /** @param path of the document */
  constructor(
    document: SourceFile,
    path: string,
    options: ReadLimits & { readonly allowRefFolders: readonly string[] },
  ) {
    this.#document = document;
    this.#path = path;
    this.#limits = options;
    this.#folders = [dirname(path), ...options.allowRefFolders.map((folder) => resolve(folder))];
  }

  /**
   * What a file holds, or the file itself where it was read by another name.
   *
   * @throws {Refusal} where it may not be read
   * @throws {ReadFault} where it cannot
   */
  read(url: string): Uint8Array | SourceFile {
    let path: string;
    try {
      path = fileURLToPath(url);
    } catch {
      throw new ReadFault("is not the URL of a file");
    }
    // By its name first: whether a file outside exists is not the document's business either.
    const outside = "is not read: it is outside the document's folder";
    if (!this.#folders.some((folder) => isBelow(folder, path)))
      throw new Refusal(outside, this.#pathFromDocument(folderToAllow(dirname(this.#path), dirname(path))));
    const realPath = realPathOf(path);
    this.#realFolders ??= this.#folders.map(realPathOf);
    if (!this.#realFolders.some((folder) => isBelow(folder, realPath))) throw new Refusal(outside);
    if (this.#byRealPath.size === 0) this.#byRealPath.set(realPathOf(this.#path), this.#document);
    return this.#byRealPath.get(realPath) ?? readFurtherFile(realPath, this.#limits);
  }

  /** Remembers what a file of this machine was read as. */
  add(url: string, file: SourceFile): void {
    if (url.startsWith("file:")) this.#byRealPath.set(realPathOf(fileURLToPath(url)), file);
  }

  /** A file as messages name it: like the document. */
  nameOf(url: string): string {
    return url.startsWith("file:") ? this.#pathFromDocument(fileURLToPath(url)) : url;
  }

  /** A path of this machine as the document is named, which may be relative. */
  #pathFromDocument(path: string): string {
    return join(dirname(this.#document.name), relative(dirname(this.#path), path))
      .split(sep)
      .join("/");
  }
}
