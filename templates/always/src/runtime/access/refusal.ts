/** What is known of a request before its body is read, and how it is turned away. */

/** A `Request` has all of it but the address. */
export interface AccessRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: {
    /** The value of a field, several joined by a comma; `null` where there is none. */
    get(name: string): string | null;
  };
  /** Of whoever is connected: the client, or what stands before this server. */
  readonly address: string;
}

/** Why a request is refused. */
export interface Refusal {
  readonly status: 401 | 403 | 429 | 503;
  /** Shown to whoever asked, and in the log. */
  readonly message: string;
  readonly headers?: { readonly [name: string]: string };
}
