import { errorAnswer, type Answer } from './answer.ts';

const DEFAULT_TAKE = 30;

/** One page of a collection as Octopus answers it, with the links to its neighbours. */
export function pageAnswer(
  itemType: string,
  all: readonly object[],
  path: string,
  query: URLSearchParams,
  extra: object = {},
): Answer {
  const [skip, take] = [whole(query.get('skip'), 0), whole(query.get('take'), DEFAULT_TAKE)];
  if (skip === undefined || take === undefined) {
    return errorAnswer(400, 'The values of skip and take must be whole numbers of 0 or more.');
  }
  const pages = take === 0 ? 0 : Math.max(1, Math.ceil(all.length / take));
  const last = Math.max(0, pages - 1);
  return {
    status: 200,
    json: {
      ItemType: itemType,
      TotalResults: all.length,
      ItemsPerPage: take,
      NumberOfPages: pages,
      LastPageNumber: last,
      ...extra,
      Items: all.slice(skip, skip + take),
      Links: {
        Self: link(path, skip, take),
        Template: `${path}{?skip,take,ids,partialName}`,
        'Page.All': link(path, 0, 2_147_483_647),
        ...(skip + take < all.length && { 'Page.Next': link(path, skip + take, take) }),
        'Page.Current': link(path, skip, take),
        'Page.Last': link(path, last * take, take),
      },
    },
  };
}

function link(path: string, skip: number, take: number): string {
  return `${path}?skip=${skip}&take=${take}`;
}

function whole(text: string | null, fallback: number): number | undefined {
  if (text === null || text === '') return fallback;
  return /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}
