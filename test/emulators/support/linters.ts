import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT, run } from './run.ts';

/** What a linter of CloudFormation holds against a resource, a condition or a parameter of a template. */
export interface Finding {
  readonly id: string;
  readonly template: string;
  readonly resource: string;
  readonly what: string;
}

const LINT = join(ROOT, '.emulators/lint/bin');

interface CfnLint {
  readonly Rule: { readonly Id: string };
  readonly Filename: string;
  readonly Message: string;
  readonly Location: { readonly Path: readonly (string | number)[] | null };
}

/** All errors and warnings of cfn-lint. Throws where it did not come to an end. */
export async function cfnLint(templates: readonly string[]): Promise<Finding[]> {
  const ran = await run(join(LINT, 'cfn-lint'), ['--format', 'json', '--', ...templates]);
  // Exit codes are bits: 2 for errors, 4 for warnings, 8 for remarks.
  if (ran.code === null || ran.code === 1) throw new Error(`cfn-lint ended with ${ran.code}: ${ran.stderr}`);
  return (JSON.parse(ran.stdout) as CfnLint[]).map(({ Rule, Filename, Message, Location }) => ({
    id: Rule.Id,
    template: Filename,
    resource: String(Location.Path?.[1] ?? ''),
    what: `${Location.Path?.join('/')}: ${Message}`,
  }));
}

interface Checkov {
  readonly summary: { readonly parsing_errors: number; readonly resource_count: number };
  readonly results: {
    readonly failed_checks: readonly { check_id: string; file_path: string; resource: string; check_name: string }[];
  };
}

/** All failed checks of checkov, and of how many resources. Throws where it could not read a template. */
export async function checkov(templates: readonly string[]): Promise<{ resources: number; findings: Finding[] }> {
  const files = templates.flatMap((it) => ['--file', it]);
  const options = ['--framework', 'cloudformation', '--output', 'json', '--compact', '--quiet', '--skip-download'];
  const ran = await run(join(LINT, 'checkov'), [...files, ...options]);
  if (ran.code === null || ran.code > 1) throw new Error(`checkov ended with ${ran.code}: ${ran.stderr}`);
  const { summary, results } = JSON.parse(ran.stdout) as Checkov;
  if (summary.parsing_errors > 0) throw new Error(`checkov cannot read ${summary.parsing_errors} templates`);
  const findings = results.failed_checks.map(({ check_id, file_path, resource, check_name }) => ({
    id: check_id,
    template: file_path,
    // AWS::S3::Bucket.StoreBucket
    resource: resource.slice(resource.indexOf('.') + 1),
    what: check_name,
  }));
  return { resources: summary.resource_count, findings };
}

/** Packages the service with osls, without credentials and network, and gives the path of its CloudFormation template. */
export async function packagedTemplate(folder: string, ...params: string[]): Promise<string> {
  const unreachable = 'http://127.0.0.1:9';
  const { code, stdout, stderr } = await run(
    process.execPath,
    [
      ...[join(ROOT, 'node_modules/serverless/bin/serverless.js'), 'package'],
      ...['--stage', 'test', '--region', 'eu-west-1', '--package', folder],
      ...params.map((it) => `--param=${it}`),
    ],
    {
      env: {
        ...{ AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined, AWS_PROFILE: undefined },
        ...{ HTTPS_PROXY: unreachable, HTTP_PROXY: unreachable, SLS_TELEMETRY_DISABLED: '1' },
      },
    },
  );
  if (code !== 0) throw new Error(`osls package ended with ${code}: ${stdout}${stderr}`);
  // Linters name the file, and this one is of serverless.yml.
  const template = join(folder, 'serverless.json');
  await copyFile(join(folder, 'cloudformation-template-update-stack.json'), template);
  return template;
}
