/** How a host sends a request to an API. */
import type { OwnRoom } from "./answer-room.js";
import type {
  AppliedCredentials,
  HttpRequest,
  HttpResponse,
} from "./http-message.js";

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
 * @throws whatever the client of the host throws: `explain` knows it by its code. The signal's reason if it aborts
 */
export type Exchange = (
  request: HttpRequest,
  route: Route,
  signal: AbortSignal,
  maxBytes: number,
  room?: OwnRoom,
) => Promise<HttpResponse>;
