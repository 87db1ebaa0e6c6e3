/** Whether an answer came back whole. */
import { type Json, isArray, own, ownString } from "../../src/base/json.ts";
import { visibleValue } from "../../templates/always/src/runtime/text/visible.ts";
import type { Exchange } from "./proxy.ts";
import { sameJson } from "./same.ts";

/** What of an answer's body the result lacks, one sentence each. */
export function judgeAnswer(exchange: Exchange, result: unknown): readonly string[] {
  const { status, body } = exchange;
  const isError = (result as { readonly isError?: boolean }).isError === true;
  const failed = status >= 300 && status < 500 && status !== 304 && status !== 429;
  if (isError !== failed)
    return [`status ${status} was reported as ${isError ? "an error" : "success"}: ${textsOf(result).slice(0, 200)}`];
  if (failed || body.length === 0 || exchange.request.method === "HEAD") return [];
  const structured = (result as { readonly structuredContent?: Json }).structuredContent;
  const type = exchange.headers.get("content-type") ?? "";
  if (/json/.test(type)) {
    // Hidden characters are taken out of what a model reads, and it is told so.
    const value = visibleValue(JSON.parse(body.toString()) as Json) as Json;
    const wrapped = own(structured, "result") ?? own(structured, "items");
    if (structured !== undefined && !sameJson(structured, value) && !sameJson(wrapped, value))
      return ["the structured content is not the body"];
    if (structured === undefined && !textsOf(result).includes(JSON.stringify(value).slice(0, 200)))
      return ["the body is neither in the structured content nor in the text"];
    return [];
  }
  return textsOf(result).includes(body.toString().trim().slice(0, 200)) ||
    blobsOf(result).some((blob) => Buffer.from(blob, "base64").equals(body))
    ? []
    : [`the body of type ${type} is not in the result`];
}

function blocksOf(result: unknown): readonly Json[] {
  const content = (result as { readonly content?: Json }).content;
  return isArray(content) ? content : [];
}

function textsOf(result: unknown): string {
  return blocksOf(result)
    .map((block) => ownString(block, "text") ?? ownString(own(block, "resource"), "text") ?? "")
    .join("\n");
}

function blobsOf(result: unknown): readonly string[] {
  return blocksOf(result).flatMap(
    (block) => ownString(block, "data") ?? ownString(own(block, "resource"), "blob") ?? [],
  );
}
