/** Where lines of the log go: stdout belongs to the protocol. */

/** Lines of this turn of the event loop: each write to a pipe or a file is a call of the system that others wait for. */
let pending = "";
let guarded = false;

/** Writes a line to stderr with the others of this turn. Lines of all servers of a process share its stderr. */
export function writeToStderr(line: string): void {
  if (!guarded) {
    guarded = true;
    // A closed stderr (EPIPE) must not end the process.
    process.stderr.on("error", () => undefined);
    process.on("exit", flush);
  }
  if (pending === "") setImmediate(flush);
  pending += line;
}

function flush(): void {
  const lines = pending;
  pending = "";
  if (lines !== "") process.stderr.write(lines);
}
