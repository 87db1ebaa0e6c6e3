/** What a row of the fault table is. */
import { check, HttpServed, StdioServed } from "./stand.js";
import { get, type Upstreams } from "./upstreams.js";

export interface Stand {
  readonly upstreams: Upstreams;
  /** Of this row alone, so that what one did to breakers and memory is not held against the next; limit 1.5 s. */
  readonly server: HttpServed;
  readonly environment: Record<string, string>;
}

export interface Fault {
  /** As in the table of faults: `F1`. */
  readonly id: string;
  readonly done: string;
  /** Says what the client saw; throws where that is not what it should be. */
  readonly run?: (stand: Stand) => Promise<string>;
  /** Why there is nothing to try. */
  readonly none?: string;
}

/** A server of its own for one fault, which has to be alive afterwards and answer the next call. */
export async function own(
  { environment }: Stand,
  more: Record<string, string>,
  run: (server: HttpServed) => Promise<string>,
  options: Parameters<typeof HttpServed.start>[1] = {},
): Promise<string> {
  const server = await HttpServed.start({ ...environment, ...more }, options);
  try {
    const saw = await run(server);
    check(server.alive, "the process should be alive", server.log.slice(-3));
    const next = await server.call(get("/fine"));
    check(!next.isError, "the next call should be answered", next);
    return saw;
  } finally {
    await server.stop("SIGKILL");
  }
}

/** The same over stdio. */
export async function ownStdio(
  { environment }: Stand,
  run: (server: StdioServed) => Promise<string>,
  mayEnd = false,
): Promise<string> {
  // The server has just been started: how fast a machine loads it is no fault.
  const server = await new StdioServed({ ...environment, MCP_TIMEOUT_MS: "20000" }).open();
  try {
    const saw = await run(server);
    if (!mayEnd || server.alive) {
      check(server.alive, "the process should be alive", server.errors.slice(-500));
      const next = await server.call(get("/fine"));
      check(!next.isError, "the next call should be answered", next);
    }
    return saw;
  } finally {
    server.child.kill("SIGKILL");
  }
}
