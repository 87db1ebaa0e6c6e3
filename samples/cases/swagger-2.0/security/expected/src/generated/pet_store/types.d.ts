/** Types of the tools of one API, and of what they take and give. Generated: do not edit. */

export interface Book {
  isbn: string;
  title: string;
  price?: number;
  subtitle?: string | null;
}

/** Arguments of the tool `books_get`. */
export interface BooksGetArguments {
  isbn: string;
}

/** Result of the tool `books_get`. */
export type BooksGetResult = Book;

/** The tools by name. */
export interface Tools {
  /** Get a book */
  books_get: {
    arguments: BooksGetArguments;
    result: BooksGetResult;
  };
}
