/** The parts of the configuration file that are more than a value: selection, curation, prompts, aliases. */
import { headerForm } from "../base/address.ts";
import { catalogue } from "../base/diagnostics.ts";
import { boolean, number, text, texts, type Shape } from "./shape.ts";

/** Headers to fetch a document with: the file names the variable that holds the value. */
export const headersShape: Shape = {
  kind: "list",
  secret: true,
  of: {
    kind: "text",
    pattern: headerForm,
    secret: true,
    meaning: "a header whose value is a variable of the environment, such as 'Authorization: Bearer $TOKEN'",
  },
};

/** An input: a document, or a document with what holds of it alone. */
export const inputShape: Shape = {
  kind: "fields",
  fields: [
    { key: "document", shape: text, required: true, description: "Path, URL, or - for standard input" },
    { key: "name", shape: text, description: "Name of the API within the server; default: from the document" },
    { key: "overlays", shape: texts, description: "Overlays for this document only, applied in this order" },
    { key: "headers", shape: headersShape, description: "Headers to fetch it with, as headers, to its host only" },
  ],
};

/** Findings that the owner knows of and lives with. */
export const acceptShape: Shape = {
  kind: "list",
  of: {
    kind: "fields",
    fields: [
      {
        key: "code",
        shape: {
          kind: "choice",
          of: Object.keys(catalogue),
          what: "a code, as it stands in brackets behind a message",
        },
        required: true,
        description: "Code of the message",
      },
      {
        key: "pointer",
        shape: { kind: "text", pattern: "^#?/", meaning: "a JSON pointer, such as /paths/~1pets/get" },
        description:
          "JSON pointer that it is told at, also a glob: * is a step or a part of one, ** any number of steps; default: anywhere",
      },
      {
        key: "document",
        shape: text,
        description: "Document that it is told of, where there are several; default: any",
      },
    ],
  },
};

/** A selector: what all has to hold of an operation. */
const selectorShape: Shape = {
  kind: "either",
  of: [
    { kind: "text", meaning: "a selector such as tag:pets" },
    {
      kind: "fields",
      least: 1,
      fields: [
        { key: "tag", shape: text, description: "A tag of the operation" },
        {
          key: "path",
          shape: text,
          description: "Glob over the path: * is a segment or a part of one, ** any number of segments",
        },
        { key: "method", shape: text, description: "HTTP method, in any case" },
        { key: "operation", shape: text, description: "Glob over the operationId" },
        { key: "deprecated", shape: boolean, description: "Whether the operation is deprecated" },
        { key: "internal", shape: boolean, description: "Whether the operation or its path has x-internal" },
        {
          key: "extension",
          shape: {
            kind: "either",
            of: [
              { kind: "text", pattern: "^x-", meaning: "the name of an extension, which starts with x-" },
              {
                kind: "fields",
                fields: [
                  {
                    key: "name",
                    shape: { kind: "text", pattern: "^x-", meaning: "the name of an extension, which starts with x-" },
                    required: true,
                    description: "Name of the extension",
                  },
                  { key: "value", shape: { kind: "any" }, required: true, description: "The value that it has" },
                ],
              },
            ],
          },
          description: "An extension that is there and not false, or that has a value",
        },
      ],
    },
  ],
};

export const selectorsShape: Shape = { kind: "list", of: selectorShape };

const hintsShape: Shape = {
  kind: "fields",
  fields: [
    { key: "read-only", shape: boolean, description: "The tool changes nothing" },
    { key: "destructive", shape: boolean, description: "The tool may change or remove what exists" },
    { key: "idempotent", shape: boolean, description: "Repeating a call changes nothing more" },
    { key: "open-world", shape: boolean, description: "The tool deals with things outside the server" },
  ],
};

const environmentName: Shape = {
  kind: "text",
  pattern: "^[A-Z][A-Z0-9_]*$",
  meaning: "the name of an environment variable in capitals",
};

const argumentShape: Shape = {
  kind: "fields",
  fields: [
    { key: "hidden", shape: boolean, description: "Left out of the tool; one that the API requires needs a value" },
    { key: "fixed", shape: { kind: "any" }, description: "Value that is sent with every call; hides the argument" },
    { key: "default", shape: { kind: "any" }, description: "Value that is sent where the model gives none" },
    { key: "name", shape: text, description: "Name that the model sees" },
    { key: "description", shape: text, description: "What the model reads about it" },
    {
      key: "environment",
      shape: environmentName,
      description: "Environment variable that holds the value; hides the argument",
    },
    { key: "examples", shape: { kind: "list", of: { kind: "any" } }, description: "Example values" },
  ],
};

