import { Box, Text, Transform } from "ink";

/** Options of {@linkcode Lines}. */
export interface LinesProps {
  /** Clean text; each at most `width` cells. What is missing stays empty. */
  readonly lines: readonly string[];
  readonly width: number;
  readonly height: number;
}

/**
 * Lines at a fixed place. Ink measures and wraps every text it sees and remembers the result for ever, which would be
 * every line that a job ever wrote; so it gets spaces to lay out, and the lines are put in when it draws them.
 */
export function Lines({ lines, width, height }: LinesProps) {
  if (width <= 0 || height <= 0) return null;
  const room = Array<string>(height).fill(" ".repeat(width)).join("\n");
  return (
    <Box width={width} height={height} flexShrink={0}>
      <Transform transform={(_, index) => lines[index] ?? ""}>
        <Text>{room}</Text>
      </Transform>
    </Box>
  );
}
