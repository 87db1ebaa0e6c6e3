/** Why a token is not accepted. */

/** The token is at fault: another one may do. */
export class TokenFault extends Error {
  /** @param reason end of the sentence "The access token …", shown to whoever sent it; never a part of the token */
  constructor(reason: string) {
    super(`The access token ${reason}`);
    this.name = "TokenFault";
  }
}

/** Nobody can say now whether it is good: the authorization server cannot be asked. */
export class IssuerFault extends Error {
  /** @param reason a sentence for the log: what was asked, and what came */
  constructor(reason: string, cause?: unknown) {
    super(reason, cause === undefined ? undefined : { cause });
    this.name = "IssuerFault";
  }
}
