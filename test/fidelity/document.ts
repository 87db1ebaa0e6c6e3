/**
 * What a document says of an operation's request, read from the standards and not through the generator: OpenAPI 3.x
 * (§4.8.12, §4.8.13, §4.8.15 of 3.2.0) and Swagger 2.0 (Parameter Object).
 */
import $RefParser from "@apidevtools/json-schema-ref-parser";
import {
  type Json,
  type JsonObject,
  fromEntries,
  isArray,
  isObject,
  own,
  ownString,
  pointerTokens,
  valueAt,
} from "../../src/base/json.ts";
import { SchemaCheck } from "./schema-check.ts";

export interface DocumentParameter {
  readonly name: string;
  readonly in: "path" | "query" | "querystring" | "header" | "cookie";
  readonly style: string;
  readonly explode: boolean;
  readonly allowEmptyValue: boolean;
  readonly allowReserved: boolean;
  /** Of a parameter that is described by `content`. */
  readonly mediaType: string | undefined;
  readonly required: boolean;
  /** As the document has it, references and all; the keywords of a Swagger 2.0 parameter stand in itself. */
  readonly schema: Json | undefined;
  readonly examples: readonly Json[];
}

export interface DocumentBody {
  readonly required: boolean;
  readonly contents: ReadonlyMap<string, DocumentContent>;
  /** Whether the document names no media type, and the first that fits was taken. */
  readonly isTypeAssumed: boolean;
}

export interface DocumentContent {
  readonly schema: Json | undefined;
  /** Encoding Objects by field (§4.8.15). */
  readonly encoding: ReadonlyMap<string, JsonObject>;
  readonly examples: readonly Json[];
}

export interface DocumentOperation {
  /** Upper-case. */
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly DocumentParameter[];
  readonly body: DocumentBody | undefined;
}

/** A document whose references are all local. */
export class ReadDocument {
  /** The document, with all that it refers to. */
  readonly root: JsonObject;
  /** The judge's own check of values against the schemas of this document. */
  readonly check: SchemaCheck;
  readonly isSwagger2: boolean;
  /** Every path with a method, for telling whether a request leads to its own operation. */
  readonly routes: readonly { readonly method: string; readonly path: string }[];

  private constructor(root: JsonObject) {
    this.root = root;
    this.check = new SchemaCheck(root);
    this.isSwagger2 = own(root, "swagger") !== undefined;
    const paths = own(root, "paths");
    this.routes = !isObject(paths)
      ? []
      : Object.keys(paths).flatMap((path) => {
          const item = this.#resolve(own(paths, path));
          return isObject(item)
            ? Object.keys(item)
                .filter((key) => methods.has(key))
                .map((method) => ({ method: method.toUpperCase(), path }))
            : [];
        });
  }

  /** A document that refers to nothing but itself. */
  static of(root: JsonObject): ReadDocument {
    return new ReadDocument(root);
  }

  /** Reads a file and everything that it refers to; where a reference leads nowhere, the file alone. */
  static async load(path: string): Promise<ReadDocument> {
    const root: unknown = await $RefParser.bundle(path).catch(() => $RefParser.parse(path));
    return new ReadDocument(root as JsonObject);
  }

  /**
   * The operation at a JSON pointer such as `/paths/~1pets/get`; where it lies in a further file, the one with the
   * method and the path.
   */
  operation(
    pointer: string,
    called: { readonly method: string; readonly path: string },
  ): DocumentOperation | undefined {
    const { method, path } = called;
    return (
      this.#at(pointerTokens(pointer)) ??
      this.#at(["paths", path, method.toLowerCase()]) ??
      this.#at(["paths", path, "additionalOperations", method])
    );
  }

