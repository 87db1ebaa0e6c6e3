import type { Json } from "../../base/json.ts";
import type { SchemaNode } from "../../base/schema/node.ts";
import type { ArgumentPlace } from "../listed/offered.ts";

/** One argument before the schemas are written. */
export interface Argument {
  readonly name: string;
  readonly schema: SchemaNode;
  readonly required: boolean;
  /** What the document says of the argument besides its schema. */
  readonly description: string | undefined;
  readonly deprecated: boolean;
  /** What the API calls it, where that is not its name. */
  readonly wireName?: string;
  /** In place of all that the document says: the owner's words. */
  readonly told?: string;
  /** What it cannot be although its schema takes it, as a sentence. */
  readonly unsendable?: string | undefined;
  readonly example: Json | undefined;
  /** In place of `example`, where the owner gives some. */
  readonly examples?: readonly Json[];
  readonly place: ArgumentPlace;
}
