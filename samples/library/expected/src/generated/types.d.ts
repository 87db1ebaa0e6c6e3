import type { Tools as Api1 } from "./library/types.js";

/** All tools of this server by name. Generated: do not edit. */
export type Tools = Api1;
