/**
 * The public API: `generate()` makes the files of an MCP server out of OpenAPI documents, `writeProject()` puts them
 * into a folder.
 *
 * ```ts
 * const { files, diagnostics } = await generate({ inputs: ["petstore.yaml"] });
 * await writeProject(files, "./server", { force: false });
 * ```
 */
export { generate, type Generated, type Stage } from "./generate.ts";
export type { DocumentInput, GenerateOptions } from "./options.ts";
export { CompileError, catalogue, type Diagnostic, type DiagnosticCode, type Severity } from "./diagnostics.ts";
export { planChanges, type Change } from "./disk/changes.ts";
export { writeProject } from "./disk/write.ts";
export type { Curation, Selection, Selector, ToolCuration } from "./mcp/curation.ts";
export type { EmittedFile, FileSet } from "./project/files.ts";
export type { Loss, Reason, ServerApi, ServerModel, Tool, ToolGroup } from "./mcp/model.ts";
export { version } from "./version.ts";
