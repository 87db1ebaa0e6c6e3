/**
 * The judge's own check of values against the schemas of a document: Ajv (2020-12, with formats) over what
 * `schema-convert.ts` reads. It looks at what was sent, and knows nothing of the generator or of Prism.
 */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { type Json, type JsonObject, isArray, isObject, own, pointerTokens } from "../../src/base/json.ts";
import { SchemaConverter } from "./schema-convert.ts";

/** One thing that is wrong with a value. */
export interface Complaint {
  /** Keys and indexes that lead to it. */
  readonly place: readonly string[];
  /** Keyword of JSON Schema. */
  readonly keyword: string;
  readonly message: string;
}

/** Keyword of a value that more than one alternative of a `oneOf` takes: the document allows what it forbids. */
export const overlap = "oneOf overlap";

export class SchemaCheck {
  readonly #strict: Validators;
  readonly #loose: Validators;

  constructor(root: JsonObject) {
    this.#strict = new Validators(root, false);
    this.#loose = new Validators(root, true);
  }

  /**
   * What is wrong with a value; empty when all is well. Without a schema, nothing is. Where nothing is wrong but that
   * several alternatives of a `oneOf` take the value, the complaints say so and nothing else.
   */
  complaints(schema: Json | undefined, value: Json): readonly Complaint[] {
    if (schema === undefined || schema === true) return [];
    if (!isObject(schema)) return [{ place: [], keyword: "false schema", message: "no value is allowed" }];
    const strict = this.#strict.errors(schema, value);
    if (strict.length === 0) return [];
    const loose = this.#loose.errors(schema, value);
    return loose.length > 0 ? loose : strict.filter(({ keyword }) => keyword === overlap);
  }

  /** Whether a value is right, or at least by one alternative of each `oneOf`. */
  accepts(schema: Json | undefined, value: Json): boolean {
    return isObject(schema) ? this.#loose.errors(schema, value).length === 0 : schema !== false;
  }

  /** What a reference of the document leads to. */
  resolve(schema: Json | undefined): Json | undefined {
    return this.#strict.converter.resolve(schema);
  }
}

class Validators {
  readonly converter: SchemaConverter;
  readonly #ajv: Ajv2020;
  readonly #compiled = new Map<JsonObject, ValidateFunction>();

  constructor(root: JsonObject, isLoose: boolean) {
    this.#ajv = new Ajv2020({
      strict: false,
      allErrors: true,
      validateSchema: false,
      inlineRefs: false,
      logger: false,
      ownProperties: true,
      // Compiled code runs a few times only.
      code: { optimize: false, regExp: tolerant },
    });
    formats.default(this.#ajv);
    this.converter = new SchemaConverter(root, isLoose, (name, schema) => this.#ajv.addSchema(schema, name));
  }

  errors(schema: JsonObject, value: Json): readonly Complaint[] {
    const check = this.#compile(schema);
    if (check(value)) return [];
    return (check.errors ?? []).map(({ instancePath, keyword, message = "", params }) => {
      const overlaps = keyword === "oneOf" && isArray(own(params, "passingSchemas"));
      return {
        place: pointerTokens(instancePath),
        keyword: overlaps ? overlap : keyword,
        message: `${message} ${JSON.stringify(params)}`,
      };
    });
  }

  #compile(schema: JsonObject): ValidateFunction {
    const known = this.#compiled.get(schema);
    if (known !== undefined) return known;
    const compiled = this.#ajv.getSchema(this.converter.nameOf(schema));
    if (compiled === undefined) throw new Error("A schema that was added is missing");
    this.#compiled.set(schema, compiled);
    return compiled;
  }
}

/** A pattern with the flag `u` (JSON Schema 2020-12 §6.4 of the Core), without it, or one that takes everything. */
const tolerant = Object.assign(
  (pattern: string): { test(text: string): boolean } => {
    for (const flags of ["u", ""]) {
      try {
        return new RegExp(pattern, flags);
      } catch {
        // The dialects of other languages say nothing here.
      }
    }
    return { test: () => true };
  },
  { code: "tolerant" },
);
