#!/usr/bin/env node
// First, so that whatever the others print does not reach stdout.
import "./runtime/stdout.js";

import { credentials } from "./auth.js";
import { custom } from "./custom.js";
import { project } from "./generated/index.js";
import { rateLimiting } from "./rate-limit.js";
import { serve } from "./runtime/serve.js";

await serve({ custom, credentials, rateLimiting }, project);
