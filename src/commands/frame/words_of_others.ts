/** What other tools of the kind, and people, call things that imp has under another name. */
export const WORDS_OF_OTHERS: Readonly<Record<string, string>> = {
  ...toAll("imp stop JOB, or imp signal KILL JOB", ["kill", "terminate", "end", "abort", "halt"]),
  ...toAll("imp up, or imp start --all", ["start-all"]),
  ...toAll("imp stop --all", ["killall", "stop-all"]),
  ...toAll("imp ports", ["port", "listening"]),
  ...toAll("imp daemon stop", ["shutdown", "quit", "exit"]),
  ...toAll("imp logs -f JOB", ["tail", "follow", "watch", "output", "tailf", "join"]),
  ...toAll("imp attach JOB", ["connect", "console", "terminal", "tty", "reattach"]),
  ...toAll("imp logs JOB", ["log", "journal"]),
  ...toAll("imp show JOB", ["runs", "history", "describe", "inspect", "info", "env", "details"]),
  ...toAll("imp list", ["jobs", "processes", "proc", "stats", "l"]),
  ...toAll("imp tui", ["top", "htop", "monit", "monitor", "dashboard", "ui", "screen"]),
  ...toAll("imp wait JOB", ["await", "join-all", "wait-for"]),
  ...toAll("imp remove JOB", ["delete", "del", "destroy", "drop", "forget", "kick"]),
  ...toAll("imp cleanup", ["prune", "clean", "gc", "flush", "tidy"]),
  ...toAll("imp nuke", ["purge", "reset", "wipe", "implode"]),
  ...toAll("imp add -- COMMAND", [
    "new",
    "create",
    "launch",
    "spawn",
    "bg",
    "background",
    "submit",
  ]),
  ...toAll("imp run -- COMMAND", ["fg", "foreground", "call"]),
  ...toAll("imp restart JOB", ["bounce", "respawn", "recreate", "cycle"]),
  ...toAll("imp set JOB", ["edit", "update", "configure", "change", "modify"]),
  ...toAll("imp rename JOB NAME", ["name", "mv"]),
  ...toAll("imp signal STOP JOB", ["pause", "suspend", "freeze"]),
  ...toAll("imp signal CONT JOB", ["resume", "unpause", "continue", "thaw"]),
  ...toAll("imp signal HUP JOB", ["hup"]),
  ...toAll("imp send JOB TEXT", ["stdin", "input", "write", "type"]),
  ...toAll("imp enable", ["install", "startup", "service"]),
  ...toAll("imp disable", ["uninstall", "unstartup"]),
  ...toAll("imp config", ["settings", "conf"]),
  ...toAll("imp doctor", ["diagnose", "health"]),
  ...toAll("imp daemon start", ["serve", "server"]),
};

function toAll(what: string, words: readonly string[]): Record<string, string> {
  return Object.fromEntries(words.map((word) => [word, what]));
}
