-- A state database of schema 10, as imp wrote it. Never edited once released.
CREATE TABLE jobs (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT,
    description TEXT,
    command TEXT NOT NULL,
    workdir TEXT NOT NULL,
    env TEXT NOT NULL,
    umask INTEGER NOT NULL,
    restart TEXT NOT NULL,
    stop_signal TEXT NOT NULL,
    stop_timeout_ms INTEGER NOT NULL,
    stdin INTEGER NOT NULL,
    desired TEXT NOT NULL,
    status TEXT NOT NULL,
    restarts INTEGER NOT NULL,
    run INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL
  , reason TEXT, next_start_at_ms INTEGER, tally INTEGER NOT NULL DEFAULT 0, surroundings TEXT, tty INTEGER NOT NULL DEFAULT 0,
    terminal_size TEXT, ports TEXT, port_numbers TEXT, project TEXT, plan TEXT, ready TEXT, health TEXT, memory_limit_bytes INTEGER, log_max_bytes INTEGER,
    runs_kept INTEGER, stop_command TEXT, given_env TEXT, watch TEXT, awaits_change INTEGER NOT NULL DEFAULT 0, schedule TEXT, timetable TEXT, owner TEXT, lease TEXT);
CREATE TABLE runs (
    run_id TEXT PRIMARY KEY NOT NULL,
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    run INTEGER NOT NULL,
    shim TEXT,
    process TEXT,
    started_at_ms INTEGER NOT NULL,
    finished_at_ms INTEGER,
    outcome TEXT NOT NULL,
    exit_code INTEGER,
    signal TEXT, reason TEXT, ready_at_ms INTEGER, unready_reason TEXT, facts TEXT,
    UNIQUE (job_id, run)
  );
CREATE INDEX unfinished_runs ON runs (started_at_ms) WHERE finished_at_ms IS NULL;
CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    event TEXT NOT NULL,
    time TEXT NOT NULL,
    job_id TEXT,
    data TEXT NOT NULL
  );
INSERT INTO jobs VALUES ('V3x', 'api', NULL, '["deno","task","api"]', '/home/ann/shop', '{"PATH":"/usr/bin:/bin","GREETING":"hällo\nwörld"}', 18, '{"mode":"on-failure","max":3}', 'SIGTERM', 10000, 0, 'up', 'backoff', 1, 2, 1760000000000, 'exit code 1', 1760000090000, 2, '{"nice":5,"cpus":"0-1","oom_score_adj":0,"limits":{"nofile":[1024,4096],"core":[0,null]}}', 1, '{"columns":132,"rows":43}', '{"http":"auto","pg":5432}', '{"http":{"port":20123,"movedFrom":20122}}', '{"source":"/home/ann/shop/imp.yaml","groups":["web"],"dependsOn":[{"job":"db","for":"ready","restart":true}],"isTask":false,"inputs":null,"confirm":false,"restartDigests":{"command":"c0ffee"},"liveDigests":{}}', '{"isDue":true,"done":null,"after":{"db":3}}', '{"kind":"log","regex":"listening","within_ms":30000}', '{"kind":"tcp","port":8080,"then":"restart"}', 536870912, 1048576, 3, '["make","down"]', '{"names":["GREETING"],"files":["/home/ann/shop/.env"]}', '{"paths":["src/**"],"ignore":["*.log"],"debounce_ms":500,"do":{"action":"restart"}}', 1, '{"cron":"0 3 * * *"}', '{"sinceMs":1760000000000,"skipped":null}', '{"name":"claude","user":"ann","agent":"claude","session":"s-1","process":{"pid":4000,"startTime":"700","bootId":"b0"}}', '{"end":{"atMs":1760007260000,"uptimeMs":7260000,"bootId":"b0"},"process":null}');
INSERT INTO runs VALUES ('V3x-2', 'V3x', 2, '{"pid":4200,"startTime":"911","bootId":"b0"}', NULL, 1760000061000, 1760000062000, 'lost', NULL, NULL, 'the machine was restarted', 1760000061500, 'no answer', '{"cause":"lost.rebooted","oomBefore":{"cgroup":1,"machine":null}}');
INSERT INTO events (seq, event, time, job_id, data) VALUES (41, 'job_started', '2025-10-09T08:53:21.000Z', 'V3x', '{"id":"V3x","name":"api"}');
PRAGMA user_version = 10;
