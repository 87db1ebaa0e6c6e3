import { setFlagsFromString } from "node:v8";

/**
 * The flag of V8 by the version of Node.js: how much code has to run before it is optimised. It has another name in each
 * V8, and a name that a V8 does not know is a complaint on the screen: an unknown version keeps its default.
 */
const flags: ReadonlyMap<string, string> = new Map([
  ["20", "--interrupt-budget=1000000"],
  ["22", "--invocation-count-for-turbofan=30000"],
  ["24", "--invocation-count-for-turbofan=30000"],
]);

/**
 * How much the heap may grow before it is cleaned up again, in percent: V8 lets it double or more, which takes a third
 * more memory of a large document than this, and spares next to no time.
 */
const growth = "--heap-growing-percent=40";

/**
 * Lets V8 optimise the hottest code only. A run takes a second or two and touches much code, most of it briefly:
 * optimising all that is called a few thousand times costs more than a third of the processor time and gains nothing.
 */
export function optimiseLess(nodeVersion: string): void {
  const flag = flags.get(nodeVersion.split(".")[0] ?? "");
  if (flag === undefined) return;
  setFlagsFromString(flag);
  setFlagsFromString(growth);
}
