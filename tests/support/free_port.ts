import { canBind } from "../../src/platform/processes/free_port.ts";

/** Below those that the system hands out to who wants any, and those that imp finds for jobs. */
const LOWEST = 10_000;
const COUNT = 10_000;

/** A port of TCP that is free, and stays so, since nobody is given one of these without asking for it. */
export function freePort(): number {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * COUNT);
    if (canBind(port)) return port;
  }
}
