/** The parts of a multipart body, read as RFC 2046 §5.1.1 says, without the code that writes them. */

export interface Part {
  /** Header lines, as Latin-1 read as UTF-8. */
  readonly head: readonly string[];
  readonly body: Buffer;
}

/** Throws where the body is not framed as its media type says. */
export function partsOf(contentType: string, body: Buffer): readonly Part[] {
  const boundary = /;\s*boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) throw new Error(`no boundary in ${contentType}`);
  const text = body.toString("latin1");
  const end = `--${boundary}--\r\n`;
  if (!text.endsWith(end)) throw new Error("the body does not end with its boundary");
  const [start, ...parts] = text.slice(0, -end.length).split(`--${boundary}\r\n`);
  if (start !== "") throw new Error("something stands before the first boundary");
  return parts.map((part) => {
    // A part without header fields begins with the empty line that ends them.
    const divide = part.startsWith("\r\n") ? 0 : part.indexOf("\r\n\r\n") + 2;
    if (divide === 1 || !part.endsWith("\r\n")) throw new Error("a part is not framed");
    const head = Buffer.from(part.slice(0, divide), "latin1").toString("utf8");
    return {
      head: head.split("\r\n").filter((line) => line !== ""),
      body: Buffer.from(part.slice(divide + 2, -2), "latin1"),
    };
  });
}
