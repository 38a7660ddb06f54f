import { chmodSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { builtProgram, stateHome } from '../e2e/program.ts';
import { openTerminal } from '../support/terminal/pty.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Every way that Node has to run a program or to make code of text. */
const forbidden =
  /\bchild_process\b|\bnode:cluster\b|\bprocess(?:\.|, *["'`])(?:binding|execve)\b|\beval\(|\bnew Function\b|\bnode:vm\b/g;

/** Node's own parts are to be had this way, those that start programs too: two places ask for one that does not. */
const harmless = /\(process, *["'`]binding["'`]\).{0,200}?\[["'`](?:stream_wrap|fs)["'`]\]/gs;

const findings = (files: readonly string[]) =>
  files.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').replace(harmless, '').matchAll(forbidden)].map(
      ([found]) => `${file}: ${found}`,
    ),
  );

describe('no program is ever run', () => {
  it('nothing in the source could', () => {
    const files = globSync('src/**/*.{ts,tsx}', { cwd: root });
    expect(files.length).toBeGreaterThan(100);
    expect(findings(files)).toEqual([]);
  });

  it('nothing in what is installed could, the libraries included', () => {
    builtProgram();
    const files = globSync('dist/**/*.js', { cwd: root });
    expect(files.length).toBeGreaterThan(2);
    expect(findings(files)).toEqual([]);
  });

  it('not even where the terminal does not know its size', async () => {
    const folder = mkdtempSync(join(stateHome(), 'path-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    for (const name of ['tput', 'resize', 'stty', 'sh', 'git', 'infocmp']) {
      writeFileSync(join(folder, name), `#!/bin/sh\necho ${name} >> '${folder}/ran'\n`);
      chmodSync(join(folder, name), 0o755);
    }
    const terminal = openTerminal({
      command: '/bin/sh',
      args: [
        '-c',
        'stty rows 0 columns 0; PATH="$0" exec "$@"',
        `${folder}${delimiter}/nowhere`,
        process.execPath,
        builtProgram(),
        ':0',
      ],
      env: { XDG_STATE_HOME: folder, COLUMNS: undefined, LINES: undefined },
    });
    onTestFinished(() => terminal.close());
    await terminal.until(/ online ─*╮/u);
    await terminal.press('ctrl-c');
    expect(await terminal.exited).toEqual({ status: 0, signal: null });
    expect(existsSync(join(folder, 'ran'))).toBe(false);
  });
});
