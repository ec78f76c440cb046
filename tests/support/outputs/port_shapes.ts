/** Who listens on which port. */
import * as z from "zod/mini";

/** What `imp ports` prints. */
export const PortList = z.object({
  ports: z.array(z.object({
    port: z.number(),
    protocol: z.literal("tcp"),
    address: z.string(),
    /** Null where the process is another user's. */
    pid: z.nullable(z.number()),
    command: z.nullable(z.string()),
    user: z.string(),
    /** Null where it is no job of imp. */
    daemon_id: z.nullable(z.string()),
    job_id: z.nullable(z.string()),
    run_id: z.nullable(z.string()),
    /** Null also of another daemon's. */
    job_name: z.nullable(z.string()),
    /** What the job calls the port, where it declares it. */
    name: z.nullable(z.string()),
  })),
});
