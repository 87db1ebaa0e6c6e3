import type { JsonObject } from "../data/model.js";
import type { Caller } from "../upstream/http-message.js";

/** Requests and answers as the front door has them, whichever host they come in by. */

/**
 * What the front door reads of a request. A `Request` is one; a host for which making a `Request` costs too much gives
 * something cheaper: on Node.js one with a body and a signal takes some 50 µs of the processor, a tenth of a call.
 */
export interface HttpRequest {
  readonly method: string;
  /** Absolute URL. */
  readonly url: string;
  readonly headers: Headers;
  readonly body: AsyncIterable<Uint8Array> | null;
  /** Aborted when the client is gone before its answer. */
  readonly signal: {
    readonly aborted: boolean;
    addEventListener(type: "abort", listener: () => void): void;
  };
}

/** What becomes of a request. `responseOf` makes a `Response` of it. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: HttpFields;
  readonly body: string | ReadableStream<Uint8Array> | null;
  /** Called by the host, once, when the answer has left or nobody waits for it any more. */
  readonly release?: () => void;
}

export interface HttpFields {
  readonly [name: string]: string;
}

/** In place of an answer to a request that was called off: a host that can ends the connection without a word. */
const calledOff = 499;
export const noAnswer: HttpAnswer = {
  status: calledOff,
  headers: {},
  body: null,
};

/** Whether a request was called off. */
export function isNoAnswer({ status }: HttpAnswer): boolean {
  return status === calledOff;
}

export function jsonAnswer(
  status: number,
  body: object,
  headers: HttpFields = {},
): HttpAnswer {
  return {
    status,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  };
}

/** An answer that says in one sentence why there is no other. */
export function refusalAnswer(
  status: number,
  message: string,
  headers: HttpFields = {},
): HttpAnswer {
  return jsonAnswer(status, { error: message }, headers);
}

/** Path and query of a request, as its URL has them: nothing is decoded, and no segment resolved. */
export function targetOf({ url }: HttpRequest): string {
  const rest = url.replace(/^[a-z]+:\/\/[^/?#]*/i, "");
  return rest.startsWith("/") ? rest : `/${rest}`;
}

/** An answer as the web standard has it. */
export function responseOf(answer: HttpAnswer): Response {
  const { status, headers, body, release } = answer;
  if (body === null || typeof body === "string") {
    release?.();
    return new Response(body, { status, headers });
  }
  return new Response(release === undefined ? body : released(body, release), {
    status,
    headers,
  });
}

/** The same stream, whose end or cancellation is told. */
function released(
  body: ReadableStream<Uint8Array>,
  release: () => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        release();
        controller.close();
      } catch (fault) {
        release();
        controller.error(fault);
      }
    },
    async cancel(reason) {
      release();
      await reader.cancel(reason);
    },
  });
}

// What the front door answers where: a row per path.

export type Route = OpenRoute | CallerRoute;

interface RoutePlace {
  /** As it stands in the URL. */
  readonly path: string;
  readonly methods: readonly string[];
}

/** Answers whoever asks. */
export interface OpenRoute extends RoutePlace {
  readonly access: "open";
  /** Also under names that are not served otherwise, as probes ask: the answer says nothing that a page could use. */
  readonly anyHost?: true;
  /** Also for pages of any origin: the answer is meant for all. */
  readonly anyOrigin?: true;
  answer(request: HttpRequest): HttpAnswer | Promise<HttpAnswer>;
}

/** Answers only whom `authenticate` of `src/access.ts` lets in. */
export interface CallerRoute extends RoutePlace {
  readonly access: "caller";
  /** Path of MCP that tokens are issued for, where it is not this one. */
  readonly resource?: string;
  answer(
    request: HttpRequest,
    caller: Caller,
  ): HttpAnswer | Promise<HttpAnswer>;
}

/** A text that is answered at a path of its own. */
export interface Page {
  readonly path: string;
  /** Its media type. */
  readonly type: string;
  /** @param caller who sees it; absent: whoever runs this server */
  text(caller?: Caller): string;
}

/** What looks on at the front door. */
export interface DoorWatcher {
  /** Told of a request that was turned away before there was a call. Never throws. */
  refused?(event: string, fields: JsonObject): void;
  /** Told of each such request, also of those for which there is no line: a status of HTTP, or why there is none. */
  turnedAway?(reason: number | "overloaded"): void;
  /** What is answered beside MCP to whoever may ask. */
  readonly page?: Page;
}

/** Routes that belong together, and how they end. */
export interface RouteGroup {
  readonly routes: readonly CallerRoute[];
  /** From now on nothing new begins there, and what has no end of its own ends when nothing runs. */
  drain(): void;
  close(): Promise<void>;
}
