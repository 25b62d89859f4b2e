import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { projectRoot } from '../scripts/generated/root.ts';
import { Recording } from '../src/adapters/recording-format.ts';
import { deploymentConfig } from '../src/app/deployment-config.ts';
import { registerCommands } from '../src/cli/commands.ts';
import { EXIT } from '../src/cli/output.ts';
import { services } from '../src/collect/services.ts';
import { checkEnvironment, functionDocs } from '../src/evaluate/environment.ts';
import { Body, Entry } from '../src/model/entry.ts';
import { FrameworkFile } from '../src/model/framework.ts';
import { Retrieval } from '../src/model/retrieval.ts';
import { Statements } from '../src/model/scope.ts';
import { Verdict } from '../src/model/verdict.ts';
import { PATHS } from '../src/pack/paths.ts';
import { FORMATS } from '../src/report/formats.ts';

const text = (path: string): string => readFileSync(join(projectRoot, path), 'utf8');
const decisions = readdirSync(join(projectRoot, 'docs/decisions')).map((name) => `docs/decisions/${name}`);
const GENERATED = ['docs/API.md', 'docs/PERMISSIONS.md', 'docs/CHECKS.md', 'docs/FRAMEWORKS.md'];
const WRITTEN = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...[
    'ARCHITECTURE',
    'FORMAT',
    'HEALTH',
    'SECURITY',
    'OPERATIONS',
    'WATCH',
    'WRITING-CHECKS',
    'WRITING-FRAMEWORKS',
  ].map((it) => `docs/${it}.md`),
  ...decisions,
];
const PAGES = [...WRITTEN, ...GENERATED];

const matches = (page: string, pattern: RegExp): string[] => [...page.matchAll(pattern)].map((it) => it[1] ?? '');
/** Code in a line, and lines of code blocks. */
const codeIn = (page: string): string[] => [
  ...matches(page, /`([^`\n]+)`/g),
  ...matches(page, /^```\w*\n([\s\S]*?)^```/gm).flatMap((block) => block.split('\n')),
];

/** Files that a recipe makes, and files of a pack or a store. */
const MADE = /sqs|verdicts|acme|^dist\/|<|data\/|\*|x001/;

describe.each(PAGES)('%s', (path) => {
  const page = text(path);

  it('links to files that exist', () => {
    const links = matches(page, /\]\(([^)#\s]+)(?:#[^)]*)?\)/g).filter((it) => !it.includes('://'));
    expect(links.filter((it) => !existsSync(join(projectRoot, dirname(path), it)))).toEqual([]);
  });

  it('names files and folders that exist', () => {
    const top = 'src|test|docs|frameworks|examples|scripts|functions|templates|serverless|demo|bin';
    const named = codeIn(page)
      .flatMap((it) => matches(it, new RegExp(`(?<![\\w/.-])((?:${top})/[\\w./<>*-]+)`, 'g')))
      .filter((it) => !MADE.test(it));
    expect(named.filter((it) => !existsSync(join(projectRoot, it.replace(/[.]$/, ''))))).toEqual([]);
  });

  it('names npm scripts and commands that exist', () => {
    const { scripts } = JSON.parse(text('package.json')) as { scripts: Record<string, string> };
    const run = codeIn(page).flatMap((it) => matches(it, /npm run ([\w:-]+)/g));
    expect(run.filter((it) => !(it in scripts))).toEqual([]);
    expect(codeIn(page).flatMap(commandProblems)).toEqual([]);
  });

  it('says nothing that is left to do', () => {
    expect(page).not.toMatch(/\b(TODO|FIXME|TBD|lorem)\b/i);
    expect(page.endsWith('\n')).toBe(true);
  });
});

const program = new Command('witnessmark').exitOverride();
await registerCommands(program, []);

/** What of `witnessmark collect --region …` the command line does not know. */
function commandProblems(line: string): string[] {
  const [, rest] = /^(?:npx )?witnessmark ((?:[a-z]|--).*)$/.exec(line.trim()) ?? [];
  if (rest === undefined || rest === '--help') return [];
  const [name = '', next = ''] = rest.split(' ');
  const command = program.commands.find((it) => it.name() === name);
  if (command === undefined) return [`${line}: no command ${name}`];
  const inner = command.commands.find((it) => it.name() === next);
  if (command.commands.length > 0 && inner === undefined && /^[a-z]+$/.test(next))
    return [`${line}: no command ${next}`];
  const known = new Set((inner ?? command).options.map((it) => it.long));
  return matches(rest, /(?<= )(--[a-z-]+)/g).flatMap((it) => (known.has(it) ? [] : [`${line}: no option ${it}`]));
}

describe('the README', () => {
  it('names every command, every service and every exit code', () => {
    const page = text('README.md');
    for (const command of program.commands) expect(page).toContain(`\`${command.name()}\``);
    for (const code of Object.values(EXIT)) expect(page).toMatch(new RegExp(`^\\| ${code} \\|`, 'm'));
    const names: Record<string, string> = {
      cloudtrail: 'CloudTrail',
      cloudwatch: 'CloudWatch,',
      config: 'Config',
      dynamodb: 'DynamoDB',
      elbv2: 'Elastic Load Balancing',
      guardduty: 'GuardDuty',
      lambda: 'Lambda',
      logs: 'CloudWatch Logs',
      secretsmanager: 'Secrets\n  Manager',
      securityhub: 'Security Hub',
    };
    for (const id of Object.keys(services)) expect(page).toContain(names[id] ?? id.toUpperCase());
  });
});

