/**
 * `openapi-to-mcp.lock.json`: the surface that a model sees, tool by tool, and the hash of every file that belongs to
 * the generator. A changed description is a visible difference; an edited file is known before it is overwritten.
 */
/** Name of the lock file in the project's folder. */
export const lockPath = "openapi-to-mcp.lock.json";

export interface Lock {
  /** Version of this format. */
  readonly lockVersion: 1;
  /** Version of the generator that wrote the project. */
  readonly generator: string;
  readonly tools: readonly LockedTool[];
  /** Tools that call several operations, in their order; absent where there are none. Locks of before have none. */
  readonly workflows?: readonly LockedWorkflow[];
  /** Tools that go on with work that takes longer than a call; absent where there are none. Locks of before have none. */
  readonly jobs?: readonly LockedFurtherTool[];
  /** Old names that can still be called, sorted by name. Absent where there are none. */
  readonly aliases?: readonly LockedAlias[];
  /** Which of the tools are listed, and by toolset; absent where all are, each whole. Locks of before have none. */
  readonly list?: LockedList;
  /** In the order of the configuration; absent where there are none. */
  readonly toolsets?: readonly LockedToolset[];
  /** First parts of the environment variables of the APIs, sorted by API. Locks of before have none. */
  readonly prefixes?: readonly LockedPrefix[];
  /** Files of the generator, sorted by path, without the lock itself. */
  readonly files: readonly LockedFile[];
  /** Paths of the user's files that were written once, sorted: one that is missing was deleted on purpose. */
  readonly userFiles: readonly string[];
  /**
   * The same files as the generator wrote them, sorted by path: one that is still so can be written anew for another
   * API. Those of which that is not known are missing; absent where there are none.
   */
  readonly written?: readonly LockedFile[];
  /** Optional parts of a server whose runtime is in a package, sorted; else its files tell, and this is absent. */
  readonly parts?: readonly string[];
  /** Templates of the user's that the project was made with, sorted by path; absent where there were none. */
  readonly templates?: readonly LockedTemplate[];
}

/** A template of the user's. Both hashes are SHA-256 of the text in UTF-8, hexadecimal. */
export interface LockedTemplate {
  /** Path below the folder of templates, such as `once/README.md.hbs`. */
  readonly path: string;
  readonly user: string;
  /** Of the generator's own template in whose place it is, as that was when the user's was made; absent for a new file. */
  readonly base?: string;
}

/** The hashes are of the text or JSON that a client gets, SHA-256, the first 16 hexadecimal digits. */
export interface LockedTool {
  readonly name: string;
  readonly api: string;
  /** JSON pointer of the operation. */
  readonly pointer: string;
  readonly operationId?: string;
  /** `METHOD /path` of the operation, where the pointer does not say it: the document keeps it elsewhere by `$ref`. */
  readonly request?: string;
  /** What the operation was called before, sorted: operationIds, and requests as `METHOD /path`. */
  readonly formerly?: readonly string[];
  /** Of the input schema as it would be without curation, where that differs. */
  readonly plainInput?: string;
  /** Of title and description. */
  readonly description: string;
  readonly input: string;
  /** Absent where the tool lists no output schema. */
  readonly output?: string;
  /** Of the annotations. */
  readonly hints: string;
  /** Estimated tokens of the entry as `tools/list` has it, or, of a tool that is found, as it would have it. */
  readonly tokens: number;
}

/** A tool that is no operation's. */
export interface LockedFurtherTool extends Pick<LockedTool, "name" | "description" | "input" | "hints" | "tokens"> {
  /** Its workflowId; of a tool that goes on with work what it does, `check` or `cancel`. */
  readonly id: string;
}

/** A tool that calls several operations. */
export interface LockedWorkflow extends LockedFurtherTool {
  /** Of what it calls, and of what it answers. */
  readonly steps: string;
}

/** An old name of a tool. */
export interface LockedAlias {
  readonly name: string;
  /** Name of the tool that answers to it. */
  readonly tool: string;
  /** Last day on which it can be called, `YYYY-MM-DD`; absent where there is no end. */
  readonly until?: string;
}

/** What is listed of the tools. */
export interface LockedList {
  readonly mode: "all" | "planned" | "discovery";
  /** Whether each entry shows the essence of its tool. Locks of before do not say it of a part. */
  readonly folded?: true;
  /** Whether each entry is in the form of OpenAI's strict mode. */
  readonly strict?: true;
  /** Estimated tokens of the list, discovery with it. */
  readonly tokens: number;
  /** Names of the tools that are listed besides those of discovery; empty where all are. */
  readonly listed: readonly string[];
}

/** A part of the server that is served by itself. */
export interface LockedToolset extends LockedList {
  readonly name: string;
  /** Names of the tools that it holds. */
  readonly tools: readonly string[];
}

/** What the environment variables of an API begin with: they stay as their owner has set them. */
export interface LockedPrefix {
  readonly api: string;
  /** `[A-Z][A-Z0-9_]*` */
  readonly prefix: string;
}

export interface LockedFile {
  readonly path: string;
  /** SHA-256 of the text in UTF-8, hexadecimal. */
  readonly sha256: string;
}
