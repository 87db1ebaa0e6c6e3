/** What a resource holds, as `resources/read` gives it. */
/** A part of a resource as MCP names it: text, or bytes in base64. */
export type ResourceContent = {
  readonly uri: string;
  readonly mimeType?: string;
} & ({ readonly text: string } | { readonly blob: string });
