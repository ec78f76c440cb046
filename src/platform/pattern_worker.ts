/** What runs in the thread: the pattern first, then lines to try it on. */
const CODE = `let regex;
onmessage = ({ data }) => {
  if (regex === undefined) { regex = new RegExp(data); postMessage(false); }
  else postMessage(data.some((line) => regex.test(line)));
};`;

/** Tries a pattern in a thread of its own, which can be given up while it is at it. */
export class PatternWorker implements Disposable {
  /** Resolves when the thread is there, which is not the pattern's fault. */
  readonly isThere: Promise<unknown>;
  readonly #worker: Worker;
  #answer!: PromiseWithResolvers<boolean>;

  /** `pattern` must be one. */
  constructor(pattern: string) {
    const url = `data:application/javascript,${encodeURIComponent(CODE)}`;
    this.#worker = new Worker(url, { type: "module" });
    this.#worker.onmessage = ({ data }) => this.#answer.resolve(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#answer.reject(new Error(event.message));
    };
    this.isThere = this.#ask(pattern);
  }

  /** Whether one of the lines has it. Not to be asked again before that is answered. */
  isAnyMatched(lines: readonly string[]): Promise<boolean> {
    return this.#ask(lines);
  }

  #ask(question: unknown): Promise<boolean> {
    this.#answer = Promise.withResolvers();
    this.#worker.postMessage(question);
    return this.#answer.promise;
  }

  /** Ends the thread, whatever it is at; what it was asked rejects. */
  [Symbol.dispose](): void {
    this.#worker.terminate();
    this.#answer.reject(new Error("the thread was ended"));
  }
}
