/** Faults that a model can do something about. Their messages reach it as the text of a failed tool call. */

/** What a failed call tells: what happened, and what to do next. */
export class CallError extends Error {
  /** What the model or its user can do, one sentence. */
  readonly hint: string | undefined;
  /** Milliseconds after which the same call may succeed. */
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    details: {
      readonly hint?: string;
      readonly retryAfterMs?: number;
      readonly cause?: unknown;
    } = {},
  ) {
    super(
      message,
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.name = new.target.name;
    this.hint = details.hint;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** An argument that no request can be made of. Nothing was sent. */
export class ArgumentError extends CallError {}

/** Credentials or a base URL that the environment does not hold. Nothing was sent. */
export class ConfigurationError extends CallError {}

/** The caller has to let this server act for them at the API first, on a page of its own. Nothing was sent. */
export class SignInError extends CallError {
  /** What the client shows its user. */
  readonly signIn: {
    readonly url: string;
    /** Its name, to tell two of them apart. */
    readonly flow: string;
  };

  constructor(
    message: string,
    signIn: { readonly url: string; readonly flow: string },
  ) {
    super(message, {
      hint: `The user opens ${signIn.url} and signs in; then the same call works.`,
    });
    this.signIn = signIn;
  }
}

/** The caller was not granted what the tool asks for. Nothing was sent. */
export class ScopeError extends CallError {}

/** The policy of this server does not let the call pass. Nothing was sent. */
export class PolicyError extends CallError {}

/** What the user of the client has to answer before a call goes on: no failure, and none of the owner's code takes it for one. */
export class QuestionForUser extends Error {
  /** Comes back with the answer. */
  readonly state: string;

  constructor(message: string, state: string) {
    super(message);
    this.name = "QuestionForUser";
    this.state = state;
  }
}

/** The API could not be reached, did not answer in time, or answered with something that is no HTTP. */
export class UpstreamError extends CallError {}

/** A limit of this server was reached. Nothing was sent. */
export class LimitError extends CallError {
  /**
   * Which, for the line of the call and for metrics: `caller`, `tool`, `tenant` (how often these call), `concurrency`
   * (calls at the same time), `api` (it asked for a pause), `audit`. Default: another, such as one of the owner's.
   */
  readonly limit: string;

  constructor(
    message: string,
    details: ConstructorParameters<typeof CallError>[1] & {
      readonly limit?: string;
    } = {},
  ) {
    super(message, details);
    this.limit = details.limit ?? "other";
  }
}

/** What a call ends with that needs an optional part which this server does not have. @param does what the part does */
export function missingPart(does: string): ConfigurationError {
  return new ConfigurationError(
    `This server was generated without the part that ${does}.`,
    { hint: "src/generated/index.ts has to name it: generate again." },
  );
}

const leastRetryMs = 1_000;

/** What is refused that comes to a full server. @param waitMs until there may be a place; what is said is a second at least */
export function overloaded(waitMs: number): LimitError {
  return new LimitError("This server is overloaded", {
    limit: "concurrency",
    hint: "Try again with fewer calls at the same time.",
    retryAfterMs: Math.max(leastRetryMs, Math.ceil(waitMs)),
  });
}
