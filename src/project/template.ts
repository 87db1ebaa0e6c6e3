/** Renders the `.hbs` templates: nothing is escaped by default, and text only gets in through a helper for its place. */
import Handlebars from "handlebars";
import { jsonString } from "./json.ts";
import { markdownCode, markdownText } from "./markdown.ts";

type Encode = (value: string) => string;

/** Every helper takes one text and encodes it for one place. */
const encoders: Readonly<Record<string, Encode>> = {
  /** Text in a line of Markdown. */
  text: markdownText,
  /** A code span of Markdown. */
  code: markdownCode,
  /** A string literal of JSON, which is one of YAML too. */
  json: jsonString,
  /** Something that was encoded already: a table. */
  markdown: (value) => value,
  /** A name that stands in a command, a script or a file of settings. */
  name: (value) => checked(value, /^[a-z0-9][a-z0-9._-]*$/, "a name"),
  /** A name of an environment variable. */
  environmentName: (value) => checked(value, /^[A-Z][A-Z0-9_]*$/, "an environment variable"),
  /** Words of our own, on one line. */
  own: (value) => checked(value, /^[\x20-\x7e]*$/, "one line of ASCII"),
};

function checked(value: string, pattern: RegExp, what: string): string {
  if (!pattern.test(value)) throw new TypeError(`A template needs ${what}, not ${JSON.stringify(value)}`);
  return value;
}

/**
 * The text that a template of this package makes of a context.
 *
 * @throws Error where the template names what the context does not have, or an encoder gets something else than text
 */
export function renderTemplate(template: string, context: object): string {
  const handlebars = Handlebars.create();
  for (const [name, encode] of Object.entries(encoders)) {
    handlebars.registerHelper(name, (...args: unknown[]) => {
      const [value] = args;
      if (typeof value !== "string" && typeof value !== "number")
        throw new TypeError(`The helper "${name}" needs text, not ${typeof value}`);
      return encode(String(value));
    });
  }
  const knownHelpers = Object.fromEntries(Object.keys(encoders).map((name) => [name, true]));
  return handlebars.compile(template, { noEscape: true, strict: true, knownHelpersOnly: true, knownHelpers })(context);
}
