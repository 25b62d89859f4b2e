import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './root.ts';

/** Logical ids of the queues that the template has: those in which messages end, and those in which they wait. */
export interface Queues {
  readonly dead: readonly string[];
  readonly waiting: readonly string[];
}

const QUEUE = /^ {2}(\w+):\n {4}Type: "?AWS::SQS::Queue"?$/gm;

/** As the files under `serverless/` declare them. A queue for what failed has `Failed` or `DeadLetters` in its name. */
export function queues(): Queues {
  const folder = join(projectRoot, 'serverless');
  const files = readdirSync(folder).filter((it) => it.endsWith('.yml'));
  const texts = files.sort().map((it) => readFileSync(join(folder, it), 'utf8'));
  const ids = texts.flatMap((text) => [...text.matchAll(QUEUE)].map(([, id = '']) => id)).sort();
  const isDead = (id: string) => /Failed|DeadLetters/.test(id);
  return { dead: ids.filter(isDead), waiting: ids.filter((id) => !isDead(id)) };
}
