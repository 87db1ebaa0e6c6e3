/** That a way has no credentials for a caller: another one may be tried, as the settings say. */
export class Lack {
  /** A sentence without its end. */
  readonly message: string;
  readonly hint: string;

  constructor(message: string, hint: string) {
    this.message = message;
    this.hint = hint;
  }
}
