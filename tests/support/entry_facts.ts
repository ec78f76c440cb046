/** Where code of a source file is entered from outside of all calls, and where a promise may float; for a rule on them. */

/** A timer, listener or promise whose failure nobody would get. */
export interface UnguardedEntry {
  readonly what: string;
  readonly line: number;
}

/** A call whose result nobody takes: it floats if what is called returns a promise. */
export interface LooseCall {
  readonly name: string;
  /** `#name`: to be found in its own file. */
  readonly isPrivate: boolean;
  readonly isVoid: boolean;
  readonly line: number;
}

/** A function by its name, and whether it returns a promise. */
export interface NamedFunction {
  readonly name: string;
  readonly isAsync: boolean;
}

/** What a file shows of its entries. */
export interface EntryFacts {
  readonly unguarded: UnguardedEntry[];
  readonly looseCalls: LooseCall[];
  readonly namedFunctions: NamedFunction[];
  /** The names of its guards. */
  readonly guards: string[];
}

type Node = Deno.lint.Node;

/** Who calls back later, and which argument it calls. */
const REGISTRARS: Readonly<Record<string, number>> = {
  schedule: 1,
  setTimeout: 0,
  setInterval: 0,
  queueMicrotask: 0,
  addEventListener: 1,
  addSignalListener: 1,
  onSignal: 1,
  onDrained: 0,
};

/** Who guards what it is given under the name that comes first. */
const GUARDS = new Set(["guarded", "background", "listen", "observe"]);
/** Who only tell others; what a listener of an AbortSignal throws is not thrown to whoever aborts it. */
const SETTLERS = new Set(["resolve", "reject", "abort"]);
const CHAINS = new Set(["then", "catch", "finally"]);

/** A visitor that fills `facts`. */
export function createEntryVisitor(
  facts: EntryFacts,
  lineOf: (offset: number) => number,
  text: string,
): Deno.lint.LintVisitor {
  const inits = new Map<string, Node>();
  const registered: { what: string; callback: Node; line: number }[] = [];
  const addFunction = (name: string | undefined, isAsync: boolean) => {
    if (name !== undefined) facts.namedFunctions.push({ name, isAsync });
  };
  const returnsPromise = (node: { async?: boolean; returnType?: unknown }) =>
    node.async === true || isPromiseType(node.returnType, text);
  return {
    FunctionDeclaration: (node) => addFunction(node.id?.name, returnsPromise(node)),
    MethodDefinition: (node) => addFunction(nameOf(node.key), returnsPromise(node.value)),
    TSMethodSignature: (node) => addFunction(nameOf(node.key), returnsPromise(node)),
    TSPropertySignature(node) {
      const type = node.typeAnnotation?.typeAnnotation;
      if (type?.type !== "TSFunctionType") return;
      addFunction(nameOf(node.key), isPromiseType(type.returnType, text));
    },
    VariableDeclarator(node) {
      if (node.id.type !== "Identifier" || !node.init) return;
      inits.set(node.id.name, node.init);
      if (isFunction(node.init)) addFunction(node.id.name, returnsPromise(node.init));
    },
    CallExpression(node) {
      const name = nameOf(node.callee);
      const [first] = node.arguments;
      if (name !== undefined && GUARDS.has(name) && first?.type === "Literal") {
        facts.guards.push(String(first.value));
      }
      const callback = node.arguments[REGISTRARS[name ?? ""] ?? Infinity];
      if (callback === undefined) return;
      registered.push({ what: `${name}()`, callback, line: lineOf(node.range[0]) });
    },
    ExpressionStatement: (node) => addLoose(facts, node.expression, false, lineOf),
    UnaryExpression(node) {
      if (node.operator === "void") addLoose(facts, node.argument, true, lineOf);
    },
    "Program:exit"() {
      for (const { what, callback, line } of registered) {
        if (!isGuarded(callback, inits)) facts.unguarded.push({ what, line });
      }
    },
  };
}

function addLoose(
  facts: EntryFacts,
  expression: Node,
  isVoid: boolean,
  lineOf: (offset: number) => number,
): void {
  const call = expression.type === "ChainExpression" ? expression.expression : expression;
  if (call.type !== "CallExpression") return;
  const name = nameOf(call.callee);
  const line = lineOf(call.range[0]);
  if (name === undefined || GUARDS.has(name)) return;
  if (!CHAINS.has(name)) {
    const isPrivate = call.callee.type === "MemberExpression" &&
      call.callee.property.type === "PrivateIdentifier";
    facts.looseCalls.push({ name, isPrivate, isVoid, line });
  } else if (!call.arguments.every(isSettling)) {
    facts.unguarded.push({ what: `a promise that floats behind .${name}()`, line });
  }
}

function isGuarded(callback: Node, inits: ReadonlyMap<string, Node>): boolean {
  if (isSettling(callback)) return true;
  if (callback.type === "CallExpression") return nameOf(callback.callee) === "guarded";
  if (callback.type !== "Identifier") return false;
  const init = inits.get(callback.name);
  return init !== undefined && init !== callback && isGuarded(init, new Map());
}

/** Settles a promise or a signal, does nothing, or owns what it floats: that cannot fail. */
function isSettling(node: Node): boolean {
  if (!isFunction(node)) return SETTLERS.has(nameOf(node) ?? "");
  if (node.body?.type === "BlockStatement") return node.body.body.length === 0;
  const body = node.body?.type === "UnaryExpression" ? node.body.argument : node.body;
  if (body?.type !== "CallExpression") return body?.type === "Identifier";
  return isSettling(body.callee) ||
    (nameOf(body.callee) === "catch" && body.arguments.every(isSettling));
}

function isFunction(
  node: Node,
): node is Deno.lint.ArrowFunctionExpression | Deno.lint.FunctionExpression {
  return node.type === "ArrowFunctionExpression" || node.type === "FunctionExpression";
}

function isPromiseType(node: unknown, text: string): boolean {
  if (typeof node !== "object" || node === null || !("range" in node)) return false;
  const [from, to] = node.range as [number, number];
  return /^:?\s*(Promise|AsyncGenerator)</.test(text.slice(from, to));
}

/** The last name of `a`, `a.b` or `a.#b`. */
function nameOf(node: Node): string | undefined {
  if (node.type === "Identifier") return node.name;
  if (node.type === "ChainExpression") return nameOf(node.expression);
  if (node.type === "PrivateIdentifier") return `#${node.name.replace(/^#/, "")}`;
  return node.type === "MemberExpression" && !node.computed ? nameOf(node.property) : undefined;
}
