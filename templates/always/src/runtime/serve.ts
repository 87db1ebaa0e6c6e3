/** Where an older `src/main.ts` looks for the server's start. */
export { serve } from "./node/serve.js";
