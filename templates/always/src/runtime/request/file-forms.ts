/** How file arguments are listed: with the ways to give a file that this server is set up for. */
import { isJsonArray, isJsonObject, ownValue } from "../data/json-place.js";
import type {
  JsonObject,
  JsonSchema,
  JsonValue,
  ToolListing,
} from "../data/model.js";
import type { Settings } from "../settings/settings.js";

/** The ways besides text and base64, each as an alternative of the argument's schema. */
export function fileForms({
  fileRoot,
  fileHosts,
}: Pick<Settings, "fileRoot" | "fileHosts">): readonly JsonObject[] {
  return [
    ...(fileRoot === undefined
      ? []
      : [formOf("path", "Path below the folder of this server's files")]),
    ...(fileHosts.length === 0
      ? []
      : [
          formOf(
            "url",
            `https URL at ${fileHosts.slice(0, 10).join(", ")}, or the URI of a resource of this server`,
          ),
        ]),
  ];
}

function formOf(source: string, description: string): JsonObject {
  return {
    type: "object",
    properties: {
      [source]: { type: "string", description },
      filename: { type: "string" },
      media_type: { type: "string" },
    },
    required: [source],
    additionalProperties: false,
  };
}

/** The listing with further forms at its file arguments; the listing itself where it has none. */
export function withFileForms(
  listing: ToolListing,
  forms: readonly JsonObject[],
): ToolListing {
  if (forms.length === 0) return listing;
  const { inputSchema } = listing;
  const properties = Object.entries(inputSchema.properties).map(
    ([name, schema]) => [name, withForms(schema, forms)] as const,
  );
  return properties.every(
    ([name, schema]) => schema === inputSchema.properties[name],
  )
    ? listing
    : {
        ...listing,
        inputSchema: {
          ...inputSchema,
          properties: Object.fromEntries(properties),
        },
      };
}

/** Files stand at an argument, at its items, and at its fields. */
function withForms(
  schema: JsonSchema,
  forms: readonly JsonObject[],
): JsonSchema {
  if (!isJsonObject(schema)) return schema;
  const alternatives = ownValue(schema, "anyOf");
  if (isJsonArray(alternatives) && alternatives.some(isBase64Form))
    return { ...schema, anyOf: [...alternatives, ...forms] };
  const items = ownValue(schema, "items");
  if (isJsonObject(items)) {
    const changed = withForms(items, forms);
    return changed === items ? schema : { ...schema, items: changed };
  }
  const properties = ownValue(schema, "properties");
  if (!isJsonObject(properties)) return schema;
  const fields = Object.entries(properties).map(
    ([name, field]) =>
      [name, isJsonObject(field) ? withForms(field, forms) : field] as const,
  );
  return fields.some(([name, field]) => field !== ownValue(properties, name))
    ? { ...schema, properties: Object.fromEntries(fields) }
    : schema;
}

/** The form that the generator lists for every file. */
function isBase64Form(alternative: JsonValue): boolean {
  const properties = ownValue(alternative, "properties");
  const required = ownValue(alternative, "required");
  return (
    isJsonObject(properties) &&
    Object.keys(properties).join() === "data,filename,media_type" &&
    isJsonArray(required) &&
    required.join() === "data"
  );
}
