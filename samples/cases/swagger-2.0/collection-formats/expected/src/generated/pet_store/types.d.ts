/** Types of the tools of one API, and of what they take and give. Generated: do not edit. */

export interface Book {
  isbn: string;
  title: string;
  price?: number;
  subtitle?: string | null;
}

/** Arguments of the tool `books_list`. */
export interface BooksListArguments {
  page?: number;
  genres?: string[];
  ids?: number[];
  tags?: string[];
  words?: string[];
}

/** Result of the tool `books_list`. */
export type BooksListResult = Book[];

/** The tools by name. */
export interface Tools {
  /** List books */
  books_list: {
    arguments: BooksListArguments;
    result: BooksListResult;
  };
}
