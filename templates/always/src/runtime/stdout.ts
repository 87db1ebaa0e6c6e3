/** Where an older `src/main.ts` looks for what keeps stdout clean. */
import "./node/stdout.js";
