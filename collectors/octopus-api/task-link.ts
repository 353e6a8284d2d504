/**
 * The page of a task in the web portal: `{url}/app#/Spaces-1/tasks/ServerTasks-123`. Where the space is not known it is
 * left out, as Tentacle's own messages do.
 */
export function taskLink(url: string, taskId: string, spaceId: string | undefined): string {
  const space = spaceId === undefined ? '' : `${encodeURIComponent(spaceId)}/`;
  return `${url}/app#/${space}tasks/${encodeURIComponent(taskId)}`;
}

/** The number of `ServerTasks-123` or `Spaces-1`; undefined for an id of another kind. */
export function numberOf(id: string | undefined): number | undefined {
  const [, digits] = /^(?:ServerTasks|Spaces)-(\d{1,15})$/.exec(id ?? '') ?? [];
  return digits === undefined ? undefined : Number(digits);
}
