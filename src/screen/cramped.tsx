import { Box, Text } from 'ink';
import { smallest } from './layout.ts';

/** What a window says that is too small for anything else. */
export const Cramped = ({ columns, rows }: { readonly columns: number; readonly rows: number }) => (
  <Box height={rows} justifyContent='center' alignItems='center' overflow='hidden'>
    <Text wrap='truncate'>
      {`Needs ${smallest.columns}x${smallest.rows} cells, has ${columns}x${rows}`.slice(0, columns)}
    </Text>
  </Box>
);
