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

/** Whether a URL's host name stands for this machine: `localhost`, or a loopback address as URLs spell it. */
export function isLoopbackHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "").toLowerCase();
  return (
    /(?:^|\.)localhost\.?$/.test(host) ||
    host === "::1" ||
    /^127(?:\.\d{1,3}){3}$/.test(host)
  );
}

/** Whether keys, or a secret of ours, may travel to a URL: nobody on the way may change or read them. */
export function isSafeUrl(url: URL): boolean {
  return (
    (url.protocol === "https:" || isLoopbackHost(url.hostname)) &&
    url.username === "" &&
    url.password === ""
  );
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
