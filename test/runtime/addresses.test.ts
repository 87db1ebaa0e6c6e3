/** Which addresses are public, how they may be written, and which are within the blocks that an owner names. */
import { describe, expect, it } from "vitest";
import { isLoopbackHost, isSafeUrl } from "../../templates/always/src/runtime/data/url.ts";
import {
  blockOf,
  isAddressWithin,
  isPrivateLiteral,
  isPublicAddress,
  PrivateAddressError,
} from "../../templates/always/src/runtime/upstream/public-address.ts";

describe("of each block that is not public", () => {
  it.each([
    ["0.0.0.0", "0.255.255.255", undefined, "1.0.0.0"],
    ["10.0.0.0", "10.255.255.255", "9.255.255.255", "11.0.0.0"],
    ["100.64.0.0", "100.127.255.255", "100.63.255.255", "100.128.0.0"],
    ["127.0.0.0", "127.255.255.255", "126.255.255.255", "128.0.0.0"],
    ["168.63.129.16", "168.63.129.16", "168.63.129.15", "168.63.129.17"],
    ["169.254.0.0", "169.254.255.255", "169.253.255.255", "169.255.0.0"],
    ["172.16.0.0", "172.31.255.255", "172.15.255.255", "172.32.0.0"],
    ["192.0.0.0", "192.0.0.255", "191.255.255.255", "192.0.1.0"],
    ["192.0.2.0", "192.0.2.255", "192.0.1.255", "192.0.3.0"],
    ["192.88.99.0", "192.88.99.255", "192.88.98.255", "192.88.100.0"],
    ["192.168.0.0", "192.168.255.255", "192.167.255.255", "192.169.0.0"],
    ["198.18.0.0", "198.19.255.255", "198.17.255.255", "198.20.0.0"],
    ["198.51.100.0", "198.51.100.255", "198.51.99.255", "198.51.101.0"],
    ["203.0.113.0", "203.0.113.255", "203.0.112.255", "203.0.114.0"],
    ["224.0.0.0", "255.255.255.255", "223.255.255.255", undefined],
    ["::", "1fff:ffff::", undefined, "2000::"],
    ["4000::", "ffff::", "3ffe:ffff::", undefined],
    ["2001::", "2001:1ff:ffff::", "2000:ffff::", "2001:200::"],
    ["2001:db8::", "2001:db8:ffff::", "2001:db7:ffff::", "2001:db9::"],
    ["2002::", "2002:ffff::", "2001:ffff::", "2003::"],
    ["3fff::", "3fff:fff:ffff::", "3ffe:ffff::", "3fff:1000::"],
    ["64:ff9b::", "64:ff9b::0.255.255.255", undefined, "64:ff9b::1.0.0.0"],
    ["64:ff9b::a00:0", "64:ff9b::10.255.255.255", "64:ff9b::9ff:ffff", "64:ff9b::11.0.0.0"],
    ["2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "2000:ffff::1", "2001:200::"],
    ["2001:db8::", "2001:db8:ffff:ffff::1", "2001:db7:ffff::1", "2001:db9::"],
    ["2002::", "2002:ffff::1", "2001:ffff::1", "2003::"],
    ["3fff::", "3fff:fff:ffff::1", "3ffe:ffff::1", "3fff:1000::"],
    ["::", "1fff:ffff::1", undefined, "2000::"],
    ["4000::", "ffff::1", "3fff:ffff::1", undefined],
    ["64:ff9b::10.0.0.0", "64:ff9b::10.255.255.255", "64:ff9b::9.255.255.255", "64:ff9b::11.0.0.0"],
    ["64:ff9b:0:0:0:1::", "64:ff9b:1::8.8.8.8", undefined, undefined],
  ])("%s to %s is not, %s and %s are", (first, last, before, behind) => {
    expect([isPublicAddress(first), isPublicAddress(last)]).toEqual([false, false]);
    for (const beside of [before, behind])
      if (beside !== undefined) expect([beside, isPublicAddress(beside)]).toEqual([beside, true]);
  });

  it.each(
    `1.2.3 1.2.3.4.5 1.2.3.256 1.2.3.04 01.2.3.4 1.2.3.1000 a.2.3.4 1.2.3. .1.2.3 1.2.3.-4 8.8.8.8x x8.8.8.8 2a00::1::1 2a00:::1 2a00::g
    2a00::1%eth0 [2a00::1] 2a00::1] : ::ffff:8.8.8.8 example.com 8.8.8.8:80`.split(/\s+/),
  )("what is none is not: %s", (text) => expect(isPublicAddress(text)).toBe(false));

  it.each("255.1.1.1 1.255.255.255 99.0.0.1 2A00:1450:0:0:0:0:0:1 2a00:1450::0001 2a00::8.8.8.8 1.1.1.0".split(" "))(
    "%s is public or reserved by its first bits alone",
    (text) => expect(isPublicAddress(text)).toBe(!text.startsWith("255")),
  );
});

describe("a host of a URL", () => {
  it.each([
    ["10.0.0.1", true],
    ["[::1]", true],
    ["::1", true],
    ["[2a00::1]", false],
    ["8.8.8.8", false],
    ["example.com", false],
    ["10.0.0", false],
    ["localhost", false],
    ["[fe80::1%25eth0]", true],
  ])("%s is an address that is not public: %s", (host, want) => expect(isPrivateLiteral(host)).toBe(want));

  it.each([
    ["localhost", true],
    ["LOCALHOST.", true],
    ["a.localhost", true],
    ["127.0.0.1", true],
    ["127.255.1.2", true],
    ["[::1]", true],
    ["::1", true],
    ["notlocalhost", false],
    ["localhost.com", false],
    ["localhosts", false],
    ["[::2]", false],
    ["1::1", false],
    ["10.127.0.0.1", false],
    ["127.0.0", false],
    ["127.0.0.1.1", false],
    ["127.0.0.1000", false],
    ["128.0.0.1", false],
  ])("%s is this machine: %s", (host, want) => expect(isLoopbackHost(host)).toBe(want));

  it.each([
    ["https://a.example", true],
    ["http://a.example", false],
    ["http://localhost:80", true],
    ["ftp://a.example", false],
    ["https://u@a.example", false],
    ["https://:p@a.example", false],
    ["http://u@localhost", false],
  ])("%s may be sent secrets: %s", (url, want) => expect(isSafeUrl(new URL(url))).toBe(want));
});

describe("a block", () => {
  it.each<[string, unknown]>([
    ["10.0.0.0/8", { network: [10, 0, 0, 0], bits: 8 }],
    ["1.2.3.4", { network: [1, 2, 3, 4], bits: 32 }],
    ["0.0.0.0/0", { network: [0, 0, 0, 0], bits: 0 }],
    ["1.2.3.4/32", { network: [1, 2, 3, 4], bits: 32 }],
    ["::1", { network: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], bits: 128 }],
    ["2001:DB8::1:0/128", { network: [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0], bits: 128 }],
    ["1:2:3:4:5:6:7:abcd/1", { network: [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0xab, 0xcd], bits: 1 }],
    ["1.2.3.4/33", undefined],
    ["::/129", undefined],
    ["::/1280", undefined],
    ["1.2.3.4/", undefined],
    ["1.2.3.4/08", undefined],
    ["1.2.3.4/8x", undefined],
    ["1.2.3.4/x8", undefined],
    ["1.2.3.4/-1", undefined],
    ["1.2.3.4/8/8", undefined],
    ["/8", undefined],
    ["", undefined],
    ["example.com/8", undefined],
  ])("%s is %j", (text, want) => expect(blockOf(text)).toEqual(want));

  const list = ["10.1.0.0/20", "192.0.2.7", "2001:db8::/33", "::/8"].map((text) => blockOf(text) as never);
  it.each([
    ["10.1.0.0", true],
    ["10.1.15.255", true],
    ["10.1.16.0", false],
    ["10.0.255.255", false],
    ["192.0.2.7", true],
    ["192.0.2.8", false],
    ["::ffff:10.1.0.1", true],
    ["::FFFF:10.1.16.0", false],
    ["2001:db8:7fff::", true],
    ["2001:db8:8000::", false],
    ["::1", true],
    ["0.0.0.1", false],
    ["x::ffff:10.1.0.1", false],
    ["example.com", false],
    ["", false],
  ])("holds %s: %s", (address, want) => expect(isAddressWithin(address, list)).toBe(want));
  it("that is of no other holds nothing", () => expect(isAddressWithin("10.1.0.0", [])).toBe(false));
});

it("an address that is refused is told by its host", () => {
  const error = new PrivateAddressError("a.example");
  expect([error.name, error.code, error.message]).toEqual([
    "PrivateAddressError",
    "PRIVATE_ADDRESS",
    "a.example has an address that is not public",
  ]);
});
