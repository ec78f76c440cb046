import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type InputEvent, KeyDecoder } from "./key_input.ts";

const encoder = new TextEncoder();

function decode(...chunks: string[]): string[] {
  const decoder = new KeyDecoder();
  const events = chunks.flatMap((chunk) => decoder.push(encoder.encode(chunk)));
  return [...events, ...decoder.flush()].map(describe);
}

function describe(event: InputEvent): string {
  switch (event.type) {
    case "key":
      return event.name;
    case "mouse":
      return `${event.action}@${event.x},${event.y}`;
    case "paste":
      return `paste:${event.text}`;
  }
}

Deno.test("KeyDecoder names characters and control characters", () => {
  assertEquals(decode("aG/?日"), ["a", "G", "/", "?", "日"]);
  assertEquals(decode("\r\t\x7f\x03\x0c\x1a\0"), [
    "enter",
    "tab",
    "backspace",
    "ctrl+c",
    "ctrl+l",
    "ctrl+z",
    "ctrl+space",
  ]);
});

Deno.test("KeyDecoder knows the sequences of all kinds of terminals", () => {
  assertEquals(decode("\x1b[A\x1bOB\x1b[5~\x1b[6~\x1b[H\x1b[4~\x1bOF\x1b[Z\x1b[3~"), [
    "up",
    "down",
    "pageup",
    "pagedown",
    "home",
    "end",
    "end",
    "shift+tab",
    "delete",
  ]);
  assertEquals(decode("\x1b[1;5A\x1b[1;2B\x1b[6;3~"), ["ctrl+up", "shift+down", "alt+pagedown"]);
  assertEquals(decode("\x1bOP\x1bx"), ["f1", "alt+x"]);
});

Deno.test("KeyDecoder waits for the rest of a sequence, and takes a lone Escape when there is none", () => {
  const decoder = new KeyDecoder();
  assertEquals(decoder.push(encoder.encode("\x1b")), []);
  assertEquals(decoder.isWaiting, true);
  assertEquals(decoder.push(encoder.encode("[")), []);
  assertEquals(decoder.push(encoder.encode("A")).map(describe), ["up"]);
  assertEquals(decoder.isWaiting, false);
  assertEquals(decode("\x1b"), ["escape"]);
  assertEquals(decode("\x1b\x1b[A"), ["escape", "up"]);
});

Deno.test("KeyDecoder reads wheel, presses, and what is dragged", () => {
  assertEquals(decode("\x1b[<64;10;5M\x1b[<65;1;1M\x1b[<0;3;4M\x1b[<0;3;4m\x1b[<32;5;5M"), [
    "wheel_up@9,4",
    "wheel_down@0,0",
    "press@2,3",
    "release@2,3",
    "drag@4,4",
  ]);
  assertEquals(decode("\x1b[<80;300;50M"), ["wheel_up@299,49"]);
});

Deno.test("KeyDecoder keeps a paste together", () => {
  assertEquals(decode("a\x1b[200~q\x03\nd\x1b[201~b"), ["a", "paste:q\x03\nd", "b"]);
  assertEquals(decode("\x1b[200~one", "two\x1b[20", "1~"), ["paste:onetwo"]);
});

Deno.test("KeyDecoder leaves out sequences it does not know", () => {
  assertEquals(decode("\x1b[?62;22c\x1b[12;40Rx\x1b[99~y"), ["x", "y"]);
});

Deno.test("KeyDecoder never throws, and says the same however the bytes are cut up", () => {
  const part = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(
      "\x1b",
      "\x1b[",
      "\x1b[A",
      "\x1b[<64;1;1M",
      "\x1b[200~",
      "\x1b[201~",
      "\x1bO",
      "日",
    ),
  );
  fc.assert(fc.property(fc.array(part).map((parts) => parts.join("")), (text) => {
    assertEquals(decode(...Array.from(text)), decode(text));
  }));
});
