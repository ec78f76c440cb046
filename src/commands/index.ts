import type { CommandEntry, CommandGroup, CommandNature, CommandTable } from "./frame/command.ts";

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
export const COMMANDS: CommandTable = [
  adds("Jobs", "run", "Run a command as a job and follow its output", () => import("./run.ts")),
  adds("Jobs", "add", "Run a command as a job in the background", () => import("./add.ts")),
  looks("Jobs", "list", "List the jobs", () => import("./list.ts"), ["ls", "ps"]),
  looks("Jobs", "show", "Show all about one job", () => import("./show.ts")),
  looks("Jobs", "why", "Say why a job failed or does not start", () => import("./why.ts")),
  looks("Jobs", "ports", "Show who listens on which port", () => import("./ports.ts")),
  drives("Jobs", "start", "Start jobs that are down", () => import("./start.ts")),
  ends("Jobs", "stop", "Stop jobs and everything they started", () => import("./stop.ts")),
  drives("Jobs", "restart", "Stop jobs and start them again", () => import("./restart.ts")),
  drives("Jobs", "set", "Change what jobs are defined as", () => import("./set.ts")),
  drives("Jobs", "keep", "Change what ends jobs by itself", () => import("./keep.ts")),
  drives("Jobs", "rename", "Give a job another name", () => import("./rename.ts")),
  ends("Jobs", "remove", "Remove jobs with their logs", () => import("./remove.ts"), ["rm"]),
  ends("Jobs", "signal", "Send a signal to jobs", () => import("./signal.ts")),
  drives("Jobs", "wait", "Wait until jobs end, run or are ready", () => import("./wait.ts")),
  drives("Jobs", "attach", "Be at the terminal of a job", () => import("./attach.ts")),
  drives("Jobs", "send", "Write to the stdin of a job", () => import("./send.ts")),
  ends("Jobs", "cleanup", "Remove all jobs that are down", () => import("./cleanup.ts")),
  ends("Jobs", "nuke", "Stop and remove everything", () => import("./nuke.ts")),
  looks("Output", "logs", "Show what jobs print, both streams", () => import("./logs.ts")),
  looks("Output", "stdout", "Show what a job prints to stdout", () => import("./stdout.ts")),
  looks("Output", "stderr", "Show what a job prints to stderr", () => import("./stderr.ts")),
  looks("Output", "diff", "Show what only a failed run printed", () => import("./diff.ts")),
  drives("Output", "events", "Follow every change", () => import("./events.ts")),
  adds("Output", "exec", "Run a command that ends with this one", () => import("./exec.ts")),
  drives("Output", "tui", "Watch and control the jobs on a screen", () => import("./tui.ts")),
  drives("Output", "web", "Watch and control the jobs on a page", () => import("./web.ts")),
  apart("Output", "mcp", "Serve the jobs to a coding agent (MCP)", () => import("./mcp.ts")),
  adds("Project", "up", "Have the project up, in order", () => import("./up.ts")),
  ends("Project", "down", "Stop the project, in reverse order", () => import("./down.ts")),
  drives("Project", "save", "Write jobs into the project file", () => import("./save.ts")),
  apart("Project", "trust", "Say yes to a file of somebody else", () => import("./trust.ts")),
  apart("Project", "check", "Tell what is wrong in the project file", () => import("./check.ts")),
  apart("Project", "graph", "Show which job waits for which", () => import("./graph.ts")),
  apart("Project", "init", "Write a first project file", () => import("./init.ts")),
  apart(
    "Project",
    "import",
    "Make an imp.yaml of another tool's file",
    () => import("./import.ts"),
  ),
  apart("Project", "export", "Write the project for another tool", () => import("./export.ts")),
  apart("Project", "schema", "Print the JSON Schema of project files", () => import("./schema.ts")),
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
  apart("Help", "upgrade", "Replace imp by its newest release", () => import("./upgrade.ts")),
  apart(
    "Help",
    "agent install",
    "Tell a coding agent of imp mcp",
    () => import("./agent_install.ts"),
  ),
  apart(
    "Help",
    "agent instructions",
    "Print what AGENTS.md should say",
    () => import("./agent_instructions.ts"),
  ),
  apart("Help", "help", "Show help", () => import("./help.ts")),
  apart("Help", "version", "Show versions", () => import("./version.ts")),
  {
    ...apart("Help", "__complete", "Words for a shell", () => import("./complete.ts")),
    hidden: true,
  },
];
