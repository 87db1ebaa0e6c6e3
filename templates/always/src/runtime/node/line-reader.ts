/** Lines of a byte stream, each handed on once it is whole: linear in what arrives, however it is cut into chunks. */

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

export class LineReader {
  readonly #mostBytes: number;
  readonly #onLine: (line: Uint8Array) => void;
  readonly #onTooLong: () => void;
  #parts: Uint8Array[] = [];
  #size = 0;
  /** Whether the line was given up: the rest of it is passed over. */
  #skipping = false;

  /**
   * @param mostBytes longest line; a longer one is told once and passed over
   * @param onLine called with each line, without its end; empty ones are left out
   */
  constructor(
    mostBytes: number,
    onLine: (line: Uint8Array) => void,
    onTooLong: () => void,
  ) {
    this.#mostBytes = mostBytes;
    this.#onLine = onLine;
    this.#onTooLong = onTooLong;
  }

  read(chunk: Uint8Array): void {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(lineFeed, start);
      this.#add(chunk.subarray(start, end < 0 ? undefined : end));
      if (end < 0) return;
      this.#end();
      start = end + 1;
    }
  }

  #add(part: Uint8Array): void {
    if (this.#skipping || part.byteLength === 0) return;
    this.#size += part.byteLength;
    if (this.#size <= this.#mostBytes) {
      this.#parts.push(part);
      return;
    }
    this.#skipping = true;
    this.#parts = [];
    this.#onTooLong();
  }

  #end(): void {
    const [only = new Uint8Array(), ...more] = this.#parts;
    const line = more.length === 0 ? only : Buffer.concat([only, ...more]);
    const wasRead = !this.#skipping;
    this.#parts = [];
    this.#size = 0;
    this.#skipping = false;
    if (!wasRead) return;
    const whole = line.at(-1) === carriageReturn ? line.subarray(0, -1) : line;
    if (whole.byteLength > 0) this.#onLine(whole);
  }
}
