import type { TrustRecord } from '../../model/run.ts';
import { sha256Hex } from '../canonical.ts';
import type { AuditedStore } from './store.ts';

const FOLDER = 'trust/';
/** Without an entry it is still checked against the keys that signed, and its absence is said there. */
const VERIFIER_KEYS = 'trust/checkpoint.vkey';

/**
 * Compares the files under `trust/` with the newest entry that seals them: whoever could swap a
 * certificate or add a key there would have their own reports trusted.
 */
export async function auditTrust(store: AuditedStore, sealed: TrustRecord | undefined): Promise<void> {
  const present = await store.list(FOLDER);
  if (sealed === undefined) {
    const unsealed = present.filter((path) => path !== VERIFIER_KEYS);
    for (const path of unsealed)
      store.report.warning('ledger-trust-unsealed', path, `no entry of the ledger seals ${path}`);
    return;
  }
  const expected = new Map(sealed.files.map(({ path, sha256 }) => [path, sha256]));
  for (const [path, sha256] of expected) {
    if (path === VERIFIER_KEYS && !present.includes(path)) continue;
    const bytes = await store.read(path, 'ledger-trust-missing');
    if (bytes !== undefined && sha256Hex(bytes) !== sha256) {
      store.report.error('ledger-trust-altered', path, `${path} is not the file that the ledger seals`);
    }
  }
  for (const path of present) {
    if (!expected.has(path))
      store.report.error('ledger-object-unexpected', path, `${path} is in no entry of the ledger`);
  }
}
