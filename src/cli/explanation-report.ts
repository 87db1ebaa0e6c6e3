/** The trace of one tool as text for a terminal. */
import type { ExplainedTool } from "../explain.ts";
import type { Reason } from "../mcp/model.ts";
import type { DocumentPlace } from "../document/document.ts";
import { count } from "../surface/text-report.ts";
import { visible } from "../base/visible.ts";
import { hintWords } from "./inspection-report.ts";
import type { Style } from "./terminal.ts";
import { wrapped } from "./wrap.ts";

/** The report, without a line feed at its end: each part, its reason, and the place that it comes from. */
export function explanationReport(tool: ExplainedTool, { colors, width }: Style): string {
  const { bold, cyan, dim } = colors;
  const at = (place: DocumentPlace, indent: string): string => `${indent}${dim(`at ${placeText(place)}`)}`;
  const shown: Readonly<Record<Reason["about"], string>> = {
    name: tool.tool,
    title: tool.title,
    description: tool.description,
    hints: hintWords(tool.hints),
    tags: "group",
    arguments: "arguments",
    body: "body",
    result: "answer",
    resource: "resource",
    pages: "pages",
    limits: "limits",
  };
  const id = tool.operationId === undefined ? "" : ` (${visible(tool.operationId)})`;
  const lines = [
    `${bold(visible(tool.tool))}: ${visible(tool.request)}${id}, ${tool.listed ? "" : "found, listed it would take "}about ${count(tool.tokens)} tokens`,
    at(tool.place, "  "),
    "",
    ...tool.reasons.map(({ about, text }) => {
      const value = shown[about] === about ? "" : ` ${visible(shown[about])}:`;
      return `  ${cyan(about)}${" ".repeat(11 - about.length)} ${value.trimStart()}${value === "" ? "" : " "}${visible(text)}`;
    }),
    ...(tool.arguments.length === 0 ? [] : ["", bold("Arguments")]),
    ...tool.arguments.flatMap(({ name, listed, required, goes, supplied, place }) => {
      const marks = [
        ...(required ? ["required"] : []),
        ...(listed ? [] : ["hidden"]),
        ...(supplied === undefined ? [] : [supplied === "environment" ? "from the environment" : supplied]),
      ];
      const suffix = marks.length === 0 ? "" : ` (${marks.join(", ")})`;
      return [`  ${visible(name)}${suffix}: ${visible(goes)}`, at(place, "    ")];
    }),
    ...(tool.losses.length === 0 ? [] : ["", bold("What the listed schema does not say")]),
    ...tool.losses.flatMap(({ pointer, text, place }) => [
      `  ${pointer === "" ? "" : `${visible(pointer)}: `}${visible(text)}`,
      at(place, "    "),
    ]),
  ];
  return wrapped(lines.join("\n"), width);
}

/** `openapi.yaml:12 #/paths/~1pets/get` */
function placeText({ file, pointer, line }: DocumentPlace): string {
  return `${visible(file)}${line === undefined ? "" : `:${line}`}${pointer === "" ? "" : ` #${visible(pointer)}`}`;
}
