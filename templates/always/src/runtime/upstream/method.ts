/** What methods promise (RFC 9110 §9.2). */

/** Those that ask for no change (§9.2.1), QUERY included. */
export const safeMethods: ReadonlySet<string> = new Set([
  "GET",
  "HEAD",
  "OPTIONS",
  "TRACE",
  "QUERY",
]);

/** Those that may be sent again without a further effect (§9.2.2). */
export const idempotentMethods: ReadonlySet<string> = new Set([
  ...safeMethods,
  "PUT",
  "DELETE",
]);
