import { z } from 'zod';
import { population } from '../../service.ts';
import { Moment } from '../shared/moment.ts';
import { listAll } from './pages.ts';

const Certificate = z.object({
  ServerCertificateName: z.string().min(1),
  Arn: z.string().min(1),
  // Moments that AWS always gives, though its model calls them optional.
  Expiration: Moment,
  UploadDate: Moment,
});

/** Server certificates that are stored in IAM itself; those of ACM are another type. */
export const serverCertificates = population({
  type: 'AWS::IAM::ServerCertificate',
  facts: { expires: 'when the certificate expires', uploaded: 'when it was uploaded' },
  permissions: ['iam:ListServerCertificates'],
  async read(aws) {
    const listed = await listAll(aws, 'iam:ListServerCertificates', {}, 'ServerCertificateMetadataList', Certificate);
    return listed.map((it) => ({
      id: it.Arn,
      name: it.ServerCertificateName,
      facts: { expires: () => it.Expiration, uploaded: () => it.UploadDate },
    }));
  },
});
