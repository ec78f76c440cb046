import type { Clock } from "../base/clock.ts";
import type { LogFields, Logger, LogLevel } from "../base/logger.ts";
import { writeToStderr } from "../platform/append_file.ts";
import { formatRecord, type LogFormat } from "./log_record.ts";
import { RotatingFile, type RotationLimits } from "./rotating_file.ts";

/** What a reload can change. */
export interface DaemonLogSettings extends RotationLimits {
  readonly level: LogLevel;
  readonly format: LogFormat;
}

/** What a {@linkcode DaemonLog} needs. */
export interface DaemonLogOptions extends DaemonLogSettings {
  readonly clock: Clock;
  /** The log file, if there is to be one. */
  readonly path?: string | undefined;
  /** Whether records go to our stderr too, as those of a daemon in the foreground do. By default when there is no file. */
  readonly toStderr?: boolean;
  /** Told each time the file was opened, so that the stderr of a detached daemon can follow it. */
  readonly onOpened?: ((path: string) => void) | undefined;
}

const RANK: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** The daemon's log: one line a record. Writing never throws and never waits for anybody but the disk. */
export class DaemonLog implements Logger, Disposable {
  readonly #clock: Clock;
  readonly #file: RotatingFile | undefined;
  readonly #toStderr: boolean;
  readonly #encoder = new TextEncoder();
  #settings: DaemonLogSettings;
  #lost = 0;

  constructor(options: DaemonLogOptions) {
    const { path } = options;
    this.#clock = options.clock;
    this.#settings = options;
    this.#toStderr = options.toStderr ?? path === undefined;
    this.#file = path === undefined ? undefined : new RotatingFile({ ...options, path });
  }

  debug(message: string, fields: LogFields = {}): void {
    this.#record("debug", message, fields);
  }

  info(message: string, fields: LogFields = {}): void {
    this.#record("info", message, fields);
  }

  warn(message: string, fields: LogFields = {}): void {
    this.#record("warn", message, fields);
  }

  error(message: string, fields: LogFields = {}): void {
    this.#record("error", message, fields);
  }

  /** Takes effect with the next record. */
  configure(settings: DaemonLogSettings): void {
    this.#settings = settings;
    this.#file?.configure(settings);
  }

  /** False while the file is not where readers look for it; without a file there is nothing to miss. */
  isInPlace(): boolean {
    return this.#file?.isInPlace() ?? true;
  }

  /** For those who renamed the file themselves (SIGUSR1). */
  reopen(): void {
    this.#file?.reopen();
    this.info("log reopened");
  }

  [Symbol.dispose](): void {
    this.#file?.[Symbol.dispose]();
  }

  #record(level: LogLevel, message: string, fields: LogFields): void {
    if (RANK[level] < RANK[this.#settings.level]) return;
    if (this.#lost > 0 && this.#write("warn", "records were lost", { count: this.#lost })) {
      this.#lost = 0;
    }
    if (!this.#write(level, message, fields)) this.#lost++;
  }

  #write(level: LogLevel, message: string, fields: LogFields): boolean {
    const record = { timeMs: this.#clock.now(), level, message, fields };
    const line = this.#encoder.encode(formatRecord(record, this.#settings.format));
    if (this.#toStderr) writeToStderr(line);
    return this.#file?.write(line) ?? true;
  }
}
