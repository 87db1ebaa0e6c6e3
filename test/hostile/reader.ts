/**
 * Generates from the attacks that its arguments number, and prints a line for each: what came of it. It is a process
 * of its own, so that an endless loop, a crash or a lack of memory is seen by its parent.
 */
import { CompileError, generate } from "../../src/index.ts";
import { attacks } from "./attacks.ts";
import { faultsOf } from "./emitted.ts";

for (const number of process.argv.slice(2)) {
  const bytes = attacks[Number(number)]?.bytes() ?? new Uint8Array();
  const result = await generate({ inputs: ["-"], stdin: async () => bytes }).then(
    ({ files }) => ({ outcome: "project", faults: faultsOf(files).slice(0, 5) }),
    (fault: unknown) => {
      if (!(fault instanceof CompileError)) return { outcome: "exception", faults: [String(fault)] };
      const told = fault.diagnostics.every(({ code, message, help }) => code && message && help);
      return { outcome: "diagnostic", faults: told ? [] : ["a diagnostic without words"] };
    },
  );
  const polluted = "polluted" in {} ? ["the prototype of all objects was changed"] : [];
  console.log(JSON.stringify({ ...result, faults: [...result.faults, ...polluted] }));
}
