-- What was sent as a file's content, before and as long as a record tells of it. One whose record is gone stays for undoing
-- that, and is swept when nothing has happened to it for 30 days.
CREATE TABLE file_content (
    workspace_id uuid NOT NULL REFERENCES workspace,
    file_id uuid NOT NULL,
    bytes bigint NOT NULL,
    sha256 text NOT NULL,
    kept_at timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, file_id)
);
CREATE INDEX file_content_age ON file_content (kept_at);

CREATE TABLE file_chunk (
    workspace_id uuid NOT NULL,
    file_id uuid NOT NULL,
    number integer NOT NULL,
    bytes bytea NOT NULL,
    PRIMARY KEY (workspace_id, file_id, number),
    FOREIGN KEY (workspace_id, file_id) REFERENCES file_content (workspace_id, file_id) ON DELETE CASCADE
);
-- Most files are compressed already.
ALTER TABLE file_chunk ALTER COLUMN bytes SET STORAGE EXTERNAL;

CREATE TABLE file (
    workspace_id uuid NOT NULL REFERENCES workspace,
    id uuid NOT NULL,
    deal_id uuid NOT NULL,
    name text NOT NULL,
    bytes bigint NOT NULL,
    media_type text NOT NULL,
    sha256 text NOT NULL,
    by_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, deal_id) REFERENCES deal (workspace_id, id),
    FOREIGN KEY (workspace_id, by_id) REFERENCES member (workspace_id, id),
    -- No record without its content.
    FOREIGN KEY (workspace_id, id) REFERENCES file_content (workspace_id, file_id)
);
CREATE INDEX file_deal ON file (workspace_id, deal_id);
