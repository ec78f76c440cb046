import { createStreamCommand } from "./following/stream_command.ts";

/** `imp stderr`: one stream of a job, as it is. */
export const command = createStreamCommand("stderr");
