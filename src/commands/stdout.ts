import { createStreamCommand } from "./stream_command.ts";

/** `imp stdout`: one stream of a job, as it is. */
export const command = createStreamCommand("stdout");
