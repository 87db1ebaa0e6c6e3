/** What a project has for the places where it runs, read as those places read it. */
import { loadAll } from "js-yaml";
import { generate } from "../../src/generate.ts";
import type { FeatureWish } from "../../src/project/features/names.ts";
import type { FileSet } from "../../src/project/files.ts";

/** A document whose every text is `title`, so far as it may be one. */
export const documentNamed = (title: string): object => ({
  openapi: "3.2.0",
  info: { title, version: "1", description: title },
  servers: [{ url: "https://api.example.com", description: title }],
  tags: [{ name: title, description: title }],
  paths: {
    "/things": {
      get: { operationId: "listThings", tags: [title], summary: title, responses: { "204": { description: title } } },
    },
  },
});

export async function projectNamed(title: string, features: readonly FeatureWish[]): Promise<FileSet> {
  const stdin = async (): Promise<Uint8Array> => new TextEncoder().encode(JSON.stringify(documentNamed(title)));
  return (await generate({ inputs: ["-"], stdin, features })).files;
}

export const textOf = (files: FileSet, path: string): string => {
  const found = files.find((file) => file.path === path);
  if (found === undefined) throw new Error(`There is no ${path}`);
  return found.text;
};

/** Titles that would be something else where a name is not quoted, too long, of no letter, or commands. */
export const hostileTitles: readonly string[] = [
  "null",
  "3scale",
  "A".repeat(300),
  `${"ab ".repeat(13)}c d`,
  "料理",
  'x"\n  privileged: true\n#',
  "$(touch pwned) `id` ${HOME} {{name}}",
  "# USER root\nUSER root",
  "MCP",
];

/** Objects of Kubernetes as they are read, with no more than plain values in them. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec: Readonly<Record<string, unknown>>;
  readonly data?: Readonly<Record<string, string>>;
}

export function manifestsOf(text: string): readonly Manifest[] {
  return loadAll(text) as Manifest[];
}
