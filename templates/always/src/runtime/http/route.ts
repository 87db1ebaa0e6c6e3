/** What the front door answers where: a row per path. */
import type { Caller } from "../upstream/http-message.js";
import type { HttpAnswer, HttpRequest } from "./message.js";

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
  answer(
    request: HttpRequest,
    caller: Caller,
  ): HttpAnswer | Promise<HttpAnswer>;
}
