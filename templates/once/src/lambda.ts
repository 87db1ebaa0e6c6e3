/**
 * This server as a function of AWS Lambda, behind a function URL or an HTTP API (payload format 2.0). This file is yours.
 *
 * template.yaml deploys it with the SAM command line. `handler` is for the invoke mode BUFFERED, and `streaming` for
 * RESPONSE_STREAM, where progress arrives while a call runs. What instances share stands in Redis where REDIS_URL is set.
 */
import { authenticate } from "./access.js";
import { credentials } from "./auth.js";
import { custom } from "./custom.js";
import { project } from "./generated/index.js";
import { rateLimiting } from "./rate-limit.js";
import { createLambda } from "./runtime/node/lambda.js";

export const { handler, streaming } = createLambda(
  { authenticate, credentials, custom, rateLimiting },
  project,
);
