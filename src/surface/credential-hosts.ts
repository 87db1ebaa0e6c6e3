/** Where credentials go unless their owner says otherwise: a document says it, and the owner confirms it. */
import { isWebUrl } from "../base/address.ts";
import type { ServerModel } from "../mcp/model.ts";
import { destinationsOf, egressOf } from "./egress.ts";
import { trafficOf } from "./surface.ts";

/** An origin that gets credentials by default. */
export interface CredentialHost {
  readonly origin: string;
  /** Index of the API in the model. */
  readonly api: number;
}

/**
 * The origins that get credentials, tokens, secrets for those, or arguments that the owner takes from the environment, by
 * API in the order of the model, sorted. An origin that only a variable names is its owner's anyway.
 */
export function credentialHosts(model: ServerModel): readonly CredentialHost[] {
  return model.apis.flatMap(({ data, groups }, api) => {
    const egress = egressOf([{ destinations: destinationsOf(data), traffic: groups.flatMap(trafficOf) }]);
    // Where no scheme is described, the owner may set a header for all calls.
    const byAnyCall =
      Object.keys(data.securitySchemes).length === 0 ||
      groups.some(({ tools }) =>
        tools.some(({ call }) => call.supplied?.some(({ kind }) => kind === "environment") === true),
      );
    return egress
      .filter(({ receives }) => byAnyCall || receives.some(({ kind }) => kind !== "calls"))
      .flatMap(({ host }) => (isWebUrl(host) ? [host] : []))
      .sort()
      .map((origin) => ({ origin, api }));
  });
}
