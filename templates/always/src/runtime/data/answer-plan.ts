/** What is done with an answer besides reading it: data in `calls/<file>.json`, of the tools that have it. */

/** How a list that comes page by page goes on. */
export interface PagePlan {
  /** What tells the next page: a token, a number, the last item of this one, or a link only. */
  readonly by: "token" | "page" | "offset" | "lastItem" | "link";
  /** Argument that names the page; absent where only links do. */
  readonly argument?: string;
  /** Number of the first page or item, where they are counted. */
  readonly first?: number;
  /** Argument that says how many items a page has, and how many it has without. */
  readonly size?: string;
  readonly defaultSize?: number;
  /** Where an answer has its list: JSON pointer, empty for a bare array; absent: nobody knows before. */
  readonly items?: string;
  /** Where it may have the token or the link of the next page, likeliest first: JSON pointers. */
  readonly next?: readonly string[];
  /** Where it says whether there are more, how many items in all, how many pages. */
  readonly more?: string;
  readonly total?: string;
  readonly pages?: string;
  /** Property of the last item that names the next page. */
  readonly id?: string;
  /** That a call may ask for all pages, and within which limits. */
  readonly all?: AllPages;
}

export interface AllPages {
  /** Argument that asks for it. */
  readonly argument: string;
  /** No further page is asked for once there are so many pages or items, or after so many seconds. */
  readonly pages: number;
  readonly items: number;
  readonly seconds: number;
}

/** What a result holds of an answer. What the owner says goes before what a call asks for. */
export interface ShapePlan {
  /** Where the things are whose fields a call may choose: JSON pointer of a list, or of one object. */
  readonly items?: string;
  /** Argument that chooses them; lists name it where the owner chose some. */
  readonly argument?: string;
  /** Those that are given where a call names none. */
  readonly fields?: readonly string[];
  /** Paths that are left out, and paths of which alone there is something. */
  readonly drop?: readonly string[];
  readonly keep?: readonly string[];
  /** Expression whose value stands for the answer. */
  readonly jmespath?: string;
}
