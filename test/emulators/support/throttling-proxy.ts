import { type FaultProxy, throttled as refusal, startFaultProxy } from './fault-proxy.ts';

export interface Proxy extends FaultProxy {
  /** How often each throttled operation was asked. */
  readonly throttled: ReadonlyMap<string, number>;
}

/** Passes everything on to `target`, but answers `operations` (by name) as AWS does when it is asked too often. */
export async function startThrottlingProxy(target: string, operations: readonly string[]): Promise<Proxy> {
  const throttled = new Map<string, number>();
  const proxy = await startFaultProxy(target, (asked) => {
    const { operation } = asked;
    if (!operations.includes(operation)) return undefined;
    throttled.set(operation, (throttled.get(operation) ?? 0) + 1);
    return refusal(asked);
  });
  return { ...proxy, throttled };
}
