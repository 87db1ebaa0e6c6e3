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

/** Arguments of the tool `books_add`. */
export interface BooksAddArguments {
  isbn: string;
  title: string;
  price?: number;
  subtitle?: string | null;
}

/** Result of the tool `books_add`. */
export type BooksAddResult = Book;

/** Arguments of the tool `books_get`. */
export interface BooksGetArguments {
  isbn: string;
}

/** Result of the tool `books_get`. */
export type BooksGetResult = Book;

/** Arguments of the tool `books_get_cover`. */
export interface BooksGetCoverArguments {
  isbn: string;
}

/** Result of the tool `books_get_cover`. */
export type BooksGetCoverResult = unknown;

/** Arguments of the tool `books_set_cover`. */
export interface BooksSetCoverArguments {
  isbn: string;
  cover:
    | string
    | {
        data?: string;
        path?: string;
        url?: string;
        filename?: string;
        media_type?: string;
      };
  colors?: string[];
}

/** Result of the tool `books_set_cover`. */
export type BooksSetCoverResult = unknown;

/** Arguments of the tool `login`. */
export interface LoginArguments {
  user: string;
  remember?: boolean;
}

/** Result of the tool `login`. */
export interface LoginResult {
  [key: string]: string;
}

/** The tools by name. */
export interface Tools {
  /** List books */
  books_list: {
    arguments: BooksListArguments;
    result: BooksListResult;
  };
  /** Add a book */
  books_add: {
    arguments: BooksAddArguments;
    result: BooksAddResult;
  };
  /** Get a book */
  books_get: {
    arguments: BooksGetArguments;
    result: BooksGetResult;
  };
  /** Download a cover */
  books_get_cover: {
    arguments: BooksGetCoverArguments;
    result: BooksGetCoverResult;
  };
  /** Upload a cover */
  books_set_cover: {
    arguments: BooksSetCoverArguments;
    result: BooksSetCoverResult;
  };
  /** Open a session */
  login: {
    arguments: LoginArguments;
    result: LoginResult;
  };
}
