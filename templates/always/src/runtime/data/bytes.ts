/** Bytes, texts and base64 (RFC 4648 §4) by what every host has. */

const encoder = new TextEncoder();

export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** Bytes of a text in UTF-8, counted without making them. Half of a surrogate pair counts as U+FFFD. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    const isPair =
      unit >= 0xd800 &&
      unit < 0xdc00 &&
      (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00;
    bytes += unit < 0x800 ? 1 : 2;
    // Four bytes for two units.
    if (isPair) index += 1;
  }
  return bytes;
}

export function concatBytes(
  parts: readonly Uint8Array[],
): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(
    parts.reduce((sum, part) => sum + part.byteLength, 0),
  );
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

/** Text of bytes in UTF-8, with the mark that may stand at its beginning; what is none of it becomes U+FFFD. */
export function utf8Text(bytes: Uint8Array): string {
  return textDecoder.decode(bytes);
}

const textDecoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Whether bytes are UTF-8 (RFC 3629 §4), but for a character that their end cuts. Makes no text of them: of ten million
 * that is ten million bytes more.
 */
export function isUtf8(bytes: Uint8Array): boolean {
  const { length } = bytes;
  for (let at = 0; at < length;) {
    const first = bytes[at] ?? 0;
    if (first < 0x80) {
      at += 1;
      continue;
    }
    if (!followsRightly(bytes, at, first)) return false;
    at += sizeOfCharacter(first);
  }
  return true;
}

/** Bytes of the character that begins with a byte. */
export function sizeOfCharacter(first: number): number {
  if (first < 0xc0) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

/** Whether a byte that is no ASCII begins a character, and those that follow, as far as there are any, belong to it. */
function followsRightly(bytes: Uint8Array, at: number, first: number): boolean {
  if (first < 0xc2 || first > 0xf4) return false;
  const end = Math.min(at + sizeOfCharacter(first), bytes.length);
  for (let next = at + 1; next < end; next += 1)
    if (((bytes[next] ?? 0) & 0xc0) !== 0x80) return false;
  if (at + 1 === end) return true;
  const second = bytes[at + 1] ?? 0;
  switch (first) {
    // Longer than needed, halves of surrogate pairs, beyond U+10FFFF.
    case 0xe0:
      return second >= 0xa0;
    case 0xed:
      return second <= 0x9f;
    case 0xf0:
      return second >= 0x90;
    case 0xf4:
      return second <= 0x8f;
    default:
      return true;
  }
}

/** Each byte as the character of its number (ISO 8859-1), which no label of the Encoding Standard stands for. */
export function latin1(bytes: Uint8Array): string {
  // Of a text of ASCII both are the same, and it takes a quarter of the memory.
  if (isAscii(bytes)) return utf8Text(bytes);
  let text = "";
  for (let at = 0; at < bytes.byteLength; at += atOnce)
    text += unitDecoder.decode(
      new Uint16Array(bytes.subarray(at, at + atOnce)),
    );
  return text;
}

/** Bytes that are made units of 16 bits at a time. */
const atOnce = 65_536;

function isAscii(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.byteLength; at += 1)
    if ((bytes[at] ?? 0) > 0x7f) return false;
  return true;
}

const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
/** Decodes units of 16 bits as this machine has them in memory: many times as fast as a character after the other. */
const unitDecoder = new TextDecoder(isLittleEndian ? "utf-16le" : "utf-16be", {
  ignoreBOM: true,
});

/** The opposite: of each unit the lower eight bits. */
export function fromLatin1(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index += 1)
    bytes[index] = text.charCodeAt(index);
  return bytes;
}

export function toBase64(bytes: Uint8Array): string {
  return btoa(latin1(bytes));
}

/** `undefined` for a text that is no padded base64, or that has bits beyond its last byte. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0)
    return undefined;
  const binary = atob(text);
  return btoa(binary) === text ? fromLatin1(binary) : undefined;
}

/** Base64 in the alphabet of URLs, without padding (RFC 4648 §5). */
export function toUrlAlphabet(base64: string): string {
  return base64.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The padded base64 that a text in the alphabet of URLs stands for; whether it is one, `fromBase64` says. */
export function fromUrlAlphabet(text: string): string {
  const plain = text.replaceAll("-", "+").replaceAll("_", "/");
  return plain.padEnd(Math.ceil(plain.length / 4) * 4, "=");
}

/** Whether one sequence of bytes lies within another. */
export function includesBytes(bytes: Uint8Array, wanted: Uint8Array): boolean {
  const [first = -1] = wanted;
  for (
    let at = bytes.indexOf(first);
    at !== -1;
    at = bytes.indexOf(first, at + 1)
  )
    if (wanted.every((byte, index) => bytes[at + index] === byte)) return true;
  return wanted.byteLength === 0;
}
