/**
 * A story that every owner of a server lives through: edit what is yours, get a new version of the document, generate
 * again. Told once for any document, by the built command, in folders and files that are real.
 */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SurfaceDiff } from "../../src/surface/diff.ts";
import { compile, readTree, repository } from "../golden/sample.ts";

/** An operation, by its place. */
export interface Place {
  readonly path: string;
  readonly method: string;
}

/** What becomes of the document; each operation plays one part. */
export interface Plot {
  /** OpenAPI, parsed. */
  readonly document: unknown;
  /** Its operationId changes: nothing that a model sees does. */
  readonly renamed: Place & { readonly operationId: string };
  /** Its path changes; it has a hook, which stays with it. */
  readonly moved: Place & { readonly to: string };
  /** It goes; it has a hook, which loses its tool. */
  readonly removed: Place;
  /** Its tool is called otherwise by the configuration; it has a hook, which loses its tool. */
  readonly called: Place & { readonly name: string };
  /** Its description changes. */
  readonly described: Place & { readonly description: string };
  /** It is new. */
  readonly added: Place & { readonly operationId: string; readonly tool: string };
  /** What the hook of the tool that gets another name does; default: nothing. */
  readonly hook?: string;
}

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Names of the tools before the document changed. */
export interface Names {
  readonly renamed: string;
  readonly moved: string;
  readonly removed: string;
  readonly called: string;
  readonly described: string;
}

interface Lock {
  readonly tools: readonly { readonly name: string; readonly pointer: string }[];
  readonly files: readonly { readonly path: string }[];
}

type Document = { paths: Record<string, Record<string, Record<string, unknown>>> };

export class Story {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), "story-")));
  /** The project. */
  readonly server = join(this.folder, "server");
  /** A copy of the project as it was before the document changed. */
  readonly before = join(this.folder, "before");
  readonly plot: Plot;
  formerNames: Names = { renamed: "", moved: "", removed: "", called: "", described: "" };

  constructor(plot: Plot) {
    this.plot = plot;
    this.#writeDocument(plot.document);
  }

  /** `openapi-to-mcp` in the project's folder, or beside the document before there is one. */
  command(...line: readonly string[]): Ran {
    const cwd = existsSync(this.server) ? this.server : this.folder;
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(repository, "dist/main.js"), ...line], {
      cwd,
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    });
    return { code: status, out: stdout, err: stderr };
  }

  /** What the compiler says to the project, by the project's own settings; empty when all is well. */
  compile(): string {
    const link = this.linkPackages();
    try {
      return compile(this.server, ".");
    } finally {
      link.remove();
    }
  }

  /** The packages that the server needs, until they are removed again. */
  linkPackages(): { remove(): void } {
    const link = join(this.server, "node_modules");
    symlinkSync(join(repository, "node_modules"), link);
    return { remove: () => rmSync(link) };
  }

  read(path: string): string {
    return readFileSync(join(this.server, path), "utf8");
  }

  /** Replaces text of a file of the owner, which has to be there. */
  edit(path: string, from: string, to: string): void {
    const text = this.read(path);
    if (!text.includes(from)) throw new Error(`${path} does not say ${from}`);
    writeFileSync(
      join(this.server, path),
      text.replace(from, () => to),
    );
  }

  /** All files of the owner: what the lock does not list, but for the lock itself. */
  ownFiles(): ReadonlyMap<string, string> {
    const { files } = this.#lock();
    const generated = new Set(["openapi-to-mcp.lock.json", ...files.map(({ path }) => path)]);
    return new Map([...readTree(this.server)].filter(([path]) => !generated.has(path) && !path.startsWith("dist/")));
  }

  /** As the lock lists them. */
  tools(): Lock["tools"] {
    return this.#lock().tools;
  }

  /** The names that the tools have now; remembered as those from before. */
  names(): Names {
    const tools = this.tools();
    const nameOf = ({ path, method }: Place): string => {
      const pointer = `/paths/${path.replaceAll("~", "~0").replaceAll("/", "~1")}/${method}`;
      const tool = tools.find((candidate) => candidate.pointer === pointer);
      if (tool === undefined) throw new Error(`No tool is made of ${pointer}`);
      return tool.name;
    };
    const { renamed, moved, removed, called, described } = this.plot;
    this.formerNames = {
      renamed: nameOf(renamed),
      moved: nameOf(moved),
      removed: nameOf(removed),
      called: nameOf(called),
      described: nameOf(described),
    };
    return this.formerNames;
  }

  /** The owner's work: three hooks, a line in the credentials, a version, a file of their own. */
  ownerEdits(names: Names): void {
    const { hook = "" } = this.plot;
    this.edit(
      "src/custom.ts",
      "hooks: {},",
      `hooks: {
    ${names.moved}: { before: (args) => args },
    ${names.removed}: { after: (result) => result },
    ${names.called}: { ${hook} },
  },`,
    );
    this.edit(
      "src/auth.ts",
      "export const credentials",
      "// Asked of the vault from May on.\nexport const credentials",
    );
    this.edit("package.json", '"version": "0.1.0"', '"version":   "4.2.0"');
    mkdirSync(join(this.server, "src/mine"));
    writeFileSync(join(this.server, "src/mine/note.txt"), "Not for the generator.\r\n");
  }

  /** The next version of the document arrives, and the owner calls a tool otherwise. */
  documentChanges(names: Names): void {
    cpSync(this.server, this.before, { recursive: true });
    const { renamed, moved, removed, called, described, added } = this.plot;
    const next = structuredClone(this.plot.document) as Document;
    operationAt(next, renamed)["operationId"] = renamed.operationId;
    operationAt(next, described)["description"] = described.description;
    delete next.paths[removed.path]?.[removed.method];
    next.paths[moved.to] = pathItemAt(next, moved);
    delete next.paths[moved.path];
    next.paths[added.path] = {
      [added.method]: { operationId: added.operationId, responses: { 204: { description: "Done." } } },
    };
    this.#writeDocument(next);
    writeFileSync(
      join(this.server, "openapi-to-mcp.yaml"),
      `${this.read("openapi-to-mcp.yaml")}tools:\n  ${names.called}:\n    name: ${called.name}\n`,
    );
  }

  /** What `diff` says, as JSON. */
  difference(...sides: readonly string[]): SurfaceDiff {
    return JSON.parse(this.command("diff", ...sides, "--format", "json").out) as SurfaceDiff;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #writeDocument(document: unknown): void {
    writeFileSync(join(this.folder, "openapi.json"), JSON.stringify(document, null, 2));
  }

  #lock(): Lock {
    return JSON.parse(this.read("openapi-to-mcp.lock.json")) as Lock;
  }
}

function pathItemAt({ paths }: Document, { path }: Place): Record<string, Record<string, unknown>> {
  const found = paths[path];
  if (found === undefined) throw new Error(`The document has no path ${path}`);
  return found;
}

function operationAt(document: Document, place: Place): Record<string, unknown> {
  const found = pathItemAt(document, place)[place.method];
  if (found === undefined) throw new Error(`The document has no ${place.method} ${place.path}`);
  return found;
}
