// Loaded with `node --import` before the command line. Counts every call that changes the disk, and at the
// one that the query of its own URL names does what a crash does: `step=12&how=before|after|torn` kills
// the process, `full=5000` gives ENOSPC once that many bytes were written, `count=file` only counts.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { DatabaseSync, StatementSync } from 'node:sqlite';

type Call = (...args: never[]) => unknown;
const query = new URL(import.meta.url).searchParams;
const dieAt = Number(query.get('step') ?? -1);
const how = query.get('how') ?? 'before';
const full = Number(query.get('full') ?? Number.POSITIVE_INFINITY);
let [step, written] = [0, 0];

const die = (): void => void process.kill(process.pid, 'SIGKILL');

function noSpace(): Error {
  return Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' });
}

const sizeOf = (data: unknown): number =>
  typeof data === 'string' || data instanceof Uint8Array ? Buffer.byteLength(data) : 0;

/** Counts a call, and dies before it or after it when it is the one. */
function counted(call: Call): Call {
  return function (this: unknown, ...args: never[]) {
    const own = step;
    step += 1;
    if (own === dieAt && how === 'before') die();
    const result = Reflect.apply(call, this, args);
    if (own !== dieAt || how === 'before') return result;
    return result instanceof Promise ? result.then(die) : die();
  };
}

/** As `counted`, for a call that writes bytes: half of them may be all that reaches the disk. */
function countedWrite(call: Call, dataAt: number): Call {
  const whole = counted(call);
  return function (this: unknown, ...args: never[]) {
    const data = args[dataAt] as unknown;
    written += sizeOf(data);
    if (written > full) return Promise.reject(noSpace());
    if (step !== dieAt || how !== 'torn' || sizeOf(data) === 0) return Reflect.apply(whole, this, args);
    step += 1;
    const bytes = Buffer.from(data as Uint8Array);
    const half = args.with(dataAt, bytes.subarray(0, bytes.length / 2) as never);
    return (Reflect.apply(call, this, half) as Promise<unknown>).then(die);
  };
}

function patch(target: object, names: readonly string[], change: (call: Call) => Call): void {
  const methods = target as Record<string, Call>;
  for (const name of names) methods[name] = change(methods[name] as Call);
}

const { promises } = fs;
const probe = await promises.open('/dev/null');
patch(Object.getPrototypeOf(probe), ['writeFile'], (call) => countedWrite(call, 0));
patch(Object.getPrototypeOf(probe), ['sync'], counted);
await probe.close();
patch(promises, ['writeFile'], (call) => countedWrite(call, 1));
patch(promises, ['open', 'link', 'rename', 'rm', 'mkdir'], counted);
patch(fs, ['write', 'writev', 'writeFileSync'], counted);
patch(DatabaseSync.prototype, ['exec', 'close'], counted);
patch(StatementSync.prototype, ['run'], counted);
syncBuiltinESMExports();

const count = query.get('count');
if (count !== null) process.on('exit', () => fs.appendFileSync(count, `${step} ${written}\n`));
