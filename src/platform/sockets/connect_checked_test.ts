import { assertEquals } from "@std/assert";
import { peerUid, type SocketSymbols } from "./connect_checked.ts";

/** What an `int` of 0 and of -1 is in memory. */
const [DONE, FAILED] = [new Uint8Array(4), new Uint8Array(4).fill(0xff)];

/** What each platform's call says, and who that is. */
const ANSWERS: Record<string, [symbols: SocketSymbols, uid: number | undefined]> = {
  "Linux: a peer": [{
    getsockopt: (_fd, level, name, value) => {
      assertEquals([level, name], [1, 17]);
      value.set([4711, 1000, 100]);
      return DONE;
    },
  }, 1000],
  "Linux: root": [{
    getsockopt: (_fd, _level, _name, value) => {
      value.set([1, 0, 0]);
      return DONE;
    },
  }, 0],
  "Linux: a socket without a peer": [{
    getsockopt: (_fd, _level, _name, value) => {
      value.set([0, 0xffffffff, 0xffffffff]);
      return DONE;
    },
  }, undefined],
  "Linux: no socket": [{ getsockopt: () => FAILED }, undefined],
  "macOS: a peer": [{
    getpeereid: (_fd, uid) => {
      uid[0] = 501;
      return DONE;
    },
  }, 501],
  "macOS: no socket": [{ getpeereid: () => FAILED }, undefined],
};

for (const [what, [symbols, uid]] of Object.entries(ANSWERS)) {
  Deno.test(`D8 peerUid() on ${what}`, () => {
    assertEquals(peerUid(3, symbols), uid);
  });
}
