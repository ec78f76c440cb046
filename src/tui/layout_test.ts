import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  DIVIDER_WIDTH,
  layoutScreen,
  LIST_LEAD_WIDTH,
  listColumns,
  listRows,
  outputViewport,
  type Rect,
} from "./layout.ts";

Deno.test("layoutScreen() puts list and output beside each other, or above", () => {
  const kinds = [[120, 40], [80, 24], [69, 24], [40, 12], [23, 12], [80, 5]] as const;
  assertEquals(
    kinds.map(([columns, rows]) => layoutScreen({ columns, rows }).kind),
    ["beside", "beside", "stacked", "stacked", "tiny", "tiny"],
  );
});

Deno.test("layoutScreen() leaves room for jobs and output at 40×12", () => {
  const layout = layoutScreen({ columns: 40, rows: 12 });
  assertEquals(listRows(layout), 3);
  assertEquals(outputViewport(layout), { width: 39, height: 6 });
});

Deno.test("layoutScreen() gives the whole body to the output when zoomed", () => {
  const layout = layoutScreen({ columns: 80, rows: 24 }, { isZoomed: true });
  assertEquals(layout.output, { x: 0, y: 1, width: 80, height: 22 });
  assertEquals(listRows(layout), 0);
});

Deno.test("layoutScreen() fills every size exactly, without overlaps", () => {
  const size = fc.record({ columns: fc.nat(300), rows: fc.nat(120) });
  fc.assert(fc.property(size, fc.boolean(), (size, zoomed) => {
    const layout = layoutScreen(size, { isZoomed: zoomed });
    const { kind, title, list, output, footer } = layout;
    const [columns, rows] = [Math.max(1, size.columns), Math.max(1, size.rows)];
    const divider = kind === "beside" ? DIVIDER_WIDTH * output.height : 0;
    assertEquals(area(title) + area(list) + area(output) + area(footer) + divider, columns * rows);
    for (const { x, y, width, height } of [title, list, output, footer]) {
      assert(x >= 0 && y >= 0 && x + width <= columns && y + height <= rows);
    }
    const { width, height } = outputViewport(layout);
    assert(width >= 1 && height >= 1);
  }));
});

function area({ width, height }: Rect): number {
  return width * height;
}

Deno.test("listColumns() fills the row, and the name never gets lost", () => {
  for (let width = 24; width < 200; width++) {
    const { name, ...rest } = listColumns(width);
    const sum = Object.values(rest).reduce((a, b) => a + b, LIST_LEAD_WIDTH + name);
    assertEquals(sum, width);
    assert(name >= 10, `${width}`);
  }
});
