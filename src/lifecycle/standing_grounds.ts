import { kindOf } from "../platform/file_kind.ts";
import type { ImpPaths } from "../platform/paths.ts";
import type { DaemonLog } from "./daemon_log.ts";
import type { DaemonLocks } from "./daemon_locks.ts";
import { type Ground, type GroundDirectories, type GroundMaker, lockGround } from "./ground.ts";

/** A socket with its server. */
export interface StandingSocket {
  readonly path: string;
  readonly server: { readonly isInPlace: boolean; listenAt(path: string): Promise<void> };
}

/** What any daemon stands on. */
export interface StandingGroundsOptions {
  readonly paths: ImpPaths;
  readonly directories: GroundDirectories;
  readonly locks: DaemonLocks;
  readonly sockets: readonly StandingSocket[];
  /** Without a path it has no file. */
  readonly log: { readonly file: DaemonLog; readonly path: string | undefined };
}

/** Directories, log, locks and sockets, each before what depends on it. */
export function createStandingGrounds(
  maker: GroundMaker,
  options: StandingGroundsOptions,
): Ground[] {
  return [
    ...options.directories.grounds(maker),
    ...logGrounds(maker, options),
    ...options.locks.all.map((lock) => lockGround(maker, lock)),
    startLockGround(maker, options),
    ...options.sockets.map((socket) => socketGround(maker, socket)),
  ];
}

function logGrounds(maker: GroundMaker, { log }: StandingGroundsOptions): Ground[] {
  const { file, path } = log;
  if (path === undefined) return [];
  return [maker.make({
    path,
    isSound: () => file.isInPlace(),
    keeps: "file",
    remake: () => {
      file.reopen();
      if (!file.isInPlace()) throw new Error("it cannot be opened");
    },
  })];
}

/** Made by those who start daemons; only what is no file stands in their way. */
function startLockGround(maker: GroundMaker, { paths }: StandingGroundsOptions): Ground {
  const path = paths.startLock;
  return maker.make({
    path,
    isSound: () => ["none", "file"].includes(kindOf(path)),
    remake: () => {},
  });
}

function socketGround(maker: GroundMaker, { path, server }: StandingSocket): Ground {
  return maker.make({
    path,
    isVital: true,
    isSound: () => server.isInPlace,
    keeps: "socket",
    remake: () => server.listenAt(path),
  });
}
