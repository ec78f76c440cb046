import type { JobView } from "../protocol/job_view.ts";

/** What a job declares and where it listens, for a table: `http:20123 pg:5432 :9229`. */
export function formatPortNumbers({ ports_declared = [], ports }: JobView): string {
  const declared = ports_declared.map(({ name, port }) => `${name}:${port ?? "auto"}`);
  const others = ports.filter((port) => ports_declared.every((each) => each.port !== port));
  return [...declared, ...others.map((port) => `:${port}`)].join(" ");
}

/** Where a browser finds a port that the job calls http, else its number. */
export function placeOf({ ports_declared = [] }: JobView, port: number): string {
  return ports_declared.find((declared) => declared.port === port)?.url ?? `:${port}`;
}
