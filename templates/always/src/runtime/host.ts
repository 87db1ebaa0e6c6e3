/**
 * What this server runs on, as far as it matters to all that is not the host: `node/` makes one, other platforms can.
 * Clocks, timers, random numbers, hashes, `Request` and `Response` are those of the web standard, everywhere.
 */
import type { Exchange } from "./upstream/http-message.js";

export interface Host extends Variables {
  readonly exchange: Exchange;
  /** What others than its owner may do with a file; absent: nobody can tell. Throws where there is no such file. */
  readonly othersMay?: (path: string) => readonly ("read" | "write")[];
  /**
   * Tells when the file at a path has changed, until the host is closed. Absent where there are none, or nobody can tell.
   */
  watch?(path: string, changed: () => void): void;
  /** Resolves when work that takes the processor for long may go on: what others wait for has had its turn. */
  turn(): Promise<void>;
  /** Ends what is open. Requests that still run fail. */
  close(): Promise<void>;
}

/** What the host is told at its start: variables by name. Secrets of an API are read from it with every call. */
export interface Environment {
  readonly [name: string]: string | undefined;
}

/** The environment, and how the files are read that some of its variables name. */
export interface Variables {
  readonly environment: Environment;
  /** Text of the file at a path. Absent where there are no files. Throws where it cannot be read. */
  readonly readText?: (path: string) => string;
}
