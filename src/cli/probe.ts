import { Failure } from '../model/failure.ts';
import { callAgent, type AgentOptions } from './call-agent.ts';
import { EXIT, type CliHost, type ExitCode } from './host.ts';

/** `octowatch healthy` and `octowatch ready`: exit 0 when the running agent says so. @throws Failure when it does not */
export async function probe(
  host: CliHost,
  path: '/-/healthy' | '/-/ready',
  options: AgentOptions,
): Promise<ExitCode> {
  const { status, text } = await callAgent(host, path, options);
  if (status !== 200) throw new Failure('rejected', text.trim());
  host.print(text.trim());
  return EXIT.ok;
}
