/** The list that an answer's text consists of, by the places of its items: such a text is cut between them. */

export interface TextList {
  /** Name of the property that holds the list, with those around it; absent where the root is the list. */
  readonly property?: string;
  /** Byte at which the first item begins. */
  readonly start: number;
  /** Byte behind each item. */
  readonly ends: Uint32Array;
  /** Bytes between two items. */
  readonly separator: number;
}

/** The records of a sequence: lines, or events with an empty line behind each. */
export function recordList(bytes: Uint8Array, isEvents: boolean): TextList {
  const endOf = isEvents ? endOfEvent : endOfLine;
  // Counted first: a list that grows leaves as much again behind.
  let count = 0;
  for (let at = 0; at < bytes.length; count++) at = endOf(bytes, at);
  const ends = new Uint32Array(count);
  for (let index = 0, at = 0; index < count; index++) {
    at = endOf(bytes, at);
    ends[index] = at;
  }
  return { start: 0, ends, separator: 0 };
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

function endOfLine(bytes: Uint8Array, start: number): number {
  const end = bytes.indexOf(lineFeed, start);
  return end < 0 ? bytes.length : end + 1;
}

/** Behind the empty line: two line breaks of the same kind. */
function endOfEvent(bytes: Uint8Array, start: number): number {
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte !== lineFeed && byte !== carriageReturn) continue;
    if (bytes[at + 1] === byte) return at + 2;
    if (
      byte === carriageReturn &&
      bytes[at + 1] === lineFeed &&
      bytes[at + 2] === carriageReturn &&
      bytes[at + 3] === lineFeed
    )
      return at + 4;
  }
  return bytes.length;
}
