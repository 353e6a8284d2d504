import { quotaDataset } from '../../src/collect/quota-dataset.ts';
import { createAwsPoll, type AwsPoll, type AwsPollDeps } from './aws-poll.ts';
import { gather } from './gather.ts';
import { QUOTA_PACE, servicePoint } from './quota-point.ts';
import { QUOTA_ACTIONS, type LimitCache } from './service-limits.ts';

/** Without them only RSA keys of 2,048 bits and less are listed. Source: ACM API reference, ListCertificates. */
const KEY_TYPES = [
  'RSA_1024',
  'RSA_2048',
  'RSA_3072',
  'RSA_4096',
  'EC_prime256v1',
  'EC_secp384r1',
  'EC_secp521r1',
] as const;

/** Certificates of ACM: those that AWS issued or is about to; imported ones have a limit of their own. */
export function createAcmPoll(deps: AwsPollDeps, limitCache: LimitCache): AwsPoll {
  return createAwsPoll(
    {
      name: 'aws/acm',
      datasets: [quotaDataset],
      ...QUOTA_PACE,
      actions: [...QUOTA_ACTIONS, 'acm:ListCertificates'],
      async read(reading) {
        const { aws, place, signal } = reading;
        const certificates = await gather(
          aws.pages('acm:ListCertificates', { Includes: { keyTypes: [...KEY_TYPES] } }, signal),
          ({ CertificateSummaryList }) => CertificateSummaryList,
        );
        const issued = certificates.filter(({ Type }) => Type !== 'IMPORTED');
        return [
          servicePoint(reading, await limitCache.of(place, 'acm', reading))(
            'acm_certificates',
            issued.length,
          ),
        ];
      },
    },
    deps,
  );
}
