/**
 * The tools by which operations are found that are not listed: what clients see of them. Reading and writing are apart,
 * so that hints, and what a client asks its user, stay right.
 */
import type { ToolListing } from "../data/model.js";

const named = {
  name: {
    type: "string",
    description: "Name of the operation, as find_operations gives it",
  },
} as const;

const called = {
  ...named,
  arguments: {
    type: "object",
    description:
      "Its arguments, as find_operations or describe_operation gives them",
    additionalProperties: true,
  },
} as const;

const reading = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
} as const;

/** Names of the tools of discovery. */
export type DiscoveryTool =
  | "find_operations"
  | "describe_operation"
  | "call_read_operation"
  | "call_write_operation";

/** In the order in which they are used. */
export const discoveryTools: readonly (ToolListing & {
  readonly name: DiscoveryTool;
})[] = [
  {
    name: "find_operations",
    title: "Find operations",
    description:
      "Finds the operations of this API that do what you describe in plain words, best first, with their arguments. " +
      "Use it before call_read_operation and call_write_operation. For a task of several steps, ask for each step.",
    inputSchema: {
      type: "object",
      properties: {
        query: {
          type: "string",
          description: 'What shall be done, for example "close an issue"',
        },
        limit: {
          type: "integer",
          description: "How many at most; default 10",
          minimum: 1,
          maximum: 50,
        },
        tag: { type: "string", description: "Only operations of this tag" },
        only: {
          type: "string",
          enum: ["read", "write"],
          description: "Only operations that read, or that write",
        },
      },
      required: ["query"],
      additionalProperties: false,
    },
    annotations: reading,
  },
  {
    name: "describe_operation",
    title: "Describe an operation",
    description:
      "Tells all of one operation: the schema of its arguments, what it answers, its errors, and an example of a call.",
    inputSchema: {
      type: "object",
      properties: named,
      required: ["name"],
      additionalProperties: false,
    },
    annotations: reading,
  },
  {
    name: "call_read_operation",
    title: "Call an operation that reads",
    description:
      "Calls an operation that changes nothing. Others are refused: call_write_operation calls them.",
    inputSchema: {
      type: "object",
      properties: called,
      required: ["name"],
      additionalProperties: false,
    },
    annotations: { ...reading, openWorldHint: true },
  },
  {
    name: "call_write_operation",
    title: "Call an operation that writes",
    description:
      "Calls an operation that creates, changes or deletes something. Have the user's consent before you remove anything.",
    inputSchema: {
      type: "object",
      properties: called,
      required: ["name"],
      additionalProperties: false,
    },
    annotations: {
      readOnlyHint: false,
      destructiveHint: true,
      idempotentHint: false,
      openWorldHint: true,
    },
  },
];
