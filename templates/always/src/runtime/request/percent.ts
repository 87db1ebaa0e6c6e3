/** Percent-encoding (RFC 3986 §2.1) of UTF-8, for each place where the specification asks for it (Appendix E). */

/** Encodes all but the unreserved characters (RFC 3986 §2.3), as RFC 6570 does without operator `+`. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, encodeByte);
}

/**
 * Reserved expansion in a query (RFC 6570 §3.2.3): reserved characters and percent-encoded triples stay.
 *
 * Encoded all the same are `#`, `[` and `]`, which a query must not hold, and `&`, `=`, `+` and `;`, with which a
 * value could end itself or begin another parameter; `'`, because URL parsers encode it on their own.
 */
export function percentEncodeReservedQuery(text: string): string {
  return encodeAllBut(text, /%[0-9A-Fa-f]{2}|[!$()*,/:?@]+/g);
}

/** Reserved expansion in a path: what a segment may hold (`pchar`), thus never `/`, `?` or `#` (§4.8.8.2). */
export function percentEncodeReservedPath(text: string): string {
  return encodeAllBut(text, /%[0-9A-Fa-f]{2}|[!$&'()*+,;=:@]+/g);
}

/** Fixed text of a path template: legal characters and triples stay, all else is encoded (RFC 6570 §3.1). */
export function percentEncodeLiteral(text: string): string {
  return encodeAllBut(text, /%[0-9A-Fa-f]{2}|[!$&'()*+,;=:@/]+/g);
}

/** Fixed text of a query that a path template holds. */
export function percentEncodeQueryLiteral(text: string): string {
  return encodeAllBut(text, /%[0-9A-Fa-f]{2}|[!$&()*+,;=:@/?]+/g);
}

/** `application/x-www-form-urlencoded` (WHATWG URL §5.2): a space is `+`, and `*-._` stay. */
export function formEncode(text: string): string {
  return asForm(percentEncode(text)).replaceAll("%2A", "*");
}

/** The same with reserved expansion. */
export function formEncodeReserved(text: string): string {
  return asForm(percentEncodeReservedQuery(text));
}

function asForm(encoded: string): string {
  return encoded.replaceAll("%20", "+").replaceAll("~", "%7E");
}

function encodeAllBut(text: string, kept: RegExp): string {
  let encoded = "";
  let end = 0;
  for (const match of text.matchAll(kept)) {
    encoded += percentEncode(text.slice(end, match.index)) + match[0];
    end = match.index + match[0].length;
  }
  return encoded + percentEncode(text.slice(end));
}

function encodeByte(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
