/**
 * Which addresses a request may go to. A public API must not lead into the network that this server runs in: neither
 * by its name's addresses nor by an address in its URL.
 */

import { lookup, type LookupAddress } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** A connection that was refused here: nothing was sent. */
export class PrivateAddressError extends Error {
  readonly code = "PRIVATE_ADDRESS";

  constructor(host: string) {
    super(`${host} has an address that is not public`);
    this.name = "PrivateAddressError";
  }
}

/** IPv4 addresses that are not globally reachable (IANA Special-Purpose Address Registry), multicast and reserved. */
const reservedIPv4 = blockList("ipv4", [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  // No special-purpose address, but where Azure tells its machines their secrets.
  ["168.63.129.16", 32],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
]);

/** Only global unicast is public, and of that not the protocol, documentation and 6to4 blocks. */
const globalIPv6 = blockList("ipv6", [["2000::", 3]]);
const reservedIPv6 = blockList("ipv6", [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
]);

/** NAT64 (RFC 6052): how an IPv6-only network reaches IPv4 hosts. The address at its end decides. */
const nat64 = blockList("ipv6", [["64:ff9b::", 96]]);

/** Whether an IP address is one of the public Internet. Anything that is no IP address is not. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !reservedIPv4.check(address, "ipv4");
    case 6:
      // A zone (`fe80::1%eth0`) only makes sense on a link.
      if (address.includes("%")) return false;
      if (nat64.check(address, "ipv6"))
        return isPublicAddress(lastIPv4(address));
      return (
        globalIPv6.check(address, "ipv6") &&
        !reservedIPv6.check(address, "ipv6")
      );
    default:
      return false;
  }
}

/**
 * Whether a URL's host is an IP address that is not public. A `lookup` hook never sees such hosts, and a proxy would
 * connect to them.
 */
export function isPrivateLiteral(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "");
  return isIP(host) !== 0 && !isPublicAddress(host);
}

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

/** The last 32 bits of an IPv6 address, as IPv4. */
function lastIPv4(address: string): string {
  // The URL parser knows every spelling; it answers with groups of hexadecimal digits.
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const groups = canonical.split(":").slice(-2);
  return groups
    .flatMap((group) => {
      const value = Number.parseInt(group || "0", 16);
      return [value >> 8, value & 0xff];
    })
    .join(".");
}

function blockList(
  family: "ipv4" | "ipv6",
  subnets: readonly (readonly [network: string, prefix: number])[],
): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of subnets)
    list.addSubnet(network, prefix, family);
  return list;
}
