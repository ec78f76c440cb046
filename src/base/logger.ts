/** How loud a record is; `debug` is the quietest. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** Facts of a record beside its message. Never an environment value, never an argument of a job. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Where the daemon tells what it does. Implementations never throw. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}
