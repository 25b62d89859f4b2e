import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, run } from './run.ts';

export const FRAMEWORKS = ['soc2-2017', 'hipaa-security-rule', 'pci-dss-4.0.1'] as const;
export type Framework = (typeof FRAMEWORKS)[number];

const OUT = join(ROOT, 'demo-out');
export const STORE = join(OUT, 'store');
export const packOf = (framework: string): string => join(OUT, 'packs', framework);

/** The packs of the demonstration; it is run where they are not there. */
export async function demoPacks(): Promise<void> {
  if (FRAMEWORKS.every((it) => existsSync(join(packOf(it), 'tagmanifest-sha256.txt')))) return;
  const ran = await run(process.execPath, ['scripts/demo.ts']);
  if (ran.code !== 0) throw new Error(`the demonstration ended with ${ran.code}: ${ran.stderr || ran.stdout}`);
}
