import type { Check } from '../model/check.ts';
import { checkEnvironment } from './environment.ts';
import { compileExpression, type Expression } from './expression.ts';
import type { ExpressionProblem, Mention } from './mentions.ts';
import { didYouMean } from './nearest.ts';
import { declarationProblems } from './params.ts';

/** Something wrong with a check: in which expression, or (`params`) in which parameter. */
export interface CheckProblem extends ExpressionProblem {
  readonly field: 'applies' | 'expect' | 'reason' | 'params';
  readonly param?: string;
}

export interface Examined {
  readonly applies: Expression | undefined;
  readonly expect: Expression | undefined;
  readonly reason: Expression | undefined;
  readonly mentions: readonly Mention[];
  readonly problems: readonly CheckProblem[];
}

const VARIABLES: ReadonlySet<string> = new Set(['resource', 'params']);

/** Compiles the expressions of a check and lists everything that is wrong with them. Never throws. */
export function examineCheck(check: Check, facts: readonly string[]): Examined {
  const problems: CheckProblem[] = [];
  const mentions: Mention[] = [];
  const compile = (field: 'applies' | 'expect' | 'reason', text: string): Expression | undefined => {
    const type = field === 'reason' ? 'string' : 'bool';
    const compiled = compileExpression({ environment: checkEnvironment, text, type, variables: VARIABLES });
    problems.push(...compiled.problems.map((it) => ({ ...it, field })));
    if (compiled.expression === undefined) return undefined;
    mentions.push(...compiled.expression.mentions);
    problems.push(...unknownNames(compiled.expression, check, facts).map((it) => ({ ...it, field })));
    return compiled.expression;
  };
  const applies = check.applies === undefined ? undefined : compile('applies', check.applies);
  const expect = compile('expect', check.expect);
  const reason = compile('reason', check.reason);
  for (const { name, code, message } of declarationProblems(check))
    problems.push({ code, message, offset: 0, field: 'params', param: name });
  return { applies, expect, reason, mentions, problems };
}

function unknownNames({ mentions }: Expression, check: Check, facts: readonly string[]): ExpressionProblem[] {
  const params = Object.keys(check.params);
  return mentions.flatMap(({ variable, field, offset }) => {
    const isFact = variable === 'resource';
    const known = isFact ? facts : params;
    if (known.includes(field)) return [];
    const subject = isFact ? `${check.resource} has no fact` : 'the check declares no parameter';
    const code = isFact ? 'evaluate-fact-unknown' : 'evaluate-param-unknown';
    return [{ code, message: `${subject} "${field}"${didYouMean(field, known)}`, offset }];
  });
}
