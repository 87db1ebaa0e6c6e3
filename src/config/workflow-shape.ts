/** `workflows` of the configuration file: its form. */
import { type Field, type Shape, text } from "./shape.ts";

const any: Shape = { kind: "any" };
const fields: readonly Field[] = [
  { key: "workflowId", shape: text, required: true, description: "Its name, from which that of the tool is made" },
  { key: "summary", shape: text, description: "Title of the tool" },
  { key: "description", shape: text, description: "Description of the tool" },
  { key: "inputs", shape: any, description: "JSON Schema of an object: the arguments of the tool" },
  { key: "dependsOn", shape: any, description: "Workflows that are run before it" },
  { key: "steps", shape: any, required: true, description: "Calls of operations and of workflows, in their order" },
  { key: "parameters", shape: any, description: "Parameters of every step" },
  { key: "successActions", shape: any, description: "What follows a step that succeeded" },
  { key: "failureActions", shape: any, description: "What follows a step that failed" },
  { key: "outputs", shape: any, description: "By name, an expression: what the tool answers" },
];

/** A list of documents, and of workflows as Arazzo 1.0.1 §4.6.4 has them. */
export const workflowsShape: Shape = { kind: "list", of: { kind: "either", of: [text, { kind: "fields", fields }] } };
