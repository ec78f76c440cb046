import { assert } from "@std/assert";
import { type FollowItem, type FollowOptions, followStream } from "../follow.ts";
import type { LogBox } from "./log_box.ts";

/** A follower whose items are asked for one by one; bytes come as text. */
export function follow(box: LogBox, options: Partial<FollowOptions> = {}) {
  const end = Promise.withResolvers<void>();
  const stop = new AbortController();
  const items = followStream(box.paths.stdout, {
    signal: stop.signal,
    ended: end.promise,
    ...options,
  });
  const next = async () => {
    const { done, value } = await items.next();
    return done ? "end" : "bytes" in value ? new TextDecoder().decode(value.bytes) : value;
  };
  return { items, next, end, stop };
}

/** The next item, which must be bytes. */
export async function firstBytes(items: AsyncIterator<FollowItem>): Promise<Uint8Array> {
  const { value } = await items.next();
  assert(value && "bytes" in value);
  return value.bytes;
}
