/** Links of an answer (§4.8.20) that lead to an operation which reads the state of what was started. */
import type { JobReading, JobValue } from "../model.ts";
import type { Candidate } from "./path-match.ts";

/** Those whose parameters are arguments of the first call, or values of its answer. */
export function linkReadings(start: Candidate, all: readonly Candidate[]): readonly JobReading[] {
  const links = start.operation.responses.flatMap(({ links: named }) => named ?? []);
  return links.flatMap(({ operationId, pointer, parameters }): readonly JobReading[] => {
    const target = all.find(
      ({ operation }) =>
        operation.method === "GET" &&
        (operationId === undefined ? operation.pointer === pointer : operation.operationId === operationId),
    );
    if (target === undefined || target.operation === start.operation) return [];
    const { listing, call } = target.tool;
    const values: { [argument: string]: JobValue } = {};
    for (const [key, expression] of parameters) {
      // A name may say where its parameter is: `path.id`.
      const [, place, plain = key] = /^(path|query|header|cookie)\.(.+)$/.exec(key) ?? [];
      const parameter = call.request.parameters.find(
        ({ name, in: where }) => name === plain && (place === undefined || where === place),
      );
      const value = valueOf(expression, start);
      if (parameter === undefined || value === undefined) return [];
      values[parameter.argument] = value;
    }
    const isWhole = (listing.inputSchema.required ?? []).every((argument) => Object.hasOwn(values, argument));
    return isWhole && parameters.size > 0 ? [{ by: "operation", tool: listing.name, arguments: values }] : [];
  });
}

/** What a runtime expression (§4.8.20.4) stands for; `undefined` for one that is nothing of these. */
function valueOf(expression: string, start: Candidate): JobValue | undefined {
  const body = /^\$response\.body#(\/.*)$/.exec(expression)?.[1];
  if (body !== undefined) return { at: body };
  const [, place, name] = /^\$request\.(path|query|header)\.(.+)$/.exec(expression) ?? [];
  const parameter = start.tool.call.request.parameters.find((one) => one.name === name && one.in === place);
  return parameter === undefined ? undefined : { argument: parameter.argument };
}
