/**
 * What a tool lists is taken: for every document of the corpus, arguments sampled from listed schemas pass the check and
 * make a request, or the tool says in words what else holds.
 */
import { expect, test } from "vitest";
import { CompileError } from "../../src/index.ts";
import { corpus, corpusFolder, leftOut, validDocuments } from "./documents.ts";
import { judgeListed } from "./listed.ts";

/** Calls that are refused all the same, with the reason: the list may only shrink. */
const known: Readonly<Record<string, readonly string[]>> = {
  // A pattern that takes “.” as a segment of the path, which no URL carries.
  "large/github.json": ["orgs_create_cluster_deployment_records_job", "orgs_set_cluster_deployment_records"],
  // Alternatives of which the one that was meant says its names in words; what is told is the other.
  "real/qdrant.json": ["clear_payload"],
  "real/grpc-gateway-abe.swagger.json": ["a_bit_of_everything_service_create_book"],
};

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
    const unexpected = report?.refused.filter(({ tool }) => !(known[file] ?? []).includes(tool));
    expect(unexpected ?? []).toEqual([]);
  });
