/** Bodies of `application/x-www-form-urlencoded` (§4.8.15.2, WHATWG URL §5). */
import { toBase64 } from "../data/bytes.js";
import { inOrder, isArray, isObject, jsonText } from "./argument.js";
import type { FieldEncoding, JsonObject, JsonValue } from "../data/model.js";
import { contentText, firstType } from "./content.js";
import { expandPairs, type Pair, type PairEncoding } from "./expansion.js";
import { asFile, type FileLoader } from "./file-argument.js";
import { formEncode, formEncodeReserved } from "./percent.js";

/** What names the argument of a field, for messages. */
export type ArgumentOf = (field: string) => string;

const plain: PairEncoding = {
  name: formEncode,
  value: formEncode,
  delimiter: (text) => (text === "," ? "," : formEncode(text)),
};
const reserved: PairEncoding = { ...plain, value: formEncodeReserved };

/**
 * A form as text. With `style`, `explode` or `allowReserved` a field is written like a query parameter; without, each
 * item of an array by its content type, which is JSON for objects. Files are base64 text.
 */
export async function formBody(
  value: JsonObject,
  fields: ReadonlyMap<string, FieldEncoding>,
  argumentOf: ArgumentOf,
  load: FileLoader,
): Promise<string> {
  const pairs: Pair[] = [];
  for (const [name, member] of Object.entries(value)) {
    const encoding = fields.get(name) ?? {};
    const argument = argumentOf(name);
    if (member === null) continue;
    if (encoding.file === true) {
      for (const item of isArray(member) ? member : [member]) {
        const file = await load(asFile(item, argument), name, argument);
        const text = toBase64(file.bytes);
        pairs.push([formEncode(name), formEncode(text)]);
      }
    } else {
      pairs.push(...fieldPairs(name, member, encoding, argument));
    }
  }
  return pairs.map(([name, text]) => `${name}=${text}`).join("&");
}

function fieldPairs(
  name: string,
  value: JsonValue,
  encoding: FieldEncoding,
  argument: string,
): readonly Pair[] {
  if (hasStyle(encoding)) {
    const style = encoding.style ?? "form";
    const explode = encoding.explode ?? style === "form";
    return expandPairs(
      { argument, name, style, explode },
      inOrder(value, encoding.order),
      encoding.allowReserved === true ? reserved : plain,
    );
  }
  const contentType = firstType(encoding.contentType);
  return (isArray(value) ? value : [value])
    .filter((item) => item !== null)
    .map((item): Pair => {
      const text =
        contentType === undefined && (isObject(item) || isArray(item))
          ? jsonText(item, argument)
          : contentText(contentType ?? "text/plain", item, argument);
      return [formEncode(name), formEncode(text)];
    });
}

/** Whether a field is serialised by style: then its content type does not count (§4.8.15.1.2). */
export function hasStyle(encoding: FieldEncoding): boolean {
  return (
    encoding.style !== undefined ||
    encoding.explode !== undefined ||
    encoding.allowReserved !== undefined
  );
}
