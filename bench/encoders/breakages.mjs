/** How an encoder of the list of places is broken: each breakage is a file with another text. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ts } from "ts-morph";
import { mutantsOf } from "../mutants/operators.mjs";

/** @throws Error where there is no such encoder: the list is to be brought up to date */
export function breakagesOf(folder, encoder) {
  const [, path, name, broken] = /^([^#]+)#([^=]+)(?:=(.*))?$/s.exec(encoder);
  const source = readFileSync(join(folder, path), "utf8");
  const tree = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
  const replaced = (start, end, text, how) => ({ path, how, text: source.slice(0, start) + text + source.slice(end) });
  if (name.startsWith("{{")) {
    const encode = rowOf(tree, name.slice(2, -2));
    return [
      replaced(
        encode.getStart(tree),
        encode.end,
        "(value) => String(value instanceof Encoded ? value.text : value)",
        "as it is",
      ),
    ];
  }
  const declared = tree.statements
    .flatMap((statement) =>
      ts.isVariableStatement(statement) ? [...statement.declarationList.declarations] : [statement],
    )
    .find((node) => node.name?.getText(tree) === name);
  if (declared === undefined) throw new Error(`There is no ${name} in ${path}`);
  const within = mutantsOf(path, source)
    .filter(({ start, end }) => start >= declared.getStart(tree) && end <= declared.end)
    .filter(({ operator }) => /^(?:replace|replaceAll)\(\) dropped$/.test(operator))
    .map(({ start, end, text }, index) => replaced(start, end, text, `without replacement ${index + 1}`));
  if (ts.isFunctionDeclaration(declared) && broken === undefined && returnsObject(declared, tree)) {
    return [...fieldsIn(declared, tree, replaced), ...within];
  }
  if (ts.isFunctionDeclaration(declared)) {
    const given = broken ?? declared.parameters[0].name.getText(tree);
    const at = declared.body.getStart(tree) + 1;
    return [replaced(at, at, ` if (Date.now() > 0) return ${given};`, "as it is"), ...within];
  }
  return [...fieldsIn(declared, tree, replaced), ...within];
}

/** The fields of a constant that are functions, each by itself without effect; one that has none is nothing to break. */
function fieldsIn(node, tree, replaced) {
  const found = [];
  const visit = (part) => {
    if (ts.isPropertyAssignment(part) && part.initializer.getText(tree) === "(text) => text") return;
    if (ts.isPropertyAssignment(part) && ["name", "value", "delimiter", "expand"].includes(part.name.getText(tree)))
      found.push(
        part.name.getText(tree) === "expand"
          ? replaced(...expansion(part, tree))
          : replaced(
              part.initializer.getStart(tree),
              part.initializer.end,
              "(text: string) => text",
              `${part.name.getText(tree)} as it is`,
            ),
      );
    else ts.forEachChild(part, visit);
  };
  visit(node);
  if (found.length === 0) throw new Error(`${node.name.getText(tree)} has no functions`);
  return found;
}

/** The call of an encoder within the expansion of a template. */
function expansion(part, tree) {
  let call;
  const visit = (node) => {
    if (ts.isCallExpression(node) && node.expression.getText(tree) === "percentEncode") call = node;
    ts.forEachChild(node, visit);
  };
  visit(part);
  return [call.getStart(tree), call.end, call.arguments[0].getText(tree), "expand as it is"];
}

const returnsObject = (declared, tree) => /^(?:PairEncoding|UriTemplate)$/.test(declared.type?.getText(tree) ?? "");

function rowOf(tree, name) {
  let found;
  const visit = (node) => {
    if (
      ts.isArrayLiteralExpression(node) &&
      ts.isStringLiteral(node.elements[0] ?? node) &&
      node.elements[0].text === name &&
      ts.isObjectLiteralExpression(node.elements[1] ?? node)
    )
      found = node.elements[1].properties.find((property) => property.name?.getText(tree) === "encode")?.initializer;
    ts.forEachChild(node, visit);
  };
  visit(tree);
  if (found === undefined) throw new Error(`There is no row {{${name}}}`);
  return found;
}
