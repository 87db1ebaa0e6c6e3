/** Answers for tests of the result, and what they are read to. */
import type { HttpResponse } from "../../templates/always/src/runtime/upstream/http-message.ts";
import type { CallPlan } from "../../templates/always/src/runtime/data/model.ts";
import { type CallResult, defaultLimits, readResult } from "../../templates/always/src/runtime/response/result.ts";
import { plan } from "./wire.ts";

export const call: CallPlan = { pointer: "/paths/~1things/get", request: plan(), responses: [] };

export function answer(
  body: string | Uint8Array,
  headers: Record<string, string> = {},
  parts: Partial<HttpResponse> = {},
): HttpResponse {
  return {
    status: 200,
    headers: new Headers(headers),
    body: Buffer.from(body),
    truncated: false,
    url: "https://api.example.com/v1/things?api_key=s3cret",
    ...parts,
  };
}
export const json = (body: string, parts: Partial<HttpResponse> = {}): HttpResponse =>
  answer(body, { "Content-Type": "application/json" }, parts);
export const read = (response: HttpResponse, limits = {}): CallResult =>
  readResult(response, call, { ...defaultLimits, ...limits });
export const texts = (result: CallResult): string[] =>
  result.content.map((block) => (block.type === "text" ? block.text : `<${block.type}>`));
