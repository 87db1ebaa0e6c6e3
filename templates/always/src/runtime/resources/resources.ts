/** Resources: GET operations, and what the owner adds, read by URI. A URI becomes arguments of the resource's tool. */
import { freshKey } from "../call/call.js";
import type { CustomResource } from "../custom.js";
import { fromBase64, toBase64, utf8 } from "../data/bytes.js";
import { defined } from "../data/defined.js";
import { ownValue, typedValue } from "../data/json-place.js";
import type { JsonObject, JsonValue, ResourceData } from "../data/model.js";
import type { Project } from "../data/project.js";
import { lastSegment } from "../data/url.js";
import type { ResourceContent } from "../data/model-parts.js";
import { ArgumentError, CallError } from "../errors.js";
import type { FileCaller, ReadFileResource } from "../request/file-argument.js";
import { uriTemplate, type UriTemplate } from "../request/uri-template.js";
import { type KeptAnswers, partTemplate } from "../response/kept-answers.js";
import { partKey } from "../response/part.js";
import type { CallResult } from "../response/result.js";
import { scrubBytes, scrubText } from "../secret.js";

export type { ResourceContent } from "../data/model-parts.js";

export interface OperationResource {
  readonly kind: "operation";
  readonly listing: ResourceData;
  readonly template: UriTemplate;
}

export interface OwnResource {
  readonly kind: "custom";
  readonly listing: CustomResource;
  readonly template: UriTemplate;
}

export type Resource = OperationResource | OwnResource;

/** Parts of answers that no result could hold. No list has them. */
export interface AnswerResource {
  readonly kind: "answer";
  readonly listing: { readonly uri: string };
  readonly answers: KeptAnswers;
}

/** What a URI leads to. */
export interface FoundResource {
  readonly resource: Resource | AnswerResource;
  readonly values: ReadonlyMap<string, readonly string[]>;
}

const answerTemplate = uriTemplate(partTemplate);

export class ResourceTable {
  /** Resources with a fixed URI, in the order of the document. */
  readonly fixed: readonly Resource[];
  /** Resources with variables, in the order of the document. */
  readonly templates: readonly Resource[];
  readonly #byUri: ReadonlyMap<string, Resource>;
  readonly #bySpecificity: readonly Resource[];

  readonly #answers: KeptAnswers | undefined;

  constructor(
    project: Project,
    custom: readonly CustomResource[] = [],
    answers?: KeptAnswers,
  ) {
    this.#answers = answers;
    const all: readonly Resource[] = [
      ...project.apis.flatMap(({ resources }) =>
        resources.map((listing): Resource => ({
          kind: "operation",
          listing,
          template: uriTemplate(listing.uri),
        })),
      ),
      ...custom.map((listing): Resource => ({
        kind: "custom",
        listing,
        template: uriTemplate(listing.uri),
      })),
    ];
    this.fixed = all.filter((resource) => !hasVariables(resource));
    this.templates = all.filter(hasVariables);
    this.#byUri = new Map(
      all.map((resource) => [resource.template.template, resource]),
    );
    // `/pets/mine` before `/pets/{petId}`.
    this.#bySpecificity = [...this.templates].sort(
      (a, b) =>
        a.template.path.length - b.template.path.length ||
        b.template.literals - a.template.literals,
    );
  }

  get isEmpty(): boolean {
    return this.#byUri.size === 0;
  }

  /** The resource of a template or fixed URI, spelled as in the list. */
  listed(uri: string): Resource | undefined {
    return this.#byUri.get(uri);
  }

  find(uri: string): FoundResource | undefined {
    const fixed = this.#byUri.get(uri);
    if (fixed !== undefined && !hasVariables(fixed))
      return { resource: fixed, values: new Map() };
    for (const resource of this.#bySpecificity) {
      const values = resource.template.match(uri);
      if (values !== undefined) return { resource, values };
    }
    const answers = this.#answers;
    const part = answerTemplate.match(uri);
    return answers === undefined || part === undefined
      ? undefined
      : {
          resource: {
            kind: "answer",
            listing: { uri: answerTemplate.template },
            answers,
          },
          values: part,
        };
  }
}

function hasVariables({ template }: Resource): boolean {
  return template.path.length + template.query.length > 0;
}

/**
 * The arguments of a resource's tool. Texts become what the variable's type asks for; what does not read as that
 * stays text, and the tool's schema says what is wrong.
 */
export function resourceArguments(
  listing: ResourceData,
  values: ReadonlyMap<string, readonly string[]>,
): JsonObject {
  return Object.fromEntries(
    listing.variables.flatMap((variable): [string, JsonValue][] => {
      const texts = values.get(variable.name);
      return texts === undefined
        ? []
        : [[variable.argument, typedValue(texts, variable.type)]];
    }),
  );
}

