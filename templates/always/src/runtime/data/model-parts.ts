/** Types of single subjects that `model.ts` is composed of: JSON itself, pages and shapes of answers, resources and prompts, credentials, XML. */

/** Any value that JSON can carry (RFC 8259). */
export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** A JSON object. Keys come from documents and models: read them with `Object.hasOwn` first. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** A JSON Schema, dialect 2020-12, as data. References are `#/$defs/<Name>` and resolve in `schemas.json`. */
export type JsonSchema = JsonObject | boolean;

/** What is done with an answer besides reading it: data in `calls/<file>.json`, of the tools that have it. */

/** How a list that comes page by page goes on. */
export interface PagePlan {
  /** What tells the next page: a token, a number, the last item of this one, or a link only. */
  readonly by: "token" | "page" | "offset" | "lastItem" | "link";
  /** Argument that names the page; absent where only links do. */
  readonly argument?: string;
  /** Number of the first page or item, where they are counted. */
  readonly first?: number;
  /** Argument that says how many items a page has, and how many it has without. */
  readonly size?: string;
  readonly defaultSize?: number;
  /** Where an answer has its list: JSON pointer, empty for a bare array; absent: nobody knows before. */
  readonly items?: string;
  /** Where it may have the token or the link of the next page, likeliest first: JSON pointers. */
  readonly next?: readonly string[];
  /** Where it says whether there are more, how many items in all, how many pages. */
  readonly more?: string;
  readonly total?: string;
  readonly pages?: string;
  /** Property of the last item that names the next page. */
  readonly id?: string;
  /** That a call may ask for all pages, and within which limits. */
  readonly all?: AllPages;
}

export interface AllPages {
  /** Argument that asks for it. */
  readonly argument: string;
  /** No further page is asked for once there are so many pages or items, or after so many seconds. */
  readonly pages: number;
  readonly items: number;
  readonly seconds: number;
}

/** What a result holds of an answer. What the owner says goes before what a call asks for. */
export interface ShapePlan {
  /** Where the things are whose fields a call may choose: JSON pointer of a list, or of one object. */
  readonly items?: string;
  /** Argument that chooses them; lists name it where the owner chose some. */
  readonly argument?: string;
  /** Those that are given where a call names none. */
  readonly fields?: readonly string[];
  /** Paths that are left out, and paths of which alone there is something. */
  readonly drop?: readonly string[];
  readonly keep?: readonly string[];
  /** Expression whose value stands for the answer. */
  readonly jmespath?: string;
}

/** How work is followed that goes on after the answer of an operation. */
export interface JobPlan {
  /** The ways in which its state can be read, best first. */
  readonly readings: readonly JobReading[];
  /** Where the answer that starts it says how it stands; absent: its HTTP status does, or the usual places. */
  readonly started?: JobStatus;
  /** The same of the answers that tell its state later on. */
  readonly read?: JobStatus;
  /** Ends it before it is done. */
  readonly cancel?: JobCall;
  /** Gives what came of it, where that is not what its state is told with. */
  readonly result?: JobCall;
  /** Milliseconds that a call waits for it at most; absent: as long as the call may take. */
  readonly waitMs?: number;
  /** Whether it is ended where the client gives up the call that waits for it. */
  readonly endsWithCall?: true;
}

/** By an operation, by the URL that a header field or a property of the first answer has, or by the same request again. */
export type JobReading =
  | ({ readonly by: "operation" } & JobCall)
  | { readonly by: "header"; readonly name: string }
  | { readonly by: "property"; readonly at: string }
  | { readonly by: "same" };

/** A tool, and where its arguments come from. */
export interface JobCall {
  readonly tool: string;
  readonly arguments: { readonly [argument: string]: JobValue };
}

/** An argument of the first call, or, by JSON pointer, a value of its answer. */
export type JobValue = { readonly argument: string } | { readonly at: string };

