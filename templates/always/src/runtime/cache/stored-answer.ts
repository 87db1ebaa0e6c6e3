/** An answer of the API with what RFC 9111 says of it: how long it holds, for whom, and how to ask whether it still does. */
import CachePolicy from "http-cache-semantics";
import { fromBase64, toBase64 } from "../data/bytes.js";
import { isJsonObject, ownValue } from "../data/json-place.js";
import type { JsonValue } from "../data/model.js";
import type { HttpRequest, HttpResponse } from "../upstream/http-message.js";

type Fields = Readonly<Record<string, string>>;

/** A larger one costs more to keep than to fetch. */
const mostBodyBytes = 1024 * 1024;
/** Answers of an API that fails, for which an older one may stand in (RFC 5861 §4). */
const failures: ReadonlySet<number> = new Set([500, 502, 503, 504]);

export interface AnswerTimes {
  /** Milliseconds for which it may be used without asking again, at most. */
  readonly maxMs: number;
  /** Milliseconds after that for which it may stand in while the API fails, unless the answer says otherwise. */
  readonly staleMs: number;
}

export class StoredAnswer {
  readonly #policy: CachePolicy;
  readonly #url: string;
  readonly #body: Uint8Array;
  readonly #times: AnswerTimes;

  private constructor(
    policy: CachePolicy,
    url: string,
    body: Uint8Array,
    times: AnswerTimes,
  ) {
    this.#policy = policy;
    this.#url = url;
    this.#body = body;
    this.#times = times;
  }

  /** What may be kept of an exchange; `undefined` where the answer must not be, or need not (§3). */
  static of(
    request: HttpRequest,
    response: HttpResponse,
    times: AnswerTimes,
  ): StoredAnswer | undefined {
    const { status, headers, body, truncated, cutBy, url } = response;
    // A cookie is for whoever asked; records of a stream are of the moment.
    const isWhole =
      status === 200 &&
      !truncated &&
      cutBy === undefined &&
      body.byteLength <= mostBodyBytes;
    const isPlain =
      !headers.has("set-cookie") &&
      !/event-stream/i.test(headers.get("content-type") ?? "");
    if (!isWhole || !isPlain) return undefined;
    const policy = new CachePolicy(
      asked(request),
      { status, headers: Object.fromEntries(headers) },
      // Without a word of the API on it, nothing is guessed of how long an answer holds (§4.2.2).
      { shared: isPublic(headers), cacheHeuristic: 0 },
    );
    const answer = new StoredAnswer(policy, url, body, times);
    return policy.storable() && answer.#isOfUse() ? answer : undefined;
  }

  /** From its text; `undefined` where that is none. */
  static from(
    text: string,
    url: string,
    times: AnswerTimes,
  ): StoredAnswer | undefined {
    try {
      const read = JSON.parse(text) as JsonValue;
      const [policy, body, answered] = [
        ownValue(read, "policy"),
        ownValue(read, "body"),
        ownValue(read, "url"),
      ];
      const bytes = typeof body === "string" ? fromBase64(body) : undefined;
      if (!isJsonObject(policy) || bytes === undefined) return undefined;
      return new StoredAnswer(
        CachePolicy.fromObject(policy as never),
        typeof answered === "string" ? answered : url,
        bytes,
        times,
      );
    } catch {
      return undefined;
    }
  }

