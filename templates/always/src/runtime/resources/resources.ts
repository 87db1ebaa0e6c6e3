/** Resources: GET operations, and what the owner adds, read by URI. A URI becomes arguments of the resource's tool. */
import { typedValue } from "../data/typed-value.js";
import type { KeptAnswers } from "../response/kept-answers.js";
import type { CustomResource } from "../custom.js";
import type { JsonObject, JsonValue, ResourceData } from "../data/model.js";
import type { Project } from "../data/project.js";
import type { CallResult } from "../response/result.js";
import type { ResourceContent } from "../data/resource-content.js";
import { type UriTemplate, uriTemplate } from "../request/uri-template.js";

export type { ResourceContent } from "../data/resource-content.js";

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
    const part = answers?.template.match(uri);
    return answers === undefined || part === undefined
      ? undefined
      : {
          resource: {
            kind: "answer",
            listing: { uri: answers.template.template },
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
