import type { ServiceSpec } from "./service_spec.ts";

type PlistValue = string | number | boolean | readonly PlistValue[] | PlistTable;
interface PlistTable {
  readonly [key: string]: PlistValue;
}

/** The least time from one start to the next; the default of ten seconds is long for whoever waits. */
const RESTART_SECONDS = 2;

/** What launchd calls the service of a daemon. */
export function launchdLabel(daemonId: string): string {
  return `imp.${daemonId}`;
}

/**
 * The property list of a daemon (launchd.plist(5)). What the daemon says before it has its log goes to `logPath` too.
 * `AbandonProcessGroup`: launchd must not kill the jobs of a daemon that has crashed.
 */
export function launchdPlist(spec: ServiceSpec, logPath: string): string {
  const table: PlistTable = {
    Label: launchdLabel(spec.daemonId),
    ProgramArguments: spec.command,
    EnvironmentVariables: spec.environment,
    ...spec.user ? { UserName: spec.user.name } : {},
    RunAtLoad: true,
    KeepAlive: { SuccessfulExit: false },
    ThrottleInterval: RESTART_SECONDS,
    AbandonProcessGroup: true,
    ExitTimeOut: Math.ceil(spec.stopTimeoutMs / 1_000),
    Umask: 0o077,
    StandardErrorPath: logPath,
  };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    "<!-- Written by `imp enable`; `imp disable` removes it. -->",
    '<plist version="1.0">',
    ...render(table),
    "</plist>",
    "",
  ].join("\n");
}

/** Words as they stand in a property list, a line each. */
export function plistStrings(words: readonly string[]): string[] {
  return words.flatMap(render);
}

function render(value: PlistValue): string[] {
  if (typeof value === "string") return [`<string>${escapeXml(value)}</string>`];
  if (typeof value === "number") return [`<integer>${value}</integer>`];
  if (typeof value === "boolean") return [value ? "<true/>" : "<false/>"];
  const isList = Array.isArray(value);
  const inner = isList
    ? value.flatMap(render)
    : Object.entries(value).flatMap(([key, of]) => [`<key>${escapeXml(key)}</key>`, ...render(of)]);
  const tag = isList ? "array" : "dict";
  return [`<${tag}>`, ...inner.map((line) => `  ${line}`), `</${tag}>`];
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
