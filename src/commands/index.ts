import type { CommandEntry, CommandGroup } from "./command.ts";

type Loader = CommandEntry["load"];

/** A command that may bring a daemon to life. */
function starting(
  group: CommandGroup,
  name: string,
  summary: string,
  load: Loader,
  aliases: readonly string[] = [],
): CommandEntry {
  return { name, aliases, group, summary, mayStartDaemon: true, load };
}

/** A command that takes things as they are. */
function looking(
  group: CommandGroup,
  name: string,
  summary: string,
  load: Loader,
  aliases: readonly string[] = [],
): CommandEntry {
  return { name, aliases, group, summary, mayStartDaemon: false, load };
}

/** Every subcommand, in the order of the help. */
export const COMMANDS: readonly CommandEntry[] = [
  starting("Jobs", "run", "Run a command as a job and follow its output", () => import("./run.ts")),
  starting("Jobs", "add", "Run a command as a job in the background", () => import("./add.ts")),
  starting("Jobs", "list", "List the jobs", () => import("./list.ts"), ["ls", "ps"]),
  starting("Jobs", "show", "Show all about one job", () => import("./show.ts")),
  starting("Jobs", "start", "Start jobs that are down", () => import("./start.ts")),
  starting("Jobs", "stop", "Stop jobs and everything they started", () => import("./stop.ts")),
  starting("Jobs", "restart", "Stop jobs and start them again", () => import("./restart.ts")),
  starting("Jobs", "remove", "Remove jobs with their logs", () => import("./remove.ts"), ["rm"]),
  starting("Jobs", "signal", "Send a signal to jobs", () => import("./signal.ts")),
  starting("Jobs", "wait", "Wait until jobs end, run or are ready", () => import("./wait.ts")),
  starting("Jobs", "send", "Write to the stdin of a job", () => import("./send.ts")),
  starting("Jobs", "cleanup", "Remove all jobs that are down", () => import("./cleanup.ts")),
  starting("Jobs", "nuke", "Stop and remove everything", () => import("./nuke.ts")),
  starting("Output", "logs", "Show what jobs print, both streams", () => import("./logs.ts")),
  starting("Output", "stdout", "Show what a job prints to stdout", () => import("./stdout.ts")),
  starting("Output", "stderr", "Show what a job prints to stderr", () => import("./stderr.ts")),
  starting("Output", "events", "Follow every change", () => import("./events.ts")),
  starting("Output", "exec", "Run a command that ends with this one", () => import("./exec.ts")),
  starting("Output", "tui", "Watch and control the jobs on a screen", () => import("./tui.ts")),
  looking("Daemon", "overview", "What is there, what to type next", () => import("./overview.ts")),
  looking("Daemon", "status", "The state of daemon and jobs", () => import("./status.ts")),
  starting("Daemon", "ping", "Ask the daemon for a sign of life", () => import("./ping.ts")),
  looking("Daemon", "daemon run", "Be the daemon", () => import("./daemon.ts")),
  starting("Daemon", "daemon start", "Start the daemon", () => import("./daemon_start.ts")),
  looking("Daemon", "daemon stop", "Stop jobs and daemon", () => import("./daemon_stop.ts")),
  starting(
    "Daemon",
    "daemon restart",
    "Replace the daemon, jobs stay up",
    () => import("./daemon_restart.ts"),
  ),
  looking("Daemon", "daemon reload", "Read the settings again", () => import("./reload.ts")),
  looking("Daemon", "daemon status", "How the daemon is", () => import("./daemon_status.ts")),
  looking("Daemon", "daemon logs", "Show the daemon's log", () => import("./daemon_logs.ts")),
  looking("Daemon", "daemon list", "List the daemons", () => import("./daemon_list.ts")),
  looking("Daemon", "reload", "Read the settings again", () => import("./reload.ts")),
  looking("Daemon", "enable", "Run the daemon as a service", () => import("./enable.ts")),
  looking("Daemon", "disable", "Take the service back", () => import("./disable.ts")),
  looking("Help", "config", "Show the settings and their sources", () => import("./config.ts")),
  looking("Help", "doctor", "Check that all is in order", () => import("./doctor.ts")),
  looking("Help", "completion", "Completions for your shell", () => import("./completion.ts")),
  looking("Help", "help", "Show help", () => import("./help.ts")),
  looking("Help", "version", "Show versions", () => import("./version.ts")),
  {
    ...looking("Help", "__complete", "Words for a shell", () => import("./complete.ts")),
    hidden: true,
  },
];

/** The command of that name or alias. */
export function findCommand(name: string): CommandEntry | undefined {
  return COMMANDS.find((entry) => entry.name === name || entry.aliases?.includes(name));
}

/** The subcommands of a group such as `daemon`; empty for anything else. */
export function subcommandsOf(group: string): readonly CommandEntry[] {
  return COMMANDS.filter((entry) => entry.name.startsWith(`${group} `));
}
