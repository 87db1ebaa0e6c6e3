/** What is a URL, for the generator and for emitted servers. */
import { visibleLine } from "../text/visible.js";

/** Whether a text begins as an http(s) URL does; the rest may be wrong, or hold variables that are to be filled in. */
export function isWebUrl(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

/** A URL, absolute or relative to `base`; `undefined` where a text is none. */
export function parseUrl(text: string, base?: string): URL | undefined {
  return URL.canParse(text, base) ? new URL(text, base) : undefined;
}

/** The same of the web only: http or https. */
export function parseWebUrl(text: string, base?: string): URL | undefined {
  const url = parseUrl(text, base);
  return url?.protocol === "https:" || url?.protocol === "http:"
    ? url
    : undefined;
}

/** What stands before query and fragment of a reference. */
export function pathOf(reference: string): string {
  return reference.replace(/[?#].*$/s, "");
}

/** Name of a file as the path of its URL ends, decoded; `file` for a path without an end. */
export function lastSegment({ pathname }: URL): string {
  const segment = pathname.split("/").at(-1) ?? "";
  try {
    return (
      visibleLine(decodeURIComponent(segment), 100).replaceAll(/[/\\]/g, "_") ||
      "file"
    );
  } catch {
    return "file";
  }
}
