/** What the user of a client is asked about a call, and what is noted of it. */

/** How the user of a client is asked about a call: a question ends it, and it comes again with the answer. */
export interface Asking {
  readonly canAsk: boolean;
  readonly reply?: {
    /** Of the question, as the client sent it back. */
    readonly state: string;
    readonly isYes: boolean;
  };
}

/** What steps tell the line of the log. */
export interface CallNotes {
  /** What the policy says of the call: `allow`, `ask` or `deny`. */
  decision?: string;
  /** The rule that says it. */
  rule?: string;
  /** What became of a call that has to be approved: `asked`, `approved`, `declined`, `impossible`. */
  approval?: string;
  /** Whether its request was only shown. */
  dryRun?: boolean;
  /** The tool that started the work which it is about. */
  job?: string;
}
