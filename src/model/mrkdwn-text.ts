/** Text that is nothing but text in Slack's mrkdwn: it calls nobody and leads nowhere (docs.slack.dev, formatting). */
export function mrkdwnText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