/** A field that frames a message, authenticates, or says of what a body is (RFC 9110), is none for a key. */
const headerName: Shape = {
  kind: "text",
  pattern:
    "^(?!(?:[Hh]ost|[Cc]onnection|[Cc]ontent-.*|[Tt]ransfer-[Ee]ncoding|[Uu]pgrade|[Tt]e|[Tt]railer|[Kk]eep-[Aa]live|[Ee]xpect|[Ff]orwarded|[Xx]-[Ff]orwarded-.*|[Pp]roxy-.*|[Aa]uthorization|[Cc]ookie|[Aa]ccept.*)$)[A-Za-z0-9!#$%&'*+.^_`|~-]+$",
  meaning: "the name of a header that a request may have besides, such as Idempotency-Key",
};

const toolShape: Shape = {
  kind: "fields",
  fields: [
    { key: "api", shape: text, description: "Name of the API, where several have such an operation" },
    { key: "enabled", shape: boolean, default: true, description: "Whether the operation becomes a tool" },
    {
      key: "listed",
      shape: boolean,
      description: "Whether the tool is listed, or only found, where not all are; default: as the plan has it",
    },
    { key: "name", shape: text, description: "Name of the tool; the old one stays callable as an alias" },
    { key: "title", shape: text, description: "What a person reads" },
    { key: "description", shape: text, description: "What the model reads" },
    { key: "hints", shape: hintsShape, description: "Hints in place of those that were inferred" },
    {
      key: "arguments",
      shape: { kind: "names", of: argumentShape },
      description: "Arguments by the name that the tool lists without curation",
    },
    { key: "tags", shape: texts, description: "Tags in place of the document's; the first one groups the tool" },
    {
      key: "resource",
      shape: { kind: "either", of: [text, { kind: "boolean", only: false }] },
      description: "URI of the tool's resource, or false for none",
    },
    {
      key: "limits",
      shape: {
        kind: "fields",
        fields: [
          { key: "calls-per-minute", shape: number, description: "Calls per minute" },
          { key: "answer-bytes", shape: number, description: "Longest text of an answer, in bytes" },
        ],
      },
      description: "Limits of this tool",
    },
    { key: "timeout", shape: number, description: "Longest wait for the API, in seconds" },
    {
      key: "idempotency-key",
      shape: headerName,
      description:
        "Header in which a POST or PATCH has a key of its own, by which the API knows its repetitions: then it is repeated after faults",
    },
    {
      key: "answer",
      shape: {
        kind: "fields",
        fields: [
          { key: "fields", shape: texts, description: "Fields of each item that are given where a call names none" },
          { key: "keep", shape: texts, description: "Paths of which alone there is something, such as data.id" },
          { key: "drop", shape: texts, description: "Paths that are left out" },
          { key: "jmespath", shape: text, description: "JMESPath expression whose value stands for the answer" },
          {
            key: "tokens",
            shape: number,
            description: "Estimated tokens of a result, in place of MCP_MAX_RESULT_TOKENS",
          },
        ],
      },
      description: "What results hold of the answers",
    },
    {
      key: "pagination",
      shape: {
        kind: "fields",
        fields: [
          { key: "all", shape: boolean, default: false, description: "Whether a call may ask for all pages" },
          { key: "pages", shape: number, default: 20, description: "Pages after which no further one is asked for" },
          { key: "items", shape: number, default: 2_000, description: "Items after which none is" },
          { key: "seconds", shape: number, default: 60, description: "Seconds after which none is" },
        ],
      },
      description: "What a call may ask for of a list that comes page by page",
    },
    { key: "scopes", shape: texts, description: "Scopes that a caller has to have besides" },
  ],
};

/** By operation: its operationId, `METHOD /path`, or the name of its tool in the lock. */
export const toolsShape: Shape = { kind: "names", of: toolShape };

/** By the scope that the document names; `*` stands for each. */
export const scopesShape: Shape = { kind: "names", of: text };

export const promptsShape: Shape = {
  kind: "list",
  of: {
    kind: "fields",
    fields: [
      { key: "name", shape: text, required: true, description: "Name of the prompt" },
      { key: "title", shape: text, description: "What a person reads" },
      { key: "description", shape: text, description: "What it is for" },
      {
        key: "arguments",
        shape: {
          kind: "list",
          of: {
            kind: "fields",
            fields: [
              { key: "name", shape: text, required: true, description: "Name of the argument" },
              { key: "description", shape: text, description: "What it is for" },
              { key: "required", shape: boolean, default: false, description: "Whether it has to be given" },
            ],
          },
        },
        description: "What a person fills in",
      },
      { key: "text", shape: text, required: true, description: "The prompt; {{name}} stands for an argument" },
    ],
  },
};

export const aliasesShape: Shape = {
  kind: "fields",
  least: 1,
  fields: [
    { key: "days", shape: number, default: 90, description: "Days from the renaming" },
    {
      key: "until",
      shape: { kind: "text", pattern: "^\\d{4}-\\d{2}-\\d{2}$", meaning: "a date such as 2027-01-31" },
      description: "A date",
    },
  ],
};
