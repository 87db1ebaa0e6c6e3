/** Media types (RFC 9110 §8.3.1): reading them, and what they stand for. */

export interface MediaType {
  /** Type and subtype, lower-case, without parameters: `text/csv`. */
  readonly essence: string;
  /** By lower-case name, unquoted. The first of a repeated one counts. */
  readonly parameters: ReadonlyMap<string, string>;
}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const essencePattern = new RegExp(`^\\s*(${token}/${token})\\s*(?:;|$)`);
const parameterPattern = new RegExp(
  `;\\s*(${token})\\s*=\\s*(?:(${token})|"((?:[^"\\\\]|\\\\.)*)")`,
  "g",
);

/** Reads a media type or media range; `undefined` for text that is neither. */
export function parseMediaType(text: string): MediaType | undefined {
  const essence = essencePattern.exec(text)?.[1];
  if (essence === undefined) return undefined;
  const parameters = new Map<string, string>();
  for (const [, name, bare, quoted] of text.matchAll(parameterPattern)) {
    const key = (name ?? "").toLowerCase();
    const value = bare ?? (quoted ?? "").replaceAll(/\\(.)/g, "$1");
    if (!parameters.has(key)) parameters.set(key, value);
  }
  return { essence: essence.toLowerCase(), parameters };
}

/** Whether a media type is a range such as `image/*`, which names no type to send. */
export function isRange(essence: string): boolean {
  return essence.includes("*");
}

/** Whether a media range (RFC 9110 §12.5.1) covers a media type, both without parameters. */
export function covers(range: string, essence: string): boolean {
  if (range === "*/*" || range === essence) return true;
  return range.endsWith("/*") && essence.startsWith(range.slice(0, -1));
}

/** JSON and the types with its structured suffix (RFC 6839 §3.1). */
export function isJson(essence: string): boolean {
  return (
    essence === "application/json" ||
    essence === "text/json" ||
    (essence.endsWith("+json") && !isSequence(essence))
  );
}

/** Sequences of JSON texts, one on each line or behind record separators (§4.8.14.3, RFC 7464, RFC 8142). */
export function isSequence(essence: string): boolean {
  return (
    essence === "application/stream+json" ||
    /^(?:application|text)\/(?:[\w.-]+\+)?(?:x-)?(?:jsonl|jsonlines|json-lines|ndjson|json-seq)$/.test(
      essence,
    )
  );
}

const textual: ReadonlySet<string> = new Set([
  "application/xml",
  "application/xml-dtd",
  "application/javascript",
  "application/ecmascript",
  "application/x-javascript",
  "application/yaml",
  "application/x-yaml",
  "application/toml",
  "application/graphql",
  "application/sql",
  "application/rtf",
  "application/x-www-form-urlencoded",
  "application/x-sh",
  "application/x-pem-file",
  "application/pem-certificate-chain",
  "application/jose",
  "application/jwt",
  "application/ld+yaml",
  "application/n-triples",
  "application/n-quads",
  "application/trig",
  "application/sparql-query",
]);

/** Types that a reader takes as text: `text/*`, XML, YAML and their like. */
export function isText(essence: string): boolean {
  return (
    essence.startsWith("text/") ||
    textual.has(essence) ||
    /\+(?:xml|yaml|json-seq|text)$/.test(essence) ||
    isJson(essence) ||
    isSequence(essence)
  );
}
