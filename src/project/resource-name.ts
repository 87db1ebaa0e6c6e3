/** What a server is called where it runs. */

/** Leaves room for what is put behind it: a label of DNS has 63 characters at most (RFC 1123 §2.1). */
const longest = 40;

/**
 * Name of images, services, pods and functions: it begins with a letter, as Services of Kubernetes have to (RFC 1035
 * §2.3.1), and has letters, digits and dashes only.
 *
 * @param packageName `[a-z0-9-]`
 */
export function resourceName(packageName: string): string {
  const name = packageName.replace(/-+/g, "-").replace(/^-/, "");
  const started = /^[a-z]/.test(name) ? name : `mcp-${name}`;
  return started.slice(0, longest).replace(/-$/, "");
}
