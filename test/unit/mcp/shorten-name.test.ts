/** Names that would be too long, by the words that tell them apart. */
import { describe, expect, it } from "vitest";
import { fileNameWish, joinWords, Names } from "../../../src/mcp/names/names.ts";
import { shortenNames } from "../../../src/mcp/names/shorten-name.ts";
import { latin, words } from "../../../src/mcp/names/words.ts";

/** Words apart by spaces; those that stay together by `+`. */
const parts = (text: string): readonly (readonly string[])[] => text.split(" ").map((part) => part.split("+"));
const shorten = (texts: readonly string[], maximum: number, first = 1): readonly string[] =>
  shortenNames(texts.map(parts), maximum, first);

describe("a name that is too long", () => {
  it.each([
    ["list pets of shop", 17, "list_pets_of_shop"],
    ["list pets of shop", 16, "list_pets_shop"],
    // Words without a meaning of their own.
    ["list a an the of for and or to in on at with from using pets", 20, "list_pets"],
    // Those that stand twice: the last one stays.
    ["list policies rule policy status", 24, "list_rule_policy_status"],
    ["list rules of rule status", 16, "list_rule_status"],
    ["list as pets a", 11, "list_pets_a"],
    // Parameters of a path.
    ["get shops by+shop+id pets by+pet+id photos", 25, "get_shops_pets_photos"],
    ["get shops by+shop+id pets by+pet+id photos", 35, "get_shops_pets_by_pet_id_photos"],
    // What lies between the first words and the last ones, verbs at the end.
    ["shop find small brown pets", 15, "shop_find_pets"],
    ["shop get find pets", 14, "shop_find_pets"],
    // What is left does not fit: whole words of the beginning, and a hash of all.
    ["abcdefghij klmnopqrst", 15, "abcdefgh_6a2a25"],
  ])("%s in %i characters is %s", (text, maximum, want) => {
    const [name = ""] = shorten([text], maximum);
    expect(name.length).toBeLessThanOrEqual(maximum);
    expect(name).toBe(want);
  });

  it("keeps its first parts, as many as are said", () => {
    expect(shorten(["api of list pets"], 12, 1)).toEqual(["api_pets"]);
    expect(shorten(["api of list pets"], 13, 2)).toEqual(["api_of_pets"]);
    expect(shorten(["api of list pets"], 13, 3)).toEqual(["api_of_2101e3"]);
  });

  it("keeps the words by which it differs from another", () => {
    expect(shorten(["get new brown pets of shop", "get old brown pets of shop"], 18)).toEqual([
      "get_new_pets_shop",
      "get_old_pets_shop",
    ]);
    // Equal wishes have equal names: a number tells them apart afterwards.
    expect(shorten(["get new pets shop", "get new pets shop"], 12)).toEqual(["get_shop", "get_shop"]);
  });

  it("has a hash where no word tells it from another", () => {
    expect(shorten(["get small brown shop", "get brown small shop"], 11)).toEqual(["get_a94988", "get_f21cc8"]);
  });
});

describe("words that are joined", () => {
  it.each([
    [["list", "pets"], 9, "list_pets"],
    [["list", "pets"], 8, "l_01e896"],
    [[], 5, ""],
    [["abcdefghijkl"], 11, "abcd_d682ed"],
  ])("%j in %i characters", (parts, maximum, want) => {
    expect(joinWords(parts, maximum)).toBe(want);
    expect(joinWords(parts, maximum).length).toBeLessThanOrEqual(maximum);
  });

  it.each([
    ["Pets & Shops", "pets_shops"],
    ["", "untagged"],
    ["名前", "untagged"],
    ["a".repeat(44), "a".repeat(44)],
  ])("%j names a file %s", (text, want) => expect(fileNameWish(text, "untagged")).toBe(want));

  it("are told apart by numbers, from those that are reserved too", () => {
    const names = new Names(8, ["Index"]);
    expect(names.has("INDEX")).toBe(true);
    expect(["index", "index", "INDEX", "longer name", "longer name"].map((wish) => names.allocate(wish))).toEqual([
      "index_2",
      "index_3",
      "INDEX_4",
      "longer n",
      "longer_2",
    ]);
    expect([names.has("longer_2"), names.has("longer_3")]).toEqual([true, false]);
  });
});

describe("letters of other alphabets", () => {
  it.each([
    ["ßæœøłđðþıħ", "ssaeoeolddthih"],
    ["ÆŒØŁĐÞ", "AeOeOLDTh"],
    ["абвгдежзиклмнопрст", "abvgdezhziklmnoprst"],
    ["уфхцчшщыэюяєґјљњћђџѕ", "ufkhtschshshchyeyuyayegjljnjcdjdzѕ"],
    ["объём день", "obem den"],
    ["Щука", "Shchuka"],
    ["αβγδεζηθικλμνξοπρστυφχψω ς", "avgdezithiklmnxoprstyfchpso s"],
    ["Ψ", "Ps"],
    ["é ñ Å ﬁ ²", "e n A fi 2"],
    ["日本", "日本"],
    ["plain ~ text!", "plain ~ text!"],
  ])("%s are %s", (text, want) => expect(latin(text)).toBe(want));
});

describe("words with capitals of their own", () => {
  it.each([
    ["OAuth2Apps", "oauth2 apps"],
    ["listOAuthApps", "list oauth apps"],
    ["GraphQLQuery", "graphql query"],
    ["OpenIDs", "openids"],
    ["IPv6List", "ipv6 list"],
    ["IoTHub", "iot hub"],
    ["DDoSRule", "ddos rule"],
    ["SaaSApp PaaSApp IaaSApp", "saas app paas app iaas app"],
    ["WiFiNetwork", "wifi network"],
    ["GitHubRepo GitLabRepo", "github repo gitlab repo"],
    ["YouTubeVideo PayPalOrder LinkedInPost WhatsAppChat", "youtube video paypal order linkedin post whatsapp chat"],
    ["PostgreSQLDump MySQLDump NoSQLDump", "postgresql dump mysql dump nosql dump"],
    ["JavaScriptFile TypeScriptFile", "javascript file typescript file"],
    ["use2FANow and3DSNow", "use 2fa now and 3ds now"],
    ["iOSApp macOSApp mTLSKey eSIMCard", "ios app macos app mtls key esim card"],
    ["BIoTX", "b io tx"],
    ["GitHubber", "git hubber"],
    ["APIv2 APIv10x", "api v2 api v10x"],
    ["userIDsList URLs", "user ids list urls"],
    ["don't won’t", "dont wont"],
  ])("%s: %s", (text, want) => expect(words(text).join(" ")).toBe(want));
});
