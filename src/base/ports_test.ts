import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  fillPorts,
  type FindPort,
  isPortName,
  portVariableNames,
  portVariables,
  urlOfPort,
} from "./ports.ts";

const NAME = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/);
const NUMBERS = fc.dictionary(NAME, fc.integer({ min: 1, max: 65_535 }), { noNullPrototype: true });

Deno.test("isPortName() takes what can be a part of a variable's name", () => {
  for (const name of ["http", "a", "a_1", "constructor"]) assertEquals(isPortName(name), true);
  for (const name of ["", "A", "1a", "_a", "a-b", "a.b", "ä", "a\n", "a".repeat(33)]) {
    assertEquals(isPortName(name), false, name);
  }
});

Deno.test("portVariables() tells each port by its name, and a single one as PORT too", () => {
  assertEquals(portVariables({}), {});
  assertEquals(portVariables({ http: 8080 }), { PORT_HTTP: "8080", PORT: "8080" });
  assertEquals(portVariables({ http: 8080, db_1: 1 }), { PORT_HTTP: "8080", PORT_DB_1: "1" });
  assertEquals(portVariableNames({ http: "auto" }), ["PORT_HTTP", "PORT"]);
});

Deno.test("portVariableNames() are the names of what portVariables() makes", () => {
  fc.assert(fc.property(NUMBERS, (numbers) => {
    assertEquals(portVariableNames(numbers), Object.keys(portVariables(numbers)));
  }));
});

Deno.test("fillPorts() puts numbers in the place of the job's own ports, and changes nothing else", () => {
  const numbers: Record<string, Record<string, number>> = {
    own: { http: 8080, pg: 5432 },
    "db.main": { pg: 5433 },
  };
  const find: FindPort = (name, jobName = "own") => numbers[jobName]?.[name];
  const cases = {
    "${jobs.db.main.ports.pg} ${jobs.db.main.ports.http} ${jobs.x.ports.pg}":
      "5433 ${jobs.db.main.ports.http} ${jobs.x.ports.pg}",
    "$${jobs.db.main.ports.pg} ${jobs.${ports.pg}.ports.pg}":
      "${jobs.db.main.ports.pg} ${jobs.5432.ports.pg}",
    "--port=${ports.http}": "--port=8080",
    "http://127.0.0.1:${ports.http}/?db=${ports.pg}": "http://127.0.0.1:8080/?db=5432",
    "${ports.other} ${PORT} $PORT ${ports.}": undefined,
    "${ ports.http } ${ports.HTTP} ${ports.http": undefined,
    "$${ports.http}": "${ports.http}",
    "$${ports.other}": undefined,
    "$$${ports.http}": "$${ports.http}",
  };
  for (const [text, filled = text] of Object.entries(cases)) {
    assertEquals(fillPorts(text, find), filled, text);
  }
});

Deno.test("fillPorts() leaves no reference to a port that there is, and text without one alone", () => {
  fc.assert(fc.property(NUMBERS, fc.array(fc.string()), (numbers, texts) => {
    const plain = texts.map((text) => text.replaceAll("$", ""));
    const names = Object.keys(numbers);
    const references = names.map((name) => `\${ports.${name}}`);
    const mixed = plain.flatMap((text, index) => [text, references[index % names.length] ?? ""]);
    const wanted = plain.flatMap((text, index) => [
      text,
      names.length === 0 ? "" : String(numbers[names[index % names.length]!]),
    ]);
    const find: FindPort = (name) => Object.hasOwn(numbers, name) ? numbers[name] : undefined;
    assertEquals(fillPorts(mixed.join(""), find), wanted.join(""));
    assertEquals(fillPorts(plain.join(""), find), plain.join(""));
    const escaped = references.map((reference) => `$${reference}`).join(" ");
    assertEquals(fillPorts(escaped, find), references.join(" "));
  }));
});

Deno.test("urlOfPort() guesses only where the name says it", () => {
  assertEquals(urlOfPort("http", 3000), "http://localhost:3000/");
  assertEquals(urlOfPort("admin_https", 1), "https://localhost:1/");
  for (const name of ["pg", "main", "httpx", "xhttp"]) assertEquals(urlOfPort(name, 1), null);
});
