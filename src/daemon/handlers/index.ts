import type { RequestName } from "../../protocol/request_traits.ts";
import type { Handler, HandlerParts } from "./handler.ts";
import { handleAdd } from "./add.ts";
import { handleApply } from "./apply.ts";
import { handleCleanup } from "./cleanup.ts";
import { handleExec } from "./exec.ts";
import { handleGetDefinition } from "./get_definition.ts";
import { handleGetJob } from "./get_job.ts";
import { handleHandover } from "./handover.ts";
import { handleHold } from "./hold.ts";
import { handleList } from "./list.ts";
import { handleKeep } from "./keep.ts";
import { handleNuke } from "./nuke.ts";
import { handlePing } from "./ping.ts";
import { handleReload } from "./reload.ts";
import { handleRemove } from "./remove.ts";
import { handleRename } from "./rename.ts";
import { handleResize } from "./resize.ts";
import { handleRestart } from "./restart.ts";
import { handleRun } from "./run.ts";
import { handleSend } from "./send.ts";
import { handleSet } from "./set.ts";
import { handleSettings } from "./settings.ts";
import { handleShutdown } from "./shutdown.ts";
import { handleSignal } from "./signal.ts";
import { handleStart } from "./start.ts";
import { handleStatus } from "./status.ts";
import { handleStop } from "./stop.ts";
import { handleSubscribe } from "./subscribe.ts";
import { handleWait } from "./wait.ts";

/** Who answers which request. */
export const HANDLERS: { readonly [Name in RequestName]: Handler<Name, keyof HandlerParts> } = {
  ping: handlePing,
  add: handleAdd,
  run: handleRun,
  list: handleList,
  get_job: handleGetJob,
  get_definition: handleGetDefinition,
  start: handleStart,
  stop: handleStop,
  restart: handleRestart,
  set: handleSet,
  keep: handleKeep,
  rename: handleRename,
  remove: handleRemove,
  apply: handleApply,
  cleanup: handleCleanup,
  nuke: handleNuke,
  signal: handleSignal,
  wait: handleWait,
  subscribe: handleSubscribe,
  exec: handleExec,
  send: handleSend,
  resize: handleResize,
  hold: handleHold,
  reload: handleReload,
  settings: handleSettings,
  status: handleStatus,
  handover: handleHandover,
  shutdown: handleShutdown,
};
