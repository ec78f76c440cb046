import type { CommandEntry, CommandGroup, CommandNature } from "./command.ts";

type Loader = CommandEntry["load"];

/** Makes the lines of the table for commands of one nature. */
function entriesOf(nature: CommandNature) {
  return (
    group: CommandGroup,
    name: string,
    summary: string,
    load: Loader,
    aliases: readonly string[] = [],
  ): CommandEntry => ({ name, aliases, group, summary, nature, load });
}

const adds = entriesOf("adds");
const drives = entriesOf("drives");
const looks = entriesOf("looks");
const ends = entriesOf("ends");
const apart = entriesOf("apart");

/** Every subcommand, in the order of the help. */
export const COMMANDS: readonly CommandEntry[] = [
  adds("Jobs", "run", "Run a command as a job and follow its output", () => import("./run.ts")),
  adds("Jobs", "add", "Run a command as a job in the background", () => import("./add.ts")),
  looks("Jobs", "list", "List the jobs", () => import("./list.ts"), ["ls", "ps"]),
  looks("Jobs", "show", "Show all about one job", () => import("./show.ts")),
  drives("Jobs", "start", "Start jobs that are down", () => import("./start.ts")),
  ends("Jobs", "stop", "Stop jobs and everything they started", () => import("./stop.ts")),
  drives("Jobs", "restart", "Stop jobs and start them again", () => import("./restart.ts")),
  drives("Jobs", "set", "Change what jobs are defined as", () => import("./set.ts")),
  drives("Jobs", "rename", "Give a job another name", () => import("./rename.ts")),
  ends("Jobs", "remove", "Remove jobs with their logs", () => import("./remove.ts"), ["rm"]),
  ends("Jobs", "signal", "Send a signal to jobs", () => import("./signal.ts")),
  drives("Jobs", "wait", "Wait until jobs end, run or are ready", () => import("./wait.ts")),
  drives("Jobs", "send", "Write to the stdin of a job", () => import("./send.ts")),
  ends("Jobs", "cleanup", "Remove all jobs that are down", () => import("./cleanup.ts")),
  ends("Jobs", "nuke", "Stop and remove everything", () => import("./nuke.ts")),
  looks("Output", "logs", "Show what jobs print, both streams", () => import("./logs.ts")),
  looks("Output", "stdout", "Show what a job prints to stdout", () => import("./stdout.ts")),
  looks("Output", "stderr", "Show what a job prints to stderr", () => import("./stderr.ts")),
  drives("Output", "events", "Follow every change", () => import("./events.ts")),
  adds("Output", "exec", "Run a command that ends with this one", () => import("./exec.ts")),
  drives("Output", "tui", "Watch and control the jobs on a screen", () => import("./tui.ts")),
  apart("Daemon", "overview", "What is there, what to type next", () => import("./overview.ts")),
  apart("Daemon", "status", "The state of daemon and jobs", () => import("./status.ts")),
  drives("Daemon", "ping", "Ask the daemon for a sign of life", () => import("./ping.ts")),
  adds("Daemon", "daemon run", "Be the daemon", () => import("./daemon.ts")),
  adds("Daemon", "daemon start", "Start the daemon", () => import("./daemon_start.ts")),
  apart("Daemon", "daemon stop", "Stop jobs and daemon", () => import("./daemon_stop.ts")),
  drives(
    "Daemon",
    "daemon restart",
    "Replace the daemon, jobs stay up",
    () => import("./daemon_restart.ts"),
  ),
  apart("Daemon", "daemon reload", "Read the settings again", () => import("./reload.ts")),
  apart("Daemon", "daemon status", "How the daemon is", () => import("./daemon_status.ts")),
  apart("Daemon", "daemon logs", "Show the daemon's log", () => import("./daemon_logs.ts")),
  apart("Daemon", "daemon list", "List the daemons", () => import("./daemon_list.ts")),
  apart("Daemon", "reload", "Read the settings again", () => import("./reload.ts")),
  adds("Daemon", "enable", "Run the daemon as a service", () => import("./enable.ts")),
  apart("Daemon", "disable", "Take the service back", () => import("./disable.ts")),
  apart("Help", "config", "Show the settings and their sources", () => import("./config.ts")),
  apart("Help", "doctor", "Check that all is in order", () => import("./doctor.ts")),
  apart("Help", "completion", "Completions for your shell", () => import("./completion.ts")),
  apart("Help", "help", "Show help", () => import("./help.ts")),
  apart("Help", "version", "Show versions", () => import("./version.ts")),
  {
    ...apart("Help", "__complete", "Words for a shell", () => import("./complete.ts")),
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
