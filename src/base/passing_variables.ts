import { AGENT_VARIABLES } from "./agent_marks.ts";

/**
 * What shells and terminals set anew for each window and each command: where only these are different, the environment
 * is the same to a job. So is who has it run.
 */
const PASSING = new Set([
  ...[
    "_",
    "SHLVL",
    "PWD",
    "OLDPWD",
    "COLUMNS",
    "LINES",
    "TERM",
    "COLORTERM",
    "PS1",
    "PROMPT_COMMAND",
  ],
  ...[
    "WINDOWID",
    "WINDOWPATH",
    "GPG_TTY",
    "SSH_TTY",
    "SSH_CLIENT",
    "SSH_CONNECTION",
    "TMUX",
    "TMUX_PANE",
  ],
  ...[
    "STY",
    "WINDOW",
    "XDG_SESSION_ID",
    "XDG_SESSION_TYPE",
    "XDG_SESSION_CLASS",
    "XDG_VTNR",
    "XDG_SEAT",
  ],
  ...[
    "INVOCATION_ID",
    "JOURNAL_STREAM",
    "SYSTEMD_EXEC_PID",
    "NO_COLOR",
    "FORCE_COLOR",
    "VTE_VERSION",
  ],
  ...AGENT_VARIABLES,
]);
const PASSING_PREFIX =
  /^(TERM_|ITERM_|KITTY_|WEZTERM_|ALACRITTY_|KONSOLE_|GNOME_TERMINAL_|VSCODE_|STARSHIP_|IMP_JOB_|__)/;

/** Whether a variable belongs to the window that a command was typed in, and not to what is run. */
export function isPassingVariable(name: string): boolean {
  return PASSING.has(name) || PASSING_PREFIX.test(name);
}