describe('WRITING-CHECKS', () => {
  const page = text('docs/WRITING-CHECKS.md');

  it('documents every function with an example that parses, and no function that there is not', () => {
    const rows = [...page.matchAll(/^\| `(\w+)\(([^`]*)\)` \| .* \| `([^`]+)` \|$/gm)];
    const documented = rows.map(([, name, params]) => `${name}(${params})`);
    const known = functionDocs().map(
      ({ signature, params }) => `${signature.split('(')[0]}(${params.map((it) => it.name).join(', ')})`,
    );
    expect(documented.toSorted()).toEqual(known.toSorted());
    for (const [, name, , example = ''] of rows) {
      const { valid, error } = checkEnvironment.parse(example).check();
      expect(valid, `${name}: ${error?.message}`).toBe(true);
    }
  });

  it('has three-valued examples that come out as it says', () => {
    const unread = new Map<string, unknown>([['b', 1n]]);
    unread.get = (name: string) => {
      if (name === 'b') return 1n;
      throw new Error('could not be read');
    };
    const outcome = (expression: string): unknown => {
      try {
        return checkEnvironment.parse(expression)({ resource: unread });
      } catch {
        return 'inconclusive';
      }
    };
    const rows = [...page.matchAll(/^\| `([^`]*resource\.a[^`]*)`[^|]*\| (\w+) \|$/gm)];
    expect(rows).toHaveLength(4);
    for (const [, expression = '', expected] of rows)
      expect(String(outcome(expression.replaceAll('\\|', '|')))).toBe(expected);
  });
});

describe('WRITING-FRAMEWORKS', () => {
  const page = text('docs/WRITING-FRAMEWORKS.md');

  it('names every verdict', () => {
    for (const verdict of Verdict.options) expect(page).toContain(`\`${verdict}\``);
  });

  it('has a framework and statements that are right', () => {
    const [framework = '', statements = ''] = matches(page, /^```yaml\n([\s\S]*?)^```/gm);
    expect(FrameworkFile.parse(parse(framework)).framework).toBe('acme-baseline');
    expect(Statements.parse(parse(statements)).exceptions).toHaveLength(1);
  });
});

