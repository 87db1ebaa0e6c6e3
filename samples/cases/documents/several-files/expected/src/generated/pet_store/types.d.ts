/** Types of the tools of one API, and of what they take and give. Generated: do not edit. */

export interface XExternalBook {
  title: string;
  example?: XExternalNote;
  id?: XExternalId;
  sequel?: XExternalBook;
}

export type XExternalNote = string;

export type XExternalId = string;

export interface XExternalBookInput {
  title: string;
  example?: XExternalNote;
  sequel?: XExternalBookInput;
}

/** Arguments of the tool `list_books`. */
export interface ListBooksArguments {
  author?: string;
}

/** Result of the tool `list_books`. */
export type ListBooksResult = XExternalBook[];

/** Arguments of the tool `get_book`. */
export interface GetBookArguments {
  bookId: XExternalId;
}

/** Result of the tool `get_book`. */
export type GetBookResult = XExternalBook;

/** Arguments of the tool `replace_book`. */
export interface ReplaceBookArguments {
  bookId: XExternalId;
  title: string;
  example?: XExternalNote;
  sequel?: XExternalBookInput;
}

/** Result of the tool `replace_book`. */
export type ReplaceBookResult = unknown;

/** The tools by name. */
export interface Tools {
  /** List books */
  list_books: {
    arguments: ListBooksArguments;
    result: ListBooksResult;
  };
  /** Get a book */
  get_book: {
    arguments: GetBookArguments;
    result: GetBookResult;
  };
  /** Replace a book */
  replace_book: {
    arguments: ReplaceBookArguments;
    result: ReplaceBookResult;
  };
}
