import * as z from "zod/mini";

/** An error as it travels, in a reply or as a frame of its own. Frozen for all versions. */
export const ErrorBody = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.optional(z.string()),
});
export type ErrorBody = z.infer<typeof ErrorBody>;

/** The last words of a side that is about to close the connection. */
export const ErrorMessage = z.object({ type: z.literal("error"), error: ErrorBody });
export type ErrorMessage = z.infer<typeof ErrorMessage>;
