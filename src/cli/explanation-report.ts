/** The trace of one tool as text for a terminal. */
import type { ExplainedTool } from "../explain.ts";
import type { Reason } from "../mcp/model.ts";
import type { DocumentPlace } from "../spec/document.ts";
import { count } from "../surface/text-report.ts";
import { visible } from "../visible.ts";
import { hintWords } from "./inspection-report.ts";

/** The report, without a line feed at its end: each part, its reason, and the place that it comes from. */
export function explanationReport(tool: ExplainedTool): string {
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
    limits: "limits",
  };
  const id = tool.operationId === undefined ? "" : ` (${visible(tool.operationId)})`;
  return [
    `${visible(tool.tool)}: ${visible(tool.request)}${id}, about ${count(tool.tokens)} tokens`,
    `  at ${placeText(tool.place)}`,
    "",
    ...tool.reasons.map(({ about, text }) => {
      const value = shown[about] === about ? "" : ` ${visible(shown[about])}:`;
      return `  ${about.padEnd(11)} ${value.trimStart()}${value === "" ? "" : " "}${visible(text)}`;
    }),
    ...(tool.arguments.length === 0 ? [] : ["", "Arguments"]),
    ...tool.arguments.flatMap(({ name, listed, required, goes, supplied, place }) => {
      const marks = [
        ...(required ? ["required"] : []),
        ...(listed ? [] : ["hidden"]),
        ...(supplied === undefined ? [] : [supplied === "environment" ? "from the environment" : supplied]),
      ];
      const suffix = marks.length === 0 ? "" : ` (${marks.join(", ")})`;
      return [`  ${visible(name)}${suffix}: ${visible(goes)}`, `    at ${placeText(place)}`];
    }),
    ...(tool.losses.length === 0 ? [] : ["", "What the listed schema does not say"]),
    ...tool.losses.flatMap(({ pointer, text, place }) => [
      `  ${pointer === "" ? "" : `${visible(pointer)}: `}${visible(text)}`,
      `    at ${placeText(place)}`,
    ]),
  ].join("\n");
}

/** `openapi.yaml:12 #/paths/~1pets/get` */
function placeText({ file, pointer, line }: DocumentPlace): string {
  return `${visible(file)}${line === undefined ? "" : `:${line}`}${pointer === "" ? "" : ` #${visible(pointer)}`}`;
}
