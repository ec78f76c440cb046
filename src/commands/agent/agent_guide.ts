/** The block for AGENTS.md: what an agent has to know all day. */
export const AGENT_INSTRUCTIONS = `## Background processes: imp
Never use \`&\`, nohup or a blocking dev server. \`imp up\` starts what the project declares and returns when ready.
\`imp run --quiet-on-success -- CMD\` runs a build or test: same exit code, output only if it fails. \`imp add --name N -- CMD\` starts a server.
The same command twice joins the running one. \`imp ls\` shows all; \`imp logs N --max-bytes 4000\` reads (give back the printed --cursor to read only what is new).
\`imp wait N --for ready --timeout 60s\` instead of sleep. \`imp why N\` when it failed. Everything survives your session: stop what you started with \`imp stop --owner me\`.
`;

/** `imp help agents`: all that a coding agent needs, in one call. */
export const AGENT_GUIDE =
  `imp for coding agents: background processes that survive you, few calls, few bytes.

Start
  imp up [JOB]                          what the project declares (imp.yaml), in order, until it is ready
  imp add --name api --ready http://localhost:3000/ --wait 60s -- npm run dev
                                        a server; returns when it answers, or with its last lines
  imp run --quiet-on-success -- CMD     a build or test: its exit code; output only if it fails
  imp run --timeout 60s -- CMD          124 when that is over; the job goes on: imp wait, imp logs
  The same command in the same directory is the same job: a second call joins it.
  Never use &, nohup or sleep. The flags of imp's commands stand in front of --.

Look
  imp                                   where you are: what failed and why, jobs, what to type next
  imp why JOB                           why it ended, does not start or does not serve
  imp diff JOB                          what only the run that failed has printed
  imp ls                                jobs, one a line; imp show JOB tells all about one
  imp logs JOB -n 40                    both streams; without JOB those of all jobs
  imp logs JOB --max-bytes 4000 --cursor ""
                                        from the beginning; the next cursor is printed to stderr:
                                        given back, it reads only what is new
  imp ports [--port N]                  who listens where, ours or not

Wait instead of polling
  imp wait JOB --for ready --timeout 60s
  imp wait JOB                          until it ends, with its exit code
  imp wait JOB --output 'listening on'  until it prints that
  imp wait A B --any | --fail-fast

Change
  imp restart JOB --wait                stop and start, ready again
  imp set JOB --env K=V --now           change and restart
  imp send JOB 'yes'                    answer a prompt (of a job with --stdin or --tty)
  imp stop JOB                          with everything it started

Leave nothing behind
  imp add --lease 2h -- CMD             ends by itself, whatever becomes of the daemon
  imp add --with-owner -- CMD           ends when you have gone; imp keep JOB takes either back
  imp stop --owner me                   all that you have started
  imp ls --left-over                    what somebody left running
  Jobs have owners. Who joins, stops or restarts another one's job is told whose it is: leave it
  alone unless your user wants otherwise. IMP_OWNER=NAME names you.

Programs
  --json prints one object, a list in it has a name; --fields id,status prints only these.
  Errors are one line on stderr: {"error":{"code","message","hint"}}; the hint says what to type.

Exit codes
  0 done   1 failed   2 wrong usage   4 no such job   6 name or port taken, job is up
  124 timed out, the job goes on   126, 127 command cannot be run   run, wait: the job's own code

imp help COMMAND tells all about one. Environment values are never printed.
`;
