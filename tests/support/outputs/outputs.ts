import * as z from "zod/mini";
import { DAEMON_SHAPES } from "./daemon_shapes.ts";
import { AddedJob, JOB_SHAPES, ShownJob } from "./job_shapes.ts";
import type { Output, Shapes } from "./output.ts";
import { PROJECT_SHAPES } from "./project_shapes.ts";
import { STREAM_SHAPES } from "./stream_shapes.ts";
import { JobView } from "../../../src/protocol/job_view.ts";
import { RunDifference, WhyAnswer, WhyAnswers } from "./why_shapes.ts";
import { PortList } from "./port_shapes.ts";

const J = JOB_SHAPES;
const S = STREAM_SHAPES;
const P = PROJECT_SHAPES;
const D = DAEMON_SHAPES;

/** JSON Schema itself. */
const JsonSchemaShape = z.record(z.string(), z.unknown());

const JOBS: Output = { list: "jobs", shapes: [J.Jobs] };
/** What is told of bytes that are missing, and of where one is. */
const BYTES = [S.OutputLine, S.NoticeLine, S.GapLine, S.LostRunsLine, S.DroppedLine];
const LINES = [
  ...[S.LogLine, S.LogNotice, S.LogDrop, S.LogGap, S.LogLostRuns, S.LogLostJob, S.LogRepeat],
  ...[S.LogOmitted, S.CursorLine, S.LogRemark],
];
/** With --cursor or a limit, what the jobs have printed. */
const WaitedJobs = z.extend(J.Jobs, { output: z.array(z.union(LINES)) });
const STREAM: Output = { shapes: [...BYTES, S.OmittedLine, S.CursorLine] };
const RELOAD: Output = { list: "jobs", shapes: [P.Reload] };
const SERVICE: Output = { shapes: [D.ServiceReport, D.ServiceText] };

/** What each command prints with `--json`. */
export const OUTPUTS: Readonly<Record<string, Output>> = {
  run: { shapes: [S.AddedLine, ...BYTES, S.OmittedLine, ...LINES, S.ExitLine] },
  add: { shapes: [AddedJob] },
  list: { list: "jobs", shapes: [J.JobList, J.JobListLine] },
  show: { shapes: [ShownJob] },
  why: { list: "answers", shapes: [WhyAnswers] },
  ports: { list: "ports", shapes: [PortList] },
  start: { list: "jobs", shapes: [J.StartedJobs] },
  stop: { list: "jobs", shapes: [J.StoppedJobs] },
  restart: { list: "jobs", shapes: [J.RestartedJobs] },
  set: { list: "jobs", shapes: [J.ChangedJobs] },
  keep: JOBS,
  rename: { shapes: [JobView] },
  remove: { shapes: [J.RemovedJobs] },
  signal: JOBS,
  wait: { list: "jobs", shapes: [J.Jobs, WaitedJobs, J.AwaitedOutput] },
  attach: { shapes: [S.JobLine, ...BYTES, S.OmittedLine, S.CursorLine, S.ExitLine] },
  send: { shapes: [J.Sent] },
  cleanup: { shapes: [J.CleanedJobs] },
  nuke: { shapes: [J.Nuked] },
  logs: { shapes: LINES },
  stdout: STREAM,
  stderr: STREAM,
  diff: { list: "lines", shapes: [RunDifference] },
  events: { list: "jobs", shapes: [S.SnapshotLine, S.JobEvent, S.OtherEvent] },
  web: { shapes: [D.PageLink] },
  exec: { shapes: [S.OutputLine, S.ExecExitLine] },
  up: { list: "jobs", shapes: [J.UpOutcome, J.UpPlan] },
  down: { list: "jobs", shapes: [J.DownJobs] },
  save: { list: "jobs", shapes: [P.SavedJobs] },
  trust: { list: "files", shapes: [P.Trust, P.TrustedFiles] },
  check: { list: "problems", shapes: [P.Check] },
  graph: { list: "jobs", shapes: [P.Graph, P.MermaidGraph] },
  init: { list: "jobs", shapes: [P.NewProject] },
  import: { list: "losses", shapes: [P.Import] },
  export: { list: "files", shapes: [P.Export] },
  schema: { shapes: [JsonSchemaShape] },
  overview: { list: "jobs", shapes: [D.Overview] },
  status: { list: "jobs", shapes: [D.Snapshot] },
  ping: { shapes: [D.Ping] },
  "daemon run": { shapes: [D.StartedDaemon] },
  "daemon start": { shapes: [D.StartedDaemon] },
  "daemon stop": { shapes: [D.StoppedDaemon] },
  "daemon restart": { shapes: [D.RestartedDaemon] },
  "daemon reload": RELOAD,
  "daemon status": { shapes: [D.DaemonStatus] },
  "daemon logs": { shapes: [D.DaemonLogLine] },
  "daemon list": { list: "daemons", shapes: [D.DaemonList] },
  reload: RELOAD,
  enable: SERVICE,
  disable: SERVICE,
  config: { list: "settings", shapes: [D.Settings] },
  doctor: { list: "findings", shapes: [D.Doctor] },
  completion: { shapes: [D.CompletionScript] },
  upgrade: { list: "daemons", shapes: [D.Upgrade] },
  "agent install": { shapes: [D.AgentInstalled] },
  "agent instructions": { shapes: [D.AgentInstructions, D.AgentInstalled] },
  help: { list: "commands", shapes: [D.Help] },
  version: { shapes: [D.Versions] },
};

/** The objects that commands print, by what they are called on the page. */
export const OUTPUT_NAMES: Shapes = {
  ...JOB_SHAPES,
  ...STREAM_SHAPES,
  ...PROJECT_SHAPES,
  ...DAEMON_SHAPES,
  AddedJob,
  ShownJob,
  WaitedJobs,
  PortList,
  WhyAnswer,
  WhyAnswers,
  RunDifference,
  JsonSchema: JsonSchemaShape,
};
