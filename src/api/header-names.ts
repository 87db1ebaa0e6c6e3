/** Names of header fields that a document may set; the server that is generated refuses the others. */

/** Fields that frame a message or speak for a proxy (RFC 9110, RFC 9112, RFC 7239), or put another method in its place. */
const reserved = new Set(
  "host content-length transfer-encoding connection upgrade te trailer keep-alive expect forwarded x-real-ip x-http-method x-http-method-override x-method-override".split(
    " ",
  ),
);

/** Whether a parameter or a part may have a field of this name (RFC 9110 §5.1). */
export function isSettableHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && !reserved.has(lower) && !/^(?:proxy-|x-forwarded-)/.test(lower);
}
