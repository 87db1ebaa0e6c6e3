import type { Place } from "../curation/curation.ts";
import type { JobStatus } from "../model.ts";

/** What an owner says of work that goes on after answers. */
export interface JobsWish {
  /** Seconds that a call waits for work at most; absent: as long as the call may take. */
  readonly wait?: number;
  /** By operation, in the order of the file. */
  readonly tools: readonly JobWish[];
}

/** The same of the work that one operation starts: what is absent is recognised. */
export interface JobWish extends Partial<Pick<JobStatus, "pending" | "succeeded" | "failed" | "cancelled">> {
  /** operationId, `METHOD /path` or name of the tool. */
  readonly operation: string;
  /** Whether its work is followed. Default: yes. */
  readonly follow?: boolean;
  /** JSON pointer of the status, in the first answer and in those that are read. */
  readonly status?: string;
  /** Operations, as above; `false`: none. */
  readonly read?: string;
  readonly cancel?: string | false;
  readonly result?: string | false;
  readonly wait?: number;
  /** Whether work is ended where the client gives up the call that waits for it. Default: no. */
  readonly endWithCall?: boolean;
  readonly place: Place;
}
