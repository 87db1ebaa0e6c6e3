/** Cookie sessions of an API: made by an operation that logs in, for each caller one, and again where it has ended. */
import { setNewest } from "../data/newest.js";
import {
  type CredentialRequest,
  neededBy,
  noCredentials,
} from "../credentials.js";
import type { Variables } from "../host.js";
import type {
  ApiData,
  CallPlan,
  JsonObject,
  JsonValue,
} from "../data/model.js";
import { ConfigurationError, UpstreamError } from "../errors.js";
import type { BodyWriters } from "../request/body-writer.js";
import { buildRequest } from "../request/build.js";
import { readSecret, readValue } from "../settings/settings.js";
import { hashedKey } from "../store/store.js";
import { Deadline } from "../upstream/deadline.js";
import type { AppliedCredentials } from "../upstream/http-message.js";
import { baseUrlOf } from "../upstream/servers.js";
import { explain } from "../upstream/upstream-failure.js";
import { CookieJar } from "./cookie-jar.js";
import { Lack } from "./lack.js";
import type { SessionSettings } from "./settings.js";

/** One for each caller; the oldest logs in again. */
const mostSessions = 5_000;
/** An API that refuses a password locks its user out when it is asked again and again. */
const refusedMs = 30_000;
const mostBytes = 1_048_576;

interface Kept {
  readonly session: Promise<CookieJar>;
  /** On a clock that only goes forward; absent: for as long as the API takes it. */
  readonly until?: number;
}

export interface SessionOptions {
  readonly settings: SessionSettings;
  readonly api: ApiData;
  /** Of the operation that logs in. */
  readonly plan: () => Promise<CallPlan>;
  readonly writers: BodyWriters;
  /** Variables that the values are read from; `undefined` for callers who have none. */
  readonly variablesOf: (request: CredentialRequest) => Variables | undefined;
  readonly timeoutMs: number;
}

export class Sessions {
  readonly #options: SessionOptions;
  readonly #kept = new Map<string, Kept>();

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  async give(request: CredentialRequest): Promise<AppliedCredentials | Lack> {
    const { api, settings, variablesOf } = this.#options;
    const { baseUrl, caller, signal } = request;
    const need = neededBy(request);
    if (need === "none") return noCredentials;
    const variables = variablesOf(request);
    const args = variables && argumentsOf(settings, variables);
    if (args === undefined)
      return need === "optional"
        ? noCredentials
        : new Lack(
            `There is nothing to log ${caller.id} in to ${api.title} with`,
            `Ask the owner of this server for ${settings.variables.join(" and ")} in an entry "${caller.id}" of MCP_CREDENTIALS.`,
          );
    const key = await hashedKey("session", JSON.stringify([caller.id, args]));
    const kept = this.#live(key) ?? this.#begin(key, args, request);
    const jar = await kept.session;
    signal.throwIfAborted();
    const cookies = jar.cookiesFor(baseUrl.url);
    return {
      ...noCredentials,
      cookies,
      rejected: () => {
        if (this.#kept.get(key) === kept) this.#kept.delete(key);
      },
    };
  }

  #live(key: string): Kept | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    const { until = Number.POSITIVE_INFINITY } = kept;
    return until > performance.now() ? kept : undefined;
  }

  /** Calls that need the same session at the same time share one login. */
  #begin(key: string, args: JsonObject, request: CredentialRequest): Kept {
    const session = this.#login(args, request);
    const kept = { session };
    setNewest(this.#kept, key, kept, mostSessions);
    session.catch((fault: unknown) => {
      if (this.#kept.get(key) !== kept) return;
      if (fault instanceof ConfigurationError)
        this.#kept.set(key, { session, until: performance.now() + refusedMs });
      else this.#kept.delete(key);
    });
    return kept;
  }

  async #login(
    args: JsonObject,
    { host, caller }: CredentialRequest,
  ): Promise<CookieJar> {
    const { api, plan, writers, settings, timeoutMs } = this.#options;
    const { request: how } = await plan();
    const baseUrl = baseUrlOf(api, how.server, host.environment);
    const place = `The login of ${caller.id} at ${api.title}`;
    if (!baseUrl.trusted)
      throw new ConfigurationError(
        `${baseUrl.origin} is not confirmed to receive what logs callers in`,
      );
    const built = await buildRequest(how, args, {
      baseUrl: baseUrl.url,
      writers,
      readFile: async () => {
        throw new ConfigurationError(`${settings.login} sends a file`);
      },
    });
    // Not the signal of a call: several calls wait for the same session.
    const deadline = new Deadline(timeoutMs, new AbortController().signal);
    const { allowPrivate } = baseUrl;
    try {
      const { status, headers } = await host.exchange(
        built,
        { allowPrivate },
        deadline.signal,
        mostBytes,
      );
      if (status >= 500 || status === 429)
        throw new UpstreamError(`${place} failed (status ${status})`, {
          hint: "Try again later.",
        });
      const jar = new CookieJar(built.url, headers.getSetCookie());
      if (status < 400 && !jar.isEmpty) return jar;
      throw new ConfigurationError(
        status < 400
          ? `${place} set no cookie (status ${status})`
          : `${place} was refused (status ${status})`,
        { hint: `Check ${settings.variables.join(" and ")}.` },
      );
    } catch (fault) {
      if (fault instanceof ConfigurationError || fault instanceof UpstreamError)
        throw fault;
      const { host: name } = new URL(built.url);
      const context = { host: name, method: built.method, idempotent: false };
      throw new UpstreamError(
        `${place} failed: ${deadline.expired ? "timed out" : explain(fault, context).error.message}`,
        { cause: fault },
      );
    } finally {
      deadline.dispose();
    }
  }
}

/** Variables that name who logs in, which is no secret: answers may hold it. */
const ofUser =
  /(?:^|_)(?:USER(?:_?NAME)?|LOGIN|E?MAIL|ACCOUNT|TENANT|(?:CLIENT|USER|ACCOUNT)_?ID)$/i;

/** The arguments, with the values of variables in their places; `undefined` where one of these is not set. */
function argumentsOf(
  { args, variables: names }: SessionSettings,
  variables: Variables,
): JsonObject | undefined {
  const values = new Map(
    names.map((name) => {
      const value = ofUser.test(name)
        ? readValue(name, variables)
        : readSecret(name, variables)?.reveal();
      return [name, value] as const;
    }),
  );
  if ([...values.values()].includes(undefined)) return undefined;
  const filled = (value: JsonValue): JsonValue => {
    if (typeof value === "string")
      return value.startsWith("$")
        ? (values.get(value.slice(1)) ?? value)
        : value;
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(filled);
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, filled(member)]),
    );
  };
  return filled(args) as JsonObject;
}
