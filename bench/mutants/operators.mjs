/** The small breakages that a source file can have: each is one piece of text in the place of another. */
import { ts } from "ts-morph";

const Kind = ts.SyntaxKind;

/** Operators, and what stands in their place. */
const binary = new Map([
  [Kind.LessThanToken, "<="],
  [Kind.LessThanEqualsToken, "<"],
  [Kind.GreaterThanToken, ">="],
  [Kind.GreaterThanEqualsToken, ">"],
  [Kind.EqualsEqualsEqualsToken, "!=="],
  [Kind.ExclamationEqualsEqualsToken, "==="],
  [Kind.AmpersandAmpersandToken, "||"],
  [Kind.BarBarToken, "&&"],
  [Kind.PlusToken, "-"],
  [Kind.MinusToken, "+"],
  [Kind.AsteriskToken, "/"],
  [Kind.SlashToken, "*"],
  [Kind.PercentToken, "*"],
  [Kind.PlusEqualsToken, "-="],
  [Kind.MinusEqualsToken, "+="],
]);

/** Methods that are mistaken for each other; `undefined`: the call is left out, what it is called on stays. */
const methods = new Map([
  ["some", "every"],
  ["every", "some"],
  ["startsWith", "endsWith"],
  ["endsWith", "startsWith"],
  ["min", "max"],
  ["max", "min"],
  ["indexOf", "lastIndexOf"],
  ["lastIndexOf", "indexOf"],
  ...["filter", "slice", "sort", "toSorted", "reverse", "trim", "toLowerCase", "toUpperCase", "replace"].map((name) => [
    name,
    undefined,
  ]),
  ...["replaceAll", "normalize", "flat"].map((name) => [name, undefined]),
]);

/**
 * Every mutant of a file, in the order of its text: `operator` says what was done, `start` and `end` what `text`
 * stands in place of, `scope` where the function that holds it begins (0 for the module itself).
 */
export function mutantsOf(path, source) {
  const tree = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
  const found = [];
  const add = (node, operator, text) => {
    const start = node.getStart(tree);
    const { line, character } = tree.getLineAndCharacterOfPosition(start);
    const place = `${path}:${line + 1}:${character + 1}`;
    found.push({ path, place, operator, start, end: node.end, text, scope: scopeOf(node, tree) });
  };
  const visit = (node) => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    mutate(node, add, tree);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found.sort((a, b) => a.start - b.start || a.end - b.end || (a.operator < b.operator ? -1 : 1));
}

function mutate(node, add, tree) {
  const textOf = (part) => part.getText(tree);
  if (ts.isIfStatement(node) || ts.isWhileStatement(node) || ts.isDoStatement(node))
    mutateCondition(node.expression, add, textOf);
  else if (ts.isConditionalExpression(node)) mutateCondition(node.condition, add, textOf);
  else if (ts.isBinaryExpression(node)) mutateBinary(node, add, textOf);
  else if (ts.isPrefixUnaryExpression(node)) {
    if (node.operator === Kind.ExclamationToken || node.operator === Kind.MinusToken)
      add(node, "sign dropped", textOf(node.operand));
    else if (node.operator === Kind.PlusPlusToken) add(node, "++ for --", `--${textOf(node.operand)}`);
  } else if (ts.isPostfixUnaryExpression(node))
    add(node, "++ for --", `${textOf(node.operand)}${node.operator === Kind.PlusPlusToken ? "--" : "++"}`);
  else if (ts.isAwaitExpression(node)) add(node, "await dropped", textOf(node.expression));
  else if (ts.isExpressionStatement(node)) {
    if (node.expression.kind !== Kind.CallExpression || node.expression.expression.kind !== Kind.SuperKeyword)
      add(node, "statement dropped", ";");
  } else if (ts.isThrowStatement(node)) add(node, "throw dropped", ";");
  else if (ts.isContinueStatement(node)) add(node, "continue dropped", ";");
  else if (ts.isReturnStatement(node)) {
    if (node.expression !== undefined && textOf(node.expression) !== "undefined")
      add(node, "nothing returned", "return undefined;");
  } else if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) {
    if (textOf(node.body) !== "undefined") add(node.body, "nothing returned", "undefined");
  } else if (ts.isBlock(node) && ts.isFunctionLike(node.parent) && node.statements.length > 0)
    add(node, "body dropped", "{}");
  else if (ts.isCallExpression(node)) mutateCall(node, add, textOf);
  else if (ts.isPropertyAccessExpression(node) && node.questionDotToken !== undefined)
    add(node.questionDotToken, "?. for .", ".");
  else if (ts.isArrayLiteralExpression(node)) {
    for (const element of node.elements) add(element, "element dropped", "...[]");
  } else if (ts.isObjectLiteralExpression(node)) {
    for (const property of node.properties) add(property, "property dropped", "...{}");
  } else mutateConstant(node, add, textOf);
}

