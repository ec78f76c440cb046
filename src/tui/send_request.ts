import { AppError, messageOf } from "../base/app_error.ts";
import type { DaemonClient } from "../client/client.ts";
import type { Action, JobRequest, ScreenEffect } from "./action.ts";

type CommandEffect = ScreenEffect & { readonly type: "command" };

/** Options of {@linkcode sendRequest}. */
export interface SendRequestOptions {
  /** Undefined before the first connection. */
  readonly client: Pick<DaemonClient, "request"> | undefined;
  /** Tells the user how it went. */
  readonly report: (note: Action & { type: "note" }) => void;
}

/** Sends a wish for a job to the daemon; never rejects: what the daemon says against it becomes a note. */
export async function sendRequest(
  wish: JobRequest,
  { client, report }: SendRequestOptions,
): Promise<void> {
  const tell = (text: string, isError = false) => report({ type: "note", text, isError });
  if (!client) return tell("Not connected to the daemon", true);
  const { doing, done } = wordsOf(wish);
  try {
    tell(doing);
    const survivors = await send(wish, client);
    if (survivors > 0) tell(`Some of ${wish.label} could not be ended: ${survivors} left`, true);
    else tell(done);
  } catch (error) {
    tell(sentenceOf(error), true);
  }
}

/** Options of {@linkcode callCommand}. */
export interface CallCommandOptions {
  readonly client: DaemonClient | undefined;
  readonly call: (client: DaemonClient, command: CommandEffect) => Promise<string>;
  readonly report: SendRequestOptions["report"];
}

/** Does what the user typed as a command; never rejects: what is said against it becomes a note. */
export async function callCommand(
  command: CommandEffect,
  { client, call, report }: CallCommandOptions,
): Promise<void> {
  const tell = (text: string, isError = false) => report({ type: "note", text, isError });
  if (!client) return tell("Not connected to the daemon", true);
  try {
    tell((await call(client, command)).split("\n")[0]!);
  } catch (error) {
    tell(sentenceOf(error), true);
  }
}

/** Resolves with how many processes are still there that should not be. */
async function send(wish: JobRequest, client: Pick<DaemonClient, "request">): Promise<number> {
  const jobs = [...wish.jobIds];
  switch (wish.request) {
    case "start":
      await client.request("start", { jobs });
      return 0;
    case "stop":
      return (await client.request("stop", { jobs })).survivors.length;
    case "restart":
      await client.request("restart", { jobs });
      return 0;
    case "remove":
      await client.request("remove", { jobs, force: wish.force });
      return 0;
    case "signal":
      await client.request("signal", { jobs, signal: wish.signal });
      return 0;
  }
}

function wordsOf(wish: JobRequest): { doing: string; done: string } {
  const { label } = wish;
  switch (wish.request) {
    case "start":
      return { doing: `Starting ${label}…`, done: `Started ${label}` };
    case "stop":
      return { doing: `Stopping ${label}…`, done: `Stopped ${label}` };
    case "restart":
      return { doing: `Restarting ${label}…`, done: `Restarted ${label}` };
    case "remove":
      return { doing: `Removing ${label}…`, done: `Removed ${label}` };
    case "signal":
      return { doing: `Sending ${wish.signal}…`, done: `Sent ${wish.signal} to ${label}` };
  }
}

function sentenceOf(error: unknown): string {
  const hint = error instanceof AppError ? error.hint : undefined;
  return hint === undefined ? messageOf(error) : `${messageOf(error)}. ${hint}`;
}
