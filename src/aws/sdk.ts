import { Failure } from '../model/failure.ts';
import type { AwsAction, AwsService } from './actions.ts';
import type { AwsCredentialProvider } from './credentials.ts';

export interface SdkOptions {
  readonly region: string;
  readonly credentials: AwsCredentialProvider;
  readonly endpoint?: string;
  /** 1: retries are ours. */
  readonly maxAttempts: 1;
}

/** One service's client of the SDK, whatever the service. */
export interface Sdk {
  /** Sends one request. @throws what the SDK throws */
  send(operation: string, input: object, signal: AbortSignal): Promise<object>;
  destroy(): void;
}

interface SdkClient {
  send(command: object, options: { readonly abortSignal: AbortSignal }): Promise<object>;
  destroy(): void;
}

interface SdkModule {
  readonly Client: new (options: SdkOptions) => SdkClient;
  readonly commands: object;
}

/** Each loads some MB: what no poll asks is not loaded. */
const MODULES: Readonly<Record<AwsService, () => Promise<SdkModule>>> = {
  acm: () => import('@aws-sdk/client-acm').then((commands) => ({ Client: commands.ACMClient, commands })),
  ce: () =>
    import('@aws-sdk/client-cost-explorer').then((commands) => ({
      Client: commands.CostExplorerClient,
      commands,
    })),
  cloudformation: () =>
    import('@aws-sdk/client-cloudformation').then((commands) => ({
      Client: commands.CloudFormationClient,
      commands,
    })),
  cloudtrail: () =>
    import('@aws-sdk/client-cloudtrail').then((commands) => ({
      Client: commands.CloudTrailClient,
      commands,
    })),
  cloudwatch: () =>
    import('@aws-sdk/client-cloudwatch').then((commands) => ({
      Client: commands.CloudWatchClient,
      commands,
    })),
  ec2: () => import('@aws-sdk/client-ec2').then((commands) => ({ Client: commands.EC2Client, commands })),
  elasticloadbalancing: () =>
    import('@aws-sdk/client-elastic-load-balancing-v2').then((commands) => ({
      Client: commands.ElasticLoadBalancingV2Client,
      commands,
    })),
  iam: () => import('@aws-sdk/client-iam').then((commands) => ({ Client: commands.IAMClient, commands })),
  rds: () => import('@aws-sdk/client-rds').then((commands) => ({ Client: commands.RDSClient, commands })),
  route53: () =>
    import('@aws-sdk/client-route-53').then((commands) => ({ Client: commands.Route53Client, commands })),
  servicequotas: () =>
    import('@aws-sdk/client-service-quotas').then((commands) => ({
      Client: commands.ServiceQuotasClient,
      commands,
    })),
  storagegateway: () =>
    import('@aws-sdk/client-storage-gateway').then((commands) => ({
      Client: commands.StorageGatewayClient,
      commands,
    })),
};

/** Loads a service's part of the SDK and makes its client. */
export async function loadSdk(service: AwsService, options: SdkOptions): Promise<Sdk> {
  const { Client, commands } = await MODULES[service]();
  const client = new Client(options);
  return {
    send: (operation, input, abortSignal) =>
      client.send(commandOf(commands, operation, input), { abortSignal }),
    destroy: () => client.destroy(),
  };
}

/** Service and operation of an action. */
export function splitAction(action: AwsAction): { service: AwsService; operation: string } {
  const colon = action.indexOf(':');
  const service = action.slice(0, colon);
  if (!isService(service)) throw new Failure('invalid', `no client for ${action}`);
  return { service, operation: action.slice(colon + 1) };
}

function isService(name: string): name is AwsService {
  return Object.hasOwn(MODULES, name);
}

/** `AwsAction` is made of the commands' names. */
function commandOf(commands: object, operation: string, input: object): object {
  const Command: unknown = Reflect.get(commands, `${operation}Command`);
  if (isCommand(Command)) return new Command(input);
  throw new Failure('invalid', `the SDK has no ${operation}`);
}

function isCommand(value: unknown): value is new (input: object) => object {
  return typeof value === 'function';
}
