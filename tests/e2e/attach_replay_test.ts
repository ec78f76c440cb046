/** Who attaches sees what the job's own terminal shows: compared in real ones, which are tmux. */
import { assertEquals } from "@std/assert";
import { attach, SIZE, testAttached } from "../support/attaching.ts";
import { eventually } from "../support/eventually.ts";
import { openTerminal, type Terminal } from "../support/pty.ts";
import { createRandom } from "../support/random.ts";

const SEEDS = [1, 2, 3, 4];
const SETTINGS = [
  ...["\x1b[?25l", "\x1b[?25h", "\x1b[?1000h", "\x1b[?1000l", "\x1b[?1h", "\x1b[?1l"],
  ...["\x1b=", "\x1b>", "\x1b[6n", "\x1b[c", "\x1b]11;?\x07", "\x1b]0;title\x07"],
];
const SCREEN_MOVES = [
  ...["\x1b[2J\x1b[H", "\x1b[H\x1b[2J", "\x1b[J", "\x1b[3;9r", "\x1b[r", "\x1b[L", "\x1b[M"],
];

/** What a program may write that draws lines, and at times the whole of an alternate screen. */
function randomOutput(seed: number): string {
  const random = createRandom(seed);
  const below = (count: number) => Math.floor(random() * count);
  const pick = (texts: readonly string[]) => texts[below(texts.length)]!;
  let [all, isAlternate] = ["", false];
  for (let words = 0; words < 400; words++) {
    const what = below(20);
    if (what < 9) all += `word${below(1_000)} `;
    else if (what < 12) all += "\r\n";
    else if (what < 14) all += `\x1b[3${below(8)}m`;
    else if (what === 14) all += pick(SETTINGS);
    else if (what === 15) all += pick(["\x1b[K", "\r", "\x1b[2K", "\b"]);
    else if (what === 16 && isAlternate) all += pick(SCREEN_MOVES);
    else if (what < 19 && isAlternate) all += `\x1b[${below(SIZE.rows)};${below(SIZE.columns)}H`;
    else if (what === 19 && below(4) === 0) {
      all += isAlternate ? "\x1b[r\x1b[?1049l" : "\r\x1b[?1049h\x1b[H";
      isAlternate = !isAlternate;
    }
  }
  return all;
}

async function look(terminal: Terminal): Promise<[string, string]> {
  const flags = ["alternate_on", "cursor_flag", "mouse_any_flag", "keypad_flag"];
  const more = ["keypad_cursor_flag", "scroll_region_upper", "scroll_region_lower", "cursor_x"];
  const shown = await terminal.show([...flags, ...more].map((flag) => `#{${flag}}`).join(" "));
  return [await terminal.screen(), shown];
}

await testAttached(
  "the screen of who attaches is that of the job, with its cursor and its modes",
  [],
  async (box) => {
    for (const seed of SEEDS) {
      const output = await box.file(`project/${seed}.out`, `${randomOutput(seed)}END`);
      const script = `stty raw -echo; cat ${output}; exec sleep 1000`;
      await using shown = await openTerminal(box, `sh -c '${script}'`, SIZE);
      await shown.waitForScreen("END");
      const job = `job-${seed}`;
      await box.impOk(["add", "--name", job, "--tty", "--", "sh", "-c", script]);
      await eventually(
        "it is written",
        async () => (await box.impOk(["stdout", job])).endsWith("END") || undefined,
      );
      await using attached = await attach(box, job);
      await attached.waitForScreen("END");
      const wanted = await look(shown);
      // What is behind the last word, modes and where the cursor belongs, may still be on its way to the terminal.
      await eventually(`seed ${seed} looks the same`, async () => {
        assertEquals(await look(attached), wanted);
        return true;
      });
    }
  },
);
