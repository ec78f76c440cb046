import type { CancelTimer, Clock } from "../../base/clock.ts";
import { guarded } from "../../platform/guarded.ts";
import { PIPE_BYTES } from "../../platform/spawn/wide_pipe.ts";
import type { PipedOutput, PipedProcess } from "../../platform/spawn/exec_process.ts";
import { FRAME_ROOM_BYTES } from "../../protocol/frame.ts";
import type { RoomyOutput } from "../../rpc/server/command_handler.ts";

/** What {@linkcode OutputPumps} go by. */
export interface PumpOptions {
  readonly clock: Clock;
  /** The most that is sent at once. */
  readonly chunkBytes: number;
  /** When it is aborted nobody takes anything any more: what comes is read and dropped. */
  readonly cancel: AbortSignal;
}

/**
 * After its command ended, a pipe that a background process still holds is listened to until so many looks in a row
 * found nothing new. Looks and not time: on a busy machine that has passed before anything was read.
 */
const QUIET_LOOKS = 10;
const LOOK_EVERY_MS = 10;

/** Carries both streams of a process to the client, as fast as the client takes them. */
export class OutputPumps {
  readonly #options: PumpOptions;
  readonly #readers: ReadableStreamBYOBReader[];
  readonly #done: Promise<unknown>;
  #quietLooks = 0;
  #writes = 0;

  constructor(process: PipedProcess, output: RoomyOutput, options: PumpOptions) {
    this.#options = options;
    const { stdout, stderr } = process;
    const readers = [stdout, stderr].map(({ bytes }) => bytes.getReader({ mode: "byob" }));
    this.#readers = readers;
    this.#done = Promise.all([
      this.#pump(readers[0]!, stdout, (bytes) => output.write(bytes, true)),
      this.#pump(readers[1]!, stderr, (bytes) => output.writeError(bytes, true)),
    ]);
    this.#done.catch(() => undefined);
  }

  /** Resolves at the end of both streams; or, when something in the background holds them open, when it is silent. */
  async finish(): Promise<void> {
    const { clock } = this.#options;
    const silent = Promise.withResolvers<void>();
    this.#quietLooks = 0;
    const goOn = (): CancelTimer => cancelTimer = clock.schedule(LOOK_EVERY_MS, look);
    const look = guarded("exec.look", () => {
      if (this.#writes === 0) this.#quietLooks++;
      if (this.#quietLooks >= QUIET_LOOKS) silent.resolve();
      else goOn();
    }, goOn);
    let cancelTimer = clock.schedule(LOOK_EVERY_MS, look);
    await Promise.race([this.#done, silent.promise]);
    cancelTimer();
    await Promise.allSettled(this.#readers.map((reader) => reader.cancel()));
  }

  async #pump(
    reader: ReadableStreamBYOBReader,
    { widen }: PipedOutput,
    write: (bytes: Uint8Array) => Promise<void>,
  ): Promise<void> {
    const { chunkBytes, cancel } = this.#options;
    using wide = new DisposableStack();
    let mayGrow = chunkBytes > PIPE_BYTES;
    let size = Math.min(chunkBytes, PIPE_BYTES);
    let buffer = new ArrayBuffer(FRAME_ROOM_BYTES + size);
    while (true) {
      const { done, value } = await reader.read(new Uint8Array(buffer, FRAME_ROOM_BYTES, size));
      if (done || value === undefined) return;
      this.#quietLooks = 0;
      this.#writes++;
      if (!cancel.aborted) await write(value);
      this.#writes--;
      buffer = value.buffer;
      if (!mayGrow || value.length < size) continue;
      // Only for who prints that much: most print little.
      mayGrow = false;
      const held = widen(chunkBytes);
      if (held === undefined) continue;
      wide.use(held);
      size = chunkBytes;
      buffer = new ArrayBuffer(FRAME_ROOM_BYTES + size);
    }
  }
}
