/**
 * Writes what derives from the table of settings: the reference page, and the JSON Schema of the configuration file,
 * for the package and for emitted projects. Run `npm run reference` in the repository after a change of the table.
 */
import { writeFileSync } from "node:fs";
import { format, resolveConfig } from "prettier";
import { configurationFields } from "../src/config/fields.ts";
import { referencePage } from "../src/config/reference.ts";
import { configurationSchema } from "../src/config/schema.ts";

const schema = JSON.stringify(configurationSchema(configurationFields));
const ownStyle = await resolveConfig("package.json");
writeFileSync("docs/reference.md", await format(referencePage(), { parser: "markdown" }));
writeFileSync("openapi-to-mcp.schema.json", await format(schema, { ...ownStyle, parser: "json" }));
writeFileSync("templates/always/src/generated/openapi-to-mcp.schema.json", await format(schema, { parser: "json" }));
