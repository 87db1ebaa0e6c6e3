import type { Tool } from "../../mcp/model.ts";
import { type Feature, ifAsked } from "./feature.ts";
import { bodiesOf } from "./plans.ts";

type Encodings = Pick<NonNullable<Tool["call"]["request"]["body"]>["contents"][number], "fields" | "prefix" | "items">;

/** Arguments that are files: from the owner's folder, from base64, from a resource or from a host that the owner named. */
export const files: Feature = {
  name: "files",
  files: ["src/runtime/node/files.ts", "src/runtime/request/files.ts", "src/runtime/request/file.ts"],
  dependencies: [],
  neededBy: (model) => bodiesOf(model).some((body) => body.encoding === "binary" || takesFiles(body)),
  wantedBy: ifAsked,
  stays: false,
};

/** Whether a field or part, at any depth, is a file. */
function takesFiles({ fields, prefix = [], items }: Encodings): boolean {
  return [...Object.values(fields ?? {}), ...prefix, ...(items === undefined ? [] : [items])].some(
    (encoding) => encoding.file === true || takesFiles(encoding),
  );
}
