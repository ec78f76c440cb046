import { AppError } from "../../base/app_error.ts";
import { parseDuration } from "../../base/duration.ts";
import { isPortNumber } from "../../base/ports.ts";
import { isProbeUrl } from "../../protocol/probe_url.ts";
import type { ReadyCheck } from "../../protocol/readiness.ts";

/** What a value of `--ready` means. @throws AppError `usage.bad_probe` */
export function parseReady(text: string): ReadyCheck {
  if (isProbeUrl(text)) return { kind: "http", url: text };
  if (text === "ports") return { kind: "ports" };
  const colon = text.indexOf(":");
  const rest = text.slice(colon + 1);
  switch (text.slice(0, colon)) {
    case "tcp":
      return readTcp(rest, text);
    case "log":
      return { kind: "log", regex: readPattern(rest, text) };
    case "cmd":
      if (rest.trim() === "") break;
      return { kind: "command", script: rest };
    case "delay":
      return { kind: "delay", ms: parseDuration(rest) };
  }
  throw badProbe(text);
}

/** `5432`, `db:5432`, `[::1]:5432`; the port may be `${ports.NAME}`. */
function readTcp(target: string, text: string): ReadyCheck {
  const found = /^(?:(\[[^\]]+\]|[^:[\]]+):)?(\d{1,5}|\$\{ports\.[a-z][a-z0-9_]*\})$/.exec(target);
  if (found === null) throw badProbe(text);
  const [, host, port] = found;
  const number = /^\d/.test(port!) ? Number(port) : port!;
  if (typeof number === "number" && !isPortNumber(number)) throw badProbe(text);
  const name = host?.replace(/^\[(.*)\]$/, "$1");
  return { kind: "tcp", ...name === undefined ? {} : { host: name }, port: number };
}

/** `/REGEX/` is taken for what stands between. */
function readPattern(text: string, whole: string): string {
  const pattern = /^\/(.+)\/$/.exec(text)?.[1] ?? text;
  if (pattern === "") throw badProbe(whole);
  try {
    new RegExp(pattern);
    return pattern;
  } catch (error) {
    throw new AppError("usage.bad_probe", (error as Error).message, { cause: error });
  }
}

function badProbe(text: string): AppError {
  return new AppError("usage.bad_probe", `Not a probe: ${JSON.stringify(text)}`, {
    hint: "Use http://localhost:8080/health, tcp:5432, log:'listening on', cmd:'pg_isready -q', " +
      "delay:2s or ports",
  });
}
