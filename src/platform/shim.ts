import { constants } from "node:os";

/**
 * The signals that a shim outlives. They are caught, not ignored: an ignored signal would stay ignored in the job.
 * What is not here (KILL, the faults, the real-time signals) must not be sent to a shim.
 */
export const SHIM_CATCHES = [
  "SIGHUP",
  "SIGINT",
  "SIGQUIT",
  "SIGABRT",
  "SIGUSR1",
  "SIGUSR2",
  "SIGPIPE",
  "SIGALRM",
  "SIGTERM",
  "SIGXCPU",
  "SIGXFSZ",
  "SIGVTALRM",
  "SIGPROF",
  "SIGIO",
] as const;

/**
 * Lines of sh that take a protection from the kernel's out-of-memory killer off, which is meant for the daemon alone.
 * Anybody may give up his own; Linux only, and elsewhere there is no such file.
 */
export const UNPROTECT = `read -r __imp_oom </proc/self/oom_score_adj
case "$__imp_oom" in -*) echo 0 >/proc/self/oom_score_adj ;; esac`;

/**
 * The few lines of POSIX sh around every command, called as `sh -c SHIM imp-shim RUN_DIR UMASK+SETUP COMMAND [ARG…]`:
 * `queued` becomes `run`, the command runs, `run` becomes `exit.<code>`. The code of a command that a signal ended is
 * 128 + its number, which a shell cannot tell from an exit with that number.
 *
 * - Behind the four digits of the umask are lines of sh that give the command its surroundings. Not the shim, which must
 *   live whatever they are; and in one word, so that the command is where it is in the shims of older builds.
 * - The command is executed in a subshell, and the shim's own stderr leads nowhere: else the shell would write
 *   "Terminated" into the job's output.
 * - A shell that cannot fork ends itself (dash), or after 15 s (bash); its EXIT trap then leaves the marker.
 * - A signal that arrives before the command was started must not be lost: it is what the command would have died of.
 * - Until its traps are set, about a millisecond, a signal still ends the shim: then `queued` is left, and nothing ran.
 * - Shells keep variables from the command or change them: dash what is no shell name, all of them IFS, bash SHLVL, _.
 * - A rename works on a full disk of every kind; the `: >` behind it is for when mv cannot be started. Without `command`
 *   a shell would end there, with a code of its own, when the directory is gone.
 */
export const SHIM = `__imp_dir=$1 __imp_setup=\${2#????} __imp_signal= __imp_code= __imp_oom=
__imp_umask=\${2%"$__imp_setup"} __imp_done=
shift 2
set +aefux
exec 9>&2 2>/dev/null
${
  SHIM_CATCHES.map((name) =>
    `trap __imp_signal=${128 + constants.signals[name]} ${constants.signals[name]}`
  ).join("\n")
}
__imp_move() {
  command -p mv -f "$__imp_dir/$1" "$__imp_dir/$2" || mv -f "$__imp_dir/$1" "$__imp_dir/$2" ||
    command : >"$__imp_dir/$2"
}
__imp_end() {
  [ "$__imp_done" ] && return
  if [ -z "$__imp_code" ]; then
    __imp_code=126
    echo 'imp: the command could not be started: no more processes are allowed' >&9
  fi
  command : >"$__imp_dir/exit.$__imp_code"
}
trap __imp_end EXIT
${UNPROTECT}
umask "$__imp_umask"
__imp_move queued run
if [ "$__imp_signal" ]; then
  __imp_code=$__imp_signal
else
  (eval "$__imp_setup"; exec "$@" 2>&9 9>&-)
  __imp_code=$?
fi
__imp_move run "exit.$__imp_code"
__imp_done=1
exit "$__imp_code"`;
