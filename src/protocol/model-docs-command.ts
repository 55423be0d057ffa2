/** The part of docs/model-file.md on commands, around the table of fields. */
export const commandIntroduction = `
## A command

A model that is no sum of terms (trees, a network, any program) is shipped as a program with \`"kind": "command"\`. Probity
sends it the predictors of every patient and compares the scores that come back.
`;

export const commandProtocol = `
### What goes in and comes out

One process is started for all patients. It reads one JSON object a line on standard input, and writes one for each on
standard output, in the same order and nothing else:

\`\`\`text
{"row":1,"values":{"age":71,"ward":"medical"}}
{"row":2,"values":{"age":64,"ward":null}}
\`\`\`

\`\`\`text
{"row":1,"scores":{"risk_30d":0.411}}
{"row":2,"scores":{"risk_30d":null}}
\`\`\`

- \`row\` counts from 1 and says nothing of the patient: no key and no outcome goes out. \`values\` holds what \`reads\`
  names: a number, a level's code, or null where the cell is empty. Yes and no are 1 and 0, a date is its number of days
  since 1970-01-01.
- \`scores\` holds every output of \`outputs\`, each a number from 0 to 1, or null where the model gives none; null is not met.
- Input and output are UTF-8. A line of output has at most 16 KiB.
- Any exit code but 0, another number of lines, a line that is not such an object, and the time limit are
  [problems](problems.md). Their text never holds what the program wrote. Its error stream is counted, not kept.

### What it may use

| what | how |
| --- | --- |
| working folder | a new copy of \`folder\`, read-only; each file proved to be the one whose hash is recorded |
| other files | the system's programs and libraries and the folder tree of its interpreter, all read-only; an empty \`/tmp\` of 256 MiB; not the study, not the home folder |
| network | none |
| environment | \`PATH\`, \`TZ=UTC\`, \`LC_ALL=C\` |
| processes | its own alone; all of them end with the run |
| time, memory | as the model file says |

This needs Linux with \`unshare\` and \`setpriv\` (util-linux) and user namespaces that are allowed. In each run the sandbox
checks from inside that no network is left before the program starts and before any row is sent. Where that fails,
the command is refused. \`--allow-network\` then runs it all the same, in a copy of its folder but with network and
with every file that you can read; "run with network" stands in the output, the findings, the report and gate 1.

### When it runs

A command is somebody's program on your machine: read its files first. \`npx probity replay <study>\` is asking for it.
\`npx probity evaluate <study>\` does not run it and says "the model is a command" instead; with \`--run-model\` it does, and
the data report and its hash then hold the comparison, so give the flag before and after acknowledging. \`probity trace\`
runs it for \`data.replayed\` alone, with \`--run-model\`. \`serve\`, \`verify\` and all other verbs never do.

Every file of \`folder\` is a source of the dossier with its sha256, whether it ran or not. A program that looks scores up in
a table of its own would meet them too: the replay shows that these files give these scores, not how.
`;

export const commandExample = `
### An example

The first of the examples above as a program in the study's folder \`score\`, and its model file.

\`\`\`js
import { createInterface } from "node:readline";

for await (const line of createInterface({ input: process.stdin })) {
  const { row, values } = JSON.parse(line);
  const { age, ward } = values;
  const sum = 0.04 * Math.min(age, 80) + (ward === "medical" ? 0.7 : 0);
  const risk = age === null || ward === null ? null : 1 / (1 + Math.exp(3.9 - sum));
  console.log(JSON.stringify({ row, scores: { risk_30d: risk } }));
}
\`\`\`

\`\`\`json
{
  "format": "probity-model/1",
  "kind": "command",
  "name": "readmission-30d",
  "version": "1.0.0",
  "folder": "score",
  "command": ["node", "score.mjs"],
  "reads": ["age", "ward"],
  "outputs": ["risk_30d"],
  "tolerance": 0.00005
}
\`\`\`

By hand: \`cd score && echo '{"row":1,"values":{"age":71,"ward":"medical"}}' | node score.mjs\`.
`;
