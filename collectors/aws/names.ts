interface Tagged {
  readonly id: string;
  readonly tags:
    | readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[]
    | undefined;
}

/** The name of each thing, by id: its tag `Name` where no other has the same, else its id. */
export function namesOf(things: readonly Tagged[]): ReadonlyMap<string, string> {
  const tagged = things.map(({ id, tags = [] }) => ({
    id,
    name: tags.find(({ Key }) => Key === 'Name')?.Value ?? '',
  }));
  const counts = Map.groupBy(tagged, ({ name }) => name);
  return new Map(
    tagged.map(({ id, name }) => [id, name !== '' && counts.get(name)?.length === 1 ? name : id]),
  );
}

/** How many of each there are. */
export function countBy(keys: Iterable<string>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}
