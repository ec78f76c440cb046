import { assert, assertEquals } from "@std/assert";
import { openLibc } from "../libc.ts";
import { monotonicUsec, notify } from "./notify_socket.ts";

// Stays open for good: opened here, so that it is not taken for a leak of the first test.
openLibc();

const AF_UNIX = 1;
/** Other test files start programs from this very process, which would inherit it. */
const SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 0x800 | 0x80000;

/** What a service manager does; Deno's own datagram sockets would need an unstable flag. */
class Receiver implements Disposable {
  readonly #library = Deno.dlopen("libc.so.6", {
    socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
    bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
    recv: { parameters: ["i32", "buffer", "usize", "i32"], result: "isize" },
    close: { parameters: ["i32"], result: "i32" },
  });
  readonly #fd = this.#library.symbols.socket(AF_UNIX, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0);

  constructor(path: string) {
    const address = new TextEncoder().encode(`\x01\0${path}`);
    assertEquals(this.#library.symbols.bind(this.#fd, address, address.length), 0);
  }

  receive(): string {
    const buffer = new Uint8Array(1024);
    const size = this.#library.symbols.recv(this.#fd, buffer, BigInt(buffer.length), 0);
    return new TextDecoder().decode(buffer.subarray(0, Number(size)));
  }

  [Symbol.dispose](): void {
    this.#library.symbols.close(this.#fd);
    this.#library.close();
  }
}

Deno.test("notify() reaches a socket by its path", () => {
  const dir = Deno.makeTempDirSync();
  const path = `${dir}/notify`;
  {
    using receiver = new Receiver(path);
    assert(notify("READY=1\nSTATUS=ünder way", path));
    assertEquals(receiver.receive(), "READY=1\nSTATUS=ünder way");
  }
  assert(!notify("READY=1", path), "nobody listens any more");
  Deno.removeSync(dir, { recursive: true });
  assert(!notify("READY=1", path), "it is gone");
});

Deno.test("notify() reaches an abstract name", () => {
  const name = `imp-notify-test-${Deno.pid}`;
  using receiver = new Receiver(`\0${name}`);
  assert(notify("WATCHDOG=1", `@${name}`));
  assertEquals(receiver.receive(), "WATCHDOG=1");
});

Deno.test("notify() gives up on a service manager that does not read", () => {
  const name = `imp-notify-test-full-${Deno.pid}`;
  using _receiver = new Receiver(`\0${name}`);
  let sent = 0;
  while (sent < 10_000 && notify("WATCHDOG=1", `@${name}`)) sent++;
  assert(sent > 0 && sent < 10_000);
});

Deno.test("notify() is false for addresses it cannot use, and keeps no descriptor", () => {
  const count = () => [...Deno.readDirSync("/proc/self/fd")].length;
  const before = count();
  for (let i = 0; i < 500; i++) {
    for (const name of ["", "relative", "vsock:2:1", "/" + "x".repeat(200), "/dev/null"]) {
      assert(!notify("READY=1", name), name);
    }
  }
  // Other tests may run in this process, but not with so many descriptors.
  assert(count() < before + 500);
});

Deno.test("monotonicUsec() is the kernel's clock, not Deno's", () => {
  const before = monotonicUsec();
  // Both count from boot; only suspended time is in one and not in the other.
  const uptime = Number(Deno.readTextFileSync("/proc/uptime").split(" ")[0]) * 1_000_000;
  assert(before > 0 && before <= uptime + 1_000_000, `${before} ${uptime}`);
  assert(monotonicUsec() >= before);
  assert(Number.isInteger(before));
});
