/** Resources and prompts as the JSON files under `src/generated/<api>/` hold them. */

/** An entry of `resources.json`: a GET operation that can be read by URI. */
export interface ResourceData {
  /** `petstore://pets`, or a template (RFC 6570) such as `petstore://pets/{petId}{?limit,cursor}`. */
  readonly uri: string;
  /** Whether `uri` has variables: then it is listed as a template. */
  readonly template: boolean;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly mimeType: string;
  /** The tool that reads it. */
  readonly tool: string;
  readonly variables: readonly ResourceVariable[];
}

export interface ResourceVariable {
  /** Name in the URI template. */
  readonly name: string;
  /** Argument of the tool. */
  readonly argument: string;
  readonly in: "path" | "query";
  /** Values to complete from, where the schema enumerates them. */
  readonly values?: readonly string[];
  /** A sibling list operation to complete from. */
  readonly list?: {
    readonly tool: string;
    /** JSON pointer to the list in its result. */ readonly items: string;
    /** Property of an item. */ readonly property: string;
    /** Its arguments by the other variables of this URI. Absent where the URI takes more than path and item tell. */
    readonly parents?: { readonly [variable: string]: string };
  };
  /** Type of the argument, to turn the URI's text into it. */
  readonly type:
    "string" | "number" | "integer" | "boolean" | "array" | "object";
}

/** An entry of `prompts.json`. `{{name}}` in `text` stands for an argument; `{{tools}}` for a list of matching tools. */
export interface PromptData {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: readonly PromptArgument[];
  readonly text: string;
}

export interface PromptArgument {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly values?: readonly string[];
}
