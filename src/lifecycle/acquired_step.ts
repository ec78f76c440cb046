/** Why and how the process ends. */
export interface ShutdownRequest {
  /** For the log: `SIGTERM`, `idle`, `requested by a client`. */
  readonly reason: string;
  /** True when what we look after is to be left running for our successor. */
  readonly leaveWork?: boolean;
  /** True when a successor is on its way: what says that we are here, is its to replace. */
  readonly hasSuccessor?: boolean;
}

/** What a step knows while it is undone. */
export interface StopContext extends Required<ShutdownRequest> {
  /** Aborted when time is up or somebody insists: from then on by force, at once. */
  readonly signal: AbortSignal;
}

/** Undoes what was set up. */
export type Undo = (context: StopContext) => void | Promise<void>;

/** What is there and has to be undone. */
export interface AcquiredStep {
  readonly name: string;
  readonly undo: Undo;
}
