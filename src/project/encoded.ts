/** Text that was made for its place already, so that a template may write it as it is. */

/**
 * `markdown`: blocks of Markdown, encoded where they were made; `own`: words of the generator, on one line of ASCII.
 * It is a class so that nothing in a document can pass for it.
 */
export class Encoded {
  readonly kind: "markdown" | "own";
  readonly text: string;

  constructor(kind: Encoded["kind"], text: string) {
    this.kind = kind;
    this.text = text;
  }
}