  toText(): string {
    return JSON.stringify({
      policy: this.#policy.toObject(),
      body: toBase64(this.#body),
      url: this.#url,
    });
  }

  /** Whether whoever calls may have it (§5.2.2.9). */
  get isForAll(): boolean {
    return isPublic(new Headers(this.#fields()));
  }

  /** Seconds since the API made it (§4.2.3). */
  get age(): number {
    return Math.floor(this.#policy.age());
  }

  /** Milliseconds for which it may still be used without asking. */
  get freshMs(): number {
    const left = this.#policy.timeToLive();
    return Math.max(0, Math.min(left, this.#times.maxMs - this.age * 1000));
  }

  /** Milliseconds for which it is worth keeping: to be used, to be asked about, to stand in. */
  get keptMs(): number {
    const { maxMs, staleMs } = this.#times;
    return Math.max(
      1,
      Math.min(86_400_000, this.freshMs + Math.max(maxMs, staleMs)),
    );
  }

  /** Whether it answers a request without asking the API (§4). */
  answers(request: HttpRequest): boolean {
    return (
      this.freshMs > 0 &&
      this.#policy.satisfiesWithoutRevalidation(asked(request))
    );
  }

  /** The request that asks whether it still holds (§4.3.1); as it was where that cannot be asked. */
  question(request: HttpRequest): HttpRequest {
    const fields = this.#policy.revalidationHeaders(asked(request));
    const added = (["if-none-match", "if-modified-since"] as const).flatMap(
      (name) => {
        const value = fields[name];
        return typeof value === "string" ? [[name, value] as const] : [];
      },
    );
    return { ...request, headers: [...request.headers, ...added] };
  }

  /** This answer with what a 304 says anew of it (§4.3.4). */
  confirmed(request: HttpRequest, response: HttpResponse): StoredAnswer {
    const { policy } = this.#policy.revalidatedPolicy(asked(request), {
      status: response.status,
      headers: Object.fromEntries(response.headers),
    });
    return new StoredAnswer(policy, this.#url, this.#body, this.#times);
  }

  /** Whether it may stand in for an API that cannot be reached (§4.2.4, RFC 5861 §4). */
  mayStandIn(request: HttpRequest): boolean {
    const said = this.#fields()["cache-control"] ?? "";
    // no-cache and must-revalidate forbid it, whatever the owner says.
    if (/\b(?:no-cache|must-revalidate|proxy-revalidate)\b/i.test(said))
      return false;
    const [, seconds] = /\bstale-if-error="?(\d{1,9})/i.exec(said) ?? [];
    const allowed =
      seconds === undefined ? this.#times.staleMs : Number(seconds) * 1000;
    const overdue = this.age * 1000 - this.#policy.maxAge() * 1000;
    return overdue <= allowed && this.#isFor(request);
  }

  /** As an answer of the API, that says its age. */
  response(): HttpResponse {
    return {
      status: 200,
      headers: new Headers(this.#fields()),
      body: this.#body,
      truncated: false,
      url: this.#url,
    };
  }

  /** Whether there is something to gain by it: time, a question that costs less, or help when the API fails. */
  #isOfUse(): boolean {
    const fields = this.#fields();
    return (
      this.freshMs > 0 ||
      fields["etag"] !== undefined ||
      fields["last-modified"] !== undefined
    );
  }

  /** Whether it is for such a request, be it old or not: `Vary` (§4.1). */
  #isFor(request: HttpRequest): boolean {
    const vary = this.#fields()["vary"] ?? "";
    if (vary.trim() === "*") return false;
    const { reqh } = this.#policy.toObject();
    const now = asked(request).headers;
    return vary
      .toLowerCase()
      .split(",")
      .map((name) => name.trim())
      .every((name) => name === "" || reqh?.[name] === now[name]);
  }

  #fields(): Fields {
    const found = Object.entries(this.#policy.responseHeaders());
    return Object.fromEntries(
      found.flatMap(([name, value]) =>
        typeof value === "string" ? [[name, value] as const] : [],
      ),
    );
  }
}

/** Whether the API fails, so that an older answer may stand in. */
export function isFailure({ status }: HttpResponse): boolean {
  return failures.has(status);
}

/** An answer that the API calls public is the same for everybody who may call it, unless it depends on who asks. */
function isPublic(headers: Headers): boolean {
  const said = headers.get("cache-control") ?? "";
  const vary = headers.get("vary") ?? "";
  return (
    /(?:^|[\s,])public(?:$|[\s,])/i.test(said) &&
    !/\bprivate\b/i.test(said) &&
    !/\*|authorization|cookie/i.test(vary)
  );
}

/** A request as the policies of the library see it; without credentials, which are not of its making. */
function asked({ method, url, headers }: HttpRequest) {
  const fields: Record<string, string> = {};
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    fields[key] =
      fields[key] === undefined ? value : `${fields[key]}, ${value}`;
  }
  return { method, url, headers: fields };
}
