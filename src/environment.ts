/**
 * The variables that echoscope goes by, and why (the table in SECURITY.md). Node reads its own, NODE_…, before our first line, and the
 * dynamic linker and the C library read theirs: what those do is told in their manuals.
 */
const known: readonly string[] = [
  // Where its files are.
  ...['HOME', 'XDG_STATE_HOME', 'XDG_CACHE_HOME'],
  // What the terminal can do.
  ...['TERM', 'COLORTERM', 'TERM_PROGRAM', 'TERM_PROGRAM_VERSION', 'NO_COLOR', 'FORCE_COLOR'],
  // Language and clock.
  ...['LC_ALL', 'LC_CTYPE', 'LANG', 'TZ'],
  // The shell to complete for, and whether nohup has started us.
  ...['SHELL', '_'],
  // How the system looks names up: resolver(3), hostname(7).
  ...['LOCALDOMAIN', 'RES_OPTIONS', 'HOSTALIASES'],
  // Node's, which its threads read later.
  ...['NODE_COMPILE_CACHE', 'NODE_DISABLE_COMPILE_CACHE'],
  // Windows opens no socket and finds no folder without these.
  ...['SYSTEMROOT', 'WINDIR', 'USERPROFILE', 'LOCALAPPDATA', 'TEMP', 'TMP'],
];

/** Takes FORCE_COLOR as documented: a number of colours, which NO_COLOR outvotes. Node warns on stderr of the two together. */
const settleColours = (variables: NodeJS.ProcessEnv): void => {
  // https://no-color.org: an empty one is none.
  if (variables.NO_COLOR === '') delete variables.NO_COLOR;
  if (variables.NO_COLOR !== undefined || !/^(?:[0-3]|true|false)$/.test(variables.FORCE_COLOR ?? ''))
    delete variables.FORCE_COLOR;
};

/**
 * Removes every variable that is not documented, before a library is loaded that might go by it: with DEV=true Ink talks to a debugger,
 * with INK_SCREEN_READER=true it draws another screen, and with YARGS_… or ZSH_NAME the help and the completion change. No program is
 * ever run, so nobody inherits what is left.
 */
export const keepKnownVariables = (variables: NodeJS.ProcessEnv): void => {
  // On Windows names have no case.
  const plain = (name: string): string => (process.platform === 'win32' ? name.toUpperCase() : name);
  for (const name of Object.keys(variables)) if (!known.includes(plain(name))) delete variables[name];
  settleColours(variables);
};
