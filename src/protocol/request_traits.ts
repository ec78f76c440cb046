/**
 * What a request does to the world, which decides how both sides treat it:
 * - `asks`: changes nothing, so that another daemon may be asked again when this one was lost;
 * - `follows`: nothing stays of it when its connection ends;
 * - `acts`: changes what is now;
 * - `lasts`: what it changed outlives a power cut, once it is answered: what the user defined and wants up or down;
 * - `ends`: is meant for this daemon and no other, which ends.
 */
export type RequestNature = "asks" | "follows" | "acts" | "lasts" | "ends";

/** The nature of one request. */
export interface RequestTraits {
  readonly nature: RequestNature;
  /** Understood by every version of the protocol, for ever. */
  readonly isFrozen?: true;
}

/** Every request there is, and its nature. It knows no schemas: a client loads it with every call. */
export const REQUEST_TRAITS = {
  ping: { nature: "asks", isFrozen: true },
  add: { nature: "lasts" },
  run: { nature: "lasts" },
  list: { nature: "asks" },
  get_job: { nature: "asks" },
  /** What a job is defined as, so that it can be written down. */
  get_definition: { nature: "asks" },
  start: { nature: "lasts" },
  stop: { nature: "lasts" },
  restart: { nature: "lasts" },
  set: { nature: "lasts" },
  /** What ends jobs by itself from now on; without a lease nothing does, and they are never left over. */
  keep: { nature: "lasts" },
  rename: { nature: "lasts" },
  remove: { nature: "lasts" },
  /** Makes the jobs what the project's file says, and has up what is wanted. */
  apply: { nature: "lasts" },
  cleanup: { nature: "lasts" },
  // Not "ends": what it is asked to remove is the next daemon's when this one was just leaving.
  nuke: { nature: "acts" },
  signal: { nature: "acts" },
  wait: { nature: "follows" },
  subscribe: { nature: "follows" },
  exec: { nature: "follows" },
  send: { nature: "acts" },
  /** Gives the terminal of a job another size, now and for its next runs. */
  resize: { nature: "acts" },
  /** Tells how far a follower has read, so that bounding the files waits for it; gone with the connection. */
  hold: { nature: "follows" },
  reload: { nature: "acts" },
  settings: { nature: "asks" },
  status: { nature: "asks" },
  handover: { nature: "ends", isFrozen: true },
  shutdown: { nature: "ends", isFrozen: true },
} as const satisfies Readonly<Record<string, RequestTraits>>;

/** The name of a request. */
export type RequestName = keyof typeof REQUEST_TRAITS;

/** The traits of a request by its name; undefined for what is none, and for what only Object.prototype knows. */
export function traitsOf(name: string): RequestTraits | undefined {
  return isRequestName(name) ? REQUEST_TRAITS[name] : undefined;
}

/** True for the name of a request, and not for one that only Object.prototype knows. */
export function isRequestName(name: string): name is RequestName {
  return Object.hasOwn(REQUEST_TRAITS, name);
}
