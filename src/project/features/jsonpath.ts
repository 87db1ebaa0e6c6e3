import { isSelector } from "../../../templates/always/src/runtime/workflows/expression.ts";
import { dependency } from "../dependency.ts";
import { type Feature, ifAsked } from "./feature.ts";

/** JSONPath, where a workflow asks by it. */
export const jsonpath: Feature = {
  name: "jsonpath",
  files: ["src/runtime/jsonpath/"],
  dependencies: [
    dependency(
      "json-p3",
      "2.3.1",
      "criteria and selectors of workflows in JSONPath; loaded when a workflow first runs",
    ),
  ],
  neededBy: (model) => model.workflows.some(asksByJsonPath),
  wantedBy: ifAsked,
  stays: false,
};

/** Whether a workflow, or a part of one, has a criterion, a selector or a target in JSONPath. */
function asksByJsonPath(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return isSelector(value) || "query" in value || "isQuery" in value || Object.values(value).some(asksByJsonPath);
}
