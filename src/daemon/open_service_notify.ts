import type { Clock } from "../base/clock.ts";
import { ServiceNotify } from "../lifecycle/service_notify.ts";
import { environmentVariable } from "../platform/own_environment.ts";
import { monotonicUsec, notify } from "../platform/sockets/notify_socket.ts";

/** Tells the service manager that started us, if one did, how the process `pid` is. */
export function openServiceNotify(clock: Clock, pid: number): ServiceNotify {
  return new ServiceNotify({
    clock,
    env: environmentVariable,
    pid,
    send: (text) => notify(text, environmentVariable("NOTIFY_SOCKET") ?? ""),
    monotonicUsec,
  });
}
