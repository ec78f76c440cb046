import { errnoName, lastErrno, openDescriptor, OpenFlag, openLibc } from "./libc.ts";
import { AppError } from "../base/app_error.ts";

/**
 * How the front of a file went: `collapsed`, what follows moved up and the file is shorter; `punched`, the front is a
 * hole that takes no space and reads as zeros, and offsets stay.
 */
export type CutResult = "collapsed" | "punched" | "unsupported";

/** Cuts are made in multiples of this: of the block size of every usual file system. */
export const CUT_BLOCK_BYTES = 64 * 1024;

const KEEP_SIZE = 0x01;
const PUNCH_HOLE = 0x02;
const COLLAPSE_RANGE = 0x08;

const COLLAPSING = [COLLAPSE_RANGE, "collapsed"] as const;
const PUNCHING = [PUNCH_HOLE | KEEP_SIZE, "punched"] as const;

/** The file system cannot do it, or not with this size; or no kernel function for it. */
const CANNOT = new Set(["EOPNOTSUPP", "ENOTSUP", "EINVAL", "ENOSYS", "ENODEV", "ETXTBSY"]);

/**
 * Gives back the space of the first `bytes` of a file that others may be appending to, without losing a byte of
 * what they write (fallocate(2)). After `punched`, the next cut counts again from the file's beginning. Collapsing
 * waits until everything behind the cut is on the disk, and the writers wait with it: not for a file that grows fast.
 * @throws AppError `logs.cut_failed`; RangeError unless `bytes` is a positive multiple of {@linkcode CUT_BLOCK_BYTES}
 */
export function cutFront(
  path: string,
  bytes: number,
  { mayCollapse = true }: { readonly mayCollapse?: boolean } = {},
): CutResult {
  if (!(bytes > 0) || bytes % CUT_BLOCK_BYTES !== 0) {
    throw new RangeError(`Cannot cut ${bytes} bytes: not a multiple of ${CUT_BLOCK_BYTES}`);
  }
  const symbols = openLibc();
  if (Deno.build.os !== "linux" || !symbols.fallocate) return "unsupported";
  const flags = OpenFlag.writeOnly | OpenFlag.noFollow | OpenFlag.nonBlocking;
  const fd = openDescriptor(path, flags);
  if (fd < 0) throw failure(path, errnoName(lastErrno()));
  try {
    const length = BigInt(bytes);
    for (const [mode, result] of mayCollapse ? [COLLAPSING, PUNCHING] : [PUNCHING]) {
      if (symbols.fallocate(fd, mode, 0n, length) === 0) return result;
      const name = errnoName(lastErrno());
      if (!CANNOT.has(name)) throw failure(path, name);
    }
    return "unsupported";
  } finally {
    symbols.close(fd);
  }
}

function failure(path: string, name: string): AppError {
  return new AppError("logs.cut_failed", `Cannot cut the front of "${path}" (${name})`);
}
