import { formatCursor, type JobPlaces, type LogCursor, type StreamPlace } from "./log_cursor.ts";
import type { StreamName } from "./log_paths.ts";

type Places = { -readonly [Stream in StreamName]: StreamPlace };

const BEGINNING: StreamPlace = { run: 1, offset: 0 };

/** How far the jobs have been read that are shown: a cursor that moves. */
export class ReadPlaces {
  readonly #isOfAll: boolean;
  readonly #jobs = new Map<string, Places>();

  constructor({ isOfAll, jobs }: LogCursor) {
    this.#isOfAll = isOfAll;
    for (const { jobId, stdout, stderr } of jobs) this.#jobs.set(jobId, { stdout, stderr });
  }

  /** Everything before `place` was read of this stream. */
  move(jobId: string, stream: StreamName, place: StreamPlace): void {
    const places = this.#jobs.get(jobId);
    if (places === undefined) {
      this.#jobs.set(jobId, { stdout: BEGINNING, stderr: BEGINNING, [stream]: place });
    } else places[stream] = place;
  }

  /** There is nothing to be read of this job any more. */
  remove(jobId: string): void {
    this.#jobs.delete(jobId);
  }

  /** The cursor that goes on from here. */
  toCursor(): LogCursor {
    const jobs = [...this.#jobs].map(([jobId, places]): JobPlaces => ({ jobId, ...places }));
    return { isOfAll: this.#isOfAll, jobs };
  }

  /** The same as text. */
  toString(): string {
    return formatCursor(this.toCursor());
  }
}

/** Which parts of output were left out: a cursor that names both ends. */
export class OmittedPlaces {
  readonly #jobs = new Map<string, { readonly from: Places; readonly until: Places }>();

  /** Leaves out what a run wrote from `from` to `until`; of a stream it comes in order. */
  add(jobId: string, stream: StreamName, part: { run: number; from: number; until: number }): void {
    const { run, from, until } = part;
    let places = this.#jobs.get(jobId);
    if (places === undefined) {
      places = {
        from: { stdout: BEGINNING, stderr: BEGINNING },
        until: { stdout: BEGINNING, stderr: BEGINNING },
      };
      this.#jobs.set(jobId, places);
    }
    if (places.until[stream] === BEGINNING) places.from[stream] = { run, offset: from };
    places.until[stream] = { run, offset: until };
  }

  /** The cursor that shows just what was left out. */
  toCursor(): LogCursor {
    const jobs = [...this.#jobs].map(([jobId, { from, until }]): JobPlaces => ({
      jobId,
      ...from,
      until,
    }));
    return { isOfAll: false, jobs };
  }
}
