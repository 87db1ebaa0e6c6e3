/**
 * What an API means, with everything inherited merged and every default filled in. No reference is left but those
 * between schemas, which are `#/$defs/<Name>` and resolve in `Api.schemas`.
 */
import type { ParameterStyle } from "../../templates/always/src/runtime/data/model.ts";
import type { XmlPlan } from "../../templates/always/src/runtime/data/model-parts.ts";
import type { Json } from "../base/json.ts";
import type { SchemaNode, Schemas } from "../base/schema/node.ts";

export type { Schema } from "../base/schema/types.ts";

export interface Api {
  readonly title: string;
  readonly version: string;
  readonly description: string | undefined;
  /** Stem of the document's file name, for a default name. */
  readonly stem: string | undefined;
  readonly servers: readonly Server[];
  readonly tags: ReadonlyMap<string, Tag>;
  readonly securitySchemes: ReadonlyMap<string, SecurityScheme>;
  /** Schemas that are referred to, by a name that is a TypeScript identifier. */
  readonly schemas: Schemas;
  readonly operations: readonly Operation[];
  /** Operations that no tool can be made of, each reported. */
  readonly skipped: readonly {
    readonly pointer: string;
    readonly method: string;
    readonly path: string;
    readonly reason: string;
  }[];
}

/** Tag object (§4.8.22). */
export interface Tag {
  readonly name: string;
  readonly summary: string | undefined;
  readonly description: string | undefined;
  readonly parent: string | undefined;
}

/** Server object (§4.8.5). */
export interface Server {
  readonly url: string;
  readonly description: string | undefined;
  readonly variables: readonly {
    readonly name: string;
    /** `undefined` for a variable that the document does not describe. */
    readonly default: string | undefined;
    readonly enum: readonly string[] | undefined;
  }[];
}

/** Operation object (§4.8.10), with what its path item and its document say for it. */
export interface Operation {
  /** JSON pointer into the document. */
  readonly pointer: string;
  /** Upper-case. */
  readonly method: string;
  /** As the document spells it. */
  readonly path: string;
  /** The same with plain expressions, without fragment: see `readPathTemplate`. */
  readonly template: string;
  readonly operationId: string | undefined;
  readonly summary: string | undefined;
  readonly description: string | undefined;
  readonly tags: readonly string[];
  readonly deprecated: boolean;
  /** Servers of the operation or of its path; absent where the document's apply. */
  readonly servers: readonly Server[] | undefined;
  readonly parameters: readonly Parameter[];
  readonly body: Body | undefined;
  /** In the order of the document. */
  readonly responses: readonly Response[];
  readonly security: readonly (readonly SecurityRequirement[])[];
  readonly requestHeaders: RequestHeaders;
  /** `x-internal` of the operation or its path. */
  readonly internal?: boolean;
  /** Extensions of the operation and its path by name, `x-…`; only of names that were asked for. */
  readonly extensions?: ReadonlyMap<string, Json>;
  /** Names of all of its extensions, where any was asked for. */
  readonly extensionNames?: readonly string[];
  /** `x-mcp` of the operation, its path and the document, the nearest first. */
  readonly mcp?: McpExtension;
}

/** What the author of a document says, by the extension `x-mcp`, of an operation as a tool. */
export interface McpExtension {
  /** Whether the operation becomes a tool. */
  readonly enabled?: boolean;
  readonly name?: string;
  readonly title?: string;
  readonly description?: string;
  readonly hints?: {
    readonly readOnly?: boolean;
    readonly destructive?: boolean;
    readonly idempotent?: boolean;
    readonly openWorld?: boolean;
  };
  /** Scopes that a caller has to have. */
  readonly scopes?: readonly string[];
  /** Whether the tool is listed, or only found, where not all are listed. */
  readonly listed?: boolean;
}

/** Headers that a document declares as parameters although they become no arguments (§4.8.12.1). */
export interface RequestHeaders {
  /** Media types for `Accept`, perhaps none; `undefined` where it is not declared. */
  readonly accept: readonly string[] | undefined;
  /** For requests without a body. */
  readonly contentType: string | undefined;
  /** Whether `Authorization` is required; `undefined` where it is not declared. */
  readonly authorization: boolean | undefined;
  /** Authentication scheme that the parameter `Authorization` asks for in words. */
  readonly authorizationPrefix?: string;
}

