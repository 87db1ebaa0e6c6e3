/** Content of a tool's result, as MCP has it (2026-07-28, `ContentBlock`). */

export type ContentBlock =
  | TextBlock
  | {
      readonly type: "image" | "audio";
      /** Base64. */
      readonly data: string;
      readonly mimeType: string;
    }
  | {
      readonly type: "resource";
      readonly resource: {
        readonly uri: string;
        readonly mimeType: string;
      } & ({ readonly blob: string } | { readonly text: string });
    }
  | {
      readonly type: "resource_link";
      readonly uri: string;
      readonly name: string;
      readonly mimeType?: string;
      readonly description?: string;
      /** Bytes. */
      readonly size?: number;
    };

export interface TextBlock {
  readonly type: "text";
  readonly text: string;
}

export function textBlock(text: string): TextBlock {
  return { type: "text", text };
}
