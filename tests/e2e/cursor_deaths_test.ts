/** 19.2 with the real thing: whatever befalls the daemon, each byte comes once, or a gap tells of it. */
import { assert, assertEquals } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { killDaemon } from "../support/daemon_pid.ts";
import { eventually } from "../support/eventually.ts";
import { createRandom } from "../support/random.ts";

const SEQUENCES = 12;
const STEPS = 5;
/** Each line says where it is, so that what comes can be told from what should. */
const LINE_BYTES = 16;
const KIB = 1024;

const lineAt = (index: number) => `${index}`.padStart(LINE_BYTES - 1, ".") + "\n";

/** A job that copies to its stdout what is appended to a file, and somebody who reads that with a cursor. */
class Story {
  readonly #box: Box;
  readonly #name: string;
  #lines = 0;
  #cursor = "";
  #run = 1;
  /** Where in the present run the next byte is that nobody has seen. */
  #offset = 0;
  gaps = 0;

  constructor(box: Box, name: string) {
    this.#box = box;
    this.#name = name;
  }

  async begin(): Promise<void> {
    await this.#box.file(`project/${this.#name}`, "");
    await this.#box.impOk([
      ...["add", "-q", "--name", this.#name, "--log-max-bytes", "256KiB", "--"],
      ...["sh", "-c", `exec tail -q -c +1 -f ${this.#name}`],
    ]);
  }

  /** Has the job print so many lines more; resolves when they are in its log, or were. */
  async print(count: number): Promise<void> {
    const text = Array.from({ length: count }, (_, at) => lineAt(this.#lines + at)).join("");
    await Deno.writeTextFile(`${this.#box.project}/${this.#name}`, text, { append: true });
    this.#lines += count;
  }

  async restart(): Promise<void> {
    await this.#catchUp();
    await this.#box.file(`project/${this.#name}`, "");
    await this.#box.impOk(["restart", this.#name]);
    this.#run++;
    [this.#lines, this.#offset] = [0, 0];
  }

  /** Reads what is new, whatever that is by now. */
  async look(): Promise<void> {
    const shown = await this.#box.impOk(["stdout", this.#name, "--json", "--cursor", this.#cursor]);
    for (const line of shown.trimEnd().split("\n")) {
      const record = JSON.parse(line);
      if (record.type === "cursor") this.#cursor = record.cursor;
      else if (record.type === "output") this.#see(record.text);
      else {
        assertEquals(
          [record.notice, record.run, record.from],
          ["gap", this.#run, this.#offset],
          line,
        );
        this.#offset = record.to;
        this.gaps++;
      }
    }
  }

  async end(): Promise<void> {
    await this.#catchUp();
    await this.#box.impOk(["rm", "-f", this.#name]);
  }

  async #catchUp(): Promise<void> {
    await eventually(`all of ${this.#name} has come`, async () => {
      await this.look();
      return this.#offset === this.#lines * LINE_BYTES;
    });
  }

  #see(text: string): void {
    const first = Math.floor(this.#offset / LINE_BYTES);
    const last = Math.ceil((this.#offset + text.length) / LINE_BYTES);
    let expected = "";
    for (let index = first; index < last; index++) expected += lineAt(index);
    const start = this.#offset - first * LINE_BYTES;
    assert(expected.slice(start, start + text.length) === text, `other bytes at ${this.#offset}`);
    this.#offset += text.length;
  }
}

Deno.test("19.2 a cursor shows each byte once or tells of a gap, however often the daemon is killed", async () => {
  await using box = await openBox();
  let gaps = 0;
  for (let seed = 1; seed <= SEQUENCES; seed++) {
    const random = createRandom(seed);
    const below = (most: number) => Math.floor(random() * most);
    const story = new Story(box, `s${seed}`);
    await story.begin();
    for (let step = 0; step < STEPS; step++) {
      const chosen = below(10);
      if (chosen < 4) await story.print(1 + below(300));
      else if (chosen < 6) await story.print(500 * KIB / LINE_BYTES);
      else if (chosen < 7) await killDaemon(box);
      else if (chosen < 8) await story.restart();
      else await story.look();
    }
    await story.end();
    gaps += story.gaps;
  }
  assert(gaps > 0, "nothing was ever cut off");
});
