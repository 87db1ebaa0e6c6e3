/** Faults on the way to a proxy, as distinct from those of the API behind it. */

const hosts = new WeakMap<Error, string>();

/** @param host name or address of the proxy, with its port */
export function markProxyFault(error: Error, host: string): void {
  hosts.set(error, host);
}

/** The proxy that could not be reached, or that refused to connect; `undefined` where none is at fault. */
export function proxyFaultOf(error: unknown): ProxyFault | undefined {
  if (!(error instanceof Error)) return undefined;
  const host = hosts.get(error);
  if (host !== undefined) return { host };
  // undici has no other word for what a proxy answered.
  const status = /^Proxy response \((\d{3})\)/.exec(error.message)?.[1];
  return status === undefined ? undefined : { status: Number(status) };
}

export interface ProxyFault {
  readonly host?: string;
  /** Answer of the proxy to CONNECT. */
  readonly status?: number;
}
