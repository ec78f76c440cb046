import { signalNumber } from "../os_signals.ts";
import { SHIM_CATCHES } from "../processes/shim_catches.ts";

/**
 * Lines of sh that take a protection from the kernel's out-of-memory killer off, which is meant for the daemon alone.
 * Anybody may give up his own; Linux only, and elsewhere there is no such file.
 */
export const UNPROTECT = `read -r __imp_oom </proc/self/oom_score_adj
case "$__imp_oom" in -*) echo 0 >/proc/self/oom_score_adj ;; esac`;

/**
 * Under which numbers a shim holds the ends of the pipes that their keepers read: so that nobody who writes is sent
 * SIGPIPE when a keeper dies, and the next one finds what is in the pipe.
 */
export const PIPE_ENDS = { stdout: 7, stderr: 8 } as const;

/** And the end on which the holder of its stdin is told to let go, if it has one: it goes when nobody has that any more. */
export const LIFELINE_END = 6;

/**
 * The few lines of POSIX sh around every command, called as `sh -c SHIM imp-shim RUN_DIR UMASK+SETUP COMMAND [ARG…]`:
 * `run` is put beside `queued`, the command runs, `exit.<code>` is put beside both. The code of a command that a signal
 * ended is 128 + its number, which a shell cannot tell from an exit with that number.
 *
 * - Behind the four digits of the umask are lines of sh that give the command its surroundings. Not the shim, which must
 *   live whatever they are; and in one word, so that the command is where it is in the shims of older builds.
 * - The command is executed in a subshell, and the shim's own stderr leads nowhere: else the shell would write
 *   "Terminated" into the job's output.
 * - A shell that cannot fork ends itself (dash), or after 15 s (bash); its EXIT trap then leaves the marker.
 * - A signal that arrives before the command was started must not be lost: it is what the command would have died of.
 * - Until its traps are set, about a millisecond, a signal still ends the shim: then `queued` is left, and nothing ran.
 * - Shells keep variables from the command or change them: dash what is no shell name, all of them IFS, bash SHLVL, _.
 * - A marker is an empty file, which costs no process; where even that finds no room, the one before is renamed, which
 *   works on a full disk of every kind. Without `command` a shell would end there, with a code of its own, when the
 *   directory is gone. The umask is the command's alone: a marker is nobody else's business.
 */
export const SHIM = `__imp_dir=$1 __imp_setup=\${2#????} __imp_signal= __imp_code= __imp_oom=
__imp_umask=\${2%"$__imp_setup"} __imp_done=
shift 2
set +aefux
exec 9>&2 2>/dev/null
${
  SHIM_CATCHES.map((name) => `trap __imp_signal=${128 + signalNumber(name)} ${signalNumber(name)}`)
    .join("\n")
}
__imp_mark() {
  command : >"$__imp_dir/$2" || command -p mv -f "$__imp_dir/$1" "$__imp_dir/$2" ||
    mv -f "$__imp_dir/$1" "$__imp_dir/$2"
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
umask 077
__imp_mark queued run
if [ "$__imp_signal" ]; then
  __imp_code=$__imp_signal
else
  (umask "$__imp_umask"; eval "$__imp_setup"; exec "$@" 2>&9 6>&- 7<&- 8<&- 9>&-)
  __imp_code=$?
fi
__imp_mark run "exit.$__imp_code"
__imp_done=1
exit "$__imp_code"`;
