/** When a job that ended can be started again. */
export const RESTART_MODES = ["no", "on-failure", "always", "unless-stopped"] as const;

/** A policy as messages carry it; see `values.ts`. */
interface Policy {
  readonly mode: (typeof RESTART_MODES)[number];
  readonly max?: number | undefined;
}

/** The most restarts in a row that a policy can ask for. */
export const MOST_RESTARTS = 999_999;

const POLICY = /^(no|on-failure|always|unless-stopped)(?::(\d{1,6}))?$/;

/** Reads `no`, `on-failure`, `on-failure:3`, `always`, `unless-stopped`; undefined for anything else. */
export function parseRestartPolicy(text: string): Policy | undefined {
  const match = POLICY.exec(text);
  if (!match || (match[2] !== undefined && match[1] !== "on-failure")) return undefined;
  const mode = match[1] as Policy["mode"];
  if (match[2] === undefined) return { mode };
  const max = Number(match[2]);
  return max === 0 ? undefined : { mode, max };
}

/** The policy as the user writes it. */
export function formatRestartPolicy(policy: Policy): string {
  return policy.max === undefined ? policy.mode : `${policy.mode}:${policy.max}`;
}
