/** The part that gives callers credentials of their own at the APIs, and when a server has it. */
import type { Credentials } from "../credentials.js";
import type { JsonObject } from "../data/model.js";
import type { Project } from "../data/project.js";
import { ConfigurationError } from "../errors.js";
import type { Host } from "../host.js";
import type { OpenRoute } from "../http/message.js";
import type { Log } from "../log.js";
import type { BodyWriters } from "../request/body-writer.js";
import type { CallResult } from "../response/call-result.js";
import type { Settings } from "../settings/settings.js";
import type { Store } from "../store/store.js";
import type { Caller, Presented } from "../upstream/http-message.js";

/** Takes what is needed of a request whose caller is known. */
export type Present = (
  headers: { get(name: string): string | null },
  caller: Caller,
) => Promise<Presented>;

/** What a client gets in place of a result, where its user is needed first. */
export type Question =
  | { readonly kind: "result"; readonly result: JsonObject }
  | {
      readonly kind: "error";
      readonly code: number;
      readonly message: string;
      readonly data: JsonObject;
    };

/** `undefined` where the result is what the client gets. */
export type QuestionOf = (
  result: CallResult,
  asking: {
    readonly version: string | undefined;
    readonly capabilities: unknown;
    readonly envelope: unknown;
    readonly inputResponses: unknown;
  },
) => Question | undefined;

/** As whom the API is called, where that differs by caller. */
export interface CallerCredentials {
  readonly credentials: Credentials;
  /** Absent where nothing of a caller's request is used. */
  readonly present?: Present;
  /** What is answered beside MCP: where users sign in at an API. Default: nothing. */
  readonly routes?: readonly OpenRoute[];
}

export interface CallerCredentialOptions {
  /** Those of `src/auth.ts`. */
  readonly own: Credentials;
  readonly project: Pick<Project, "apis"> & { readonly parts?: BodyWriters };
  readonly settings: Settings;
  readonly host: Host;
  /** What instances share; asked for when it is needed. */
  readonly store: () => Store;
  readonly log: Log;
}

export interface CredentialParts {
  readonly credentials?: () => Promise<{
    createCallerCredentials(
      options: CallerCredentialOptions,
    ): CallerCredentials;
    readonly questionOf: QuestionOf;
  }>;
}

/** Variables that say that the API is called as somebody else for each caller; those of an API follow its prefix. */
const deciding = /^MCP_CREDENTIALS(?:_FILE)?$/;
const decidingSuffix =
  /^_(?:CALLER_CREDENTIALS|PASSED_HEADERS|TOKEN_EXCHANGE_[A-Z_]+|SIGN_IN_[A-Z_]+|SESSION_(?:LOGIN|ARGUMENTS))$/;

/**
 * As whom the API is called: as `src/auth.ts` says, and where settings say otherwise, as they do.
 *
 * @throws ConfigurationError where settings expect it and the server has no part for it: to go on would be to call the
 *   API with the server's own credentials, whoever asks
 */
export async function callerCredentials(
  { credentials }: CredentialParts,
  options: CallerCredentialOptions,
): Promise<CallerCredentials> {
  const { environment } = options.host;
  const prefixes = options.project.apis.map(
    ({ data }) => data.environmentPrefix,
  );
  const set = Object.keys(environment).find(
    (name) =>
      environment[name]?.trim() &&
      (deciding.test(name) ||
        prefixes.some(
          (prefix) =>
            name.startsWith(prefix) &&
            decidingSuffix.test(name.slice(prefix.length)),
        )),
  );
  if (set === undefined) return { credentials: options.own };
  if (credentials === undefined)
    throw new ConfigurationError(
      `${set} is set, and this server was generated without the part that gives callers credentials of their own.`,
      {
        hint: `Generate again with \`openapi-to-mcp --feature credentials --update-package\`, or with \`features: [credentials]\` in openapi-to-mcp.yaml, and install; or unset ${set}.`,
      },
    );
  return (await credentials()).createCallerCredentials(options);
}
