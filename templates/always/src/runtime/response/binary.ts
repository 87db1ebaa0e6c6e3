/** Bytes in a result: images and audio as such, the rest as an embedded resource. */
import { toBase64 } from "../data/bytes.js";
import type { MediaType } from "../upstream/media-type.js";
import { type ContentBlock, textBlock } from "./content-block.js";
import { withoutQuotes } from "./own-words.js";
import { restText } from "./shown.js";
import type { Body, ResultLimits } from "./call-result.js";
import { scrubBytes } from "../secret.js";
import { visibleLine } from "../text/visible.js";

export interface BinaryBody {
  readonly body: Uint8Array;
  readonly mediaType: MediaType | undefined;
  readonly headers: Headers;
  readonly truncated: boolean;
}

/** A body of bytes; where they are too many, they are kept to be read in parts. */
export function binaryBody(binary: BinaryBody, limits: ResultLimits): Body {
  const { body, truncated, mediaType } = binary;
  const mimeType = mediaType?.essence ?? "application/octet-stream";
  const fits = base64Bytes(body) <= inlineBytes(mimeType, limits);
  const kept =
    truncated || fits
      ? undefined
      : limits.keep?.({ kind: "bytes", bytes: body, mimeType });
  if (kept === undefined)
    return {
      content: binaryBlocks(
        binary,
        limits.maxStructuredBytes,
        "the content is left out.",
      ),
    };
  const next = kept.uriAt(0);
  return {
    content: binaryBlocks(
      binary,
      limits.maxStructuredBytes,
      `it can be read for some minutes${restText(next, limits)}`,
      true,
    ),
    part: { from: 0, to: 0, of: body.byteLength, unit: "bytes", next },
  };
}

/** Bytes of base64 that go into a result although there is another way to them: pictures are seen, files are not. */
const pictureBytes = 512 * 1024;
const fileBytes = 64 * 1024;

function inlineBytes(
  mimeType: string,
  { maxStructuredBytes, maxTokens }: ResultLimits,
): number {
  if (maxTokens === undefined) return maxStructuredBytes;
  const most = /^(?:image|audio)\//.test(mimeType) ? pictureBytes : fileBytes;
  return Math.min(maxStructuredBytes, most);
}

function base64Bytes(bytes: Uint8Array): number {
  return Math.ceil(bytes.byteLength / 3) * 4;
}

/**
 * Blocks for bytes. Those that were cut short, or are more than `maxBytes` in base64, are only described: half a
 * picture helps nobody, and clients drop the connection over one message that is too large.
 */
function binaryBlocks(
  binary: BinaryBody,
  maxBytes: number,
  rest: string,
  isKept = false,
): readonly ContentBlock[] {
  const { body, truncated } = binary;
  const mimeType = binary.mediaType?.essence ?? "application/octet-stream";
  const name = fileNameOf(binary.headers);
  const what = `${body.byteLength} bytes of ${mimeType}${name === undefined ? "" : `, “${withoutQuotes(name)}”`}`;
  if (truncated)
    return [
      textBlock(
        `Received the first ${what}. The rest is more than this server reads; the content is left out.`,
      ),
    ];
  if (isKept || base64Bytes(body) > maxBytes)
    return [
      textBlock(
        `Received ${what}. That is more than fits into a result; ${rest}`,
      ),
    ];
  const data = toBase64(scrubBytes(body));
  const described = textBlock(`Received ${what}.`);
  if (mimeType.startsWith("image/"))
    return [described, { type: "image", data, mimeType }];
  if (mimeType.startsWith("audio/"))
    return [described, { type: "audio", data, mimeType }];
  // Not the URL of the answer: credentials may stand in its query.
  const uri = `response:///${encodeURIComponent(name ?? "body")}`;
  return [
    described,
    { type: "resource", resource: { uri, mimeType, blob: data } },
  ];
}

/** File name of `Content-Disposition` (RFC 6266), without folders; `undefined` where there is none. */
export function fileNameOf(headers: Headers): string | undefined {
  const field = headers.get("content-disposition") ?? "";
  const extended = /;\s*filename\*\s*=\s*utf-8'[^']*'([^;\s]+)/i.exec(
    field,
  )?.[1];
  const plain = /;\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(
    field,
  );
  const given =
    decoded(extended) ?? plain?.[1]?.replaceAll(/\\(.)/g, "$1") ?? plain?.[2];
  const name = visibleLine(given?.split(/[/\\]/).at(-1) ?? "", 100);
  return name === "" ? undefined : name;
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
