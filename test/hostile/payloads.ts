/**
 * Texts that have broken code generators: each leaves the string, comment, template or key that it is put into and
 * calls a function. The call is never run: it is looked for in what was emitted.
 */

export interface Shape {
  readonly name: string;
  /** The hostile text with a call of the function. */
  readonly text: (marker: string) => string;
}

const shape = (name: string, text: Shape["text"]): Shape => ({ name, text });

export const shapes: readonly Shape[] = [
  shape("statement behind a single quote", (m) => `';${m}();'`),
  shape("operand behind a single quote", (m) => `'+${m}()+'`),
  shape("statement behind a double quote", (m) => `";${m}();"`),
  shape("operand behind a double quote", (m) => `"+${m}()+"`),
  shape("statement behind a backtick", (m) => `\`;${m}();\``),
  shape("operand behind a backtick", (m) => `\`+${m}()+\``),
  shape("substitution of a template literal", (m) => `\${${m}()}`),
  shape("end of a block comment", (m) => `*/ ${m}(); /*`),
  shape("line feed", (m) => `x\n${m}();\n`),
  shape("carriage return", (m) => `x\r${m}();\r`),
  shape("line separator U+2028", (m) => `x\u2028${m}();\u2028`),
  shape("paragraph separator U+2029", (m) => `x\u2029${m}();\u2029`),
  shape("escaped single quote", (m) => `\\';${m}();//`),
  shape("escaped double quote", (m) => `\\";${m}();//`),
  shape("end of a call", (m) => `'); ${m}(); ('`),
  shape("end of an object, single quote", (m) => `':0},${m}(),{'`),
  shape("computed key", (m) => `":0,[${m}()]:"`),
  shape("declaration", (m) => `;${m}();var y`),
  shape("Handlebars", (m) => `{{${m}}} {{{${m}}}} {{#with ${m}}}{{/with}}`),
  shape("escape sequence of a quote", (m) => `\\u0027;${m}();//`),
  shape("end of a script element", (m) => `</script><script>${m}()`),
  shape("end of a regular expression", (m) => `/;${m}();/`),
  shape("embedded JavaScript", (m) => `<%= ${m}() %>`),
  shape("interpolation with #", (m) => `#{${m}()}`),
  shape("lone surrogate", (m) => `\ud800';${m}();//`),
  shape("NUL", (m) => `\u0000';${m}();//`),
  shape("bidi override", (m) => `\u202e';${m}();//\u2066`),
  shape("YAML", (m) => `"\n${m}: &a [*a]\n- !!js/function '${m}()'\n"`),
  shape("command", (m) => `\n\`\`\`sh\n${m}; $(${m}) && ${m} | ${m}\n\`\`\`\n`),
  shape("image and HTML", (m) => `![${m}](https://evil.test/${m}.png) <img src=x onerror=${m}()> <!-- ${m} -->`),
  shape("table and code span", (m) => `| \`${m}\` | </details> **${m}** [${m}](javascript:${m}())`),
  shape("HTML behind a code span", (m) => `\`<img src=x onerror=${m}()>\` <b>${m}</b>`),
  shape("HTML in entities", (m) => `&lt;img src=x onerror=${m}()&gt; &amp;lt;script&amp;gt;${m}()`),
  shape("HTML that does not end", (m) => `<img src=x onerror=${m}() <a href="javascript:${m}()"`),
  shape("directive of a compiler", (m) => `@ts-ignore eslint-disable sourceMappingURL=${m} @license ${m}`),
  shape("workflow expression", (m) => `\${{ ${m} }} %${m}% $${m} $(${m})`),
];
