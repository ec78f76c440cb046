/**
 * What a job may wait for in another one: that it runs, that it serves, that it has run to its end with code 0. It knows
 * no schemas.
 */
export const DEPENDENCY_STATES = ["started", "ready", "completed"] as const;
