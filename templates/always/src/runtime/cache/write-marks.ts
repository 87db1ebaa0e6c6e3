/**
 * What was written at which path of an API, so that no answer is used that is older than a write (RFC 9111 §4.4). A
 * write holds for its own path, for what lies below it, and for what lies above, such as the list that an item is in.
 */
import { type Store, TextKeys } from "../store/store.js";

/** Longer than any answer is kept: a mark that is gone belongs to a time of which no answer is left. */
const keptMs = 2 * 86_400_000;
/** Deeper paths share the mark of this depth. */
const mostSegments = 16;

export class WriteMarks {
  readonly #store: Store;
  readonly #keys: TextKeys;

  constructor(store: Store) {
    this.#store = store;
    this.#keys = new TextKeys("cache-mark", store.isShared);
  }

  /** The marks that concern a URL, as one text: another text, and something was written meanwhile. */
  async of(url: string): Promise<string> {
    const { origin, paths, last } = placeOf(url);
    const keys = await Promise.all([
      ...paths.map((path) => this.#key("at", origin, path)),
      this.#key("below", origin, last),
    ]);
    const marks = await Promise.all(keys.map((one) => this.#store.get(one)));
    return marks.map((mark) => mark?.value ?? "").join(" ");
  }

  /**
   * Marks that something was written at a URL.
   *
   * @throws StoreError where it could not be said everywhere
   */
  async write(url: string): Promise<void> {
    const { origin, paths, last } = placeOf(url);
    const mark = crypto.randomUUID();
    const keys = await Promise.all([
      this.#key("at", origin, last),
      ...paths.map((path) => this.#key("below", origin, path)),
    ]);
    await Promise.all(keys.map((one) => this.#store.set(one, mark, keptMs)));
  }

  async #key(kind: string, origin: string, path: string): Promise<string> {
    return `${await this.#keys.of(JSON.stringify([origin, path]))}:${kind}`;
  }
}

/** The path of a URL and those above it, from the top; the root, which all have in common, only where it is the path. */
function placeOf(url: string) {
  const { origin, pathname } = new URL(url);
  const segments = pathname.split("/").filter((part) => part !== "");
  const below = segments
    .slice(0, mostSegments)
    .map((_, index) => `/${segments.slice(0, index + 1).join("/")}`);
  const last = below.at(-1) ?? "/";
  return { origin, paths: below.length === 0 ? [last] : below, last };
}
