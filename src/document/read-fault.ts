import type { DiagnosticCode } from "../base/diagnostics.ts";
import { visible } from "../base/visible.ts";

/** A fault in words that follow the name of the file: `answered 404`. Becomes a diagnostic where the file is known. */
export class ReadFault extends Error {
  readonly code: DiagnosticCode;

  constructor(message: string, code: DiagnosticCode = "unreadable-input") {
    super(message);
    this.name = "ReadFault";
    this.code = code;
  }
}

/** @param limit bytes */
export function tooLarge(limit: number): ReadFault {
  const size = limit >= 1024 * 1024 ? `${Math.floor(limit / 1024 / 1024)} MiB` : `${limit} bytes`;
  return new ReadFault(`is larger than the limit of ${size}`, "input-too-large");
}

/** What keeps a file from being read. */
export function reasonOf(error: unknown): ReadFault {
  if (error instanceof ReadFault) return error;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : undefined;
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return new ReadFault("does not exist", "missing-input");
    case "ENAMETOOLONG":
      return new ReadFault("is too long to be a path", "missing-input");
    case "EISDIR":
      return new ReadFault("is a folder");
    case "EACCES":
    case "EPERM":
      return new ReadFault("may not be read");
    case "ELOOP":
      return new ReadFault("is a circle of symbolic links");
    case "ENXIO":
      return new ReadFault("is a socket, not a file");
    default:
      return new ReadFault(`cannot be read: ${visible(cause instanceof Error ? cause.message : String(cause))}`);
  }
}
