import { letGo } from "../upstream/deadline.js";
import type { Step } from "./call.js";

/** Milliseconds between two signs of life. */
const everyMs = 5_000;

/** Tells a client that asked for progress how long its call has been waiting. Ends no call. */
export function progress(): Step {
  return async (call, next) => {
    const { progress: tell, row } = call;
    if (tell === undefined) return next(call);
    const started = performance.now();
    const timer = setInterval(() => {
      const seconds = Math.round((performance.now() - started) / 1000);
      tell(`${row.listing.title}: waiting for ${seconds} s`);
    }, everyMs);
    letGo(timer);
    try {
      return await next(call);
    } finally {
      clearInterval(timer);
    }
  };
}
