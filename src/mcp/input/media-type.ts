import type { Content } from "../../api/model.ts";
import type { CallPlan } from "../model.ts";

type Encoding = NonNullable<CallPlan["request"]["body"]>["contents"][number]["encoding"];

/** `type/subtype` in lower case, without parameters (RFC 9110 §8.3.1). */
export function essence(mediaType: string): string {
  return (mediaType.split(";")[0] ?? "").trim().toLowerCase();
}

export function isJson(mediaType: string): boolean {
  const type = essence(mediaType);
  return (
    type === "application/json" ||
    type === "text/json" ||
    type === "*/*" ||
    type === "application/*" ||
    /\+json$/.test(type)
  );
}

/** What turns a value into a body of a media type. */
export function encodingOf(mediaType: string): Encoding {
  const type = essence(mediaType);
  if (isJson(type)) return "json";
  if (type === "application/x-www-form-urlencoded") return "form";
  if (type.startsWith("multipart/")) return "multipart";
  const textual =
    type.startsWith("text/") ||
    /[/+](?:xml|yaml|x-yaml|toml|graphql|(?:x-)?(?:jsonl|jsonlines|json-lines|ndjson|json-seq)|javascript|sql|csv|jwt)$/.test(
      type,
    );
  return textual ? "text" : "binary";
}

/** Sequential media types (§4.14): text of one JSON value after another. */
export function isSequential(mediaType: string): boolean {
  return /[/+-](?:jsonl|jsonlines|json-lines|ndjson|json-seq|event-stream)$/.test(essence(mediaType));
}

/** The order in which bodies are preferred: what a model writes best first, then what says most about its fields. */
export function preference(content: Content): number {
  const type = essence(content.mediaType);
  if (type === "application/json") return 0;
  if (type === "application/merge-patch+json") return 1;
  if (isJson(type) && type !== "application/json-patch+json" && !type.includes("*")) return 2;
  if (type === "application/x-www-form-urlencoded") return 4;
  if (type.startsWith("multipart/")) return 3;
  if (type === "application/json-patch+json") return 5;
  if (type === "text/plain") return 6;
  if (encodingOf(type) === "text") return 7;
  return type.includes("*") ? 9 : 8;
}

/** Media types for `Accept`, best first: JSON, other text, then whatever else there is. */
export function acceptable(contents: readonly Content[]): readonly string[] {
  const types = [
    ...new Set(contents.map(({ mediaType }) => mediaType).filter((mediaType) => !mediaType.includes("*"))),
  ];
  const rank = (type: string): number =>
    essence(type) === "application/json" ? 0 : isJson(type) ? 1 : encodingOf(type) === "text" ? 2 : 3;
  return types.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1)).slice(0, 8);
}
