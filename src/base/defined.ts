/** Optional members of objects: the rule is the runtime's, for both. */
export { defined } from "../../templates/always/src/runtime/data/defined.ts";
