import { beforeAll, describe, expect, it } from 'vitest';
import { PATHS, TIMESTAMP_PATHS } from '../../../src/pack/paths.ts';
import { RESERVE } from '../../../src/pack/sign/pdf.ts';
import { responseOf } from '../../../src/pack/timestamp/response.ts';
import type { VerifyOptions } from '../../../src/pack/verify/types.ts';
import {
  type Built,
  builtPack,
  type Files,
  failedSteps,
  filesOf,
  remanifested,
  textOf,
  verified,
  withFiles,
} from '../pack.ts';
import { unsignedPdf } from '../sample-pdf.ts';
import { pemOf, tokenOf } from '../timestamp/tokens.ts';

let built: Built;
let stamped: Files;
beforeAll(async () => {
  built = await builtPack();
  const [token, rootsPem] = [tokenOf('good'), pemOf('root')];
  const { request } = built;
  const pdf = await unsignedPdf(request.json, RESERVE.timestamped);
  const timestamps = { rootsPem, checkpoint: responseOf(token), stamp: async () => token };
  stamped = await filesOf({ request: { ...request, pdf, timestamps } });
});

const messages = async (files: Files, options?: VerifyOptions): Promise<string[]> => {
  const step = (await verified(files, options)).steps.find((it) => it.code === 'timestamps');
  return (step?.findings ?? []).map(({ file, message }) => `${file}: ${message}`);
};

describe('step timestamps', () => {
  it('alone says that tokens are about something else: they are where they should be', async () => {
    expect(failedSteps(await verified(stamped))).toEqual(['timestamps']);
    expect(await messages(stamped)).toEqual([
      expect.stringMatching(/^data\/proofs\/checkpoint.tsr: the text of the checkpoint: .* is about something else/),
      expect.stringMatching(/^data\/report.pdf: the signature of the PDF: .* is about something else/),
      expect.stringMatching(/^data\/attestation.sigstore.json: the signature of the statement: .* something else/),
    ]);
  });

  it('passes a pack without any, unless they are required', async () => {
    const step = (await verified(built.files)).steps.find((it) => it.code === 'timestamps');
    expect(step).toMatchObject({ ok: true, notes: ['no timestamps'] });
    expect(await messages(built.files, { requireTimestamps: true })).toEqual([
      'data/proofs/checkpoint.tsr: the text of the checkpoint has no timestamp',
      'data/report.pdf: the signature of the PDF has no timestamp',
      'data/attestation.sigstore.json: the signature of the statement has no timestamp',
    ]);
  });

  it('names what is wrong with the certificates to trust', async () => {
    expect(await messages(stamped, { timestampRoots: 'nonsense' })).toEqual([expect.stringContaining('--tsa-root: ')]);
    const without = remanifested(withFiles(stamped, { [TIMESTAMP_PATHS.roots]: undefined }));
    expect(await messages(without)).toEqual(['data/trust/tsa.pem: is missing']);
  });

  it('names a file that is no timestamp, and one with something around its token', async () => {
    for (const bytes of ['', 'nonsense', tokenOf('good')]) {
      const files = remanifested(withFiles(stamped, { [TIMESTAMP_PATHS.checkpoint]: bytes }));
      expect((await messages(files))[0]).toMatch(/^data\/proofs\/checkpoint.tsr: /);
    }
  });

  it('leaves no room for a second timestamp in the bundle', async () => {
    const bundle = JSON.parse(textOf(stamped, PATHS.sigstore));
    const data = bundle.verificationMaterial.timestampVerificationData;
    data.rfc3161Timestamps.push(data.rfc3161Timestamps[0]);
    const files = remanifested(withFiles(stamped, { [PATHS.sigstore]: `${JSON.stringify(bundle)}\n` }));
    expect(failedSteps(await verified(files))).toContain('sigstore');
  });
});
