/** Vitest loads this before each test file: a test, and a program that it starts, sees the same variables everywhere. */
import { plainEnvironment } from './environment.ts';

// CI=true means that every program must be installed (program.ts). It is asked before it goes.
const { CI } = process.env;
process.env.MISSING_PROGRAMS ??= CI ? 'fail' : 'skip';
const plain = plainEnvironment(process.env);
for (const name of Object.keys(process.env)) if (!(name in plain)) delete process.env[name];
Object.assign(process.env, plain);
