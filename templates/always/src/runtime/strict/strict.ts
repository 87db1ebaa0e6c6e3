/** The part that lists tools as OpenAI's strict mode takes them, and reads what clients of it send. */
export { givenArguments } from "./given.js";
export { strictList } from "./strict-form.js";
