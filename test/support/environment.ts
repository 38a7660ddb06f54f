/** Variables that change colours, size, language, warnings or the runtime; with CI, Ink draws nothing until its end. */
const callersVariables: readonly string[] = [
  ...['CI', 'CLICOLOR', 'CLICOLOR_FORCE', 'COLORTERM', 'COLUMNS', 'FORCE_COLOR', 'INK_SCREEN_READER', 'LANGUAGE'],
  ...['LC_CTYPE', 'LC_MESSAGES', 'LINES', 'NODE_DISABLE_COLORS', 'NODE_NO_WARNINGS', 'NODE_OPTIONS'],
  ...['NODE_PENDING_DEPRECATION', 'NO_COLOR', 'POSIXLY_CORRECT', 'XDG_STATE_HOME'],
];

const plainVariables = { LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', TERM: 'xterm-256color', TZ: 'UTC' } as const;

/** An environment without what the caller set for their own terminal, and with what a plain one sets. */
export const plainEnvironment = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(env).filter(([name]) => !callersVariables.includes(name))),
  ...plainVariables,
});
