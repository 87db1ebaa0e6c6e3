/** Long lists of values that stand in a tool more than once. */
import { mapParts } from "../../base/schema/map-parts.ts";
import { type SchemaNode, standalone } from "../../base/schema/node.ts";
import { quoted } from "../text/describe.ts";
import { withNotes } from "../text/sentence.ts";

/** Characters of JSON from which on a list of values is worth a sentence in its place. */
const long = 400;

/**
 * The schemas of a tool's arguments with each long list of values written once: where it stands again, a sentence names
 * the place. The server checks the values there as well.
 */
export function withValuesOnce(listed: readonly (readonly [string, SchemaNode])[]): [string, SchemaNode][] {
  const places = new Map<string, string>();
  const once = (schema: SchemaNode, place: string): SchemaNode => {
    const text = schema.enum === undefined ? "" : JSON.stringify(schema.enum);
    const known = text.length < long ? undefined : places.get(text);
    if (text.length >= long && known === undefined) places.set(text, place);
    const written = mapParts(schema, (part, _keyword, name) =>
      once(part, name === undefined ? place : `${place}.${name}`),
    );
    if (known === undefined) return written;
    const note = `Takes the values that ${quoted(known)} lists.`;
    const description = withNotes(schema.description, [note]);
    return standalone.of({ description, ...written.without("enum", "description").keywords });
  };
  return listed.map(([name, schema]) => [name, once(schema, name)]);
}
