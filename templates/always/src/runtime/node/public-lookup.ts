/** Looks names up for sockets that may go to public addresses only. */

import { lookup, type LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import {
  PrivateAddressError,
  isPublicAddress,
} from "../upstream/public-address.js";

/**
 * A `lookup` for sockets that fails with `PrivateAddressError` if any address of the name is not public. The socket connects
 * to the addresses that were checked, so a name cannot change its mind in between.
 */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(
    hostname,
    { ...options, all: true },
    (error, addresses: LookupAddress[]) => {
      const first = addresses?.[0];
      if (error !== null || first === undefined) {
        callback(error ?? new PrivateAddressError(hostname), "", 0);
      } else if (!addresses.every(({ address }) => isPublicAddress(address))) {
        callback(new PrivateAddressError(hostname), "", 0);
      } else if (options.all === true) {
        callback(null, addresses);
      } else {
        callback(null, first.address, first.family);
      }
    },
  );
};
