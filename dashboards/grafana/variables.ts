/** The address of octowatch's own page, to type in. */
export const PAGE: object = {
  name: 'octowatch',
  label: 'Page',
  type: 'textbox',
  query: 'http://127.0.0.1:9464/',
  current: { selected: true, text: 'http://127.0.0.1:9464/', value: 'http://127.0.0.1:9464/' },
};

/** A data source of a type to choose, those named `provisionedAs` only; any where it is left out. */
export function dataSource(name: string, label: string, type: string, provisionedAs = ''): object {
  return { name, label, type: 'datasource', query: type, regex: `/${provisionedAs}/`, refresh: 1 };
}
