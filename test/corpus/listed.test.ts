/**
 * What a tool lists is taken: for every document of the corpus, arguments sampled from listed schemas pass the check and
 * make a request, or the tool says in words what else holds.
 */
import { expect, test } from "vitest";
import { CompileError } from "../../src/index.ts";
import { corpus, corpusFolder, leftOut, validDocuments } from "./documents.ts";
import { judgeListed } from "./listed.ts";

if (corpus === undefined) {
  console.warn(leftOut);
  test.skip(leftOut, () => {});
} else
  test.each(validDocuments())("$file takes what it lists", async ({ file, path }) => {
    const folder = /^multi\/[^/]+/.exec(file)?.[0];
    const report = await judgeListed(path, folder === undefined ? [] : [`${corpusFolder}/${folder}`]).catch(
      (fault: unknown) => {
        if (fault instanceof CompileError && fault.message.includes("no operation")) return undefined;
        throw fault;
      },
    );
    expect(report?.refused ?? []).toEqual([]);
  });
