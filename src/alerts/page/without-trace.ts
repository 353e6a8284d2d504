import { oneLine } from '../../model/one-line.ts';

/**
 * Frames as .NET and Java (`at Octopus.Server.Tasks.Run(String id)`), JavaScript (`at run (file:///app.js:1:2)`), Python
 * (`File "run.py", line 7`) and Go (`goroutine 1 [running]:`) print them, also where their lines were joined.
 */
const FRAME =
  /(?:^|\s)(?:at (?:async )?[\w$<>`]+[.+/][\w$<>`.+/,[\]]*\(|at [^()\n]{0,200}\([^()\n]{0,500}:\d+\)|at \S{1,500}:\d+:\d+(?:\s|$)|File "[^"\n]{1,500}", line \d+|Traceback \(most recent|goroutine \d+ \[|--- End of )/;

/** The line before a stack trace; what has none stays as it is. */
export function withoutTrace(text: string): string {
  const at = FRAME.exec(text)?.index;
  if (at === undefined) return text;
  const [first = ''] = text.slice(0, at).trim().split('\n');
  const line = oneLine(first);
  return line === '' ? 'a stack trace without a message' : line;
}