/** Parameter object (§4.8.12). */
export interface Parameter {
  readonly pointer: string;
  readonly name: string;
  readonly in: "path" | "query" | "querystring" | "header" | "cookie";
  readonly description: string | undefined;
  readonly required: boolean;
  readonly deprecated: boolean;
  readonly style: ParameterStyle;
  readonly explode: boolean;
  readonly allowReserved: boolean;
  /** In a path: the value may go over several segments, as of `{+rest}`. */
  readonly allowSlashes?: true;
  readonly allowEmptyValue: boolean;
  /** Media type where the parameter is described by `content`. */
  readonly mediaType: string | undefined;
  readonly schema: SchemaNode;
  readonly example: Json | undefined;
}

/** Request body object (§4.8.13). */
export interface Body {
  readonly pointer: string;
  readonly description: string | undefined;
  readonly required: boolean;
  readonly contents: readonly Content[];
}

/** Media type object (§4.8.14). */
export interface Content {
  readonly pointer: string;
  readonly mediaType: string;
  /** `undefined` where the document gives none. */
  readonly schema: SchemaNode | undefined;
  /** OpenAPI 3.2: schema of each item of a sequential media type. */
  readonly itemSchema: SchemaNode | undefined;
  readonly encoding: ReadonlyMap<string, Encoding>;
  /** OpenAPI 3.2: encodings of the first parts of a multipart body, and of each that follows them. */
  readonly prefixEncoding?: readonly Encoding[];
  readonly itemEncoding?: Encoding;
  /** As the document has it: `canonical` puts its keys in order. */
  readonly example: Json | undefined;
  /** How values of the schema become XML. Absent for other media types, and where nothing names the root element. */
  readonly xml?: XmlPlan | undefined;
  /** Names of the fields of a form or multipart body in the order of the document. */
  readonly order?: readonly string[];
}

/** Encoding object (§4.8.15). */
export interface Encoding {
  readonly contentType: string | undefined;
  readonly style: ParameterStyle | undefined;
  readonly explode: boolean | undefined;
  readonly allowReserved: boolean;
  /** Headers whose value the document fixes by `const`, a single `enum` value or `default`. */
  readonly headers: ReadonlyMap<string, string>;
  /** Names of the members of a field that is an object in the order of the document, where there are several. */
  readonly order?: readonly string[];
  /** What stands within the value, where that is a form or has parts. */
  readonly encoding?: ReadonlyMap<string, Encoding>;
  readonly prefixEncoding?: readonly Encoding[];
  readonly itemEncoding?: Encoding;
}

/** Response object (§4.8.17). */
export interface Response {
  readonly pointer: string;
  /** `200`, `2XX` or `default`. */
  readonly status: string;
  readonly description: string | undefined;
  readonly contents: readonly Content[];
  /** Names of its headers in lower case; absent where it has none. */
  readonly headers?: readonly string[];
  /** Operations that go on from it; absent where it names none. */
  readonly links?: readonly Link[];
}

/** Link object (§4.8.20), as far as it names an operation and runtime expressions for its parameters. */
export interface Link {
  readonly operationId: string | undefined;
  /** JSON pointer of an operation of this document. */
  readonly pointer: string | undefined;
  /** Runtime expressions (§4.8.20.4) by parameter. */
  readonly parameters: ReadonlyMap<string, string>;
}

export interface SecurityRequirement {
  readonly scheme: string;
  readonly scopes: readonly string[];
}

/** Security scheme object (§4.8.27). */
export type SecurityScheme =
  | {
      readonly type: "apiKey";
      readonly in: "header" | "query" | "cookie";
      readonly name: string;
      /** Authentication scheme that the document asks for, in words, before the value of the header `Authorization`. */
      readonly prefix?: string;
    }
  | { readonly type: "http"; readonly scheme: string }
  | { readonly type: "oauth2"; readonly flows: ReadonlyMap<string, OAuthFlow> }
  | { readonly type: "openIdConnect"; readonly openIdConnectUrl: string }
  | { readonly type: "mutualTLS" };

export interface OAuthFlow {
  readonly tokenUrl: string | undefined;
  readonly refreshUrl: string | undefined;
  readonly scopes: readonly string[];
}
