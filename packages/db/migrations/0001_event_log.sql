ALTER TABLE "invitations" ADD CONSTRAINT "invitations_session_id_fk"
  FOREIGN KEY ("session_id") REFERENCES "sessions"("id");
--> statement-breakpoint
-- Append-only: the database itself refuses to change or remove what was written. The one exception is erasure: within
-- a transaction that has set viva.erasing, an event's payload and salt may become null together, and nothing else.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'VV001';
END
$$;
--> statement-breakpoint
CREATE FUNCTION refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  erased session_events%ROWTYPE;
BEGIN
  IF TG_OP = 'UPDATE' AND current_setting('viva.erasing', true) = 'on' THEN
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
CREATE TRIGGER session_events_append_only BEFORE UPDATE OR DELETE ON "session_events"
  FOR EACH ROW EXECUTE FUNCTION refuse_event_change();
--> statement-breakpoint
CREATE TRIGGER session_events_no_truncate BEFORE TRUNCATE ON "session_events"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER session_seals_append_only BEFORE UPDATE OR DELETE ON "session_seals"
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER session_seals_no_truncate BEFORE TRUNCATE ON "session_seals"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON "audit_log"
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON "audit_log"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER interview_versions_append_only BEFORE UPDATE OR DELETE ON "interview_versions"
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER policy_versions_append_only BEFORE UPDATE OR DELETE ON "policy_versions"
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
-- Appends events to a session's log in one round trip: takes the head's lock, numbers and chains the rows, moves the
-- head and writes the rows. `p_events` is an array of objects with type, actor, at (ISO 8601, milliseconds), payload,
-- salt and payloadHash (both hex; the hash is over salt and canonical payload and is made by the caller). The time never
-- steps back within a log: an `at` before the newest row's is lifted to it. The hash is the one described in
-- packages/evidence/README.md. All rows are written by one statement: one for each took a fifth longer.
CREATE FUNCTION append_session_events(p_session uuid, p_events jsonb)
RETURNS TABLE (seq bigint, at text, hash text) LANGUAGE plpgsql AS $$
DECLARE
  c_iso CONSTANT text := 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"';
  v_company uuid;
  v_base bigint;
  v_seq bigint;
  v_hash bytea;
  v_at timestamptz;
  v_event jsonb;
  v_hashes bytea[];
  v_times timestamptz[];
BEGIN
  SELECT h.company_id, h.seq, h.hash, h.last_at INTO v_company, v_base, v_hash, v_at
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
  END LOOP;
  UPDATE session_heads h SET seq = v_seq, hash = v_hash, last_at = v_at WHERE h.session_id = p_session;
  RETURN QUERY
    INSERT INTO session_events AS n
      (session_id, seq, company_id, type, at, actor, payload, salt, payload_hash, hash)
    SELECT p_session, v_base + e.nth, v_company, e.event->>'type', v_times[e.nth], e.event->>'actor',
      e.event->'payload', decode(e.event->>'salt', 'hex'), decode(e.event->>'payloadHash', 'hex'), v_hashes[e.nth]
    FROM jsonb_array_elements(p_events) WITH ORDINALITY AS e (event, nth) ORDER BY e.nth
    RETURNING n.seq, to_char(n.at AT TIME ZONE 'UTC', c_iso), encode(n.hash, 'hex');
END
$$;
--> statement-breakpoint
-- The lock row is updated once for every append: leave room on its page, so that updates stay in place (HOT).
ALTER TABLE "session_heads" SET (fillfactor = 50);
