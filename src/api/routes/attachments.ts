import { z } from 'zod';
import { isAbout, statements } from '../../app/statements.ts';
import { sha256Hex } from '../../ledger/canonical.ts';
import { WitnessmarkError } from '../../model/error.ts';
import { Sha256 } from '../../model/primitives.ts';
import { Attachment, attachmentKey } from '../../model/statement.ts';
import { aboutOf } from '../about.ts';
import { file, json, type Route, route } from '../route.ts';
import { ABOUT, NONE, notFound, READERS, WRITERS } from '../shapes.ts';

/** Documents that people hand in. None of them is ever shown by this API: they are saved. */
export const MEDIA_TYPES = [
  'application/pdf',
  'image/png',
  'image/jpeg',
  'text/plain',
  'text/csv',
  'application/json',
  'application/zip',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
] as const;

const MAX_BYTES = 25 * 1024 * 1024;

export const StoredAttachment = Attachment.meta({ id: 'Attachment' });

const Upload = z.strictObject({ mediaType: z.string(), bytes: z.instanceof(Uint8Array) });

export const ATTACHMENT_ROUTES: readonly Route[] = [
  route({
    method: 'post',
    path: '/v1/attachments',
    operation: 'putAttachment',
    summary: 'Store a file of at most 25 MiB, for an attestation to name',
    tag: 'Statements',
    roles: WRITERS,
    recorded: true,
    params: NONE,
    query: NONE,
    body: { mediaTypes: MEDIA_TYPES, most: MAX_BYTES },
    answer: { status: 201, says: 'The file by its hash.', content: StoredAttachment },
    async handle({ body, ports }) {
      const { mediaType, bytes } = body as z.infer<typeof Upload>;
      if (bytes.length === 0) throw new WitnessmarkError('api-invalid', 'the file is empty');
      const sha256 = sha256Hex(bytes);
      await ports.store.objects.create(attachmentKey(sha256), bytes);
      return json({ sha256, bytes: bytes.length, mediaType } satisfies Attachment, 201, {
        location: `/v1/attachments/${sha256}`,
      });
    },
  }),
  route({
    method: 'get',
    path: '/v1/attachments/{sha256}',
    operation: 'getAttachment',
    summary: 'The file of an attestation',
    tag: 'Statements',
    roles: READERS,
    recorded: true,
    params: z.strictObject({ sha256: Sha256 }),
    query: z.strictObject(ABOUT),
    answer: { status: 200, says: 'Its bytes, to be saved.', content: 'application/octet-stream' },
    async handle(call) {
      const { sha256 } = call.params;
      const about = await aboutOf(call);
      const cited = (await statements(call.ports.store)).some(
        ({ statement: { says } }) =>
          says.type === 'attestation' &&
          says.attachment?.sha256 === sha256 &&
          (about === undefined || isAbout(says, about)),
      );
      const stored = cited ? await call.ports.store.objects.get(attachmentKey(sha256)) : undefined;
      if (stored === undefined) throw notFound('such attachment of an attestation here');
      if (sha256Hex(stored.bytes) !== sha256)
        throw new WitnessmarkError('store-object-altered', `${attachmentKey(sha256)} was altered`);
      return file(new Uint8Array(stored.bytes), {
        filename: sha256,
        mediaType: 'application/octet-stream',
        size: stored.bytes.length,
      });
    },
  }),
];
