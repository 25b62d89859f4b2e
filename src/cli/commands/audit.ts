import { auditAndSeal, type SelfAuditRequest } from '../../app/self-audit.ts';
import type { AuditResult } from '../../ledger/audit.ts';
import { auditLedger } from '../../ledger/audit.ts';
import { keptTimestampCheck } from '../../pack/timestamp/kept.ts';
import { collected, command } from '../command.ts';
import type { CommonOptions, Exit, Output } from '../output.ts';
import { EXIT } from '../output.ts';
import { withSharedStore } from '../session.ts';
import { storePlace } from '../store-place.ts';
import { readPolicy, readSmall, verifierKeysOf } from '../verifier-keys.ts';

/** Most findings that are printed; `--json` has them all. */
const SHOWN = 50;

interface Options extends CommonOptions {
  readonly key?: readonly string[];
  readonly tsaRoot?: string;
  readonly policy?: string;
  readonly seal?: boolean;
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
          .option('--tsa-root <file>', 'certificates of time-stamping authorities from elsewhere than the store')
          .option(
            '--policy <file>',
            'C2SP tlog-policy: the logs and witnesses that you trust, and how many of these it takes',
          )
          .option('--seal', 'write the result into the ledger, good or bad'),
    },
    async ({ options, out }) => {
      const wanted = await wantedOf(options, out);
      if (options.seal === true) return sealing(options, wanted, out);
      const result = await auditLedger(wanted);
      out.emit(result);
      show(result, out);
      return result.ok ? EXIT.good : EXIT.no;
    },
  );

/** What the options ask to be audited, and by what. */
async function wantedOf(options: Options, out: Output): Promise<SelfAuditRequest['audited']> {
  const { key = [], tsaRoot } = options;
  const policy = options.policy === undefined ? undefined : await readPolicy(options.policy);
  const logs = policy?.logs.map((it) => it.key.vkey) ?? [];
  const place = await storePlace(options.store);
  const audited = await place.audited([...(await verifierKeysOf(key)), ...logs]);
  out.note('reading every object of the store …');
  const roots = tsaRoot === undefined ? await place.timestampRoots() : await readSmall(tsaRoot);
  const timestamps = keptTimestampCheck(roots, tsaRoot ?? 'trust/tsa.pem');
  return {
    ...audited,
    ...(timestamps === undefined ? {} : { timestamps }),
    ...(policy === undefined ? {} : { policy }),
  };
}

async function sealing(options: Options, audited: SelfAuditRequest['audited'], out: Output): Promise<Exit> {
  const { result, notSealed } = await auditAndSeal((work) => withSharedStore(options, work), {
    audited,
    covers: 'whole',
  });
  out.emit({ ...result, sealed: notSealed === undefined, ...(notSealed === undefined ? {} : { notSealed }) });
  show(result, out);
  if (notSealed === undefined) out.print('✓ this result is an entry of the ledger');
  else out.print(`✗ this result is not in the ledger, which takes no entry: ${notSealed.code}: ${notSealed.message}`);
  return result.ok && notSealed === undefined ? EXIT.good : EXIT.no;
}

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
