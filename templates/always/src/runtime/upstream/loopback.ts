/** Whether a URL's host name stands for this machine: `localhost`, or a loopback address as URLs spell it. */
export function isLoopbackHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "").toLowerCase();
  return (
    /(?:^|\.)localhost\.?$/.test(host) ||
    host === "::1" ||
    /^127(?:\.\d{1,3}){3}$/.test(host)
  );
}
