-- Imports that outlive a kill of the server or of the database.

-- Who carries a run out, and when they last showed themselves; whether it is to stop; why a run failed.
ALTER TABLE import_run
    ADD COLUMN runner uuid,
    ADD COLUMN beat_at timestamptz NOT NULL DEFAULT '-infinity',
    ADD COLUMN cancelled boolean NOT NULL DEFAULT false,
    ADD COLUMN why text;

-- Whether nobody carries a run out any more. While the database was away nobody could show themselves, so that time does
-- not count.
CREATE FUNCTION import_is_silent(beat_at timestamptz) RETURNS boolean LANGUAGE sql STABLE
    RETURN GREATEST(beat_at, pg_postmaster_start_time()) < now() - interval '15 seconds';

-- The commands of a run in the order in which they are asked, written down beforehand: what was not carried out after all
-- is not undone either. Beside them the rows that it refused, with their reasons, as lines of a CSV file. One row for each
-- transaction, as one that holds them all would be written anew each time.
CREATE TABLE import_chunk (
    workspace_id uuid NOT NULL REFERENCES workspace,
    run_id uuid NOT NULL,
    number integer NOT NULL,
    commands uuid[] NOT NULL,
    refused text,
    PRIMARY KEY (workspace_id, run_id, number),
    FOREIGN KEY (workspace_id, run_id) REFERENCES import_run (workspace_id, id)
);
INSERT INTO import_chunk
    SELECT workspace_id, id, 0, commands, refused FROM import_run WHERE commands <> '{}' OR refused IS NOT NULL;
ALTER TABLE import_run DROP COLUMN commands, DROP COLUMN refused;
