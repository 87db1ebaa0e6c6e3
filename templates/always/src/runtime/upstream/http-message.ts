/** The messages that pass between building a request, giving it credentials, sending it and reading its answer. */
import type { Secret } from "../secret.js";
import type { OwnRoom } from "./answer-room.js";

/** A request that is ready but for its credentials. */
export interface HttpRequest {
  readonly method: string;
  /** Absolute URL. */
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string | Uint8Array;
}

/** `time`: the call's time was over; `connection`: the connection broke; `coding`: the content coding has no end, or no sense. */
export type CutBy = "time" | "connection" | "coding";

/** Why an answer has no end, for a sentence; without `cutBy` it was too long. */
export function cutWords(cutBy: CutBy | undefined): string {
  switch (cutBy) {
    case "time":
      return "the API was still sending when the time of this call was over";
    case "connection":
      return "the connection broke while the API was sending";
    case "coding":
      return "what the API sent then cannot be decoded";
    case undefined:
      return "this server reads no more of an answer";
    default:
      return cutBy satisfies never;
  }
}

/**
 * Asked once the head of an answer is there; gives what is told of each piece of its decoded body while it comes, or
 * nothing where nobody wants to know. Keeps none of the pieces, and throws nothing.
 */
export type ReadAlong = (
  status: number,
  headers: Headers,
) => ((piece: Uint8Array) => void) | undefined;

/** An answer that was read to its end, or up to the size limit. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  /** Decoded bytes (after `Content-Encoding`). */
  readonly body: Uint8Array;
  /** Whether the body is only a start: the size limit cut it, or what `cutBy` says. */
  readonly truncated: boolean;
  /** Why a stream of records ended before it was over, where that was not the size limit. */
  readonly cutBy?: CutBy;
  /** URL that answered: another than the request's after a redirect within its origin. */
  readonly url: string;
}

/** What a set of credentials adds to a request. */
export interface AppliedCredentials {
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly cookies: readonly (readonly [name: string, value: string])[];
  /** Client certificate, as PEM text. */
  readonly certificate?: {
    readonly certificate: string;
    readonly key: string;
    readonly authority?: string;
  };
  /**
   * Present where new credentials can be had: after an answer of 401 it drops those that were used, and the call is
   * worth one more try with what `Credentials` gives then.
   */
  readonly rejected?: () => void;
}

/** Who calls: `local` over stdio; over HTTP whoever the request was authenticated as, else its address. */
export interface Caller {
  /** Whom limits, kept answers, credentials and lines of the log are for. Never a secret. */
  readonly id: string;
  /** Who that is at the authority that says so (`sub` of RFC 7519 §4.1.2). */
  readonly subject?: string;
  /** The program that they use (`client_id` of RFC 9068 §2.2). */
  readonly client?: string;
  /** For whom they act, where users of several organisations share the server. */
  readonly tenant?: string;
  /** The authorization server that says all this (`iss` of RFC 7519 §4.1.1); absent: this server's own settings do. */
  readonly issuer?: string;
  /** Scopes that were granted over HTTP; absent over stdio, where nothing is withheld. */
  readonly scopes?: readonly string[];
  /** What else the authority says of them. */
  readonly claims?: { readonly [name: string]: unknown };
  /** Whether nothing but an address says who it is. */
  readonly isAnonymous?: boolean;
}

/** What of a caller's request credentials of the API may be made of. However it is printed, nothing of it is seen. */
export interface Presented {
  /** The caller's access token; absent where there is none that an authorization server issued. */
  token(): Secret | undefined;
  /** A header that the settings name, as it came; absent where it did not. */
  header(name: string): string | undefined;
}

/** What methods promise (RFC 9110 §9.2). */

/** Those that ask for no change (§9.2.1), QUERY included. */
export const safeMethods: ReadonlySet<string> = new Set([
  "GET",
  "HEAD",
  "OPTIONS",
  "TRACE",
  "QUERY",
]);

/** Those that may be sent again without a further effect (§9.2.2). */
export const idempotentMethods: ReadonlySet<string> = new Set([
  ...safeMethods,
  "PUT",
  "DELETE",
]);

// How a host sends a request to an API.

/** What decides which connections a request may share. */
export interface Route {
  /** Whether private and loopback addresses are allowed. */
  readonly allowPrivate: boolean;
  readonly certificate?: AppliedCredentials["certificate"];
  /** Whether the request needs a connection of its own, and not one that was kept; default: no. */
  readonly fresh?: boolean;
}

/**
 * Sends a request and reads its answer, up to `maxBytes` decoded bytes. Neither follows redirects nor repeats anything.
 * Goes to no address that the route does not allow: of those that the host sees, and at least of those that stand in
 * the URL.
 *
 * @param room for the answer; absent: there is enough
 * @param readAlong told of the body while it comes; default: nobody is
 * @throws whatever the client of the host throws: `explain` knows it by its code. The signal's reason if it aborts
 */
export type Exchange = (
  request: HttpRequest,
  route: Route,
  signal: AbortSignal,
  maxBytes: number,
  room?: OwnRoom,
  readAlong?: ReadAlong,
) => Promise<HttpResponse>;
