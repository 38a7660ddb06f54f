import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireProgram } from '../support/program.ts';

const cli = resolve('dist/cli.js');

/** A folder with the built program under its own name, first on the path. */
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'echoscope-'));
  symlinkSync(cli, join(folder, 'echoscope'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (command: string, args: readonly string[], shell = '/bin/sh') =>
  spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${folder}:${process.env.PATH}`, SHELL: shell, HOME: folder },
  });

/** What the program offers after these words. */
const offered = (...words: readonly string[]): string[] =>
  run('echoscope', ['--get-yargs-completions', 'echoscope', ...words])
    .stdout.trim()
    .split('\n');

describe('completion', () => {
  it('offers the commands first', () => {
    expect(offered('')).toEqual(expect.arrayContaining(['console', 'serve', 'send', 'bench', 'completion']));
  });

  it('offers the options of each command, the console’s where none is named', () => {
    expect(offered('--')).toEqual(expect.arrayContaining(['--echo', '--max-buffer', '--help']));
    expect(offered('serve', '--')).toEqual(expect.arrayContaining(['--json', '--echo']));
    expect(offered('send', '--')).toEqual(expect.arrayContaining(['--to', '--expect-echo']));
    expect(offered('send', '--')).not.toContain('--echo');
    expect(offered('bench', '--')).toEqual(expect.arrayContaining(['--mode', '--connections']));
  });

  it('offers the values of an option', () => {
    expect(offered('--echo', '')).toEqual(['chunk', 'line', 'eof', 'none']);
    expect(offered('serve', '--data', '')).toEqual(['none', 'text', 'hex', 'base64']);
    expect(offered('bench', '--mode', '')).toEqual(['pingpong', 'stream', 'connect']);
  });

  it('writes for the shell that is named, else for the user’s', () => {
    expect(run('echoscope', ['completion', 'zsh']).stdout).toMatch(/^#compdef echoscope\n/);
    expect(run('echoscope', ['completion'], '/usr/bin/zsh').stdout).toMatch(/^#compdef echoscope\n/);
    expect(run('echoscope', ['completion']).stdout).toContain('complete -o bashdefault');
  });

  it('names the shells that it knows', () => {
    const { status, stderr } = run('echoscope', ['completion', 'tcsh']);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^echoscope: .*bash.*zsh.*\n$/);
  });

  it.runIf(requireProgram('bash'))('works in bash', () => {
    const script = `
      source <(echoscope completion bash)
      COMP_WORDS=(echoscope serve --ec); COMP_CWORD=2
      _echoscope_yargs_completions
      echo "\${COMPREPLY[@]}"`;
    expect(run('bash', ['--norc', '-c', script]).stdout).toBe('--echo\n');
  });

  it.runIf(requireProgram('zsh'))('works in zsh', () => {
    const script = `
      autoload -U compinit && compinit -u
      eval "$(echoscope completion zsh)"
      _describe() { print -l $reply }
      words=(echoscope --echo l) CURRENT=3
      _echoscope_yargs_completions`;
    expect(run('zsh', ['-fc', script]).stdout).toContain('line\n');
    expect(run('zsh', ['-fc', `${script}; echo $_comps[echoscope]`]).stdout).toContain('_echoscope_yargs_completions');
  });
});
