import type { SqliteDatabase } from "../platform/sqlite.ts";
import { type EventRecord, type NewEvent, toEventRecord } from "./event_record.ts";
import { type RowErrorHandler, RowReader } from "./row.ts";

const DEFAULT_LIMIT = 1_000;

/** The events table. Numbers rise by one with every event and are never given twice, also after a prune. */
export class EventRepository {
  readonly #database: SqliteDatabase;
  readonly #reader: RowReader<EventRecord>;

  constructor(database: SqliteDatabase, onBadRow: RowErrorHandler) {
    this.#database = database;
    const toRecord = toEventRecord;
    this.#reader = new RowReader({ database, table: "events", key: "seq", toRecord, onBadRow });
  }

  /** Stores the event and returns its number. */
  append(event: NewEvent): number {
    return this.#database.run(
      "INSERT INTO events (event, time, job_id, data) VALUES (?, ?, ?, ?)",
      event.event,
      event.time,
      event.job_id,
      JSON.stringify(event.data),
    ).lastRowId;
  }

  /** The events after number `seq`, in order, `limit` at most. */
  since(seq: number, limit: number = DEFAULT_LIMIT): EventRecord[] {
    const rows = this.#database.all(
      "SELECT rowid AS row_number, seq, event, time, job_id, data FROM events WHERE seq > ? ORDER BY seq LIMIT ?",
      seq,
      limit,
    );
    return this.#reader.read(rows);
  }

  /** The number given last; 0 before the first event. */
  lastSeq(): number {
    const row = this.#database.get("SELECT seq FROM sqlite_sequence WHERE name = 'events'");
    return (row?.seq as number | undefined) ?? 0;
  }

  /** The lowest number still there, or `lastSeq + 1` when none is: what is below has been pruned. */
  firstSeq(): number {
    const row = this.#database.get("SELECT min(seq) AS seq FROM events");
    return (row?.seq as number | null | undefined) ?? this.lastSeq() + 1;
  }

  /** Removes all but the newest `keep` events; returns how many. */
  prune(keep: number): number {
    return this.#database.run("DELETE FROM events WHERE seq <= ?", this.lastSeq() - keep).changes;
  }
}
