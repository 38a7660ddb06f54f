import { Box, Text, useCursor, useInput, usePaste, useWindowSize } from 'ink';
import { useState } from 'react';
import { describe, expect, it } from 'vitest';
import { draw } from './ink.ts';

function Window() {
  const { columns, rows } = useWindowSize();
  const [keys, setKeys] = useState('');
  const { setCursorPosition } = useCursor();
  setCursorPosition({ x: 1, y: 1 });
  useInput((input, key) => setKeys((before) => before + (key.upArrow ? '↑' : key.escape ? '␛' : input)));
  usePaste((text) => setKeys((before) => `${before}[${text}]`));
  return (
    <Box borderStyle='round' width={columns} height={rows}>
      <Text>{`${keys} ${columns}x${rows}`}</Text>
    </Box>
  );
}

describe('drawing', () => {
  it('fills the terminal it is given, on the alternate screen', async () => {
    const drawing = await draw(<Window />, { columns: 20, rows: 3 });
    expect(drawing.grid()).toEqual(['╭──────────────────╮', '│ 20x3             │', '╰──────────────────╯']);
    expect(drawing.modes()).toMatchObject({ alternateScreen: true, bracketedPaste: true });
    await drawing.unmount();
    expect(drawing.modes()).toMatchObject({ alternateScreen: false, bracketedPaste: false, cursorHidden: false });
  });

  it('takes keys, text and pastes', async () => {
    const drawing = await draw(<Window />, { columns: 40, rows: 3 });
    await drawing.type('a안');
    await drawing.press('escape', 'up');
    await drawing.paste('two\nlines');
    await drawing.until(/a안␛↑\[two/u);
    expect(drawing.cursor()).toEqual({ row: 1, column: 1, visible: true });
    await drawing.unmount();
  });

  it('draws again at another size', async () => {
    const drawing = await draw(<Window />, { columns: 40, rows: 8 });
    drawing.resize({ columns: 16, rows: 4 });
    await drawing.until((grid) => grid.length === 4 && grid[3] === `╰${'─'.repeat(14)}╯`);
    expect(drawing.grid()[1]).toContain('16x4');
    await drawing.unmount();
  });

  it('draws another tree', async () => {
    const drawing = await draw(<Text>one</Text>, { columns: 10, rows: 2 });
    await drawing.redraw(<Text>two</Text>);
    expect(drawing.grid()).toEqual(['two', '']);
    await drawing.unmount();
  });
});
