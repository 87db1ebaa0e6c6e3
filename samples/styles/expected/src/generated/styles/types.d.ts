/** Types of the tools of one API, and of what they take and give. Generated: do not edit. */

export interface Circle {
  kind: string;
  radius: number;
}

export interface Square {
  kind: string;
  side: number;
}

/** Arguments of the tool `clashing_names`. */
export interface ClashingNamesArguments {
  id: string;
  /** Called "id" in the API. */
  query_id?: string;
  /** Called "id" in the API. */
  header_id?: string;
  /** Called "id" in the API. */
  cookie_id?: string;
  /** Called "id" in the API. */
  body_id?: string;
}

/** Result of the tool `clashing_names`. */
export interface ClashingNamesResult {
  ok?: boolean;
}

/** Arguments of the tool `path_expansion`. */
export interface PathExpansionArguments {
  pairs: {
    [key: string]: number;
  };
  joinedLabel: string[];
  labelPairs: {
    [key: string]: number;
  };
  matrixText: string;
  joinedMatrix: string[];
  matrixList: string[];
}

/** Result of the tool `path_expansion`. */
export interface PathExpansionResult {
  ok?: boolean;
}

/** Arguments of the tool `header_styles`. */
export interface HeaderStylesArguments {
  "X-List"?: string[];
  "X-Pairs"?: {
    [key: string]: number;
  };
  "X-Object"?: {
    [key: string]: string;
  };
  session?: string;
  prefs?: string[];
}

/** Result of the tool `header_styles`. */
export interface HeaderStylesResult {
  ok?: boolean;
}

/** Arguments of the tool `path_styles`. */
export interface PathStylesArguments {
  simple: string;
  list: number[];
  label: string[];
  matrix: {
    a?: string;
    b?: string;
  };
  object: {
    x?: number;
    y?: number;
  };
}

/** Result of the tool `path_styles`. */
export interface PathStylesResult {
  ok?: boolean;
}

/** Arguments of the tool `query_styles`. */
export interface QueryStylesArguments {
  form?: string[];
  joined?: string[];
  spaced?: string[];
  piped?: string[];
  deep?: {
    a?: string;
    b?: number;
  };
  /** Called "filter[name]" in the API. */
  filter_name?: string;
  /** Called "$top" in the API. */
  top?: number;
  reserved?: string;
  flag?: string;
  where?: {
    age?: number;
  };
}

/** Result of the tool `query_styles`. */
export interface QueryStylesResult {
  ok?: boolean;
}

/** Arguments of the tool `query_objects`. */
export interface QueryObjectsArguments {
  fields?: {
    [key: string]: number;
  };
  joined?: {
    [key: string]: number;
  };
  spaced?: {
    [key: string]: number;
  };
  piped?: {
    [key: string]: number;
  };
}

/** Result of the tool `query_objects`. */
export interface QueryObjectsResult {
  ok?: boolean;
}

/** Arguments of the tool `binary_body`. */
export interface BinaryBodyArguments {
  body:
    | string
    | {
        data?: string;
        path?: string;
        url?: string;
        filename?: string;
        media_type?: string;
      };
}

/** Result of the tool `binary_body`. */
export interface BinaryBodyResult {
  ok?: boolean;
}

/** Arguments of the tool `form_body`. */
export interface FormBodyArguments {
  address?: {
    city?: string;
  };
  deep?: {
    a?: string;
  };
  joined?: string[];
  tags?: string[];
  text?: string;
}

/** Result of the tool `form_body`. */
export interface FormBodyResult {
  ok?: boolean;
}

/** Arguments of the tool `json_body`. */
export interface JsonBodyArguments {
  body:
    | (Circle & {
        kind: "circle";
      })
    | (Square & {
        kind: "square";
      });
}

/** Result of the tool `json_body`. */
export interface JsonBodyResult {
  ok?: boolean;
}

/** Arguments of the tool `list_body`. */
export interface ListBodyArguments {
  body?: (number | null)[];
}

/** Result of the tool `list_body`. */
export interface ListBodyResult {
  ok?: boolean;
}

