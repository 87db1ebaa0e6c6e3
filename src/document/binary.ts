/** Files that are no text, by their first bytes. */

/** What a file is that is no text: `packed` where a document may be inside. */
export interface Binary {
  readonly name: string;
  readonly packed: boolean;
}

const magic: readonly (readonly [start: readonly number[] | string, name: string, packed?: "packed"])[] = [
  [[0x1f, 0x8b], "a gzip file", "packed"],
  ["BZh", "a bzip2 file", "packed"],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], "an xz file", "packed"],
  [[0x28, 0xb5, 0x2f, 0xfd], "a zstd file", "packed"],
  [[0x04, 0x22, 0x4d, 0x18], "an lz4 file", "packed"],
  [[0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], "a 7z archive", "packed"],
  ["Rar!", "a RAR archive", "packed"],
  ["PK\x03\x04", "a zip archive (or an office document)", "packed"],
  ["PK\x05\x06", "an empty zip archive", "packed"],
  ["%PDF-", "a PDF"],
  [[0x89, 0x50, 0x4e, 0x47], "a PNG image"],
  [[0xff, 0xd8, 0xff], "a JPEG image"],
  ["GIF8", "a GIF image"],
  ["RIFF", "an image, sound or film (RIFF)"],
  ["\x7fELF", "a program (ELF)"],
  ["MZ\x90", "a program of Windows"],
  [[0xcf, 0xfa, 0xed, 0xfe], "a program of macOS"],
  [[0xca, 0xfe, 0xba, 0xbe], "a compiled program"],
  ["\0asm", "a WebAssembly module"],
  ["SQLite format 3", "an SQLite database"],
  [[0xd0, 0xcf, 0x11, 0xe0], "an office document"],
  ["bplist", "a binary property list"],
  ["PAR1", "a Parquet file"],
];

/** What the bytes are where they are no text; `undefined` where they may be. */
export function binaryIn(bytes: Uint8Array): Binary | undefined {
  const begins = (start: readonly number[] | string, at = 0): boolean => {
    const codes = typeof start === "string" ? [...start].map((character) => character.charCodeAt(0)) : start;
    return codes.every((code, index) => bytes[at + index] === code);
  };
  const known = magic.find(([start]) => begins(start));
  if (known !== undefined) return { name: known[1], packed: known[2] === "packed" };
  if (begins("ustar", 257)) return { name: "a tar archive", packed: true };
  // Controls that no text has, other than NUL, which UTF-16 and UTF-32 have in every character of ASCII.
  const start = bytes.subarray(0, 512);
  const controls = start.filter((byte) => (byte > 0 && byte < 9) || (byte > 13 && byte < 27) || byte === 0x7f).length;
  if (controls > 2 && controls > start.length / 50) return { name: "a binary file", packed: false };
  return undefined;
}
