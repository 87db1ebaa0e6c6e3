/**
 * The public API: `generate()` makes the files of an MCP server out of OpenAPI documents, `writeProject()` puts them
 * into a folder, `inspect()` says what a server offers and `inspectTool()` why, `diff()` what a model sees differently.
 *
 * ```ts
 * const { files } = await generate({ inputs: ["petstore.yaml"] });
 * const { verdict } = await diff("./server", { inputs: ["petstore.yaml"] });
 * if (verdict !== "major") await writeProject(files, "./server", { force: false });
 * ```
 */
export { generate, type Generated, type Stage } from "./generate.ts";
export { diff, surfaceChange, type DiffSide } from "./diff.ts";
export { inspect, inspectTool, type Inspected } from "./inspect.ts";
export type { ExplainedArgument, ExplainedLoss, ExplainedTool } from "./explain.ts";
export type { DocumentInput, GenerateOptions } from "./config/options.ts";
export { CompileError, catalogue, type Diagnostic, type DiagnosticCode, type Severity } from "./base/diagnostics.ts";
export { check, type Check } from "./check.ts";
export { type Configuration, loadConfiguration } from "./config/read.ts";
export { planChanges, type Change } from "./disk/changes.ts";
export { writeProject } from "./disk/write.ts";
export type { Curation, Selection, Selector, ToolCuration } from "./mcp/curation/curation.ts";
export type { EmittedFile, FileSet } from "./project/files.ts";
export type { Loss, Reason, ServerApi, ServerModel, Tool, ToolGroup } from "./mcp/model.ts";
export type { CostDifference, SurfaceDiff } from "./surface/diff.ts";
export { differenceKinds, type Difference, type DifferenceKind, type Verdict } from "./surface/difference.ts";
export { markdownReport } from "./surface/markdown-report.ts";
export { textReport } from "./surface/text-report.ts";
export type { Cost, CostOf, InspectedTool, Inspection } from "./surface/inspection.ts";
export { toolTokens } from "./mcp/cost.ts";
export { listOfServer } from "./mcp/plan/served-list.ts";
export type { Egress, Receipt } from "./surface/egress.ts";
export { version } from "./base/version.ts";
export type { TemplateContext } from "./project/template-context.ts";
export type { TemplateArgument, TemplatePrompt, TemplateResource, TemplateTool } from "./project/template-model.ts";
