/** What words of APIs say of work that goes on, for the generator and for emitted servers. */

/** Where work stands. `waiting`: as `pending`, in a word that things have as well on which nobody works. */
export type Stage =
  "pending" | "waiting" | "succeeded" | "failed" | "cancelled";

const wordsOf = (text: string): readonly string[] => text.split(/\s+/);

const stages: ReadonlyMap<string, Stage> = new Map([
  ...wordsOf(
    `queued enqueued inqueue queueing queuing running inprogress progress progressing processing inprocess started starting
    executing working building validating validatingfiles finalizing finalising initializing initialising initiated
    initializingjob preparing exporting importing submitted submitting uploading downloading provisioning creating updating
    deleting cancelling canceling aborting stopping terminating retrying generating training indexing reindexing analyzing
    analysing scanning transcoding rendering converting encoding deploying syncing synchronizing ongoing dispatched copying
    moving restoring migrating crawling fetching calculating computing evaluating compiling packaging archiving extracting
    uploadinprogress buffering launching booting loading publishing verifying testing transferring notstarted unstarted
    cancelrequested pendingcancel pendingcancellation cancellationrequested retry backingoff rollingback replicating`,
  ).map((word) => [word, "pending"] as const),
  ...wordsOf(
    "pending waiting new created open accepted received requested scheduled planned registered",
  ).map((word) => [word, "waiting"] as const),
  ...wordsOf(
    `succeeded succeed success successful completed complete done finished finish ok processed ready exported imported
    generated built passed ended finalized completedwitherrors completedwithwarnings completedwithfailures
    finishedwitherrors partiallysucceeded partialsuccess partiallycompleted partialcompleted succeededwithissues`,
  ).map((word) => [word, "succeeded"] as const),
  ...wordsOf(
    `failed failure fail error errored faulted rejected timedout timeout expired invalid crashed failedwitherrors dead
    startupfailure systemerror internalerror`,
  ).map((word) => [word, "failed"] as const),
  ...wordsOf(
    "cancelled canceled aborted terminated stopped revoked killed",
  ).map((word) => [word, "cancelled"] as const),
]);

const negations: ReadonlySet<string> = new Set(["not", "un", "non", "no"]);
/** Words and longer texts than this are no status. */
const longest = 60;

/**
 * Where work stands that is called so: `IN_PROGRESS`, `inProgress` and `JOB_STATE_IN_PROGRESS` are one. `undefined` for a
 * word that says nothing of it.
 */
export function stageOf(word: string): Stage | undefined {
  if (word.length > longest) return undefined;
  let tokens = word
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((token) => token !== "");
  while (tokens.length > 0) {
    const stage = stages.get(tokens.join(""));
    if (stage !== undefined) return stage;
    // What an enumeration begins all of its words with says nothing.
    const [first = "", ...rest] = tokens;
    if (negations.has(first)) return undefined;
    tokens = rest;
  }
  return undefined;
}

/** Whether two words are one, however they are spelled: some APIs answer in other capitals than they say. */
export function isSameWord(one: string, other: string): boolean {
  return lettersOf(one) === lettersOf(other);
}

function lettersOf(word: string): string {
  return word.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
}
