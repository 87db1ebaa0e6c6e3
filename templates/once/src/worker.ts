/**
 * This server as a Worker, such as Cloudflare's. This file is yours.
 *
 * `npm run build:worker`, then `npx wrangler dev` or `npx wrangler deploy`: wrangler.jsonc says how. Settings are
 * variables of the Worker, credentials its secrets (`npx wrangler secret put NAME`).
 *
 * What instances share is in the memory of each of them, unless a `store` of yours stands beside the others: a Durable
 * Object or a Redis over HTTP can be one. ./runtime/store/store.js says what it has to do.
 */
import { authenticate } from "./access.js";
import { credentials } from "./auth.js";
import { custom } from "./custom.js";
import files from "./generated/data.js";
import { parts } from "./generated/parts.js";
import { rateLimiting } from "./rate-limit.js";
import { createWorker } from "./runtime/worker/worker.js";

export default createWorker(
  { authenticate, credentials, custom, rateLimiting },
  files,
  parts,
);
