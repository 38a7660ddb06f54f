import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { builtProgram, stateHome } from '../e2e/program.ts';
import { requireProgram, skipBecause } from '../support/program.ts';
import { openTerminal } from '../support/terminal/pty.ts';

/** A disk of its own for one program: what is mounted there is gone with it. Without root, as a user who may mount. */
const mounting = ['unshare', ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']), '--mount'];

function requireDisks(): boolean {
  if (!requireProgram('unshare')) return false;
  const [command = '', ...args] = mounting;
  if (spawnSync(command, [...args, 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0) return true;
  return skipBecause('this machine lets nobody mount a disk');
}

/** Before: a history that is to be cut, 4 B short of two pages, a saved chat, and not a page free. After: all there is. */
const script = `
  folder=$1; shift
  mkdir "$folder/disk" "$folder/after"
  mount -t tmpfs -o size=64k none "$folder/disk"
  mkdir "$folder/disk/echoscope"
  { yes '"x"' | head -n 2000; printf '"%0185d"\\n' 0; } > "$folder/disk/echoscope/history"
  echo 'the old chat' > "$folder/disk/chat"
  dd if=/dev/zero of="$folder/disk/filler" 2> /dev/null
  "$@"
  status=$?
  rm "$folder/disk/filler"
  cp -r "$folder/disk/." "$folder/after"
  exit $status
`;

describe.runIf(requireDisks())('a full disk', () => {
  it('is reported by the history and by /save, and the files stay as they were', async () => {
    const folder = stateHome();
    const [command = '', ...args] = mounting;
    const console = openTerminal({
      command,
      args: [...args, 'sh', '-c', script, 'sh', folder, process.execPath, builtProgram(), ':0'],
      env: { XDG_STATE_HOME: join(folder, 'disk') },
      columns: 160,
      rows: 30,
    });
    onTestFinished(() => console.close());
    await console.until(/ online ─*╮/u);
    await console.until(/history: .*\n?.*no space left on device/u);
    await console.type('a line that is longer than what is left of the page');
    await console.press('enter');
    await console.until(/ ← a line that is longer/u);
    for (const save of ['/save', '/save!']) {
      await console.type(`${save} ${folder}/disk/${save === '/save' ? 'new' : 'chat'}`);
      await console.press('enter');
    }
    await console.until(/\/save: [^!]*\/new: no [^!]*! \/save: [^!]*\/chat: no/u);
    await console.press('ctrl-c');
    expect(await console.exited).toEqual({ status: 0, signal: null });
    const after = join(folder, 'after');
    expect(readdirSync(after).toSorted()).toEqual(['chat', 'echoscope']);
    expect(readFileSync(join(after, 'chat'), 'utf8')).toBe('the old chat\n');
    expect(readdirSync(join(after, 'echoscope'))).toEqual(['history']);
    const lines = readFileSync(join(after, 'echoscope/history'), 'utf8').split('\n');
    expect(lines.slice(0, 2001)).toEqual([...Array(2000).fill('"x"'), `"${'0'.repeat(185)}"`]);
    expect(lines.slice(2001), 'a part of the line, and no more').toEqual(['"a l']);
  });
});
