/** What stands between document and project, as JSON for people to read: the value that each room hands to the next. */
import type { Json } from "./base/json.ts";
import type { Mapped } from "./generate.ts";
import { jsonValue } from "./project/json.ts";

/** `api`: what the documents mean; `model`: the server; `plan`: how each tool's request is made and its answer read. */
export const intermediates = ["api", "model", "plan"] as const;
export type Intermediate = (typeof intermediates)[number];

/** One value of a run. Maps become objects; what JSON has no word for is left out. */
export function intermediateOf({ inputs, model }: Mapped, which: Intermediate): Json {
  switch (which) {
    case "api":
      return plain(inputs.map(({ api }) => api));
    case "model":
      return plain(model);
    case "plan":
      return plain(
        Object.fromEntries(
          model.apis.flatMap(({ groups }) =>
            groups.flatMap(({ tools }) => tools.map(({ listing, call }) => [listing.name, call])),
          ),
        ),
      );
    default:
      return which satisfies never;
  }
}

function plain(value: unknown): Json {
  return JSON.parse(jsonValue(value)) as Json;
}
