/** Names of arguments: what the API calls them, or what is nearest to it. */
import { describe, expect, it } from "vitest";
import { ArgumentNames } from "../../../src/mcp/names/argument-name.ts";

describe("the name of an argument", () => {
  it.each([
    ["limit", "limit"],
    ["X-Tenant.Id_2", "X-Tenant.Id_2"],
    ["a".repeat(64), "a".repeat(64)],
    ["a".repeat(65), "a".repeat(64)],
    ["filter[name]", "filter_name"],
    ["$top", "top"],
    ["a b/c", "a_b_c"],
    ["größe", "grosse"],
    ["имя", "imya"],
    ["名前", "argument"],
    ["", "argument"],
    ["[]", "argument"],
    ["__proto__", "proto"],
    ["constructor", "constructor"],
    ["prototype", "prototype"],
    ["StartTime<", "StartTime_before"],
    ["StartTime<=", "StartTime_until"],
    ["StartTime>", "StartTime_after"],
    ["StartTime>=", "StartTime_from"],
    ["StartTime!=", "StartTime_not"],
    ["price<", "price_less_than"],
    ["price<=", "price_at_most"],
    ["price>", "price_greater_than"],
    ["price>=", "price_at_least"],
    ["price!", "price_not"],
    ["price!=", "price_not"],
    ["name~", "name_like"],
    ["tags*", "tags_all"],
    ["<", "argument"],
    ...["<=b", ">=b", "<b", ">b", "!b", "!=b", "~b", "*b", "=", "!=="].map((end): [string, string] => [
      `a${end}`,
      end.includes("b") ? "a_b" : "a",
    ]),
    ["created_at<", "created_at_before"],
    ["createdOn<", "createdOn_before"],
    ["updated-utc>", "updated-utc_after"],
    ["expires>", "expires_after"],
    ["expire>", "expire_after"],
    ["since>", "since_after"],
    ["day<", "day_before"],
    ["month<", "month_before"],
    ["year<", "year_before"],
    ["start<", "start_before"],
    ["end<", "end_before"],
    ["when<", "when_before"],
    ["until<", "until_before"],
    ["modified<", "modified_before"],
    ["date_of<", "date_of_less_than"],
    ["holidays<", "holidays_less_than"],
  ])("%s is %s", (wire, want) => expect(new ArgumentNames().allocate(wire, "query")).toBe(want));

  it("says where it is sent where its name is another's, then has a number", () => {
    const names = new ArgumentNames();
    expect(
      (["path", "query", "header", "query", "query", "body", "cookie"] as const).map((place) =>
        names.allocate("id", place),
      ),
    ).toEqual(["id", "query_id", "header_id", "query_id_2", "query_id_3", "body_id", "cookie_id"]);
    expect(names.allocate("query_id", "query")).toBe("query_query_id");
    expect(names.allocate("ID", "query")).toBe("ID");
  });

  it("has a number at once where nothing can be said of it", () => {
    const names = new ArgumentNames();
    expect(["名", "前", "字"].map((wire) => names.allocate(wire, "query"))).toEqual([
      "argument",
      "argument_2",
      "argument_3",
    ]);
  });

  it("stays within 64 characters, its number included", () => {
    const names = new ArgumentNames();
    const long = "a".repeat(70);
    const found = Array.from({ length: 12 }, () => names.allocate(long, "query"));
    expect(found.slice(0, 3)).toEqual(["a".repeat(64), `query_${"a".repeat(58)}`, `query_${"a".repeat(54)}_2`]);
    expect(found.at(-1)).toBe(`query_${"a".repeat(54)}_11`);
    expect(Math.max(...found.map(({ length }) => length))).toBe(64);
  });
});
