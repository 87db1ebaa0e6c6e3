/** What writes a body of a media type that only some servers need. Such writers are optional parts of the runtime. */
import type { BodyContent, JsonValue } from "../data/model.js";
import type { FileLoader } from "./file-argument.js";
import type { ArgumentOf } from "./form.js";

export interface ComposedBody {
  readonly body: string | Uint8Array;
  /** Value of `Content-Type`. */
  readonly contentType: string;
}

export interface BodyWriter {
  /** @throws ArgumentError for a value that cannot be written as its media type */
  write(
    content: BodyContent,
    value: JsonValue,
    argumentOf: ArgumentOf,
    load: FileLoader,
  ): ComposedBody | Promise<ComposedBody>;
}

/** By what `BodyContent.encoding` calls them; each is loaded with the first body that needs it. */
export interface BodyWriters {
  readonly multipart?: () => Promise<BodyWriter>;
  readonly xml?: () => Promise<BodyWriter>;
}
