/**
 * Which addresses a request may go to. A public API must not lead into the network that this server runs in: neither
 * by its name's addresses nor by an address in its URL.
 */
import { parseUrl } from "../data/url.js";

/** A connection that was refused here: nothing was sent. */
export class PrivateAddressError extends Error {
  readonly code = "PRIVATE_ADDRESS";

  constructor(host: string) {
    super(`${host} has an address that is not public`);
    this.name = "PrivateAddressError";
  }
}

/** Four bytes, or sixteen. */
type Address = readonly number[];
/** Addresses that begin with the same bits. */
export interface Block {
  readonly network: Address;
  readonly bits: number;
}

/** Blocks as the registries list them, read when the first address is looked at: most starts look at none. */
let read: ReturnType<typeof registeredBlocks> | undefined;
const registered = () => (read ??= registeredBlocks());

function registeredBlocks() {
  return {
    /** IPv4 addresses that are not globally reachable (IANA Special-Purpose Address Registry), multicast and reserved. */
    reservedIPv4: blocks(
      "0.0.0.0/8",
      "10.0.0.0/8",
      "100.64.0.0/10",
      "127.0.0.0/8",
      // No special-purpose address, but where Azure tells its machines their secrets.
      "168.63.129.16/32",
      "169.254.0.0/16",
      "172.16.0.0/12",
      "192.0.0.0/24",
      "192.0.2.0/24",
      "192.88.99.0/24",
      "192.168.0.0/16",
      "198.18.0.0/15",
      "198.51.100.0/24",
      "203.0.113.0/24",
      "224.0.0.0/4",
      "240.0.0.0/4",
    ),
    /** Only global unicast is public, and of that not the protocol, documentation and 6to4 blocks. */
    globalIPv6: blocks("2000::/3"),
    reservedIPv6: blocks(
      "2001::/23",
      "2001:db8::/32",
      "2002::/16",
      "3fff::/20",
    ),
    /** NAT64 (RFC 6052): how an IPv6-only network reaches IPv4 hosts. The address at its end decides. */
    nat64: blocks("64:ff9b::/96"),
  };
}

/** Whether an IP address is one of the public Internet. Anything that is no IP address is not. */
export function isPublicAddress(address: string): boolean {
  const bytes = bytesOf(address);
  return bytes !== undefined && isPublic(bytes);
}

/**
 * Whether a URL's host is an IP address that is not public. Who looks names up never sees such hosts, and a proxy would
 * connect to them.
 */
export function isPrivateLiteral(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "");
  const isLiteral = host.includes(":") || bytesOfIPv4(host) !== undefined;
  return isLiteral && !isPublicAddress(host);
}

/** An address, or a network such as `10.0.0.0/8`; `undefined` for what is neither. */
export function blockOf(text: string): Block | undefined {
  const [host = "", length, ...rest] = text.split("/");
  const network = bytesOf(host);
  if (network === undefined || rest.length > 0) return undefined;
  const most = network.length * 8;
  if (length === undefined) return { network, bits: most };
  const isOne = /^(?:0|[1-9]\d{0,2})$/.test(length) && Number(length) <= most;
  return isOne ? { network, bits: Number(length) } : undefined;
}

/** Whether an address, as a socket spells it, is in one of the blocks. */
export function isAddressWithin(
  address: string,
  list: readonly Block[],
): boolean {
  // How a socket of IPv6 spells a client of IPv4.
  const bytes = bytesOf(address.replace(/^::ffff:(?=\d+\.)/i, ""));
  return (
    bytes !== undefined &&
    isWithin(
      bytes,
      list.filter(({ network }) => network.length === bytes.length),
    )
  );
}

function isPublic(address: Address): boolean {
  const { reservedIPv4, globalIPv6, reservedIPv6, nat64 } = registered();
  if (address.length === 4) return !isWithin(address, reservedIPv4);
  if (isWithin(address, nat64)) return isPublic(address.slice(12));
  return isWithin(address, globalIPv6) && !isWithin(address, reservedIPv6);
}

/** `undefined` for what is no address, or one with a zone (`fe80::1%eth0`), which only makes sense on a link. */
function bytesOf(address: string): Address | undefined {
  return address.includes(":") ? bytesOfIPv6(address) : bytesOfIPv4(address);
}

function bytesOfIPv4(address: string): Address | undefined {
  const parts = address.split(".");
  const isOne =
    parts.length === 4 &&
    parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && +part < 256);
  return isOne ? parts.map(Number) : undefined;
}

function bytesOfIPv6(address: string): Address | undefined {
  const url = /^[\da-f:.]+$/i.test(address)
    ? parseUrl(`http://[${address}]`)
    : undefined;
  if (url === undefined) return undefined;
  // The URL parser knows every spelling; it answers with groups of hexadecimal digits, of which `::` is as many as lack.
  const [before = "", after = ""] = url.hostname.slice(1, -1).split("::");
  const groupsOf = (text: string) => text.split(":").filter(Boolean);
  const [left, right] = [groupsOf(before), groupsOf(after)];
  const zeros = Array<string>(8 - left.length - right.length).fill("0");
  return [...left, ...zeros, ...right].flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}

function isWithin(address: Address, list: readonly Block[]): boolean {
  return list.some(({ network, bits }) =>
    network.every((byte, index) => {
      const compared = Math.min(8, Math.max(0, bits - index * 8));
      const mask = (0xff << (8 - compared)) & 0xff;
      return ((address[index] ?? 0) & mask) === (byte & mask);
    }),
  );
}

function blocks(...subnets: readonly string[]): readonly Block[] {
  return subnets.map((subnet) => {
    const [network = "", bits] = subnet.split("/");
    return { network: bytesOf(network) ?? [], bits: Number(bits) };
  });
}