describe('OPERATIONS', () => {
  const page = text('docs/OPERATIONS.md');

  it('has a configuration that a deployment takes', async () => {
    const [example = ''] = matches(page, /^```yaml\n([\s\S]*?)^```/gm);
    const objects = { get: async () => ({ bytes: Buffer.from(example), version: '1' }) };
    const frameworks = readdirSync(join(projectRoot, 'frameworks'), { recursive: true, encoding: 'utf8' })
      .filter((it) => it.endsWith('.yaml'))
      .flatMap((it) => matches(text(`frameworks/${it}`), /^framework: (\S+)/gm));
    const config = await deploymentConfig(objects, undefined, { services: Object.keys(services), frameworks });
    expect(config.assessments).toHaveLength(3);
    expect(config.assessments.map((it) => it.coverage)).toEqual([95, 90, 95]);
  });

  it('names every parameter of the deployment', () => {
    const params = Object.keys(parse(text('serverless/params.yml'), { logLevel: 'silent' }) as object);
    expect(params.filter((it) => !page.includes(`\`${it}\``))).toEqual([]);
  });

  it('has a runbook for every incident of the game day, and names each', () => {
    const played = readdirSync(join(projectRoot, 'scripts/game-day')).map((it) => text(`scripts/game-day/${it}`));
    const runbooks = played.flatMap((it) => matches(it, /runbook: '([^']+)'/g));
    expect(runbooks.length).toBeGreaterThan(5);
    expect(runbooks.filter((it) => !page.includes(`### ${it}\n`))).toEqual([]);
  });

  it('leads to headings that it has', () => {
    const slugs = matches(page, /^#+ (.+)$/gm).map((it) =>
      it
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    );
    expect(matches(page, /\]\(#([^)]+)\)/g).filter((it) => !slugs.includes(it))).toEqual([]);
  });

  it('asks for outputs that the stack has', () => {
    const stack = readdirSync(join(projectRoot, 'serverless'))
      .map((it) => text(`serverless/${it}`))
      .join('\n');
    const asked = matches(page, /\$?\(?\bout ([A-Z]\w+)/g).filter((it) => it !== 'HttpApiUrl');
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter((it) => !new RegExp(`^  ${it}:`, 'm').test(stack))).toEqual([]);
  });
});

describe('FORMAT', () => {
  const page = text('docs/FORMAT.md');
  const schemas = { Entry, Body, Retrieval, Recording } as const;
  const examples = [...page.matchAll(/<!-- example: (\w+) -->\n```json\n([\s\S]*?)```/g)].map(
    ([, name, json = '']) => ({
      name: name as keyof typeof schemas,
      value: JSON.parse(json) as unknown,
    }),
  );

  it('has an example of each form and of each kind of body, and all are right', () => {
    for (const { name, value } of examples) expect(schemas[name].safeParse(value).error).toBeUndefined();
    expect(new Set(examples.map((it) => it.name))).toEqual(new Set(Object.keys(schemas)));
    const kinds = examples.flatMap(({ name, value }) => (name === 'Body' ? [Body.parse(value).kind] : []));
    expect(new Set(kinds)).toEqual(new Set(Entry.shape.kind.options));
  });

  it('has a population digest that its lines lead to', () => {
    const [lines = ''] = matches(page, /<!-- example: digest -->\n```\n([\s\S]*?)```/g);
    expect(page).toContain(`"digest": "${createHash('sha256').update(lines).digest('hex')}"`);
  });

  it('names every file of a pack and every column of its tables', () => {
    for (const path of Object.values(PATHS)) expect(page).toContain(path.split('/').at(-1));
    for (const { name, columns = [] } of FORMATS.values()) {
      expect(page).toContain(name);
      if (columns.length > 0)
        expect(page).toContain(`| \`${name}\` | ${columns.map((it) => `\`${it.name}\``).join(', ')} |`);
    }
  });
});

describe('decisions', () => {
  it('are numbered without a gap and have context, decision and consequences', () => {
    expect(decisions.map((it) => Number(it.slice('docs/decisions/'.length, 'docs/decisions/'.length + 4)))).toEqual(
      decisions.map((_, i) => i + 1),
    );
    for (const path of decisions)
      expect(text(path)).toMatch(
        /^# \d+\. [\s\S]*\*\*Context\.\*\*[\s\S]*\*\*Decision\.\*\*[\s\S]*\*\*Consequences\.\*\*/,
      );
  });
});
