/** Security schemes as data: a part of `model.ts`. Section numbers refer to the OpenAPI Specification 3.2.0. */

/** A security scheme (§4.8.27) and the environment variables that hold its credentials. */
export type SecurityScheme =
  | {
      readonly type: "apiKey";
      readonly in: "header" | "query" | "cookie";
      readonly name: string;
      /** Authentication scheme before the value, unless that has one. */
      readonly prefix?: string;
      readonly environment: { readonly value: string };
    }
  | {
      readonly type: "http";
      readonly scheme: "basic";
      /** One of them may be unset: it is empty then. */
      readonly environment: {
        readonly username: string;
        readonly password: string;
      };
    }
  | {
      readonly type: "http";
      /** Lower-case authentication scheme (RFC 9110 §11.1): `bearer`, or another that takes one token. */
      readonly scheme: string;
      readonly environment: { readonly value: string };
    }
  | {
      readonly type: "oauth2";
      /** Absent where the document has no client-credentials flow. */
      readonly clientCredentials?: OAuthFlow;
      /** The first flow with a token URL, used for refresh tokens. */
      readonly refresh?: OAuthFlow;
      readonly environment: OAuthEnvironment;
    }
  | {
      readonly type: "openIdConnect";
      readonly openIdConnectUrl: string;
      readonly environment: OAuthEnvironment;
    }
  | {
      readonly type: "mutualTLS";
      /** Variables that hold *paths* of PEM files. */
      readonly environment: {
        readonly certificate: string;
        readonly key: string;
        readonly authority: string;
      };
    };

export interface OAuthFlow {
  readonly tokenUrl: string;
  readonly refreshUrl?: string;
  /** Scopes that the flow offers. */
  readonly scopes: readonly string[];
}

/** Variables of an OAuth 2 or OpenID Connect scheme. Either an access token, or what it takes to get one. */
export interface OAuthEnvironment {
  readonly accessToken: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
  /** Replaces the token URL of the document; naming it also confirms its origin for the client's secret. */
  readonly tokenUrl: string;
  readonly scopes: string;
}
