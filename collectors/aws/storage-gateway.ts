import { quotaDataset } from '../../src/collect/quota-dataset.ts';
import { createAwsPoll, type AwsPoll, type AwsPollDeps } from './aws-poll.ts';
import { gather } from './gather.ts';
import { countBy } from './names.ts';
import { QUOTA_PACE, quotaPoint, servicePoint } from './quota-point.ts';
import { QUOTA_ACTIONS, type LimitCache } from './service-limits.ts';

/** Gateways, and file shares by gateway. */
export function createStorageGatewayPoll(deps: AwsPollDeps, limitCache: LimitCache): AwsPoll {
  return createAwsPoll(
    {
      name: 'aws/storage-gateway',
      datasets: [quotaDataset],
      ...QUOTA_PACE,
      actions: [...QUOTA_ACTIONS, 'storagegateway:ListGateways', 'storagegateway:ListFileShares'],
      async read(reading) {
        const { aws, place, signal } = reading;
        const gateways = await gather(
          aws.pages('storagegateway:ListGateways', {}, signal),
          ({ Gateways }) => Gateways,
        );
        const shares = await gather(
          aws.pages('storagegateway:ListFileShares', {}, signal),
          ({ FileShareInfoList }) => FileShareInfoList,
        );
        const row = servicePoint(reading, await limitCache.of(place, 'storagegateway', reading));
        const perGateway = countBy(shares.map(({ GatewayARN = '' }) => GatewayARN));
        const named = countBy(gateways.map(({ GatewayName = '' }) => GatewayName));
        return [
          quotaPoint(reading, { quota: 'storage_gateways', used: gateways.length }),
          ...gateways.map(({ GatewayARN: arn = '', GatewayId: id = arn, GatewayName: name = '' }) =>
            row('storage_gateway_file_shares', perGateway.get(arn) ?? 0, named.get(name) === 1 ? name : id),
          ),
        ];
      },
    },
    deps,
  );
}
