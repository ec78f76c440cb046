-- A state database of schema 1, as imp wrote it. Never edited once released.
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
  );
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
    signal TEXT,
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
INSERT INTO jobs VALUES ('V3x', 'api', NULL, '["deno","task","api"]', '/home/ann/shop', '{"PATH":"/usr/bin:/bin","GREETING":"hällo\nwörld"}', 18, '{"mode":"on-failure","max":3}', 'SIGTERM', 10000, 0, 'up', 'running', 1, 2, 1760000000000);
INSERT INTO jobs VALUES ('k7Q', NULL, 'nightly', '["make","test"]', '/home/ann/shop', '{}', 63, '{"mode":"no"}', 'SIGINT', 500, 1, 'down', 'exited', 0, 1, 1760000001000);
INSERT INTO runs VALUES ('V3x-1', 'V3x', 1, '{"pid":4100,"startTime":"811","bootId":"b0"}', '{"pid":4101,"startTime":"812","bootId":"b0"}', 1760000000100, 1760000060100, 'failed', NULL, 'SIGSEGV');
INSERT INTO runs VALUES ('V3x-2', 'V3x', 2, '{"pid":4200,"startTime":"911","bootId":"b0"}', NULL, 1760000061000, NULL, 'running', NULL, NULL);
INSERT INTO runs VALUES ('k7Q-1', 'k7Q', 1, NULL, NULL, 1760000001100, 1760000002100, 'exited', 0, NULL);
INSERT INTO events (seq, event, time, job_id, data) VALUES (41, 'job_started', '2025-10-09T08:53:21.000Z', 'V3x', '{"id":"V3x","name":"api"}');
INSERT INTO events (seq, event, time, job_id, data) VALUES (42, 'daemon_ready', '2025-10-09T08:53:22.000Z', NULL, '{}');
DELETE FROM events WHERE seq = 42;
PRAGMA user_version = 1;