/** Arguments of the tool `multipart_body`. */
export interface MultipartBodyArguments {
  meta?: {
    size?: number;
  };
  pages?: (
    | string
    | {
        data?: string;
        path?: string;
        url?: string;
        filename?: string;
        media_type?: string;
      }
  )[];
  report?:
    | string
    | {
        data?: string;
        path?: string;
        url?: string;
        filename?: string;
        media_type?: string;
      };
  title?: string;
}

/** Result of the tool `multipart_body`. */
export interface MultipartBodyResult {
  ok?: boolean;
}

/** Arguments of the tool `text_body`. */
export interface TextBodyArguments {
  body: string;
}

/** Result of the tool `text_body`. */
export interface TextBodyResult {
  ok?: boolean;
}

/** Arguments of the tool `xml_body`. */
export interface XmlBodyArguments {
  /** The body as application/xml. */
  body: string;
}

/** Result of the tool `xml_body`. */
export type XmlBodyResult = unknown;

/** Arguments of the tool `basic_auth`. */
export interface BasicAuthArguments {
  [key: string]: never;
}

/** Result of the tool `basic_auth`. */
export interface BasicAuthResult {
  ok?: boolean;
}

/** Arguments of the tool `bearer_auth`. */
export interface BearerAuthArguments {
  [key: string]: never;
}

/** Result of the tool `bearer_auth`. */
export interface BearerAuthResult {
  ok?: boolean;
}

/** Arguments of the tool `both_keys`. */
export interface BothKeysArguments {
  [key: string]: never;
}

/** Result of the tool `both_keys`. */
export interface BothKeysResult {
  ok?: boolean;
}

/** Arguments of the tool `certificate`. */
export interface CertificateArguments {
  [key: string]: never;
}

/** Result of the tool `certificate`. */
export interface CertificateResult {
  ok?: boolean;
}

/** Arguments of the tool `cookie_key`. */
export interface CookieKeyArguments {
  [key: string]: never;
}

/** Result of the tool `cookie_key`. */
export interface CookieKeyResult {
  ok?: boolean;
}

/** Arguments of the tool `either_key`. */
export interface EitherKeyArguments {
  [key: string]: never;
}

/** Result of the tool `either_key`. */
export interface EitherKeyResult {
  ok?: boolean;
}

/** Arguments of the tool `header_key`. */
export interface HeaderKeyArguments {
  [key: string]: never;
}

/** Result of the tool `header_key`. */
export interface HeaderKeyResult {
  ok?: boolean;
}

/** Arguments of the tool `open_id`. */
export interface OpenIdArguments {
  [key: string]: never;
}

/** Result of the tool `open_id`. */
export interface OpenIdResult {
  ok?: boolean;
}

/** Arguments of the tool `query_key`. */
export interface QueryKeyArguments {
  [key: string]: never;
}

/** Result of the tool `query_key`. */
export interface QueryKeyResult {
  ok?: boolean;
}

/** Arguments of the tool `audio_answer`. */
export interface AudioAnswerArguments {
  [key: string]: never;
}

/** Result of the tool `audio_answer`. */
export type AudioAnswerResult = unknown;

/** Arguments of the tool `image_answer`. */
export interface ImageAnswerArguments {
  [key: string]: never;
}

/** Result of the tool `image_answer`. */
export type ImageAnswerResult = unknown;

/** Arguments of the tool `lines_answer`. */
export interface LinesAnswerArguments {
  [key: string]: never;
}

/** Result of the tool `lines_answer`. */
export type LinesAnswerResult = unknown;

/** Arguments of the tool `list_answer`. */
export interface ListAnswerArguments {
  [key: string]: never;
}

/** Result of the tool `list_answer`. */
export type ListAnswerResult = number[];

/** Arguments of the tool `empty_answer`. */
export interface EmptyAnswerArguments {
  [key: string]: never;
}

/** Result of the tool `empty_answer`. */
export type EmptyAnswerResult = unknown;

/** Arguments of the tool `pdf_answer`. */
export interface PdfAnswerArguments {
  [key: string]: never;
}

/** Result of the tool `pdf_answer`. */
export type PdfAnswerResult = unknown;

/** Arguments of the tool `text_answer`. */
export interface TextAnswerArguments {
  [key: string]: never;
}

