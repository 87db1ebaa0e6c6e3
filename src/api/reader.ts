import type { Report } from "../base/diagnostics.ts";
import type { JsonObject } from "../base/json.ts";
import type { Content, Parameter } from "./model.ts";
import type { SchemaBuilder } from "./schema.ts";
import type { XmlBuilder } from "./xml.ts";

/** What every part of this room needs: the document, a place to report to, and the schemas collected so far. */
export interface Reader {
  readonly root: JsonObject;
  readonly report: Report;
  readonly schemas: SchemaBuilder;
  readonly xml: XmlBuilder;
  /** What was built of the media types at a place, by direction and pointer: bodies and responses may be shared. */
  readonly contents: Map<string, readonly Content[]>;
  /** Parameters by pointer, `undefined` for those that are none: paths may share them. */
  readonly parameters: Map<string, Parameter | undefined>;
}
