import { createContext, Script } from 'node:vm';
import { WitnessmarkError } from '../model/error.ts';
import { type CompiledCheck, restsOn } from './check.ts';
import type { CompiledSelector } from './event.ts';

/** Longest that a check or selector of a user's own may take for one resource or event, in milliseconds. */
const LIMIT_MS = 500;

const context = createContext({ run: undefined as unknown });
const script = new Script('run()');

/**
 * The result of synchronous work that must end within a time. Throws `evaluate-too-slow` where it does not: the
 * engine ends it, loops and patterns included. That costs a tenth of a millisecond for each call.
 */
export function within<T>(milliseconds: number, run: () => T): T {
  context.run = run;
  try {
    return script.runInContext(context, { timeout: milliseconds }) as T;
  } catch (thrown) {
    if ((thrown as { code?: unknown } | null)?.code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw thrown;
    throw new WitnessmarkError('evaluate-too-slow', `took longer than ${milliseconds} ms`);
  } finally {
    context.run = undefined;
  }
}

/**
 * The check, ended where it takes too long for a resource: that one is `inconclusive`, and so is every later one,
 * without being asked, so that thousands of resources do not add up to hours.
 */
export function limitedCheck(compiled: CompiledCheck): CompiledCheck {
  let isSlow = false;
  return {
    ...compiled,
    judge: (resource, given) => {
      try {
        if (!isSlow) return within(LIMIT_MS, () => compiled.judge(resource, given));
      } catch (thrown) {
        if (!tooSlow(thrown)) throw thrown;
        isSlow = true;
      }
      const reason = `The check took longer than ${LIMIT_MS} ms, here or for a resource before this one, and was ended.`;
      return { outcome: 'inconclusive', reason, ...restsOn(compiled, resource, given) };
    },
  };
}

/** The selector, ended where it takes too long for an event (`evaluate-too-slow`), and not asked again after that. */
export function limitedSelector(compiled: CompiledSelector): CompiledSelector {
  let slow: unknown;
  return {
    ...compiled,
    matches: (event) => {
      if (slow !== undefined) throw slow;
      try {
        return within(LIMIT_MS, () => compiled.matches(event));
      } catch (thrown) {
        if (tooSlow(thrown)) slow = thrown;
        throw thrown;
      }
    },
  };
}

const tooSlow = (thrown: unknown): boolean => thrown instanceof WitnessmarkError && thrown.code === 'evaluate-too-slow';
