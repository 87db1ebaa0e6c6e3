/**
 * What you add to this server. This file is yours: generating again never changes it, and reports hooks whose tool is
 * gone.
 *
 *     hooks: {
 *       list_pets: {
 *         before: (args) => ({ ...args, limit: args.limit ?? 20 }),
 *         after: (result) => (result.isError ? result : { ...result, _meta: { source: "pets" } }),
 *       },
 *       delete_pet: {
 *         replace: async (args, { next, caller }) =>
 *           caller.id === "local" ? next(args) : textResult("Only on this machine."),
 *       },
 *     },
 *     tools: [
 *       {
 *         name: "count_pets",
 *         description: "Counts the pets.",
 *         inputSchema: { type: "object", properties: {} },
 *         run: async (_args, { call }) => call("list_pets", {}),
 *       },
 *     ],
 *
 * `defineCustom` knows the names, arguments and results of your tools; `textResult` and `jsonResult` of
 * `./runtime/custom.js` make results; a `CallError` of `./runtime/errors.js` tells the model what is wrong.
 */
import type { Tools } from "./generated/types.js";
import { defineCustom } from "./runtime/custom.js";

export const custom = defineCustom<Tools>({
  hooks: {},
  tools: [],
  resources: [],
  prompts: [],
});
