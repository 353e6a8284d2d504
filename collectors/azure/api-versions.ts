import { Failure } from '../../src/model/failure.ts';

/** The version of each provider's API that answers are read by. */
export const API_VERSIONS = {
  'Microsoft.Compute': '2024-07-01',
  'Microsoft.ContainerService': '2024-09-01',
  'Microsoft.Insights': '2024-02-01',
  'Microsoft.Network': '2024-05-01',
  'Microsoft.Sql': '2023-08-01',
  'Microsoft.Storage': '2023-05-01',
} as const;

export type Provider = keyof typeof API_VERSIONS;

/** Whose API a path is of: the last provider that it names. @throws Failure `invalid` */
export function providerOf(path: string): Provider {
  const named = path.match(/Microsoft\.\w+/g)?.at(-1);
  const provider = Object.keys(API_VERSIONS).find((each): each is Provider => each === named);
  if (provider === undefined) throw new Failure('invalid', `${path} names no provider that is known`);
  return provider;
}
