import { assertEquals, assertMatch } from "@std/assert";
import { resolveDaemonId } from "./daemon_id.ts";
import { hasTrustRecord, readTrustRecord, trustRecordPath } from "./trust_record.ts";
import {
  listTrustRecords,
  removeTrustRecord,
  whyNeverTrusted,
  writeTrustRecord,
} from "./trust_records.ts";

const DIGEST = "0".repeat(64);

async function withHome(
  check: (home: string, env: (name: string) => string | undefined) => void,
): Promise<void> {
  const home = await Deno.realPath(await Deno.makeTempDir());
  try {
    check(home, (name) => name === "XDG_STATE_HOME" ? `${home}/state` : undefined);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

Deno.test("D11 a yes is kept for its owner's eyes, found by its file, and taken back", async () => {
  await withHome((home, env) => {
    const record = [
      { path: `${home}/shop/imp.yaml`, digest: DIGEST },
      { path: `${home}/shop/.env`, digest: "-" },
    ];
    const { path } = record[0]!;
    assertEquals([hasTrustRecord(path, env), listTrustRecords(env)], [false, []]);
    writeTrustRecord(record, env);
    assertEquals(readTrustRecord(path, env), record);
    assertEquals(listTrustRecords(env), [record]);
    assertEquals(Deno.statSync(trustRecordPath(path, env)).mode! & 0o777, 0o600);
    assertEquals(hasTrustRecord(`${home}/shop/.env`, env), false);
    assertEquals([removeTrustRecord(path, env), removeTrustRecord(path, env)], [true, false]);
  });
});

Deno.test("D11 what others could have written, and what is no yes, says nothing", async () => {
  await withHome((home, env) => {
    const path = `${home}/shop/imp.yaml`;
    writeTrustRecord([{ path, digest: DIGEST }], env);
    const kept = trustRecordPath(path, env);
    Deno.chmodSync(kept, 0o660);
    assertEquals([hasTrustRecord(path, env), listTrustRecords(env)], [false, []]);
    Deno.chmodSync(kept, 0o600);
    for (const text of ["", "yes\n", `${DIGEST}  ${path}\nx\n`, `${DIGEST}  ${home}/imp.yaml\n`]) {
      Deno.writeTextFileSync(kept, text);
      assertEquals([hasTrustRecord(path, env), listTrustRecords(env)], [false, []], text);
    }
    Deno.removeSync(kept);
    Deno.symlinkSync(`${home}/elsewhere`, kept);
    assertEquals(hasTrustRecord(path, env), false);
  });
});

Deno.test("D11 what everybody may write to is never trusted, there or on the way", async () => {
  await withHome((home) => {
    Deno.mkdirSync(`${home}/way/shop`, { recursive: true });
    const file = `${home}/way/shop/imp.yaml`;
    Deno.writeTextFileSync(file, "");
    Deno.chmodSync(file, 0o664);
    Deno.chmodSync(`${home}/way/shop`, 0o775);
    assertEquals(whyNeverTrusted(file), undefined, "those of a group are known");
    const cases: [path: string, mode: number, why: RegExp | undefined][] = [
      [file, 0o666, /imp\.yaml$/],
      [`${home}/way/shop`, 0o777, /\/shop$/],
      [`${home}/way/shop`, 0o1777, /\/shop$/],
      [`${home}/way`, 0o777, /\/way$/],
      [`${home}/way`, 0o1777, undefined],
    ];
    for (const [path, mode, why] of cases) {
      const before = Deno.statSync(path).mode! & 0o7777;
      Deno.chmodSync(path, mode);
      const said = whyNeverTrusted(file);
      if (why === undefined) assertEquals(said, undefined);
      else assertMatch(said!, why);
      Deno.chmodSync(path, before);
    }
    Deno.symlinkSync(file, `${home}/imp.yaml`);
    Deno.chmodSync(`${home}/way/shop`, 0o777);
    assertMatch(whyNeverTrusted(`${home}/imp.yaml`)!, /\/shop$/);
    assertMatch(whyNeverTrusted(`${home}/none.yaml`)!, /being changed/);
  });
});

Deno.test("D11 a directory is a project by a file that was said yes to, and a daemon reads no settings there", async () => {
  await withHome((home, env) => {
    Deno.mkdirSync(`${home}/shop/src`, { recursive: true });
    const file = `${home}/shop/imp.yaml`;
    Deno.writeTextFileSync(file, "");
    Deno.chmodSync(file, 0o666);
    const find = () => resolveDaemonId({ env, cwd: `${home}/shop/src` });
    assertEquals([find().agreedFile, find().projectDir], [undefined, `${home}/shop/src`]);
    writeTrustRecord([{ path: file, digest: DIGEST }], env);
    const { agreedFile, projectFile, projectDir, distrusted } = find();
    assertEquals([agreedFile, projectFile], [file, undefined]);
    assertEquals([projectDir, distrusted], [`${home}/shop`, undefined]);
  });
});