/** Where an answer says how work stands, and in which words. */
export interface JobStatus {
  /** JSON pointer. */
  readonly at: string;
  /** All four are empty where the document lists no words: then they are read as they are usual. */
  readonly pending: readonly string[];
  readonly succeeded: readonly string[];
  readonly failed: readonly string[];
  readonly cancelled: readonly string[];
  /** JSON pointers: how far it is, in per cent, or by how much is done of how much. */
  readonly percent?: string;
  readonly done?: string;
  readonly total?: string;
  /** JSON pointers of what it says in words, and of what went wrong. */
  readonly message?: string;
  readonly error?: string;
}

/** Resources and prompts as the JSON files under `src/generated/<api>/` hold them. */

/** An entry of `resources.json`: a GET operation that can be read by URI. */
export interface ResourceData {
  /** `petstore://pets`, or a template (RFC 6570) such as `petstore://pets/{petId}{?limit,cursor}`. */
  readonly uri: string;
  /** Whether `uri` has variables: then it is listed as a template. */
  readonly template: boolean;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly mimeType: string;
  /** The tool that reads it. */
  readonly tool: string;
  readonly variables: readonly ResourceVariable[];
}

export interface ResourceVariable {
  /** Name in the URI template. */
  readonly name: string;
  /** Argument of the tool. */
  readonly argument: string;
  readonly in: "path" | "query";
  /** Values to complete from, where the schema enumerates them. */
  readonly values?: readonly string[];
  /** A sibling list operation to complete from. */
  readonly list?: {
    readonly tool: string;
    /** JSON pointer to the list in its result. */ readonly items: string;
    /** Property of an item. */ readonly property: string;
    /** Its arguments by the other variables of this URI. Absent where the URI takes more than path and item tell. */
    readonly parents?: { readonly [variable: string]: string };
  };
  /** Type of the argument, to turn the URI's text into it. */
  readonly type:
    "string" | "number" | "integer" | "boolean" | "array" | "object";
}

/** An entry of `prompts.json`. `{{name}}` in `text` stands for an argument; `{{tools}}` for a list of matching tools. */
export interface PromptData {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: readonly PromptArgument[];
  readonly text: string;
}

export interface PromptArgument {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly values?: readonly string[];
}

/** What a resource holds, as `resources/read` gives it. */
/** A part of a resource as MCP names it: text, or bytes in base64. */
export type ResourceContent = {
  readonly uri: string;
  readonly mimeType?: string;
} & ({ readonly text: string } | { readonly blob: string });

/** Security schemes as data: a part of `model.ts`. Section numbers refer to the OpenAPI Specification 3.2.0. */

/** A security scheme (§4.8.27) and the environment variables that hold its credentials. */
export type SecurityScheme =
  | {
      readonly type: "apiKey";
      readonly in: "header" | "query" | "cookie";
      readonly name: string;
      /** Authentication scheme before the value, unless that has one. */
      readonly prefix?: string;
      readonly environment: { readonly value: string };
    }
  | {
      readonly type: "http";
      readonly scheme: "basic";
      /** One of them may be unset: it is empty then. */
      readonly environment: {
        readonly username: string;
        readonly password: string;
      };
    }
  | {
      readonly type: "http";
      /** Lower-case authentication scheme (RFC 9110 §11.1): `bearer`, or another that takes one token. */
      readonly scheme: string;
      readonly environment: { readonly value: string };
    }
  | {
      readonly type: "oauth2";
      /** Absent where the document has no client-credentials flow. */
      readonly clientCredentials?: OAuthFlow;
      /** The first flow with a token URL, used for refresh tokens. */
      readonly refresh?: OAuthFlow;
      readonly environment: OAuthEnvironment;
    }
  | {
      readonly type: "openIdConnect";
      readonly openIdConnectUrl: string;
      readonly environment: OAuthEnvironment;
    }
  | {
      readonly type: "mutualTLS";
      /** Variables that hold *paths* of PEM files. */
      readonly environment: {
        readonly certificate: string;
        readonly key: string;
        readonly authority: string;
      };
    };