/** What is negated by another operator of its own is not negated twice. */
function mutateCondition(condition, add, textOf) {
  const operator = ts.isBinaryExpression(condition) ? condition.operatorToken.kind : condition.operator;
  const negated = [Kind.EqualsEqualsEqualsToken, Kind.ExclamationEqualsEqualsToken, Kind.ExclamationToken];
  if (!negated.includes(operator)) add(condition, "condition negated", `!(${textOf(condition)})`);
}

function mutateBinary(node, add, textOf) {
  const { operatorToken } = node;
  if (operatorToken.kind === Kind.QuestionQuestionToken) return add(node, "?? dropped", textOf(node.left));
  const other = binary.get(operatorToken.kind);
  if (other === undefined) return;
  // Texts are joined by it, not added.
  if (operatorToken.kind === Kind.PlusToken && [node.left, node.right].some(ts.isStringLiteralLike)) return;
  add(operatorToken, `${textOf(operatorToken)} for ${other}`, other);
}

function mutateCall(node, add, textOf) {
  const called = node.expression;
  if (!ts.isPropertyAccessExpression(called) || !methods.has(textOf(called.name))) return;
  const other = methods.get(textOf(called.name));
  if (other === undefined) add(node, `${textOf(called.name)}() dropped`, textOf(called.expression));
  else add(called.name, `${textOf(called.name)} for ${other}`, other);
}

function mutateConstant(node, add, textOf) {
  if (node.kind === Kind.TrueKeyword) add(node, "true for false", "false");
  else if (node.kind === Kind.FalseKeyword) add(node, "false for true", "true");
  else if (ts.isNumericLiteral(node)) {
    if (!isKey(node)) add(node, "number + 1", `(${textOf(node)} + 1)`);
  } else if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
    if (!isKey(node)) add(node, "other text", node.text === "" ? '"mutant"' : '""');
  } else if (ts.isTemplateExpression(node)) add(node, "other text", "``");
  else if (node.kind === Kind.RegularExpressionLiteral) mutatePattern(node, add, textOf(node));
}

function mutatePattern(node, add, text) {
  const end = text.lastIndexOf("/");
  const body = text.slice(1, end);
  const flags = text.slice(end + 1);
  if (body.startsWith("^")) add(node, "^ dropped", `/${body.slice(1)}/${flags}`);
  if (body.endsWith("$") && !body.endsWith("\\$")) add(node, "$ dropped", `/${body.slice(0, -1)}/${flags}`);
  if (flags.includes("i")) add(node, "flag i dropped", `/${body}/${flags.replace("i", "")}`);
  if (flags.includes("g")) add(node, "flag g dropped", `/${body}/${flags.replace("g", "")}`);
}

const isKey = (node) => ts.isPropertyAssignment(node.parent) && node.parent.name === node;

/** Where the innermost function around a node begins; what is said of parameters belongs to the function. */
function scopeOf(node, tree) {
  for (let at = node.parent; at !== undefined; at = at.parent)
    if (ts.isFunctionLike(at) && at.body !== undefined) return at.body.getStart(tree);
  return 0;
}

/** The file with a call `__reached("path scope")` at the beginning of each function and of the module. */
export function withProbes(path, source, preamble) {
  const tree = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
  const inserted = [];
  const visit = (node) => {
    if (ts.isFunctionLike(node) && node.body !== undefined) {
      const start = node.body.getStart(tree);
      const call = `__reached(${JSON.stringify(`${path} ${start}`)})`;
      if (ts.isBlock(node.body)) inserted.push([start + 1, `${call};`]);
      else inserted.push([start, `(${call}, `], [node.body.end, ")"]);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  let text = source;
  // From the end, so that places stay; what ends at a place comes before what begins there.
  for (const [at, piece] of inserted.reverse().sort((a, b) => b[0] - a[0]))
    text = text.slice(0, at) + piece + text.slice(at);
  return `${preamble}__reached(${JSON.stringify(`${path} 0`)});${text}`;
}
