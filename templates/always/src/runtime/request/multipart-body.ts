/** The part that writes bodies of several parts: `multipart/form-data` and its kin. */
import type { BodyContent, JsonValue } from "../data/model.js";
import type { ComposedBody } from "./body-writer.js";
import type { FileLoader } from "./file-argument.js";
import type { ArgumentOf } from "./form.js";
import { inOrder } from "./json-shape.js";
import { multipartBody, multipartType } from "./multipart.js";
import { concrete } from "./text-body.js";

export async function write(
  content: BodyContent,
  value: JsonValue,
  argumentOf: ArgumentOf,
  load: FileLoader,
): Promise<ComposedBody> {
  const { boundary, body } = await multipartBody(
    inOrder(value, content.order),
    content,
    argumentOf,
    load,
  );
  const mediaType = concrete(content.mediaType, "multipart/form-data");
  return { body, contentType: multipartType(mediaType, boundary) };
}
