/** Texts that are given in place of JSON or YAML, by what they begin with: what they are, and how the document is had. */
import type { DiagnosticCode } from "../base/diagnostics.ts";
import { visible } from "../base/visible.ts";
import { lineAt } from "./lines.ts";

export interface OtherText {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly line: number;
}

/** Kinds of text that may pass for YAML, and would then be told as something else. */
const kinds: readonly (readonly [pattern: RegExp, message: string])[] = [
  [/^#%RAML\b/, "This is RAML, not OpenAPI: convert it first"],
  [/^FORMAT:\s*1A\b/, "This is API Blueprint, not OpenAPI: convert it first"],
  [/^syntax\s*=\s*["']proto[23]["']/m, "This is a Protocol Buffers definition, not OpenAPI"],
  [/^import "@typespec\//m, "This is TypeSpec: compile it to OpenAPI first (its emitter @typespec/openapi3)"],
  [/^\$version:\s*"[\d.]+"\s*$[^]*^namespace \S+$/m, "This is Smithy: convert it to OpenAPI first (smithy-openapi)"],
  [/^namespace \w+ \S+$[^]*^service \w+ *\{/m, "This is a Thrift definition, not OpenAPI"],
  [
    /^(?:(?:extend\s+)?(?:type|interface|input|enum)\s+\w+[^:\n]*\{|schema\s*(?:@\w+.*)?\{|scalar\s+\w+\s*$|union\s+\w+\s*=|directive\s+@)/m,
    "This is a GraphQL schema, not OpenAPI",
  ],
  [/^HTTP\/[\d.]+ \d{3}\b/, "This is an HTTP answer with its headers: save the body only (curl without -i)"],
  [/^(?:GET|POST|PUT|PATCH|DELETE|HEAD) \S+(?: HTTP\/[\d.]+)?\s*$/m, "This is an HTTP request, not OpenAPI"],
  [/^(?:curl|wget): /, "This is the error message of a command, not a document"],
  [/^version https:\/\/git-lfs/, "This is a pointer of Git LFS: fetch the file itself with git lfs pull"],
  [/^(?:diff --git |--- \S+\n\+\+\+ \S)/, "This is a patch, not the document that it changes"],
  [/^-----BEGIN /, "This is a key or a certificate (PEM), not a document"],
  [/^\)\]\}'/, "This is JSON behind a guard against scripts, )]}': remove its first line"],
  [/^[\w.$]+\(\s*\{[^]*\)\s*;?\s*$/, "This is JSON in a call of a function (JSONP): remove the call around it"],
  [/^\{\s*&quot;/, "This is JSON with its quotes as HTML entities (&quot;): save the text itself"],
  [
    /^(?:["']use strict["'];?\s*)?(?:module\.exports\b|exports\.|export (?:default|const|let|var|function)\b|import [^\n]* from\b|(?:const|let|var) \w+\s*=)/m,
    "This is JavaScript or TypeScript: run it and save what it gives as JSON",
  ],
  [/^(?:from \w+ import |import \w+\s*$|def \w+\()/m, "This is Python: run it and save what it gives as JSON"],
];

/** What a text is that is neither JSON nor YAML for us; `undefined` where it may be one of them. */
export function otherText(text: string): OtherText | undefined {
  // The beginning says it, and what follows is not searched for patterns.
  const start = text.slice(0, 4096).trimStart();
  const first = lineAt(text, text.length - text.trimStart().length);
  if (start.startsWith("<") && !/^<{7}/.test(start)) return { ...markupIn(text), line: first };
  const encoded = decodedBase64(text);
  if (encoded !== undefined)
    return { code: "not-openapi", message: "This is the document in base64: decode it first", line: first };
  if (/^[{["]/.test(start) && !/^\{\s*&quot;/.test(start)) return undefined;
  // Keys of a document, whatever stands in their texts.
  if (/^["']?(?:openapi|swagger|overlay)["']?\s*:/m.test(start)) return undefined;
  const kind = kinds.find(([pattern]) => pattern.test(start));
  return kind === undefined ? undefined : { code: "not-openapi", message: kind[1], line: first };
}

function decodedBase64(text: string): string | undefined {
  const packed = text.slice(0, 4096).replace(/\s+/g, "");
  if (packed.length < 24 || !/^[A-Za-z\d+/]+=*$/.test(packed)) return undefined;
  const decoded = Buffer.from(packed.slice(0, 64), "base64").toString("latin1");
  return /^(?:\{\s*"|openapi:|swagger:|\s*#)/.test(decoded) ? decoded : undefined;
}

/** Root elements of XML that are known, by their local name. */
const roots: ReadonlyMap<string, string> = new Map([
  ["definitions", "a WSDL description of a SOAP service"],
  ["description", "a WSDL 2.0 description"],
  ["application", "a WADL description"],
  ["Edmx", "OData metadata (EDMX)"],
  ["schema", "an XML Schema"],
  ["svg", "an SVG image"],
  ["feed", "a feed"],
  ["rss", "a feed"],
  ["Error", "an error that a server answered, in XML"],
  ["plist", "a property list"],
]);

/** What XML or HTML is, with what leads from there to the document. */
function markupIn(text: string): Omit<OtherText, "line"> {
  const other = (what: string): Omit<OtherText, "line"> => ({
    code: "not-openapi",
    message: `This is ${what}, not OpenAPI`,
  });
  const page = (message: string): Omit<OtherText, "line"> => ({ code: "web-page", message });
  // Enough of it: viewers and forms name themselves early.
  const start = text.slice(0, 64 * 1024);
  const root = /<(?:[\w.-]{1,80}:)?([A-Za-z][\w.-]{0,80})[\s/>]/.exec(start.slice(endOfComment(start)))?.[1] ?? "";
  const known = roots.get(root);
  if (known !== undefined) return other(known);
  if (/^\s*<\?xml/.test(start) && !/<html/i.test(start)) return other("an XML document");
  const title = /<title[^>]{0,200}>\s*([^<]{1,200})/i.exec(start)?.[1]?.trim().replace(/\s+/g, " ");
  const named = title === undefined || title === "" ? "" : ` with the title "${visible(title)}"`;
  if (/type=["']?password/i.test(start) || /\b(?:log|sign)[ -]?(?:in|on)\b/i.test(title ?? ""))
    return page(`This is an HTML page${named} to log in at, not the document`);
  const viewer = /swagger-ui|SwaggerUIBundle/i.test(start)
    ? "Swagger UI"
    : /<redoc\b|Redoc\.init/i.test(start)
      ? "Redoc"
      : /api-reference|@scalar/i.test(start)
        ? "Scalar"
        : /elements-api/i.test(start)
          ? "Stoplight Elements"
          : /<rapi-doc\b/i.test(start)
            ? "RapiDoc"
            : undefined;
  if (viewer === undefined) return page(`This is an HTML page${named}, not the document`);
  const shown =
    /(?:spec-url|data-url|apiDescriptionUrl)=["']([^"']{1,2000})["']/i.exec(start)?.[1] ??
    /Redoc\.init\(\s*["']([^"']{1,2000})["']/.exec(start)?.[1] ??
    /\burl["']?\s*:\s*["']([^"']{1,2000})["']/.exec(start)?.[1];
  return page(
    `This is a page of ${viewer}${named}, not the document that it shows${shown === undefined ? "" : `: "${visible(shown)}"`}`,
  );
}

/** What keeps text from being read that is meant as JSON or YAML, where its syntax is at fault; the cause before the symptom. */
export function damageIn(text: string): OtherText | undefined {
  const conflict = /^(?:<{7}|>{7})(?: |$)/m.exec(text);
  if (conflict !== null && /^={7}\s*$/m.test(text))
    return {
      code: "conflict-markers",
      message: `The file holds an unresolved conflict of version control: "${visible(lineFrom(text, conflict.index))}"`,
      line: lineAt(text, conflict.index),
    };
  const start = /\S/.exec(text)?.index ?? 0;
  if (text[start] === "/" && /^[{[]/.test(text.slice(endOfComments(text, start), endOfComments(text, start) + 1)))
    return {
      code: "invalid-syntax",
      message: `JSON has no comments: "${visible(lineFrom(text, start))}"`,
      line: lineAt(text, start),
    };
  return undefined;
}

/** Where comments of JavaScript and the space around them end. */
function endOfComments(text: string, start: number): number {
  for (let offset = start; ;) {
    while (/\s/.test(text[offset] ?? "")) offset += 1;
    const ending = text.startsWith("//", offset) ? "\n" : text.startsWith("/*", offset) ? "*/" : undefined;
    if (ending === undefined) return offset;
    const end = text.indexOf(ending, offset + 2);
    if (end < 0) return text.length;
    offset = end + ending.length;
  }
}

/** Where comments of XML at the beginning end. */
function endOfComment(text: string): number {
  let offset = 0;
  for (;;) {
    const found = /^\s*<!--/.exec(text.slice(offset));
    const end = found === null ? -1 : text.indexOf("-->", offset);
    if (end < 0) return offset;
    offset = end + 3;
  }
}

/** A placeholder of a template in the line of a fault: `{{…}}`, `{%…%}`, `<%…%>`. */
export function isTemplate(line: string): boolean {
  return /\{\{|\{%|<%/.test(line);
}

function lineFrom(text: string, offset: number): string {
  return text.slice(offset).split(/\r?\n/, 1)[0] ?? "";
}
