import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

// Nothing but the picture: no window, no network, no traces of a person's browser.
const quiet = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
  '--default-background-color=00000000',
];

/** Turns an SVG file into a PNG of twice its size with Chromium. Throws where that is not installed or fails. */
export function writePng(svgPath: string, pngPath: string): void {
  const size = /width="(\d+)" height="(\d+)"/u.exec(readFileSync(svgPath, 'utf8'));
  if (size === null) throw new Error(`${svgPath} has no size`);
  const profile = mkdtempSync(join(tmpdir(), 'echoscope-media-'));
  const args = [
    ...quiet,
    `--user-data-dir=${profile}`,
    `--window-size=${size[1]},${size[2]}`,
    '--force-device-scale-factor=2',
    `--screenshot=${resolve(pngPath)}`,
    pathToFileURL(resolve(svgPath)).href,
  ];
  try {
    execFileSync('chromium', args, { stdio: 'ignore', timeout: 60_000 });
  } finally {
    rmSync(profile, { recursive: true, force: true });
  }
}
