/** Failures on connections that were kept from an earlier request: the host marks them, since only it knows. */

const errors = new WeakSet<Error>();

/** Says that a request failed on such a connection, before a byte of the answer came. */
export function markReused(error: Error): void {
  errors.add(error);
}

/** Whether it did (RFC 9112 §9.3.1): then the failure says nothing of the API. */
export function failedOnReuse(error: unknown): boolean {
  return error instanceof Error && errors.has(error);
}
