import { z } from 'zod';
import { entryOf } from '../../app/objects.ts';
import { openLog } from '../../ledger/read.ts';
import { Entry } from '../../model/entry.ts';
import type { ApiPorts } from '../route.ts';
import { json, type Route, route } from '../route.ts';
import { ALL, EntryIndex, NONE, notFound } from '../shapes.ts';

export const SealedEntry = z
  .strictObject({
    index: z.int().min(0),
    entry: Entry,
    /** C2SP tlog-proof against the newest checkpoint. */
    proof: z.string(),
  })
  .meta({ id: 'SealedEntry' });

const text = (content: string): Response =>
  new Response(content, { headers: { 'content-type': 'text/plain; charset=utf-8' } });

const logOf = ({ store }: ApiPorts) => openLog(store.objects, store.verifierKeys);

const READS = { method: 'get', tag: 'Ledger', roles: ALL, recorded: false, query: NONE } as const;

export const LEDGER_ROUTES: readonly Route[] = [
  route({
    ...READS,
    path: '/v1/ledger/checkpoint',
    operation: 'getCheckpoint',
    summary: 'The newest signed checkpoint (C2SP tlog-checkpoint)',
    params: NONE,
    answer: { status: 200, says: 'A signed note.', content: 'text/plain' },
    handle: async ({ ports }) => text((await logOf(ports)).checkpoint.note),
  }),
  route({
    ...READS,
    path: '/v1/ledger/verifier-keys',
    operation: 'getVerifierKeys',
    summary: 'The keys that checkpoints verify with (C2SP signed-note), newest last. Get them by another way as well',
    params: NONE,
    answer: { status: 200, says: 'A key a line.', content: 'text/plain' },
    handle: async ({ ports }) => text(ports.store.verifierKeys.map((it) => `${it}\n`).join('')),
  }),
  route({
    ...READS,
    path: '/v1/ledger/entries/{entry}',
    operation: 'getEntry',
    summary: 'One ledger entry with the proof that it is in the ledger. Entries hold no personal data',
    params: z.strictObject({ entry: EntryIndex }),
    answer: { status: 200, says: 'The entry.', content: SealedEntry },
    async handle({ ports, params }) {
      const log = await logOf(ports);
      const index = params.entry;
      if (index >= log.checkpoint.size) throw notFound(`ledger entry ${index}`);
      const entry = entryOf(await log.entry(index));
      return json({ index, entry, proof: Buffer.from(await log.tlogProof(index)).toString('utf8') } satisfies z.infer<
        typeof SealedEntry
      >);
    },
  }),
];
