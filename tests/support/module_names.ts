/** Which names go from file to file: what an import takes, and what an export offers. */

/** The names that an import or re-export with `from` takes from there. */
export function namesOfSpecifiers(
  node: Deno.lint.ImportDeclaration | Deno.lint.ExportNamedDeclaration,
): string[] {
  return node.specifiers.map((specifier) => {
    if (specifier.type === "ImportDefaultSpecifier") return "default";
    if (specifier.type === "ImportSpecifier") return nameOf(specifier.imported);
    return specifier.type === "ExportSpecifier" ? nameOf(specifier.local) : "*";
  });
}

/** What is taken of an `import(…)` on the spot; everything where it is kept or passed on as a whole. */
export function namesOfCall(node: Deno.lint.ImportExpression): string[] {
  let user: Deno.lint.Node = node.parent;
  if (user.type === "AwaitExpression") user = user.parent;
  if (user.type === "VariableDeclarator") return namesOfPattern(user.id);
  if (user.type !== "MemberExpression" || user.computed) return ["*"];
  const name = user.property.type === "Identifier" ? user.property.name : "*";
  if (name !== "then") return [name];
  const then = user.parent.type === "CallExpression" ? user.parent.arguments[0] : undefined;
  const taken = then?.type === "ArrowFunctionExpression" ? then.params[0] : undefined;
  return taken ? namesOfPattern(taken) : ["*"];
}

/** The names that a statement exports. */
export function exportsOf(
  { declaration, specifiers, exportKind }: Deno.lint.ExportNamedDeclaration,
): { name: string; isType: boolean }[] {
  const listed = specifiers.map(({ exported, exportKind: kind }) => ({
    name: nameOf(exported),
    isType: exportKind === "type" || kind === "type",
  }));
  if (!declaration) return listed;
  if (declaration.type === "VariableDeclaration") {
    return declaration.declarations.flatMap(({ id }) =>
      (id.type === "Identifier" ? [id.name] : namesOfPattern(id)).map((name) => ({
        name,
        isType: false,
      }))
    );
  }
  const isType = declaration.type.startsWith("TS") && declaration.type !== "TSEnumDeclaration";
  const id = "id" in declaration ? declaration.id : null;
  return id?.type === "Identifier" ? [{ name: id.name, isType }] : listed;
}

function namesOfPattern(pattern: Deno.lint.Node | Deno.lint.Parameter): string[] {
  if (pattern.type !== "ObjectPattern") return ["*"];
  return pattern.properties.map((property) =>
    property.type === "Property" && property.key.type === "Identifier" ? property.key.name : "*"
  );
}

function nameOf(node: Deno.lint.Identifier | Deno.lint.StringLiteral): string {
  return node.type === "Identifier" ? node.name : node.value;
}
