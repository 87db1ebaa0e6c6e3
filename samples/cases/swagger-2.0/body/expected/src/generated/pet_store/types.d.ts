/** Types of the tools of one API, and of what they take and give. Generated: do not edit. */

export interface Book {
  isbn: string;
  title: string;
  price?: number;
  subtitle?: string | null;
}

/** Arguments of the tool `books_add`. */
export interface BooksAddArguments {
  isbn: string;
  title: string;
  price?: number;
  subtitle?: string | null;
}

/** Result of the tool `books_add`. */
export type BooksAddResult = Book;

/** The tools by name. */
export interface Tools {
  /** Add a book */
  books_add: {
    arguments: BooksAddArguments;
    result: BooksAddResult;
  };
}
