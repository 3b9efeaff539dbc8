ALTER TABLE "session_heads" ADD COLUMN "closed" boolean DEFAULT false NOT NULL;--> statement-breakpoint
UPDATE "session_heads" SET "closed" = true FROM "sessions"
  WHERE "sessions"."id" = "session_heads"."session_id" AND "sessions"."state" IN ('completed', 'ended');--> statement-breakpoint
ALTER TABLE "session_seals" ADD COLUMN "company_id" uuid;--> statement-breakpoint
ALTER TABLE "session_seals" DISABLE TRIGGER USER;--> statement-breakpoint
UPDATE "session_seals" SET "company_id" = "sessions"."company_id" FROM "sessions"
  WHERE "sessions"."id" = "session_seals"."session_id";--> statement-breakpoint
ALTER TABLE "session_seals" ENABLE TRIGGER USER;--> statement-breakpoint
ALTER TABLE "session_seals" ALTER COLUMN "company_id" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "session_seals" ADD CONSTRAINT "session_seals_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session_seals" ADD COLUMN "appended" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "session_seals" ALTER COLUMN "appended" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "session_seals" DROP CONSTRAINT "session_seals_session_id_seq_pk";--> statement-breakpoint
ALTER TABLE "session_seals" ADD CONSTRAINT "session_seals_session_id_seq_appended_pk" PRIMARY KEY("session_id","seq","appended");--> statement-breakpoint
-- Erasure spares what holds nobody's words: ids, numbers and hashes, on which it rests that rows cannot be changed unseen.
-- The same types are in packages/evidence/src/event.ts, whose verifier names what was erased beyond them.
CREATE OR REPLACE FUNCTION refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  erased session_events%ROWTYPE;
BEGIN
  IF TG_OP = 'UPDATE' AND current_setting('viva.erasing', true) = 'on' AND OLD.type IN (
    'session.prechecked', 'session.transitioned', 'question.asked', 'answer.received', 'signal.recorded',
    'signal.reordered', 'strike.reviewed'
  ) THEN
    erased := OLD;
    erased.payload := NULL;
    erased.salt := NULL;
    IF NEW IS NOT DISTINCT FROM erased THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'VV001';
END
$$;
--> statement-breakpoint
-- Appends events to a session's log in one round trip: takes the head's lock, numbers and chains the rows, moves the
-- head and writes the rows. `p_events` is an array of objects with type, actor, at (ISO 8601, milliseconds), payload,
-- salt and payloadHash (both hex; the hash is over salt and canonical payload and is made by the caller). The time never
-- steps back within a log: an `at` before the newest row's is lifted to it. The hash is the one described in
-- packages/evidence/README.md. All rows are written by one statement: one for each took a fifth longer. `closed` says
-- whether the session has closed by these events or before them, so that the caller seals them.
DROP FUNCTION append_session_events(uuid, jsonb);
--> statement-breakpoint
CREATE FUNCTION append_session_events(p_session uuid, p_events jsonb)
RETURNS TABLE (seq bigint, at text, hash text, closed boolean) LANGUAGE plpgsql AS $$
DECLARE
  c_iso CONSTANT text := 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"';
  v_company uuid;
  v_base bigint;
  v_seq bigint;
  v_hash bytea;
  v_at timestamptz;
  v_closed boolean;
  v_event jsonb;
  v_hashes bytea[];
  v_times timestamptz[];
BEGIN
  SELECT h.company_id, h.seq, h.hash, h.last_at, h.closed INTO v_company, v_base, v_hash, v_at, v_closed
    FROM session_heads h WHERE h.session_id = p_session FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'session % has no log', p_session USING ERRCODE = 'VV002';
  END IF;
  v_seq := v_base;
  FOR v_event IN SELECT * FROM jsonb_array_elements(p_events) LOOP
    v_seq := v_seq + 1;
    v_at := greatest(v_at, date_trunc('milliseconds', (v_event->>'at')::timestamptz));
    v_hash := sha256(convert_to(concat_ws(E'\n', 'viva.event.1', p_session::text, v_seq::text, v_event->>'type',
      to_char(v_at AT TIME ZONE 'UTC', c_iso), v_event->>'actor', v_event->>'payloadHash', encode(v_hash, 'hex')),
      'UTF8'));
    v_times := array_append(v_times, v_at);
    v_hashes := array_append(v_hashes, v_hash);
    IF v_event->>'type' = 'session.transitioned' AND v_event->'payload'->>'to' IN ('completed', 'ended') THEN
      v_closed := true;
    END IF;
  END LOOP;
  UPDATE session_heads h SET seq = v_seq, hash = v_hash, last_at = v_at, closed = v_closed
    WHERE h.session_id = p_session;
  RETURN QUERY
    INSERT INTO session_events AS n
      (session_id, seq, company_id, type, at, actor, payload, salt, payload_hash, hash)
    SELECT p_session, v_base + e.nth, v_company, e.event->>'type', v_times[e.nth], e.event->>'actor',
      e.event->'payload', decode(e.event->>'salt', 'hex'), decode(e.event->>'payloadHash', 'hex'), v_hashes[e.nth]
    FROM jsonb_array_elements(p_events) WITH ORDINALITY AS e (event, nth) ORDER BY e.nth
    RETURNING n.seq, to_char(n.at AT TIME ZONE 'UTC', c_iso), encode(n.hash, 'hex'), v_closed;
END
$$;
