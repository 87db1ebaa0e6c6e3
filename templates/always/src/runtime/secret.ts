/** Values that no log line, message or result may show, and the scrubber that takes them out of text. */

import { inspect } from "node:util";

/** Below this length a value is no secret worth the name, and scrubbing it would blot out ordinary words. */
const shortest = 4;
/** Forms kept at most: short-lived tokens come and go, the oldest are forgotten first. */
const mostForms = 4_096;

const replacement = "[secret]";
const forms = new Set<string>();
let pattern: RegExp | undefined;

/**
 * A credential. Printing, inspecting or serialising it shows `[secret]`; only `reveal()` gives the value.
 * Making one tells the scrubber about the value, in every form in which it could come back.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    register(value);
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return replacement;
  }

  toJSON(): string {
    return replacement;
  }

  [inspect.custom](): string {
    return replacement;
  }
}

/**
 * `text` with every known secret replaced by `[secret]`: as it is, percent-encoded, form-encoded, inside a JSON
 * string, and in base64 wherever in a longer text it stood.
 */
export function scrub(text: string): string {
  if (forms.size === 0) return text;
  pattern ??= new RegExp(
    [...forms]
      .sort((a, b) => b.length - a.length)
      .map(escapePattern)
      .join("|"),
    "g",
  );
  return text.replace(pattern, replacement);
}

function register(value: string): void {
  if (value.length < shortest) return;
  for (const form of formsOf(value)) {
    // Re-inserting moves a form to the end: a secret in use is never the oldest.
    const known = forms.delete(form);
    forms.add(form);
    if (!known) pattern = undefined;
  }
  for (const oldest of forms) {
    if (forms.size <= mostForms) break;
    forms.delete(oldest);
    pattern = undefined;
  }
}

function formsOf(value: string): readonly string[] {
  const percent = percentEncoded(value);
  const json = JSON.stringify(value).slice(1, -1);
  const all = [
    value,
    percent,
    percent.replace(/%[0-9A-F]{2}/g, (triplet) => triplet.toLowerCase()),
    percent.replaceAll("%20", "+"),
    new URLSearchParams([["", value]]).toString().slice(1),
    json,
    // A JSON text inside a JSON string.
    JSON.stringify(json).slice(1, -1),
    Buffer.from(value).toString("hex"),
    ...base64Forms(value),
  ];
  return all.filter((form) => form.length >= shortest);
}

function percentEncoded(value: string): string {
  // Through bytes, since a lone surrogate would throw.
  return encodeURIComponent(Buffer.from(value).toString());
}

/**
 * Base64 of a text that holds the value depends on how many bytes stand before it, modulo three. For each offset:
 * the characters that depend on the value alone.
 */
function base64Forms(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  const found: string[] = [];
  for (const offset of [0, 1, 2]) {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .replaceAll("=", "");
    const first = Math.ceil((offset * 8) / 6);
    const last = Math.floor(((offset + bytes.length) * 8) / 6);
    const stable = encoded.slice(first, last);
    // Fewer characters would hit ordinary text.
    if (stable.length >= 6)
      found.push(stable, stable.replaceAll("+", "-").replaceAll("/", "_"));
  }
  return found;
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}
