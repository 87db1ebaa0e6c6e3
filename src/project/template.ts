/** Renders the `.hbs` templates: nothing is escaped by default, and text only gets in through a helper for its place. */
import Handlebars from "handlebars";
import { jsonString } from "./json.ts";
import { isPlainMarkdown, markdownCode, markdownText } from "../markdown.ts";

/** A text for its place, and whether the formatter leaves it as it is there. */
interface Encoding {
  readonly encode: (value: string) => string;
  readonly isExact: (encoded: string) => boolean;
}

const always = (): boolean => true;

/** Every helper takes one text and encodes it for one place. */
const encodings: Readonly<Record<string, Encoding>> = {
  /** Text in a line of Markdown. */
  text: { encode: markdownText, isExact: isPlainMarkdown },
  /** A code span of Markdown. */
  code: { encode: markdownCode, isExact: isPlainMarkdown },
  /** A string literal of JSON, which is one of YAML too. A formatter of YAML chooses the quotes by those inside. */
  json: { encode: jsonString, isExact: (literal) => /^"[ !#-&(-[\]-~]*"$/.test(literal) },
  /** Something that was encoded already: a table, or the comment that a long list goes in place of. */
  markdown: { encode: (value) => value, isExact: (value) => isComment(value) || isPlainMarkdown(value) },
  /** Something that is laid out already: a block of code, a table of our own words. */
  block: { encode: (value) => value, isExact: always },
  /** A name that stands in a command, a script or a file of settings. */
  name: { encode: (value) => checked(value, /^[a-z0-9][a-z0-9._-]*$/, "a name"), isExact: always },
  /** A name of an environment variable. */
  environmentName: {
    encode: (value) => checked(value, /^[A-Z][A-Z0-9_]*$/, "an environment variable"),
    isExact: always,
  },
  /** Words of our own, on one line. */
  own: { encode: (value) => checked(value, /^[\x20-\x7e]*$/, "one line of ASCII"), isExact: always },
};

function isComment(markdown: string): boolean {
  return /^<!-- [a-z]+ -->$/.test(markdown);
}

function checked(value: string, pattern: RegExp, what: string): string {
  if (!pattern.test(value)) throw new TypeError(`A template needs ${what}, not ${JSON.stringify(value)}`);
  return value;
}

/** What a template became. `exact` is false where a formatter might lay it out in another way. */
export interface RenderedTemplate {
  readonly text: string;
  readonly exact: boolean;
}

/**
 * What a template of this package makes of a context. The templates lie as the formatter leaves them: whether the text
 * does depends on what was put in.
 *
 * @throws Error where the template names what the context does not have, or an encoder gets something else than text
 */
export function renderTemplate(template: string, context: object): RenderedTemplate {
  const handlebars = Handlebars.create();
  let exact = true;
  for (const [name, { encode, isExact }] of Object.entries(encodings)) {
    handlebars.registerHelper(name, (...args: unknown[]) => {
      const [value] = args;
      if (typeof value !== "string" && typeof value !== "number")
        throw new TypeError(`The helper "${name}" needs text, not ${typeof value}`);
      const encoded = encode(String(value));
      exact &&= isExact(encoded);
      return encoded;
    });
  }
  const knownHelpers = Object.fromEntries(Object.keys(encodings).map((name) => [name, true]));
  const options = { noEscape: true, strict: true, knownHelpersOnly: true, knownHelpers };
  const text = handlebars.compile(template, options)(context);
  return { text, exact };
}