export interface OAuthFlow {
  readonly tokenUrl: string;
  readonly refreshUrl?: string;
  /** Scopes that the flow offers. */
  readonly scopes: readonly string[];
}

/** Variables of an OAuth 2 or OpenID Connect scheme. Either an access token, or what it takes to get one. */
export interface OAuthEnvironment {
  readonly accessToken: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
  /** Replaces the token URL of the document; naming it also confirms its origin for the client's secret. */
  readonly tokenUrl: string;
  readonly scopes: string;
}

/** How a value becomes an XML document (§4.8.26). What it does not mention is written as the standard's defaults say. */
export interface XmlPlan {
  /** The root element; it has a name. */
  readonly root: XmlNode;
  /** Structures that nodes share, by the key of their `same`: a schema may hold itself. */
  readonly structures?: { readonly [key: string]: XmlStructure };
}

/** The node that a schema stands for, and what is inside it. */
export interface XmlNode extends XmlStructure {
  /** §4.8.26.2; by default `none` for an array, else `element`. */
  readonly nodeType?: "element" | "attribute" | "text" | "cdata" | "none";
  /** Name of the element or attribute; by default that of the property (§4.8.26.3). */
  readonly name?: string;
  readonly namespace?: string;
  readonly prefix?: string;
  /** Key of the structure that this node has instead of one of its own. */
  readonly same?: string;
}

export interface XmlStructure {
  /** Members of an object in the order in which they are written; others follow. */
  readonly order?: readonly string[];
  /** Members of an object that deviate from their defaults. */
  readonly properties?: { readonly [name: string]: XmlNode };
  /** Members that are not among `properties`. */
  readonly additional?: XmlNode;
  /** Items of an array; those at the places of `prefixItems` have their own. */
  readonly items?: XmlNode;
  readonly prefixItems?: readonly XmlNode[];
}

// What the owner decides about tools besides what they are: old names, limits, and values that no model gives.

/** An old name of a tool: it can be called and is not listed. */
export interface AliasData {
  readonly name: string;
  /** Name of the tool that answers. */
  readonly tool: string;
  /** Last day on which it can be called, `YYYY-MM-DD` in UTC; absent where there is no end. */
  readonly until?: string;
}

/** The owner's limits of one tool. */
export interface ToolPolicy {
  /** Scopes that a caller over HTTP has to have, all of them; without them the tool is neither listed nor called. */
  readonly scopes?: readonly string[];
  /** Calls per minute and caller, in place of `MCP_TOOL_RATE_LIMIT`; 0: no limit. */
  readonly callsPerMinute?: number;
  /** Longest text of an answer, in bytes, in place of `MCP_MAX_TEXT_BYTES`. */
  readonly answerBytes?: number;
  /** Estimated tokens of an answer's text, in place of `MCP_MAX_RESULT_TOKENS`; 0: no limit. */
  readonly answerTokens?: number;
  /** Milliseconds for one call of the API, with all its attempts, in place of `MCP_TIMEOUT_MS`. */
  readonly timeoutMs?: number;
  /** Header in which each call has a key of its own, by which the API knows its repetitions. */
  readonly idempotencyKey?: string;
}

/** An argument whose value comes from the server. Only one of kind `default` is listed. */
export type SuppliedArgument =
  | {
      /** Sent with every call, whatever hooks say. */
      readonly kind: "fixed";
      readonly argument: string;
      readonly value: JsonValue;
    }
  | {
      /** Sent where the model gives none. */
      readonly kind: "default";
      readonly argument: string;
      readonly value: JsonValue;
    }
  | {
      /** Taken from an environment variable with every call. */
      readonly kind: "environment";
      readonly argument: string;
      readonly variable: string;
      /** What the variable's text is read as. */
      readonly type:
        "string" | "number" | "integer" | "boolean" | "array" | "object";
      /** Schema that the value has to meet. */
      readonly schema: JsonSchema;
      /** Sent while the variable is not set; without it the call is refused then. */
      readonly default?: JsonValue;
    };