  #at(tokens: readonly string[]): DocumentOperation | undefined {
    const [section, path, ...rest] = tokens;
    const item = this.#resolve(own(own(this.root, section ?? ""), path ?? ""));
    const [method, additional] = rest;
    const operation = this.#resolve(
      method === "additionalOperations" ? own(own(item, method), additional ?? "") : own(item, method ?? ""),
    );
    if (path === undefined || method === undefined || !isObject(operation)) return undefined;
    const parameters = [
      ...this.#parameters(own(operation, "parameters")),
      ...this.#parameters(own(item, "parameters")),
    ];
    const seen = new Set<string>();
    // Those of the operation override those of the path: same name and place (§4.8.9.1).
    const effective = parameters.filter((parameter) => {
      const key = `${ownString(parameter, "in")} ${ownString(parameter, "name")}`;
      return !seen.has(key) && seen.add(key);
    });
    return {
      method: (additional ?? method).toUpperCase(),
      path,
      parameters: effective.flatMap((parameter) => this.#parameter(parameter) ?? []),
      body: this.isSwagger2 ? this.#body2(operation, effective) : this.#body3(operation),
    };
  }

  #parameters(list: Json | undefined): readonly JsonObject[] {
    return (isArray(list) ? list : []).map((entry) => this.#resolve(entry)).filter((entry) => isObject(entry));
  }

  #parameter(parameter: JsonObject): DocumentParameter | undefined {
    const name = ownString(parameter, "name");
    const place = ownString(parameter, "in");
    if (name === undefined || !isPlace(place)) return undefined;
    const content = own(parameter, "content");
    const mediaType = isObject(content) ? Object.keys(content)[0] : undefined;
    const described = mediaType === undefined ? parameter : this.#resolve(own(content, mediaType));
    const required = own(parameter, "required") === true;
    const schema = this.isSwagger2 ? parameter : own(described, "schema");
    const examples = this.#examples(described, schema);
    const style = this.isSwagger2
      ? collectionStyle(parameter, place)
      : (ownString(parameter, "style") ?? defaultStyle(place));
    const explode = this.isSwagger2
      ? ownString(parameter, "collectionFormat") === "multi"
      : ((own(parameter, "explode") ?? (style === "form" || style === "cookie" || style === "deepObject")) as boolean);
    const allowEmptyValue = own(parameter, "allowEmptyValue") === true;
    const allowReserved = own(parameter, "allowReserved") === true;
    return { name, in: place, style, explode, mediaType, allowEmptyValue, allowReserved, required, schema, examples };
  }

  #body3(operation: JsonObject): DocumentBody | undefined {
    const body = this.#resolve(own(operation, "requestBody"));
    const content = own(body, "content");
    if (!isObject(content)) return undefined;
    const contents = Object.keys(content).map((mediaType): [string, DocumentContent] => {
      const described = this.#resolve(own(content, mediaType));
      const schema = own(described, "schema");
      const encoding = own(described, "encoding");
      const names = isObject(encoding) ? Object.keys(encoding) : [];
      const entries = names.flatMap((name) => {
        const value = own(encoding, name);
        return isObject(value) ? [[name, value] as const] : [];
      });
      return [mediaType, { schema, encoding: new Map(entries), examples: this.#examples(described, schema) }];
    });
    return { required: own(body, "required") === true, contents: new Map(contents), isTypeAssumed: false };
  }

  #body2(operation: JsonObject, parameters: readonly JsonObject[]): DocumentBody | undefined {
    const consumes = own(operation, "consumes") ?? own(this.root, "consumes");
    const types = (isArray(consumes) ? consumes : []).filter((type) => typeof type === "string");
    const body = parameters.find((parameter) => ownString(parameter, "in") === "body");
    if (body !== undefined) {
      const schema = own(body, "schema");
      const content: DocumentContent = { schema, encoding: new Map(), examples: this.#examples(undefined, schema) };
      return {
        required: own(body, "required") === true,
        contents: new Map((types.length === 0 ? ["application/json"] : types).map((type) => [type, content])),
        isTypeAssumed: types.length === 0,
      };
    }
    const fields = parameters.filter((parameter) => ownString(parameter, "in") === "formData");
    if (fields.length === 0) return undefined;
    const encoding = fields.map((field): [string, JsonObject] => [
      ownString(field, "name") ?? "",
      own(field, "type") === "array"
        ? { style: collectionStyle(field, "query"), explode: own(field, "collectionFormat") === "multi" }
        : {},
    ]);
    const names = (list: readonly JsonObject[]): readonly string[] =>
      list.map((field) => ownString(field, "name") ?? "");
    const required = fields.filter((field) => own(field, "required") === true);
    const schema: JsonObject = {
      type: "object",
      properties: fromEntries(fields.map((field) => [ownString(field, "name") ?? "", field])),
      required: names(required),
    };
    const content: DocumentContent = { schema, encoding: new Map(encoding), examples: [] };
    const forms = ["multipart/form-data", "application/x-www-form-urlencoded"];
    return {
      required: required.length > 0,
      contents: new Map(forms.map((type) => [type, content])),
      isTypeAssumed: types.length === 0,
    };
  }

  /** Examples of a Parameter or Media Type Object, then those of its schema. */
  #examples(described: Json | undefined, schema: Json | undefined): readonly Json[] {
    const named = own(described, "examples");
    const values = isObject(named)
      ? Object.keys(named).map((name) => own(this.#resolve(own(named, name)), "value"))
      : [];
    const resolved = this.#resolve(schema);
    const listed = own(resolved, "examples");
    const found = [
      own(described, "example"),
      ...values,
      own(resolved, "example"),
      ...(isArray(listed) ? listed : []),
      own(resolved, "default"),
    ];
    return found.filter((value) => value !== undefined);
  }

  #resolve(value: Json | undefined): Json | undefined {
    let current = value;
    for (let step = 0; step < 20; step++) {
      const reference = ownString(current, "$ref");
      if (reference === undefined || !reference.startsWith("#")) return current;
      current = valueAt(this.root, decodeURIComponent(reference.slice(1)));
    }
    return current;
  }
}

const methods = new Set("get put post delete options head patch trace query".split(" "));
const places = new Set(["path", "query", "querystring", "header", "cookie"]);

function isPlace(place: string | undefined): place is DocumentParameter["in"] {
  return place !== undefined && places.has(place);
}

/** §4.8.12.2 */
function defaultStyle(place: DocumentParameter["in"]): string {
  return place === "path" || place === "header" ? "simple" : "form";
}

/** Swagger 2.0: `csv` unless said otherwise. */
function collectionStyle(parameter: JsonObject, place: DocumentParameter["in"]): string {
  switch (ownString(parameter, "collectionFormat")) {
    case "ssv":
      return "spaceDelimited";
    case "tsv":
      return "tabDelimited";
    case "pipes":
      return "pipeDelimited";
    default:
      return defaultStyle(place);
  }
}
