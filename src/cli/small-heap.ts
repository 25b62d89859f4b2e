import process from 'node:process';

/** From so many ledger entries on, memory is dearer than time. */
const LARGE = 300_000;

const FLAGS = ['--max-semi-space-size=8', '--heap-growing-percent=25'];

/**
 * Starts this process anew, in place, with V8 held to a small heap, if what it is about to do is that large. V8 takes
 * such flags only when it starts. To be called before anything was changed; where a system cannot do it (Windows), all
 * goes on as it is, with more memory.
 */
export function smallHeapFor(entries: number): void {
  const isDone = FLAGS.every((flag) => process.execArgv.includes(flag));
  if (entries < LARGE || isDone || process.platform === 'win32' || process.execve === undefined) return;
  // It is called experimental, and would say so to every user.
  process.emitWarning = () => {};
  const others = process.execArgv.filter((it) => !/^--(max-semi-space-size|heap-growing-percent)=/.test(it));
  process.execve(process.execPath, [process.execPath, ...others, ...FLAGS, ...process.argv.slice(1)], process.env);
}
