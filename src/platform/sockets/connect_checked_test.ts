import { assertEquals } from "@std/assert";
import { type PeerSymbols, peerUid } from "./connect_checked.ts";

/** What each platform's call says, and who that is. */
const ANSWERS: Record<string, [symbols: PeerSymbols, uid: number | undefined]> = {
  "Linux: a peer": [{
    getsockopt: (_fd, level, name, value) => {
      assertEquals([level, name], [1, 17]);
      value.set([4711, 1000, 100]);
      return Promise.resolve(0);
    },
  }, 1000],
  "Linux: root": [{
    getsockopt: (_fd, _level, _name, value) => {
      value.set([1, 0, 0]);
      return Promise.resolve(0);
    },
  }, 0],
  "Linux: a socket without a peer": [{
    getsockopt: (_fd, _level, _name, value) => {
      value.set([0, 0xffffffff, 0xffffffff]);
      return Promise.resolve(0);
    },
  }, undefined],
  "Linux: no socket": [{ getsockopt: () => Promise.resolve(-1) }, undefined],
  "macOS: a peer": [{
    getpeereid: (_fd, uid) => {
      uid[0] = 501;
      return Promise.resolve(0);
    },
  }, 501],
  "macOS: no socket": [{ getpeereid: () => Promise.resolve(-1) }, undefined],
};

for (const [what, [symbols, uid]] of Object.entries(ANSWERS)) {
  Deno.test(`D8 peerUid() on ${what}`, async () => {
    assertEquals(await peerUid(3, symbols), uid);
  });
}
