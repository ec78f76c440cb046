import { toErrorShape } from "../base/app_error.ts";

/** Resolves when there is room for more. */
export type WriteText = (data: string | Uint8Array) => Promise<void>;

/**
 * The body of an answer that `run` writes as it goes. It is aborted when nobody reads any more, or `over` is; what goes
 * wrong is the last line. `done` never rejects.
 */
export function streamLines(
  run: (write: WriteText, signal: AbortSignal) => Promise<void>,
  over: AbortSignal,
): { body: ReadableStream<Uint8Array<ArrayBuffer>>; done: Promise<void> } {
  const left = new AbortController();
  const leave = () => left.abort();
  over.addEventListener("abort", leave, { once: true });
  const { signal } = left;
  let waiting: (() => void)[] = [];
  const tellRoom = () => {
    const told = waiting;
    waiting = [];
    for (const resolve of told) resolve();
  };
  let controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (made) => void (controller = made),
    pull: tellRoom,
    cancel: leave,
  });
  signal.addEventListener("abort", tellRoom, { once: true });
  const encoder = new TextEncoder();
  const write = async (data: string | Uint8Array) => {
    signal.throwIfAborted();
    controller.enqueue(typeof data === "string" ? encoder.encode(data) : new Uint8Array(data));
    while (controller.desiredSize! <= 0 && !signal.aborted) {
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  const work = async () => {
    try {
      await run(write, signal);
    } catch (error) {
      if (!signal.aborted) {
        await write(`${JSON.stringify({ type: "error", error: toErrorShape(error) })}\n`);
      }
    } finally {
      over.removeEventListener("abort", leave);
    }
    // Who has left has closed it.
    if (!signal.aborted || over.aborted) controller.close();
  };
  return { body, done: work().catch(() => {}) };
}
