import { assertEquals } from "@std/assert";
import { systemdCalendar } from "./systemd_calendar.ts";

Deno.test("systemdCalendar() says what cron says, or nothing", () => {
  const cases: readonly [cron: string, calendar: string | undefined][] = [
    ["0 3 * * *", "*-*-* 3:0:0"],
    ["*/15 8-18 * * 1-5", "Mon,Tue,Wed,Thu,Fri *-*-* 8..18:0/15:0"],
    ["30 0 1,15 JAN-mar ?", "*-1..3-1,15 0:30:0"],
    ["10 5 4 * * SUN,7,fri", "Sun,Fri *-*-* 4:5:10"],
    ["0 0 */2 * *", "*-*-1/2 0:0:0"],
    ["0 10-20/5 * * *", "*-*-* 10..20/5:0:0"],
    ["@weekly", "Sun *-*-* 0:0:0"],
    ["0 0 1 * 1", undefined],
    ["0 0 L * *", undefined],
    ["0 0 * * 1#2", undefined],
    ["0 0 * * */2", undefined],
    ["@reboot", undefined],
  ];
  for (const [cron, calendar] of cases) assertEquals(systemdCalendar(cron), calendar, cron);
  assertEquals(systemdCalendar("0 3 * * *", "UTC"), "*-*-* 3:0:0 UTC");
});
