/** The terminal of a job, on ours. */
export interface AttachedJob extends Disposable {
  /** Shows it until it ends or is left; resolves with what became of it. */
  run(): Promise<string>;
  type(bytes: Uint8Array): void;
  /** Ours has another size. */
  resize(): void;
  /** What to write to ours when it is left. */
  leaving(): string;
}