/** Result of the tool `text_answer`. */
export type TextAnswerResult = unknown;

/** Arguments of the tool `elsewhere`. */
export interface ElsewhereArguments {
  [key: string]: never;
}

/** Result of the tool `elsewhere`. */
export interface ElsewhereResult {
  ok?: boolean;
}

/** The tools by name. */
export interface Tools {
  /** One name in five places */
  clashing_names: {
    arguments: ClashingNamesArguments;
    result: ClashingNamesResult;
  };
  /** Path parameters in the other ways of every style */
  path_expansion: {
    arguments: PathExpansionArguments;
    result: PathExpansionResult;
  };
  /** Header and cookie parameters */
  header_styles: {
    arguments: HeaderStylesArguments;
    result: HeaderStylesResult;
  };
  /** Path parameters in every style */
  path_styles: {
    arguments: PathStylesArguments;
    result: PathStylesResult;
  };
  /** Query parameters in every style */
  query_styles: {
    arguments: QueryStylesArguments;
    result: QueryStylesResult;
  };
  /** Objects in the query */
  query_objects: {
    arguments: QueryObjectsArguments;
    result: QueryObjectsResult;
  };
  /** Bytes as body */
  binary_body: {
    arguments: BinaryBodyArguments;
    result: BinaryBodyResult;
  };
  /** A form as body */
  form_body: {
    arguments: FormBodyArguments;
    result: FormBodyResult;
  };
  /** A union as body */
  json_body: {
    arguments: JsonBodyArguments;
    result: JsonBodyResult;
  };
  /** A list as body */
  list_body: {
    arguments: ListBodyArguments;
    result: ListBodyResult;
  };
  /** Files and fields as body */
  multipart_body: {
    arguments: MultipartBodyArguments;
    result: MultipartBodyResult;
  };
  /** Plain text as body */
  text_body: {
    arguments: TextBodyArguments;
    result: TextBodyResult;
  };
  /** XML as body */
  xml_body: {
    arguments: XmlBodyArguments;
    result: XmlBodyResult;
  };
  /** HTTP basic */
  basic_auth: {
    arguments: BasicAuthArguments;
    result: BasicAuthResult;
  };
  /** HTTP bearer */
  bearer_auth: {
    arguments: BearerAuthArguments;
    result: BearerAuthResult;
  };
  /** Two schemes together */
  both_keys: {
    arguments: BothKeysArguments;
    result: BothKeysResult;
  };
  /** A client certificate */
  certificate: {
    arguments: CertificateArguments;
    result: CertificateResult;
  };
  /** API key in a cookie */
  cookie_key: {
    arguments: CookieKeyArguments;
    result: CookieKeyResult;
  };
  /** One of two schemes or none */
  either_key: {
    arguments: EitherKeyArguments;
    result: EitherKeyResult;
  };
  /** API key in a header */
  header_key: {
    arguments: HeaderKeyArguments;
    result: HeaderKeyResult;
  };
  /** OpenID Connect */
  open_id: {
    arguments: OpenIdArguments;
    result: OpenIdResult;
  };
  /** API key in the query */
  query_key: {
    arguments: QueryKeyArguments;
    result: QueryKeyResult;
  };
  /** A sound */
  audio_answer: {
    arguments: AudioAnswerArguments;
    result: AudioAnswerResult;
  };
  /** An image */
  image_answer: {
    arguments: ImageAnswerArguments;
    result: ImageAnswerResult;
  };
  /** One value a line */
  lines_answer: {
    arguments: LinesAnswerArguments;
    result: LinesAnswerResult;
  };
  /** A list */
  list_answer: {
    arguments: ListAnswerArguments;
    result: ListAnswerResult;
  };
  /** Nothing */
  empty_answer: {
    arguments: EmptyAnswerArguments;
    result: EmptyAnswerResult;
  };
  /** A document */
  pdf_answer: {
    arguments: PdfAnswerArguments;
    result: PdfAnswerResult;
  };
  /** Plain text */
  text_answer: {
    arguments: TextAnswerArguments;
    result: TextAnswerResult;
  };
  /** Another server */
  elsewhere: {
    arguments: ElsewhereArguments;
    result: ElsewhereResult;
  };
}
