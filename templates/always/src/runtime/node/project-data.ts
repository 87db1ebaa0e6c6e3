/**
 * The data of this server: the JSON files under `src/generated/`.
 *
 * A start reads what lists need. Plans and shared schemas are read at the first call that needs them, so that a server
 * of a thousand tools starts as fast as one of ten.
 */
import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { defined } from "../data/defined.js";
import type {
  ApiData,
  CallPlans,
  ExampleData,
  ProjectData,
  PromptData,
  ResourceData,
  SchemaData,
  ToolGroupData,
  ToolListing,
} from "../data/model.js";

export interface Project {
  /** The project's folder, absolute. */
  readonly folder: string;
  readonly data: ProjectData;
  readonly apis: readonly ProjectApi[];
}

export interface ProjectApi {
  readonly data: ApiData;
  readonly groups: readonly ToolGroup[];
  readonly resources: readonly ResourceData[];
  readonly prompts: readonly PromptData[];
  /** The plans of one group of tools. Read once, at the first call. */
  calls(file: string): Promise<CallPlans>;
  /** Schemas that plans refer to. Read once, at the first call. */
  schemas(): Promise<SchemaData>;
  /** Answers that the document shows; only the development mock asks for them. */
  examples(): Promise<ExampleData>;
}

export interface ToolGroup {
  readonly data: ToolGroupData;
  readonly tools: readonly ToolListing[];
  /** Bytes of the file: an upper bound of what its tools take in a list. */
  readonly bytes: number;
}

/**
 * Reads the project that a module belongs to: the nearest folder above it that holds `src/generated/apis.json`. The
 * data lies there for the sources and for the compiled server alike.
 *
 * @param moduleUrl `import.meta.url` of the module.
 * @param parts optional parts of the runtime that the server has
 * @throws Error when there is no such folder, or a file is missing or damaged.
 */
export function readProject<Parts extends object>(
  moduleUrl: string,
  parts?: Parts,
): Project & { readonly parts?: Parts } {
  const folder = projectFolder(moduleUrl);
  const generated = join(folder, "src", "generated");
  const { value: data } = readJson<ProjectData>(join(generated, "apis.json"));
  return {
    folder,
    data,
    ...defined({ parts }),
    apis: data.apis.map((name) => readApi(join(generated, name))),
  };
}

function projectFolder(moduleUrl: string): string {
  for (
    let folder = dirname(fileURLToPath(moduleUrl));
    folder !== dirname(folder);
    folder = dirname(folder)
  ) {
    if (existsSync(join(folder, "src", "generated", "apis.json")))
      return folder;
  }
  throw new Error(
    "src/generated/apis.json was not found: keep src/generated beside the compiled server",
  );
}

function readApi(folder: string): ProjectApi {
  const { value: data } = readJson<ApiData>(join(folder, "api.json"));
  return {
    data,
    groups: data.groups.map((group) => {
      const { value: tools, bytes } = readJson<readonly ToolListing[]>(
        join(folder, "tools", `${group.file}.json`),
      );
      return { data: group, tools, bytes };
    }),
    resources: readOptional<readonly ResourceData[]>(
      join(folder, "resources.json"),
      [],
    ),
    prompts: readOptional<readonly PromptData[]>(
      join(folder, "prompts.json"),
      [],
    ),
    calls: once((file) =>
      readLater<CallPlans>(join(folder, "calls", `${file}.json`)),
    ),
    schemas: once(() =>
      readLater<SchemaData>(join(folder, "schemas.json"), {}),
    ),
    examples: once(() =>
      readLater<ExampleData>(join(folder, "examples.json"), {}),
    ),
  };
}

function readJson<T>(path: string): {
  readonly value: T;
  readonly bytes: number;
} {
  try {
    const bytes = readFileSync(path);
    return {
      value: JSON.parse(bytes.toString("utf8")) as T,
      bytes: bytes.length,
    };
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function readOptional<T>(path: string, absent: T): T {
  return existsSync(path) ? readJson<T>(path).value : absent;
}

async function readLater<T>(path: string, absent?: T): Promise<T> {
  if (absent !== undefined && !existsSync(path)) return absent;
  try {
    return JSON.parse(await readFile(path, "utf8")) as T;
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): Error {
  return new Error(
    `${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
    { cause },
  );
}

/** Remembers what was read by its key; a failure is forgotten, so that the next call tries again. */
function once<T>(
  read: (key: string) => Promise<T>,
): (key?: string) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (key = "") => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const reading = read(key);
    known.set(key, reading);
    reading.catch(() => known.delete(key));
    return reading;
  };
}
