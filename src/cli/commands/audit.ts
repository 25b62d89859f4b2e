import { auditedFolder } from '../../adapters/local/store.ts';
import { timestampRootsIn } from '../../adapters/local/timestamping.ts';
import type { AuditResult } from '../../ledger/audit.ts';
import { auditLedger } from '../../ledger/audit.ts';
import { keptTimestampCheck } from '../../pack/timestamp/kept.ts';
import { collected, command } from '../command.ts';
import type { CommonOptions, Output } from '../output.ts';
import { EXIT } from '../output.ts';
import { readSmall, verifierKeysOf } from '../verifier-keys.ts';

/** Most findings that are printed; `--json` has them all. */
const SHOWN = 50;

interface Options extends CommonOptions {
  readonly key?: readonly string[];
  readonly tsaRoot?: string;
}

export const auditCommand = () =>
  command<Options>(
    {
      name: 'audit',
      description: 'derive the whole ledger again and compare every stored object',
      configure: (it) =>
        it
          .option(
            '--key <vkey>',
            'verifier key from elsewhere than the store, or a file of them (repeatable)',
            collected,
          )
          .option('--tsa-root <file>', 'certificates of time-stamping authorities from elsewhere than the store'),
    },
    async ({ options, out }) => {
      const folder = await auditedFolder(options.store, await verifierKeysOf(options.key ?? []));
      out.note('reading every object of the store …');
      const { tsaRoot } = options;
      const roots = tsaRoot === undefined ? await timestampRootsIn(options.store) : await readSmall(tsaRoot);
      const timestamps = keptTimestampCheck(roots, tsaRoot ?? 'trust/tsa.pem');
      const result = await auditLedger({ ...folder, ...(timestamps === undefined ? {} : { timestamps }) });
      out.emit(result);
      show(result, out);
      return result.ok ? EXIT.good : EXIT.no;
    },
  );

function show({ ok, size, findings, counts }: AuditResult, out: Output): void {
  for (const { code, severity, object, message } of findings.slice(0, SHOWN)) {
    out.print(`${severity === 'error' ? '✗ error  ' : '! warning'} ${code}  ${object}: ${message}`);
  }
  if (findings.length > SHOWN) out.print(`… and ${findings.length - SHOWN} more (--json has them all)`);
  const { entries, batches, tiles, checkpoints, bodies, retrievals, timestamps } = counts;
  out.print(
    `${entries} entries, ${bodies} bodies, ${retrievals} recorded calls, ${batches} batches, ${tiles} tiles, ${checkpoints} checkpoints${timestamps === 0 ? '' : `, ${timestamps} timestamps`}`,
  );
  out.print(
    ok ? `✓ the ledger is whole: ${size} entries lead to the signed root` : '✗ the ledger is damaged or was altered',
  );
}
