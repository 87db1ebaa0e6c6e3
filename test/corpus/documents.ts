/**
 * The corpus: real OpenAPI documents with an index that says what each holds. It is no part of the repository;
 * `OPENAPI_CORPUS` names its folder, by default `../shared/specs` beside the repository.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { isArray, isObject, own, ownString } from "../../src/base/json.ts";

export interface CorpusDocument {
  /** Path below the corpus, which is its name in the tests. */
  readonly file: string;
  readonly path: string;
  /** Operations that the index counts, by its own reading of the document. */
  readonly operations: number;
  readonly valid: boolean;
}

const repository = new URL("../../", import.meta.url).pathname;

/** The corpus's folder, absolute, whether or not it is there. */
export const corpusFolder = resolve(repository, process.env["OPENAPI_CORPUS"] ?? "../shared/specs");

/** Every document of the index, or `undefined` where there is no corpus. */
export const corpus: readonly CorpusDocument[] | undefined = readIndex();

/** What the tests print, instead of passing in silence, where the corpus is missing. */
export const leftOut = `The corpus is left out: ${join(corpusFolder, "index.json")} does not exist. OPENAPI_CORPUS names another folder.`;

export function validDocuments(): readonly CorpusDocument[] {
  return (corpus ?? []).filter(({ valid }) => valid);
}

export function invalidDocuments(): readonly CorpusDocument[] {
  return (corpus ?? []).filter(({ valid }) => !valid);
}

function readIndex(): readonly CorpusDocument[] | undefined {
  const index = join(corpusFolder, "index.json");
  if (!existsSync(index)) return undefined;
  const documents = own(JSON.parse(readFileSync(index, "utf8")), "documents");
  if (!isArray(documents)) throw new Error(`${index} has no list of documents`);
  return documents.map((entry) => {
    const file = ownString(entry, "file");
    const operations = own(entry, "operations");
    if (!isObject(entry) || file === undefined) throw new Error(`${index} has an entry without a file`);
    return {
      file,
      path: join(corpusFolder, file),
      operations: typeof operations === "number" ? operations : 0,
      valid: !file.startsWith("invalid/"),
    };
  });
}