/**
 * A tool's result as the content of a resource: the same bytes. Texts beside bytes are remarks, and left out; those
 * behind a text say of what it is a part.
 */
export function resourceContents(
  uri: string,
  mimeType: string,
  result: CallResult,
): readonly ResourceContent[] {
  const bytes = result.content.filter(({ type }) => type !== "text");
  const blocks = bytes.length > 0 ? bytes : result.content;
  return blocks.map((block, index): ResourceContent => {
    switch (block.type) {
      case "text":
        return {
          uri,
          mimeType: index === 0 ? mimeType : "text/plain",
          text: block.text,
        };
      case "image":
      case "audio":
        return { uri, mimeType: block.mimeType, blob: block.data };
      case "resource":
        return { ...block.resource, uri };
      case "resource_link":
        return { uri, mimeType: "text/uri-list", text: block.uri };
      default:
        return block satisfies never;
    }
  });
}

// Reading what a URI leads to: by the tool of an operation, or by the owner's code.

export interface Fresh {
  readonly ms: number;
  /** Whether for every caller. */
  readonly isForAll: boolean;
}

export interface ReadContents {
  readonly kind: "contents";
  readonly contents: readonly ResourceContent[];
  /** How long they hold, where the API says so and the server keeps answers. */
  readonly fresh?: Fresh;
}

export type ResourceRead =
  | ReadContents
  /** The tool's result is an error. */
  | { readonly kind: "failure"; readonly result: CallResult }
  /** An answer that is not, or no longer, kept. */
  | { readonly kind: "gone" };

/** Throws what the owner's code throws. */
export async function readResource(
  uri: string,
  { resource, values }: FoundResource,
  reader: FileCaller,
): Promise<ResourceRead> {
  if (resource.kind === "answer") {
    const contents = await resource.answers.read(values, reader.caller.id);
    return contents === undefined
      ? { kind: "gone" }
      : { kind: "contents", contents };
  }
  if (resource.kind === "operation") {
    const { tool, mimeType } = resource.listing;
    const args = resourceArguments(resource.listing, values);
    const result = await reader.call(tool, args);
    return result.isError === true
      ? { kind: "failure", result }
      : {
          kind: "contents",
          contents: resourceContents(uri, mimeType, result),
          ...defined({ fresh: freshOf(result) }),
        };
  }
  const { listing } = resource;
  const variables = Object.fromEntries(
    [...values].map(([name, texts]) => [name, texts.join(",")]),
  );
  const content = await listing.read(variables, {
    caller: reader.caller,
    signal: reader.signal,
    call: (tool, args) => reader.call(tool, args as JsonObject),
  });
  const { mimeType } = listing;
  const part = {
    uri,
    ...defined({ mimeType }),
  };
  return {
    kind: "contents",
    contents: [
      typeof content === "string"
        ? { ...part, text: scrubText(content) }
        : {
            ...part,
            blob: toBase64(scrubBytes(content)),
          },
    ],
  };
}

function freshOf({ _meta }: CallResult): Fresh | undefined {
  const ms = ownValue(_meta?.[freshKey], "ms");
  return typeof ms === "number"
    ? { ms, isForAll: ownValue(_meta?.[freshKey], "isForAll") === true }
    : undefined;
}

// Files that are resources of this server: their bytes, as whoever reads the resource gets them.

/** A function that reads a file by the URI of a resource, as `reader` may. */
export function resourceFiles(
  resources: ResourceTable,
  reader: FileCaller,
): ReadFileResource {
  return async (uri) => {
    const found = resources.find(uri);
    if (found === undefined) return undefined;
    const reading = readResource(uri, found, {
      ...reader,
      async call(tool, args) {
        const result = await reader.call(tool, args);
        if (result._meta?.[partKey] === undefined) return result;
        throw new ArgumentError("it is too large for a file");
      },
    });
    const read = await reading.catch((fault: unknown) => {
      if (fault instanceof CallError) throw unreadable(uri, fault.message);
      throw fault;
    });
    if (read.kind === "gone") throw unreadable(uri, "it is no longer kept");
    if (read.kind === "failure") {
      const [block] = read.result.content;
      throw unreadable(uri, block?.type === "text" ? block.text : "");
    }
    const [content, more] = read.contents;
    if (found.resource.kind === "answer" && more !== undefined)
      throw unreadable(uri, "it is too large for a file");
    if (content === undefined)
      throw new ArgumentError(`The resource ${uri} is empty.`);
    return {
      bytes:
        "text" in content
          ? utf8(content.text)
          : (fromBase64(content.blob) ?? new Uint8Array()),
      filename: lastSegment(new URL(uri)),
      ...defined({ mediaType: content.mimeType }),
    };
  };
}

function unreadable(uri: string, why: string): ArgumentError {
  return new ArgumentError(`The resource ${uri} cannot be read: ${why}`);
}
