/** The schemas of single arguments: as clients see them, and as the server checks them. */
import { defined } from "../../base/defined.ts";
import { type Json, isSame, pointerTo } from "../../base/json.ts";
import { legibleText, plainText } from "../../base/plain-text.ts";
import { type SchemaNode, standalone } from "../../base/schema/node.ts";
import { escapedText } from "../../base/visible.ts";
import { withTypes } from "../listed/any-value.ts";
import { isImpossible } from "../listed/exclusive-alternatives.ts";
import { legible } from "../listed/legible.ts";
import { leavingSomething, offeredSchema } from "../listed/offered.ts";
import type { PortableProfile } from "../listed/portable.ts";
import type { Loss } from "../model.ts";
import { quoted, repeats } from "../text/describe.ts";
import { joinSentences, withNotes } from "../text/sentence.ts";
import type { Argument } from "./argument.ts";
import { isFile, listedFiles, portableFile, validationFile } from "./file-argument.ts";

/** An argument, written. */
export interface WrittenArgument {
  /** What clients see. */
  readonly listed: SchemaNode;
  /** What the server validates with, where the text of the argument is that of `listed`. */
  readonly whole: SchemaNode;
  readonly losses: readonly Loss[];
}

/** About how many characters the description of an argument takes that is required, and of one that is not. */
const longestRequired = 500;
const longestOptional = 300;

/** Writes the arguments of one API's tools. What operations share, a parameter or a field of a body, is written once. */
export class ArgumentWriter {
  readonly #profile: PortableProfile;
  /** By schema and name, the argument that was written last. */
  readonly #known = new WeakMap<SchemaNode, Map<string, readonly [Argument, WrittenArgument]>>();

  constructor(profile: PortableProfile) {
    this.#profile = profile;
  }

  write(argument: Argument): WrittenArgument {
    const { schema, name } = argument;
    let byName = this.#known.get(schema);
    if (byName === undefined) this.#known.set(schema, (byName = new Map()));
    const [known, before] = byName.get(name) ?? [];
    if (before !== undefined && isSame(argument, known)) return before;
    const written = this.#write(argument);
    byName.set(name, [argument, written]);
    return written;
  }

  #write(argument: Argument): WrittenArgument {
    const pointer = pointerTo("/properties", argument.name);
    const longest = argument.required ? longestRequired : longestOptional;
    const written = this.#profile.write(withDescription(offeredSchema(argument), argument), longest);
    const portable = isFileLike(argument.schema)
      ? withDescription(portableFile(argument.schema), argument)
      : listedFiles(argument.schema, standalone.of(written.schema));
    const schema = standalone.of(legible(leavingSomething(portable, argument).keywords, escapedText));
    const listed = withTypes(withText(schema, argument));
    return {
      listed,
      whole: wholeSchema(argument, listed.description),
      losses: written.losses.map((loss) => ({ ...loss, pointer: `${pointer}${loss.pointer}` })),
    };
  }
}

/** The schema of an argument with what the document says of the parameter itself, where it does, and what of its values. */
function withDescription(schema: SchemaNode, { description, deprecated }: Argument): SchemaNode {
  const own = plainText(schema.whole.description ?? "");
  const texts = description === undefined ? [] : [description, repeats(description, own) ? undefined : own];
  return schema.with({
    ...(description === undefined ? {} : { description: joinSentences(texts) }),
    ...(deprecated ? { deprecated } : {}),
  });
}

/** The schema of an argument as the document has it, with the text that is listed where there is one besides. */
export function wholeSchema({ schema, description, told, wireName }: Argument, listed: string | undefined): SchemaNode {
  // Where the document contradicts itself nothing would do, and the API knows better.
  const valid = isImpossible(schema) ? schema.schemas.anything : validationFile(schema);
  return (description ?? told ?? wireName) === undefined || listed === undefined || valid.isBoolean
    ? valid
    : valid.with({ description: listed });
}

function isFileLike(schema: SchemaNode): boolean {
  return isFile(schema) || (schema.items !== undefined && isFile(schema.items));
}

/** Puts the owner's words in place of the document's, and a short example behind them. */
function withText(schema: SchemaNode, { told, example, examples, wireName, unsendable }: Argument): SchemaNode {
  const text = told ?? schema.description;
  const short = typeof example === "string" || typeof example === "number" ? String(example) : "";
  const isShown = short !== "" && short.length <= 40 && !schema.says("enum") && !text?.includes(short);
  const shown = examples !== undefined ? examplesText(examples) : isShown ? `Example: ${plainText(short)}.` : undefined;
  const called = wireName === undefined ? undefined : `Called ${quoted(wireName)} in the API.`;
  const description = withNotes(text, [called, unsendable, shown]);
  if (description === (schema.description ?? "")) return schema;
  const { type, description: _, ...rest } = schema.keywords;
  return standalone.of({ ...defined({ type }), description, ...rest });
}

/** The owner's examples, as far as they are short; text as it is, anything else as JSON. */
function examplesText(examples: readonly Json[]): string | undefined {
  const texts = examples.map((value) => legibleText(typeof value === "string" ? value : JSON.stringify(value)));
  const [first, ...others] = texts.filter((text) => text !== "" && text.length <= 120).slice(0, 5);
  if (first === undefined) return undefined;
  return others.length === 0 ? `Example: ${first}.` : `Examples: ${[first, ...others].join("; ")}.`;
}
