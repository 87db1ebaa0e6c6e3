/** Texts that are all looked for at once: each further one costs a search nothing. */

/** Characters by which texts are told apart at first; shorter ones are not kept. */
const told = 4;
const places = 1 << 16;

/** In the order in which they were added. */
export class TextSet {
  readonly #texts = new Set<string>();
  /** How many texts begin as a place of this table says: mostly none do. */
  readonly #beginning = new Uint16Array(places);
  readonly #byBeginning = new Map<number, Set<string>>();

  get size(): number {
    return this.#texts.size;
  }

  [Symbol.iterator](): IterableIterator<string> {
    return this.#texts.values();
  }

  /** @param text of at least four characters */
  add(text: string): void {
    if (text.length < told || this.#texts.has(text)) return;
    this.#texts.add(text);
    const key = keyOf(text);
    this.#count(key, 1);
    const alike = this.#byBeginning.get(key);
    if (alike === undefined) this.#byBeginning.set(key, new Set([text]));
    else alike.add(text);
  }

  delete(text: string): void {
    if (!this.#texts.delete(text)) return;
    const key = keyOf(text);
    this.#count(key, -1);
    const alike = this.#byBeginning.get(key);
    alike?.delete(text);
    if (alike?.size === 0) this.#byBeginning.delete(key);
  }

  /** Tells every place of every text of at least `least` characters, also where they overlap. */
  findIn(
    text: string,
    least: number,
    tell: (start: number, end: number) => void,
  ): void {
    if (this.#texts.size === 0) return;
    let key = 0;
    for (let end = 0; end < text.length; end++) {
      key = (key << 8) ^ text.charCodeAt(end);
      if (this.#beginning[placeOf(key)] === 0) continue;
      const start = end - told + 1;
      for (const known of this.#byBeginning.get(key) ?? [])
        if (known.length >= least && text.startsWith(known, start))
          tell(start, start + known.length);
    }
  }

  #count(key: number, by: 1 | -1): void {
    const place = placeOf(key);
    this.#beginning[place] = (this.#beginning[place] ?? 0) + by;
  }
}

/** Of the last four characters of a text, whatever stands before: what is shifted out is forgotten. */
function keyOf(text: string): number {
  let key = 0;
  for (let at = 0; at < told; at++) key = (key << 8) ^ text.charCodeAt(at);
  return key;
}

function placeOf(key: number): number {
  return (key ^ (key >>> 16)) & (places - 1);
}
