#!/usr/bin/env node
/**
 * How this server starts, and what every call passes. This file is yours.
 *
 * A call enters the steps from the first to the last and leaves them in reverse. A step of your own is a line more:
 *
 *     const timed: NamedStep = {
 *       name: "timed",
 *       make: ({ log }) => async (call, next) => {
 *         const result = await next(call);
 *         log.info("timed", { tool: call.row.listing.name });
 *         return result;
 *       },
 *     };
 *
 * `NamedStep` is in ./runtime/call/call.js. What each of the steps does, ./runtime/call/steps.js says.
 *
 * What the instances of this server share stands in Redis where REDIS_URL is set, else in memory: a `store` of yours, given to
 * `serve` beside the others, takes their place. ./runtime/store/store.js says what it has to do.
 */
// First, so that whatever the others print does not reach stdout.
import "./runtime/node/stdout.js";

import { authenticate } from "./access.js";
import { credentials } from "./auth.js";
import { custom } from "./custom.js";
import { project } from "./generated/index.js";
import { rateLimiting } from "./rate-limit.js";
import * as step from "./runtime/call/steps.js";
import { serve } from "./runtime/node/serve.js";

const steps = [
  step.record,
  step.progress,
  step.admit,
  step.declare,
  step.untilStopped,
  step.authorise,
  step.validate,
  step.policy,
  step.hooks,
  step.request,
  step.approve,
  step.cache,
  step.jobs,
  step.send,
  step.answer,
];

await serve(
  { authenticate, credentials, custom, rateLimiting, steps },
  project,
);
