/** Answers that a result holds only a part of. */

/** In `_meta` of a result that holds only a part of the answer: which. */
export const partKey = "openapi-to-mcp/part";
