/** Which of a body's media types is used, and which of the others a caller can choose. */
import type { Body, Content } from "../../api/model.ts";
import { type BodyContent, type BodyShape, isWrittenXml, shapeContent } from "./body.ts";
import { essence, isSequential, preference } from "./media-type.ts";

/** A body as it will be asked for. */
export interface ShapedBody {
  readonly body: Body;
  /** The first is used unless the caller chooses another. */
  readonly contents: readonly BodyContent[];
  readonly shape: BodyShape;
  /** Why the body is asked for in this way. */
  readonly reason: string;
  /** Media types that a caller cannot choose although they say something else. */
  readonly left: readonly string[];
}

/**
 * Chooses the content that a model writes best, and how to ask for it. Others can be chosen by the caller where the
 * same arguments make a body of another kind.
 */
export function shapeBody(body: Body, method: string): ShapedBody | undefined {
  const ranked = [...body.contents].sort((a, b) => rankOf(a) - rankOf(b));
  const [first, ...others] = ranked.map((content) => shapeContent(content, body));
  if (first === undefined) return undefined;
  const kinds = new Set([kindOf(first.content, method)]);
  const contents = [first.content];
  const left: string[] = [];
  let wanted: string | undefined;
  for (const { content, shape } of others) {
    const kind = kindOf(content, method);
    if (kinds.has(kind)) continue;
    wanted ??= shapeKey(first.shape);
    if (shapeKey(shape) === wanted && canBeWritten(content, shape)) {
      kinds.add(kind);
      contents.push(content);
    } else left.push(content.mediaType);
  }
  const chosen = ranked.length > 1 ? `, chosen from ${ranked.length} media types` : "";
  return { body, contents, shape: first.shape, reason: `${first.reason}${chosen}`, left };
}

/** XML that is written from fields is as good for a model as a form. */
function rankOf(content: Content): number {
  return isWrittenXml(content) ? 4.5 : preference(content);
}

/** Patch documents say what to change rather than what to become, so which one is meant is the caller's to say. */
const patchTypes = /^application\/(?:json-patch|merge-patch|strategic-merge-patch|apply-patch)\+(?:json|yaml)$/;

/** What tells contents apart for a caller. Servers list `text/json` or `application/*+json` beside JSON as more of the same. */
function kindOf({ mediaType, encoding }: BodyContent, method: string): string {
  const type = essence(mediaType);
  if (method === "PATCH" && patchTypes.test(type)) return type;
  return encoding === "text" || encoding === "binary" || isSequential(type) ? type : encoding;
}

/** A JSON patch is a list of operations (RFC 6902 §3); documents give it the schema of the other patches all the same. */
function canBeWritten({ mediaType }: BodyContent, shape: BodyShape): boolean {
  if (essence(mediaType) !== "application/json-patch+json") return true;
  if (shape.kind === "fields") return false;
  const { types } = shape.schema.whole;
  return types.length === 0 || types.includes("array");
}

/** A text that is the same for shapes that ask for the same arguments. */
function shapeKey(shape: BodyShape): string {
  if (shape.kind === "fields") return JSON.stringify(shape);
  let { schema } = shape;
  for (let count = 0; count < 50 && schema.kind === "reference" && schema.saysOnly("$ref"); count++)
    schema = schema.target ?? schema.schemas.anything;
  return JSON.stringify({ ...shape, schema });
}
