/** The part that writes bodies of XML. */
import type { BodyContent, JsonValue } from "../data/model.js";
import { refuse } from "./argument.js";
import type { ComposedBody } from "./body-writer.js";
import type { ArgumentOf } from "./form.js";
import { charsetOf, concrete, encodedText } from "./text-body.js";
import { xmlText } from "./xml.js";

/** The charset of the media type counts before that of the declaration (RFC 7303 §3.2); here they are the same. */
export function write(
  content: BodyContent,
  value: JsonValue,
  argumentOf: ArgumentOf,
): ComposedBody {
  const { mediaType, xml } = content;
  const argument = argumentOf("");
  if (xml === undefined)
    return refuse(argument, `cannot be written as ${mediaType}`);
  const contentType = concrete(mediaType, "application/xml");
  const charset = charsetOf(contentType);
  const text = `<?xml version="1.0" encoding="${charset.toUpperCase()}"?>${xmlText(xml, value, argumentOf)}`;
  return encodedText(text, contentType, charset, argument);
}
