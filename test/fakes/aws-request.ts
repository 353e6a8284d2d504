import type { Received } from '../contract/loopback-server.ts';

/** What a client of AWS asks for, whatever the service's protocol. */
export interface AwsRequest {
  /** `ec2:DescribeVpcs`, the service as in the signature; `route53:GET /2013-04-01/hostedzone` where paths are actions. */
  readonly action: string;
  readonly region: string;
  readonly accessKey: string;
  /** Of the form (Query protocols) or of the JSON body. */
  readonly input: Readonly<Record<string, unknown>>;
}

/** Reads the signature's scope, then action and input: `Action=` of a form, `X-Amz-Target`, or method and path. */
export function awsRequestOf({ method, path, query, headers, body }: Received): AwsRequest {
  const [, accessKey = '', region = '', service = ''] =
    /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    const input: Record<string, unknown> = JSON.parse(body || '{}');
    return { action: `${service}:${target.split('.')[1] ?? ''}`, region, accessKey, input };
  }
  const form = Object.fromEntries(new URLSearchParams(body));
  const action = form['Action'] ?? `${method} ${path}`;
  return {
    action: `${service}:${action}`,
    region,
    accessKey,
    input: { ...Object.fromEntries(query), ...form },
  };
}
