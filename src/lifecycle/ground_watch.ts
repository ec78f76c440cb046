import { messageOf } from "../base/app_error.ts";
import { type CancelTimer, type Clock, toIsoTime } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import { ROUND_MS } from "./rounds.ts";
import { guarded } from "../platform/guarded.ts";
import type { Ground } from "./ground.ts";

/** What a {@linkcode GroundWatch} needs. */
export interface GroundWatchOptions {
  readonly clock: Clock;
  readonly rounds: Clock;
  readonly logger: Logger;
  /** What we stand on now, each before what depends on it. */
  readonly grounds: () => readonly Ground[];
  /** Whether files of ours change all the time, so that looking costs less than being told. */
  readonly isBusy: () => boolean;
  /** Begins to tell of changes; undefined where that is not to be had. */
  readonly openWatch: (
    callbacks: { onChange: () => void; onLost: () => void },
  ) => Disposable | undefined;
  /** Called once, when something that nobody finds us without could not be mended for long. */
  readonly onHopeless: (ground: Ground) => void;
}

/** What was taken away is seen within two seconds; */
const LOOK_EVERY_MS = ROUND_MS.quiet;
/** with notifications this look is only there in case they fail. */
const LOOK_WHILE_WATCHED_MS = ROUND_MS.rare;
/**
 * So many looks in a row must have found nothing going on before notifications are asked for: they tell of every file
 * that a run's start touches, and Deno resolves the path of each, which took more than the run itself.
 */
const QUIET_LOOKS = 5;
/** A removal is rarely of one file: what belongs together is seen together. */
const SETTLE_MS = 20;
/** So long what is vital may be missing: a session that ends and begins again takes a while. */
const HOPELESS_AFTER_MS = 10_000;
/** So long, and so many, it is told what was mended. */
const TOLD_FOR_MS = 10 * 60_000;
const MOST_TOLD = 20;

interface Told {
  readonly atMs: number;
  readonly text: string;
}

/**
 * Notices when what the daemon stands on is taken away, replaced or moved, and makes it anew: directories, locks,
 * sockets, the store, the files beside it, what live runs need. While nothing happens it waits to be told; else it looks.
 */
export class GroundWatch implements Disposable {
  readonly #options: GroundWatchOptions;
  /** What could not be mended, by path: since when, and why. */
  readonly #broken = new Map<string, { readonly since: number; readonly text: string }>();
  #mended: Told[] = [];
  #watch: Disposable | undefined;
  #quietLooks = 0;
  #cancel: CancelTimer = () => {};
  #isHopeless = false;
  #isDisposed = false;

  constructor(options: GroundWatchOptions) {
    this.#options = options;
    this.#schedule();
  }

  /** What users should know of: what is missing, and what was made anew lately. */
  get notices(): string[] {
    const oldest = this.#options.clock.now() - TOLD_FOR_MS;
    return [
      ...[...this.#broken.values()].map(({ text }) => text),
      ...this.#mended.filter(({ atMs }) => atMs >= oldest).map(({ text }) => text),
    ];
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#cancel();
    this.#closeWatch();
  }

  /** Looks at everything now, and mends what can be; never rejects. */
  async look(): Promise<void> {
    this.#cancel();
    const grounds = this.#options.grounds();
    for (const ground of grounds) {
      if (this.#isDisposed) return;
      if (isSound(ground)) this.#noteSound(ground);
      // What is well is not waited for: of hundreds of grounds most are, at every look.
      else await this.#mend(ground);
    }
    if (this.#broken.size > 0) this.#forgetOthers(grounds);
    if (!this.#isDisposed) this.#schedule();
  }

  /** What we do not stand on any more is not missing. */
  #forgetOthers(grounds: readonly Ground[]): void {
    const paths = new Set(grounds.map(({ path }) => path));
    for (const path of this.#broken.keys()) if (!paths.has(path)) this.#broken.delete(path);
  }

  #schedule(): void {
    const { isBusy, openWatch } = this.#options;
    this.#quietLooks = isBusy() || this.#broken.size > 0 ? 0 : this.#quietLooks + 1;
    if (this.#quietLooks === 0) this.#closeWatch();
    if (this.#quietLooks > QUIET_LOOKS) {
      this.#watch ??= openWatch({
        onChange: () => this.#lookSoon(),
        onLost: () => this.#lookSoon(),
      });
    }
    const pauseMs = this.#watch === undefined ? LOOK_EVERY_MS : LOOK_WHILE_WATCHED_MS;
    this.#lookIn(pauseMs, this.#options.rounds);
  }

  #lookIn(delayMs: number, clock: Clock): void {
    this.#cancel();
    const look = guarded("ground.look", () => this.look(), () => this.#schedule());
    this.#cancel = clock.schedule(delayMs, look);
  }

  /** Something changes, most likely by ourselves: until all is quiet again, we look by the clock. */
  #lookSoon(): void {
    this.#closeWatch();
    this.#quietLooks = 0;
    if (!this.#isDisposed) this.#lookIn(SETTLE_MS, this.#options.clock);
  }

  #closeWatch(): void {
    this.#watch?.[Symbol.dispose]();
    this.#watch = undefined;
  }

  #noteSound({ path }: Ground): void {
    if (this.#broken.delete(path)) this.#options.logger.info("It is there again", { path });
  }

  async #mend(ground: Ground): Promise<void> {
    const how = ground.isAbsent() ? "was removed" : "was replaced";
    try {
      const remark = await ground.mend();
      // Watches are of what was there before.
      this.#closeWatch();
      this.#broken.delete(ground.path);
      this.#tell(`${JSON.stringify(ground.path)} ${how}, and was made anew${remark}`);
    } catch (error) {
      this.#complain(ground, how, messageOf(error));
    }
  }

  #tell(text: string): void {
    const { clock, logger } = this.#options;
    const atMs = clock.now();
    logger.warn(text);
    this.#mended = [...this.#mended, { atMs, text: `${text} (${toIsoTime(atMs)})` }]
      .slice(-MOST_TOLD);
  }

  #complain(ground: Ground, how: string, reason: string): void {
    const { clock, logger, onHopeless } = this.#options;
    const now = clock.monotonic();
    const known = this.#broken.get(ground.path);
    const since = known?.since ?? now;
    const text = `${JSON.stringify(ground.path)} ${how}: ${reason}`;
    if (known?.text !== text) logger.error(text);
    this.#broken.set(ground.path, { since, text });
    if (!ground.isVital || this.#isHopeless || now - since < HOPELESS_AFTER_MS) return;
    this.#isHopeless = true;
    onHopeless(ground);
  }
}

function isSound(ground: Ground): boolean {
  try {
    return ground.isSound();
  } catch {
    return false;
  }
}
