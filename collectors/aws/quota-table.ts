/** A limit that Service Quotas knows. */
export interface ServiceQuota {
  /** Label `quota`: stable, whatever AWS calls it. */
  readonly quota: string;
  /** Of Service Quotas. */
  readonly service: 'acm' | 'ebs' | 'ec2' | 'storagegateway' | 'vpc';
  readonly code: string;
  /** AWS's documented default, in the unit of the label; in force where no API tells another. */
  readonly fallback: number;
  /** Units of the label in one of Service Quotas; default 1. */
  readonly scale?: number;
  readonly used: string;
}

/** A limit that the service itself or a setting tells. */
export interface OtherQuota {
  readonly quota: string;
  readonly limit: string;
  readonly used: string;
}

const TIB = 2 ** 40;

/**
 * Limits read from Service Quotas. Source of codes and defaults: Service Quotas console, ListAWSDefaultServiceQuotas in
 * eu-west-1. vCPU limits begin at 5 in new accounts, and at 0 for the families without a number here.
 */
export const SERVICE_QUOTAS = [
  vcpus('standard', 'L-1216C47A', 5, 'A, C, D, H, I, M, R, T, Z'),
  vcpus('f', 'L-74FC7D96', 0, 'F'),
  vcpus('g_vt', 'L-DB2E81BA', 0, 'G, VT'),
  vcpus('p', 'L-417A185B', 0, 'P'),
  vcpus('x', 'L-7295265B', 0, 'X'),
  vcpus('inf', 'L-1945791B', 0, 'Inf'),
  vcpus('trn', 'L-2C3B7624', 0, 'Trn'),
  vcpus('dl', 'L-6E869C2A', 0, 'DL'),
  vcpus('high_memory', 'L-43DA4232', 0, 'U (high memory)'),
  quota('vpc_elastic_ips', 'ec2', 'L-0263D0A3', 5, 'DescribeAddresses'),
  quota('vpcs', 'vpc', 'L-F678F1CE', 5, 'DescribeVpcs'),
  quota('vpc_subnets', 'vpc', 'L-407747CB', 200, 'DescribeSubnets, by VPC'),
  quota('vpc_network_interfaces', 'vpc', 'L-DF5E4CA3', 5000, 'DescribeNetworkInterfaces'),
  quota('vpc_security_groups', 'vpc', 'L-E79EC296', 2500, 'DescribeSecurityGroups'),
  quota('vpc_internet_gateways', 'vpc', 'L-A4707A72', 5, 'DescribeInternetGateways'),
  quota('vpc_nat_gateways', 'vpc', 'L-FE5A380F', 5, 'DescribeNatGateways, by availability zone'),
  storage('gp2', 'L-D18FCD1D', 50),
  storage('gp3', 'L-7A658B76', 50),
  storage('io1', 'L-FD252861', 50),
  storage('io2', 'L-09BD8365', 20),
  storage('st1', 'L-82ACEF56', 50),
  storage('sc1', 'L-17AF77E8', 50),
  storage('standard', 'L-9CF3C2EB', 50),
  quota('ebs_snapshots', 'ebs', 'L-309BACF6', 100_000, 'DescribeSnapshots of the account'),
  quota(
    'acm_certificates',
    'acm',
    'L-F141DD1D',
    2500,
    'ListCertificates of all key types, imported ones not counted',
  ),
  quota('storage_gateway_file_shares', 'storagegateway', 'L-58DCC961', 50, 'ListFileShares, by gateway'),
] as const satisfies readonly ServiceQuota[];

export type ServiceQuotaName = (typeof SERVICE_QUOTAS)[number]['quota'];

/** Limits from elsewhere: for the reference, and so that names are chosen in one place. */
export const OTHER_QUOTAS = [
  other(
    'subnet_addresses',
    'addresses of the CIDR block less the 5 that AWS keeps',
    'limit less AvailableIpAddressCount, by subnet',
  ),
  other('rds_instances', 'rds:DescribeAccountAttributes', 'the same'),
  other('rds_clusters', 'rds:DescribeAccountAttributes', 'the same'),
  other('rds_storage_bytes', 'rds:DescribeAccountAttributes', 'the same'),
  other('rds_manual_snapshots', 'rds:DescribeAccountAttributes', 'the same'),
  other('rds_subnet_groups', 'rds:DescribeAccountAttributes', 'the same'),
  other('rds_parameter_groups', 'rds:DescribeAccountAttributes', 'the same'),
  other('rds_option_groups', 'rds:DescribeAccountAttributes', 'the same'),
  other(
    'rds_license_included_instances',
    'setting `limits.sqlserver_instances` (in no API)',
    'DescribeDBInstances, by SQL Server edition',
  ),
  other(
    'rds_databases',
    'settings `limits.databases_by_instance`, `databases_by_class`, `databases_per_instance` (in no API)',
    'tenants whose `info.database_server` is the instance, by DB instance',
  ),
  other('storage_gateways', 'none', 'ListGateways'),
  other('ebs_volumes', 'none', 'DescribeVolumes'),
  other('route53_hosted_zones', 'route53:GetAccountLimit', 'the same'),
  other('route53_health_checks', 'route53:GetAccountLimit', 'the same'),
  other('route53_zone_records', 'route53:GetHostedZoneLimit, for the five fullest zones', 'the same'),
  other('iam_roles', 'iam:GetAccountSummary', 'the same'),
  other('iam_instance_profiles', 'iam:GetAccountSummary', 'the same'),
  other('iam_policies', 'iam:GetAccountSummary', 'the same'),
  other('iam_users', 'iam:GetAccountSummary', 'the same'),
  other('iam_groups', 'iam:GetAccountSummary', 'the same'),
  other('iam_server_certificates', 'iam:GetAccountSummary', 'the same'),
  other(
    'elb_application_load_balancers',
    'elasticloadbalancing:DescribeAccountLimits',
    'DescribeLoadBalancers',
  ),
  other('elb_network_load_balancers', 'elasticloadbalancing:DescribeAccountLimits', 'DescribeLoadBalancers'),
  other('elb_target_groups', 'elasticloadbalancing:DescribeAccountLimits', 'DescribeTargetGroups'),
  other(
    'cloudformation_stacks',
    'cloudformation:DescribeAccountLimits',
    'ListStacks, all that are not deleted',
  ),
] as const satisfies readonly OtherQuota[];

/** Every value of the label `quota` that this collector writes for usage. */
export type QuotaName = ServiceQuotaName | (typeof OTHER_QUOTAS)[number]['quota'];

function quota<Name extends string>(
  name: Name,
  service: ServiceQuota['service'],
  code: string,
  fallback: number,
  used: string,
): ServiceQuota & { readonly quota: Name } {
  return { quota: name, service, code, fallback, used };
}

function vcpus<Family extends string>(
  family: Family,
  code: string,
  fallback: number,
  letters: string,
): ServiceQuota & { readonly quota: `ec2_${Family}_vcpus` } {
  const used = `DescribeInstances: vCPUs of on-demand instances that run, families ${letters}`;
  return quota(`ec2_${family}_vcpus`, 'ec2', code, fallback, used);
}

function storage<Type extends string>(
  type: Type,
  code: string,
  tib: number,
): ServiceQuota & { readonly quota: `ebs_${Type}_storage_bytes` } {
  const named = quota(`ebs_${type}_storage_bytes`, 'ebs', code, tib * TIB, 'DescribeVolumes: sum of sizes');
  return { ...named, scale: TIB };
}

function other<Name extends string>(
  name: Name,
  limit: string,
  used: string,
): OtherQuota & { readonly quota: Name } {
  return { quota: name, limit, used };
}
