import { assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { fillPorts } from "../base/ports.ts";
import {
  findPorts,
  markPort,
  parseTemplate,
  TemplateError,
  toLateText,
  withAnyPort,
} from "./template.ts";

Deno.test("parseTemplate() takes variables, facts and ports apart", () => {
  assertEquals(parseTemplate("a${A}b${B:-x y}c${C-}d${D:?why}e"), [
    "a",
    { variable: "A", countsEmpty: false, complaint: undefined },
    "b",
    { variable: "B", countsEmpty: true, fallback: "x y" },
    "c",
    { variable: "C", countsEmpty: false, fallback: "" },
    "d",
    { variable: "D", countsEmpty: true, complaint: "why" },
    "e",
  ]);
  assertEquals(parseTemplate("${ports.http}${jobs.db.ports.pg}${jobs.a.b.ports.x}${project.dir}"), [
    { port: "http" },
    { job: "db", port: "pg" },
    { job: "a.b", port: "x" },
    { fact: "project.dir" },
  ]);
});

Deno.test("parseTemplate() leaves alone what is no variable", () => {
  assertEquals(parseTemplate("$$HOME $$$${A} 5$ $( $1 {x}").join(""), "$HOME $${A} 5$ $( $1 {x}");
});

Deno.test("parseTemplate() refuses what could be meant otherwise", () => {
  for (
    const text of ["$HOME", "${", "${}", "${1}", "${A:x}", "${A:-${B}}", "${jobs.db}"]
  ) {
    assertThrows(() => parseTemplate(text), TemplateError);
  }
});

Deno.test("parseTemplate() gives back any text whose dollars are doubled", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    assertEquals(parseTemplate(text.replaceAll("$", "$$$$")).join(""), text);
  }));
});

Deno.test("toLateText() writes ports, and what only looks like one, as a daemon reads them", () => {
  const text = `a ${markPort({ port: "http" })} ${markPort({ job: "db", port: "pg" })} \${ports.x}`;
  assertEquals(toLateText(text), "a ${ports.http} ${jobs.db.ports.pg} $${ports.x}");
  assertEquals(withAnyPort(text), "a 1 1 ${ports.x}");
  const filled = fillPorts(toLateText(text), (name, job) => name.length + (job ? 10 : 0));
  assertEquals(filled, "a 4 12 ${ports.x}");
});

Deno.test("toLateText() says any text so that a daemon leaves it", () => {
  const pieces = fc.constantFrom("$", "{", "}", "${ports.x}", "${jobs.a.ports.x}", "ports.", "y");
  fc.assert(fc.property(fc.array(pieces), (parts) => {
    const text = parts.join("");
    assertEquals(fillPorts(toLateText(text), () => 1), text);
  }));
});

Deno.test("findPorts() finds what a daemon would fill in", () => {
  const text = "x ${ports.http} ${HOME} $${ports.no} ${jobs.a.b.ports.pg}";
  assertEquals(findPorts(text), [{ port: "http" }, { job: "a.b", port: "pg" }]);
});
