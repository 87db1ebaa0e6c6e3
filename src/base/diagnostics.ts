/**
 * What the compiler has to say about a document: a code, a place, what is wrong and what to do.
 *
 * Stages report a *finding* at a JSON pointer of the document that they read; `document/` knows which file and line that
 * is. `catalogue` holds every code with its severity and its help.
 */
import { defined } from "./defined.ts";

export type Severity = "error" | "warning" | "info";

/** A finding with its place. */
export interface Diagnostic extends Finding {
  readonly severity: Severity;
  /** Path or URL as the user gave it, or relative to that for further files of the document. */
  readonly file: string;
  /** JSON pointer into that file, empty for its root. */
  readonly pointer: string;
  /** One-based line; absent where the place has none. */
  readonly line?: number;
  /** What to do about it. */
  readonly help: string;
}

/** What a stage reports: it knows the pointer, not the file. */
export interface Finding {
  readonly code: DiagnosticCode;
  /** JSON pointer into `SpecDocument.root`. */
  readonly pointer: string;
  /** One sentence without a full stop, naming the thing that is wrong. */
  readonly message: string;
}

interface Entry {
  readonly severity: Severity;
  readonly help: string;
}

/** Every code. `error`: no server can be made, or a tool is missing; `warning`: something is narrowed; `info`: a choice was made. */
export const catalogue = {
  // Reading
  "unreadable-input": { severity: "error", help: "Check the path or URL, and that you may read it." },
  "missing-input": { severity: "error", help: "Check the path, its upper and lower case, and the folder you are in." },
  "unsupported-address": {
    severity: "error",
    help: "Give a path, an http or https URL, or - with the document on standard input: other-command | openapi-to-mcp -.",
  },
  "secret-in-address": {
    severity: "error",
    help: "Put it into an environment variable and write the variable's name, in single quotes: '?token=$TOKEN', or --header 'Authorization: Bearer $TOKEN'.",
  },
  "invalid-header": {
    severity: "error",
    help: "Write --header 'Name: $VARIABLE' or 'Name: Bearer $VARIABLE', in single quotes, and set the variable in the environment.",
  },
  "refused-request": {
    severity: "error",
    help: "Check the URL. Where it takes a token: --header 'Authorization: Bearer $TOKEN', with TOKEN in the environment; the value is neither shown nor stored.",
  },
  "failed-request": { severity: "error", help: "The server is at fault, or busy: run the command again later." },
  "refused-redirect": {
    severity: "error",
    help: "Give the URL that it redirects to, if the document is there. Where that is a page to log in: --header 'Authorization: Bearer $TOKEN'.",
  },
  "unreachable-host": {
    severity: "error",
    help: "Check host, port and network. Proxies are taken from HTTP_PROXY, HTTPS_PROXY and NO_PROXY.",
  },
  "untrusted-certificate": {
    severity: "error",
    help: "Correct the host's certificate, or trust its authority: set NODE_EXTRA_CA_CERTS to a PEM file with the authority's certificate.",
  },
  "wrong-protocol": {
    severity: "error",
    help: "Write http:// for https://, or https:// for http://, or another port.",
  },
  "slow-input": { severity: "error", help: "Check what should give the document, or wait longer with --timeout." },
  "input-too-large": { severity: "error", help: "Raise the limit with --max-document-size if you trust the document." },
  "invalid-syntax": { severity: "error", help: "Correct the JSON or YAML syntax at this place." },
  "packed-input": {
    severity: "error",
    help: "Unpack it first, or give what comes out on standard input: gunzip -c FILE | openapi-to-mcp -.",
  },
  "binary-input": { severity: "error", help: "Give the document itself, as JSON or YAML." },
  "web-page": {
    severity: "error",
    help: "Give the URL or file of the document itself: a page that shows it links to it, GitHub has it as raw file. Behind a login: --header 'Authorization: Bearer $TOKEN'.",
  },
  "conflict-markers": { severity: "error", help: "Resolve the conflict: keep one side, and remove the marked lines." },
  "several-documents": {
    severity: "error",
    help: "Put each document into a file of its own, and give that of OpenAPI.",
  },
  "invalid-encoding": { severity: "error", help: "Save the file as UTF-8." },
  "unsafe-document": {
    severity: "error",
    help: "The document nests or repeats itself beyond all use; remove the aliases or the depth.",
  },
  "not-openapi": { severity: "error", help: "Give an OpenAPI 3.0, 3.1 or 3.2 or a Swagger 2.0 document." },
  "unsupported-version": { severity: "error", help: "Convert the document to OpenAPI 3.x." },
  "newer-version": {
    severity: "warning",
    help: "The document is read as OpenAPI 3.2; newer features may be missing from the server.",
  },
  "no-operations": { severity: "error", help: "Add an operation under /paths: an MCP server needs something to call." },
  "no-usable-operation": {
    severity: "error",
    help: "Correct what is told above: an MCP server needs an operation to call.",
  },
  "only-webhooks": {
    severity: "warning",
    help: "Webhooks are requests to you. Give the document of the API itself, or write tools of your own in src/custom.ts.",
  },
  "duplicate-key": { severity: "warning", help: "The last one counts; rename or remove the others." },
  "refused-reference": {
    severity: "warning",
    help: "Allow its folder with --allow-ref-folder or its host with --allow-ref-host, or move it below the document's folder.",
  },
  "unsupported-reference": {
    severity: "warning",
    help: "Write a pointer such as #/components/schemas/NAME, a path relative to this file, or an https URL.",
  },
  "missing-reference": { severity: "warning", help: "Correct the $ref, or add what it names." },
  "circular-reference": {
    severity: "warning",
    help: "Break the circle or the long row: refer to what is meant in the end.",
  },
  // What the document says
  "invalid-document": { severity: "warning", help: "Correct the document; what could be read is used." },
  "invalid-operation": { severity: "error", help: "Correct the operation; the others are generated without it." },
  "too-large": {
    severity: "error",
    help: "Choose operations with --include and --exclude, or refer to smaller schemas; the others are generated.",
  },
  "duplicate-operation-id": {
    severity: "warning",
    help: "Give each operation its own operationId; a number was added to the tool's name.",
  },
  "duplicate-path": {
    severity: "warning",
    help: "Merge the paths, or make them differ by more than the names of their parameters.",
  },
  "undeclared-path-parameter": {
    severity: "warning",
    help: "Declare it under parameters with in: path; it was added as a required string.",
  },
  "unused-path-parameter": {
    severity: "warning",
    help: "Add it to the path template, or remove it; it is left out of the tool.",
  },
  "invalid-parameter": { severity: "warning", help: "Correct the parameter; the tool is generated without it." },
  "invalid-parameter-type": { severity: "warning", help: 'Put it below "schema"; it is read as if it stood there.' },
  "invalid-schema": { severity: "warning", help: "Correct the schema; that part accepts any value." },
  "unsupported-pattern": {
    severity: "warning",
    help: "Use a regular expression of ECMA-262; the server does not check this one.",
  },
  "unsupported-media-type": { severity: "warning", help: "The body is sent and received as text or bytes." },
  "unconfirmed-host": {
    severity: "error",
    help: "If you trust the host with your credentials, add it to credential-hosts in openapi-to-mcp.yaml.",
  },
  "unsupported-security": { severity: "warning", help: "Add these credentials in src/auth.ts." },
  "reserved-header": {
    severity: "warning",
    help: "This header belongs to the HTTP client, to proxies or to a security scheme; it is left out of the tool.",
  },
  "relative-server": { severity: "info", help: "Set the base URL variable that the README names." },
  "narrowed-schema": {
    severity: "info",
    help: "Clients see a simpler schema; the server still validates the whole one.",
  },
  "ignored-extension": { severity: "info", help: "Webhooks and callbacks are requests to you: they become no tools." },
  "suspicious-text": {
    severity: "warning",
    help: "The text reads like an instruction to a model; check it before you publish the server.",
  },
  "invalid-overlay": { severity: "error", help: "Correct the overlay: OpenAPI Overlay 1.0, with targets in JSONPath." },
  "unmatched-action": { severity: "warning", help: "Correct the target, or remove the action: it does nothing." },
  "foreign-overlay": { severity: "warning", help: "Correct its extends, or give it with the document that it is for." },
  "invalid-extension": { severity: "warning", help: "Correct the extension; that part of it is left out." },
  "unmatched-selector": {
    severity: "error",
    help: "Correct the selector, or remove it: it would leave out, or let in, nothing.",
  },
  "empty-selection": { severity: "error", help: "Select less strictly: a server needs an operation to call." },
  "costly-list": {
    severity: "error",
    help: "List less: a smaller --budget or --max-tools, --list planned, `listed: false` at tools, or a selection; or allow more.",
  },
  "lost-tool": {
    severity: "warning",
    help: "openapi-to-mcp inspect --targets says which tools, by which rule; names and selection are the owner's.",
  },
  "empty-toolset": { severity: "error", help: "Select less strictly, or remove the toolset." },
  "invalid-workflow": {
    severity: "error",
    help: "Correct the Arazzo document: docs/workflows.md says what is run.",
  },
  "invalid-policy": {
    severity: "error",
    help: "Correct the rule, or remove it: docs/production.md says what rules hold.",
  },
  "invalid-job": {
    severity: "error",
    help: "Correct the entry of `jobs`, or remove it: docs/production.md says what it takes.",
  },
  "unknown-toolset": { severity: "error", help: "Name one that the configuration has under `toolsets`." },
  "invalid-toolset": { severity: "error", help: "Choose another name, such as triage or read-only." },
  "empty-usage": {
    severity: "warning",
    help: "Give the lines that the server writes to standard error, with MCP_LOG_LEVEL=info, as it is by default.",
  },
  // What became of tools since the project was generated before
  "moved-operation": { severity: "info", help: "Its tool keeps its name, and what the configuration says of it." },
  "renamed-tool": {
    severity: "warning",
    help: "Tell whoever uses the server; change hooks, prompts, and clients' lists of allowed and denied tools.",
  },
  "dropped-alias": { severity: "warning", help: "Choose another name for the tool, if old callers matter." },
  // The configuration
  "unknown-key": { severity: "error", help: "Correct the key, or remove it; docs/reference.md lists them all." },
  "invalid-configuration": {
    severity: "error",
    help: "Correct the value; docs/reference.md says what each key takes.",
  },
  "invalid-selector": {
    severity: "error",
    help: "Write tag:NAME, path:GLOB, method:NAME, operation:GLOB, deprecated, internal, x-NAME or x-NAME=VALUE.",
  },
  "different-configuration": {
    severity: "info",
    help: "Write it into the configuration file, to have the same without flags.",
  },
  "unpublished-runtime": {
    severity: "warning",
    help: "Publish it to a registry of yours, and let .npmrc take its scope from there (docs/runtime-package.md); then accept this warning. Or leave the runtime vendored.",
  },
  "moved-runtime": {
    severity: "error",
    help: "Write the import as the message says, in all files of yours, and run the command again.",
  },
  "needed-feature": {
    severity: "error",
    help: "Remove the entry, or leave out the operations that need the part: --exclude.",
  },
  "unused-acceptance": { severity: "info", help: "Remove the entry: what it accepts is not found any more." },
  // What the owner decides about tools
  "unknown-operation": {
    severity: "error",
    help: "Name it by its operationId, by METHOD /path, or by the name that its tool has in the lock; or remove the entry.",
  },
  "ambiguous-operation": {
    severity: "error",
    help: "Name it by METHOD /path, and by its API where there are several.",
  },
  "moved-entry": {
    severity: "info",
    help: "Only the lock knows the operation by this key: write what it is called now.",
  },
  "unknown-argument": { severity: "error", help: "Name the argument as the tool lists it without the configuration." },
  "invalid-curation": { severity: "error", help: "Correct the entry, or remove it." },
  "unused-name": { severity: "warning", help: "Correct the name in x-mcp; the tool is called as it would be without." },
  "name-clash": { severity: "error", help: "Choose another name, or name the other tool as well." },
  "unknown-tool": { severity: "error", help: "openapi-to-mcp inspect lists the tools." },
  // Reading a project
  "unreadable-project": {
    severity: "error",
    help: "Generate the project again, or restore the file from version control.",
  },
  // What the owner wrote
  "lost-hook": {
    severity: "warning",
    help: "Move the hook to another tool, or remove it: the project does not compile with it.",
  },
  "missing-package": {
    severity: "warning",
    help: "Add the line, or run the command with --update-package; then run npm install.",
  },
  "missing-script": { severity: "info", help: "Add the line, or run the command with --update-package." },
  "unreadable-package": { severity: "warning", help: "Correct the syntax of the file." },
  "taken-name": { severity: "warning", help: "Choose another name for your tool, or rename the generated one." },
  // Templates
  "invalid-template": { severity: "error", help: "Correct the template: docs/templates.md lists what it may say." },
  "changed-template": {
    severity: "warning",
    help: "Take the change over into yours, then run: openapi-to-mcp templates eject --base.",
  },
  // Writing
  "output-not-empty": { severity: "error", help: "Choose another folder, or an empty one." },
  "other-api": {
    severity: "error",
    help: "Generate it into another folder with -o, or put it in the place of the project's API with --replace.",
  },
  "edited-file": { severity: "error", help: "Move your change to a file of yours, or overwrite it with --force." },
  "unsafe-path": { severity: "error", help: "Remove the symbolic link, or choose another folder." },
  "interrupted-run": { severity: "error", help: "Run the command once more: it completes or undoes what was begun." },
  "folder-in-use": { severity: "error", help: "Wait for the other run to end, then run the command again." },
  "existing-file": { severity: "error", help: "Move the file away, or overwrite it with --force." },
  "write-failed": { severity: "error", help: "Nothing was changed; mend the cause and run the command again." },
} as const satisfies Record<string, Entry>;

export type DiagnosticCode = keyof typeof catalogue;

/** Receives what a stage finds. */
export type Report = (finding: Finding) => void;

/** A fault that leaves nothing to generate from. The command prints its diagnostics and exits with 1. */
export class CompileError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics[0]?.message ?? "Nothing can be generated");
    this.name = "CompileError";
    this.diagnostics = diagnostics;
  }
}

/** A diagnostic at a place outside a document's pointers, for example a file that cannot be read. */
export function diagnosticAt(
  code: DiagnosticCode,
  file: string,
  message: string,
  place: { readonly pointer?: string; readonly line?: number } = {},
): Diagnostic {
  const entry: Entry = catalogue[code];
  return {
    code,
    severity: entry.severity,
    file,
    pointer: place.pointer ?? "",
    message,
    help: entry.help,
    ...defined({ line: place.line }),
  };
}
