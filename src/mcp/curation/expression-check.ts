/** Whether what an owner wrote is a JMESPath expression. */

/** What is wrong with it, in the words of its library; `undefined` where it can be read. */
export type ExpressionFault = (expression: string) => string | undefined;

/** Loads the library, which reads the same expressions in the server. */
export async function loadExpressionFault(): Promise<ExpressionFault> {
  const { compile } = await import("@jmespath-community/jmespath");
  return (expression) => {
    try {
      compile(expression);
      return undefined;
    } catch (fault) {
      return fault instanceof Error ? fault.message : String(fault);
    }
  };
}
