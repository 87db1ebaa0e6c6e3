/** Types of the tools of one API, and of what they take and give. Generated: do not edit. */

export interface Item {
  sku: string;
  name: string;
  quantity: number;
  unit?: Unit;
}

export type Unit = "piece" | "box" | "pallet";

/** Arguments of the tool `browse_stock`. */
export interface BrowseStockArguments {
  /** How many at most. */
  limit?: number;
}

/** Result of the tool `browse_stock`. */
export type BrowseStockResult = Item[];

/** Arguments of the tool `get_item`. */
export interface GetItemArguments {
  sku: string;
}

/** Result of the tool `get_item`. */
export type GetItemResult = Item;

/** Arguments of the tool `count_item`. */
export interface CountItemArguments {
  sku: string;
}

/** Result of the tool `count_item`. */
export interface CountItemResult {
  quantity?: number;
}

/** Arguments of the tool `create_item`. */
export interface CreateItemArguments {
  name: string;
  /** How many there are to begin with. Examples: 1; 24. */
  count: number;
  note?: string;
}

/** Result of the tool `create_item`. */
export type CreateItemResult = Item;

/** Arguments of the tool `delete_item`. */
export interface DeleteItemArguments {
  sku: string;
}

/** Result of the tool `delete_item`. */
export type DeleteItemResult = unknown;

/** The tools by name. */
export interface Tools {
  /** Lists what lies on the shelves, by article number. */
  browse_stock: {
    arguments: BrowseStockArguments;
    result: BrowseStockResult;
  };
  /** Get an item */
  get_item: {
    arguments: GetItemArguments;
    result: GetItemResult;
  };
  /** Say how many there are, without a change */
  count_item: {
    arguments: CountItemArguments;
    result: CountItemResult;
  };
  /** Create an item */
  create_item: {
    arguments: CreateItemArguments;
    result: CreateItemResult;
  };
  /** Delete an item */
  delete_item: {
    arguments: DeleteItemArguments;
    result: DeleteItemResult;
  };
}
