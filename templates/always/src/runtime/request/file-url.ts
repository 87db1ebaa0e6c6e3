/**
 * Files by https URL. The URL comes from a model, and what it reads may tell it what to fetch: so only from hosts that
 * the owner named, only from public addresses, and with nothing that this server knows in the request.
 */
import { ArgumentError, ConfigurationError } from "../errors.js";
import { parseMediaType } from "../upstream/media-type.js";
import { fileNameOf } from "../response/binary.js";
import { lastSegment } from "./file-argument.js";
import { visibleLine } from "../text/visible.js";
import type { Sender } from "../upstream/send.js";
import type { FetchFile } from "./file.js";

/**
 * A function that fetches files.
 *
 * @param hosts names, as in a URL, with the port unless it is 443: `MCP_FILE_HOSTS`
 * @param signal ends the fetching
 */
export function fileFetcher(
  sender: Sender,
  hosts: readonly string[],
  signal: AbortSignal,
): FetchFile {
  const known = new Set(hosts.map((host) => host.toLowerCase()));
  return async (text, maxBytes) => {
    const url = new URL(text);
    if (url.username !== "" || url.password !== "")
      throw new ArgumentError(
        "A file's URL must not hold a user or a password.",
      );
    if (!known.has(url.host))
      throw new ArgumentError(
        `This server fetches no files from ${visibleLine(url.host, 100)}.`,
        {
          hint: `It fetches them from ${[...known].join(", ")}; its owner can add a host to MCP_FILE_HOSTS.`,
        },
      );
    url.hash = "";
    const request = { method: "GET", url: url.href, headers: [] };
    const response = await sender
      .send(request, {
        signal,
        idempotent: true,
        allowPrivate: false,
        maxBytes,
      })
      .catch((fault: unknown) => {
        if (!(fault instanceof ConfigurationError)) throw fault;
        throw new ArgumentError(
          `${url.host} has a private address; files are fetched from public ones only.`,
          { cause: fault },
        );
      });
    const { status, headers } = response;
    if (status !== 200)
      throw new ArgumentError(
        status >= 300 && status < 400
          ? `${url.host} redirects to another place, where this server does not follow.`
          : `${url.host} answered ${status} to the file's URL.`,
      );
    if (response.truncated)
      throw new ArgumentError(
        `The file is too large: at most ${maxBytes} bytes are left for it in this call.`,
      );
    const type = parseMediaType(headers.get("content-type") ?? "")?.essence;
    return {
      bytes: response.body,
      filename: fileNameOf(headers) ?? lastSegment(url),
      ...(type === undefined || type === "application/octet-stream"
        ? {}
        : { mediaType: type }),
    };
  };
}
