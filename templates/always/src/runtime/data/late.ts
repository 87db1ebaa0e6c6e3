/** What is loaded with the first question for it, once for all who ask: nothing that starts waits for it. */
export class Late<Value> {
  readonly #load: () => Promise<Value>;
  #value: Promise<Value> | undefined;

  constructor(load: () => Promise<Value>) {
    this.#load = load;
  }

  get(): Promise<Value> {
    return (this.#value ??= this.#load());
  }

  /** The same, where somebody has asked for it. */
  get asked(): Promise<Value> | undefined {
    return this.#value;
  }
}
