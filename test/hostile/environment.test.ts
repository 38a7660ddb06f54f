import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startServer } from '../commands/serve/server.ts';
import { builtProgram, openConsole, stateHome } from '../e2e/program.ts';
import { plainEnvironment } from '../support/environment.ts';
import { until } from '../support/wait.ts';

/** Variables of our libraries, of Node, of CI services and of shells, each with a value that would change something. */
const foreign: Readonly<Record<string, string>> = {
  ...{ DEV: 'true', INK_SCREEN_READER: 'true', REACT_EDITOR: 'vi', REACT_DEBUGGER: 'on', REACT_DEVTOOLS_PORT: '1' },
  ...{
    YARGS_MIN_NODE_VERSION: '99',
    YARGS_DISABLE_WRAP: '1',
    _YARGS: '1',
    ZSH_NAME: 'zsh',
    LC_MESSAGES: 'ko_KR.UTF-8',
  },
  ...{ LANGUAGE: 'ko', DEBUG: '*', NODE_ENV: 'development', NODE_PATH: '/nowhere', NODE_UNIQUE_ID: '7' },
  ...{ NODE_DISABLE_COLORS: '1', NODE_CLUSTER_SCHED_POLICY: 'x', WATCH_REPORT_DEPENDENCIES: '1' },
  ...{ CI: 'true', CONTINUOUS_INTEGRATION: 'true', GITHUB_ACTIONS: 'true', TF_BUILD: '1', AGENT_NAME: 'x' },
  ...{ TEAMCITY_VERSION: '9.1', TRAVIS: '1', APPVEYOR: '1', CLICOLOR_FORCE: '1', CLICOLOR: '0', TMUX: '/tmp/x,1,0' },
  ...{
    UV_THREADPOOL_SIZE: '1',
    UV_USE_IO_URING: '1',
    NODE_V8_COVERAGE: '',
    TMPDIR: '/nowhere',
    COLUMNS: '11',
    LINES: '3',
  },
  ...{ HTTP_PROXY: 'http://127.0.0.1:9', NODE_USE_ENV_PROXY: '1', npm_config_color: 'always', PATH: '' },
};

/** Documented variables with a value that is none. */
const documented = [
  'HOME',
  'XDG_STATE_HOME',
  'XDG_CACHE_HOME',
  'NO_COLOR',
  'FORCE_COLOR',
  'COLORTERM',
  'TERM_PROGRAM',
  'SHELL',
  'TZ',
];
const all = (value: string) =>
  Object.fromEntries([...documented, ...Object.keys(foreign)].map((name) => [name, value]));

const hostile: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['meant for others', foreign],
  ['empty', { ...all(''), TZ: 'UTC' }],
  ['relative', { HOME: '.', XDG_STATE_HOME: 'state', XDG_CACHE_HOME: './cache', TMPDIR: 'tmp' }],
];

/** The environment of a test, its home in a folder that is looked at afterwards; `changes` come last. */
const environment = (home: string, changes: Readonly<Record<string, string>>) => ({
  ...plainEnvironment(process.env),
  ...{ HOME: home, XDG_STATE_HOME: join(home, 'state'), XDG_CACHE_HOME: join(home, 'cache') },
  NODE_COMPILE_CACHE: undefined,
  ...changes,
});

const filesBelow = (folder: string) => readdirSync(folder, { recursive: true }).map(String).toSorted();

/** What a command line prints in an empty folder, and which files are there afterwards. */
const run = (args: readonly string[], changes: Readonly<Record<string, string>>) => {
  const home = stateHome();
  const cwd = join(home, 'here');
  mkdirSync(cwd);
  const { status, stdout, stderr } = spawnSync(process.execPath, [builtProgram(), ...args], {
    encoding: 'utf8',
    cwd,
    env: environment(home, changes),
    timeout: 20_000,
  });
  return { status, stdout, stderr, files: filesBelow(cwd) };
};

const lines = [
  ['--help'],
  ['serve', '--help'],
  ['completion', 'bash'],
  ['send', 'x', '--to', ':1'],
  ['serve', '--', '-'],
];

describe('variables of the environment change nothing but what is documented', () => {
  it.each(hostile)('%s: on the command line', (_, changes) => {
    for (const args of lines) expect(run(args, changes)).toEqual(run(args, {}));
  });

  it('colours: Node has no warning for NO_COLOR beside FORCE_COLOR', () => {
    expect(run(['--version'], { NO_COLOR: '1', FORCE_COLOR: '3' }).stderr).toBe('');
  });

  it.each(hostile)('%s: in serve', async (_, changes) => {
    const printed = async (env: Readonly<Record<string, string>>) => {
      await using server = await startServer([':0', '--stats', '20ms'], { program: builtProgram(), env });
      await until(() => server.stdout().includes(' stats '), 'a line of totals');
      server.signal('SIGTERM');
      expect(await server.exited).toEqual({ status: 0, signal: null });
      const lines = server.stdout().replace(/\d+/g, '0').split('\n');
      return { lines: [...new Set(lines)], stderr: server.stderr() };
    };
    // The test starts it by `sh`.
    const { PATH: _path, ...others } = changes;
    expect(await printed(others)).toEqual(await printed({}));
  });

  it.each(hostile)('%s: in the console', async (_, changes) => {
    const pictures: string[] = [];
    for (const given of [{}, changes]) {
      const home = stateHome();
      const cwd = join(home, 'here');
      mkdirSync(cwd);
      const console = openConsole({ cwd, columns: 120, rows: 30, env: environment(home, given) });
      await console.until(/ online ─*╮/u);
      await console.until((grid) => / 1 open /u.test(grid[0] ?? '') && grid.some((line) => /connect ──→/u.test(line)));
      // Times and ports differ.
      const plain = console
        .text()
        .replace(/ *[\d.]+ [mµ]?s\b/gu, '')
        .replace(/\d+/gu, '0');
      const [header] = console.cells();
      pictures.push(`${plain}\n${JSON.stringify(header).replace(/\d/gu, '0')}`);
      await console.type('hello');
      await console.press('enter');
      await console.until('← hello');
      await console.press('ctrl-c');
      expect(await console.exited).toEqual({ status: 0, signal: null });
      expect(console.text().trim()).toBe('');
      expect(filesBelow(cwd)).toEqual([]);
    }
    expect(pictures[1]).toBe(pictures[0]);
  });
});

describe('what is loaded', () => {
  it('is compiled into the user’s own folder, closed to others, and not into the shared one', () => {
    const home = stateHome();
    const env = environment(home, { TMPDIR: join(home, 'tmp') });
    mkdirSync(join(home, 'tmp'));
    for (let again = 0; again < 2; again++)
      expect(spawnSync(process.execPath, [builtProgram(), '--version'], { env }).status).toBe(0);
    expect(filesBelow(join(home, 'cache/echoscope')).length).toBeGreaterThan(2);
    expect(filesBelow(join(home, 'tmp'))).toEqual([]);
  });
});
