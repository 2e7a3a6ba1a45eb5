-- Every primary key, unique index and foreign key begins with workspace_id, so that the schema can be spread by it.
-- `person` alone stands above workspaces: one sign-in for all workspaces of a person.

CREATE TABLE workspace (
    workspace_id uuid PRIMARY KEY,
    name text NOT NULL,
    currency text NOT NULL,
    zone text NOT NULL,
    -- Grows by one with every command that changed something, in the order of commits.
    version bigint NOT NULL DEFAULT 0,
    -- The version of the last command that changed what every view holds (members, stages, fields …).
    settings_version bigint NOT NULL DEFAULT 0,
    is_demo boolean NOT NULL DEFAULT false
);

CREATE TABLE person (
    person_id uuid PRIMARY KEY,
    -- Lower case: addresses differ in more than letter case.
    email text NOT NULL UNIQUE,
    password_hash text NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE TABLE team (
    workspace_id uuid NOT NULL REFERENCES workspace,
    id uuid NOT NULL,
    name text NOT NULL,
    PRIMARY KEY (workspace_id, id)
);

CREATE TABLE member (
    workspace_id uuid NOT NULL REFERENCES workspace,
    id uuid NOT NULL,
    -- Nobody yet where the member was imported and has not joined.
    person_id uuid REFERENCES person,
    name text NOT NULL,
    email text NOT NULL,
    role text NOT NULL,
    scope text NOT NULL,
    teams uuid[] NOT NULL,
    active boolean NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX member_person ON member (workspace_id, person_id) WHERE person_id IS NOT NULL;
CREATE INDEX member_of_person ON member (person_id) WHERE person_id IS NOT NULL;

-- Sessions are no workspace data: they are not recorded as changes and never shown.
CREATE TABLE session (
    workspace_id uuid NOT NULL REFERENCES workspace,
    token_hash bytea NOT NULL,
    member_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, token_hash),
    FOREIGN KEY (workspace_id, member_id) REFERENCES member (workspace_id, id)
);
CREATE INDEX session_expiry ON session (expires_at);

CREATE TABLE invitation (
    workspace_id uuid NOT NULL REFERENCES workspace,
    id uuid NOT NULL,
    token_hash text NOT NULL,
    role text NOT NULL,
    teams uuid[] NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, token_hash)
);

CREATE TABLE pipeline (
    workspace_id uuid NOT NULL REFERENCES workspace,
    id uuid NOT NULL,
    name text NOT NULL,
    position integer NOT NULL,
    PRIMARY KEY (workspace_id, id)
);

CREATE TABLE stage (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    pipeline_id uuid NOT NULL,
    name text NOT NULL,
    position integer NOT NULL,
    outcome text NOT NULL,
    probability smallint NOT NULL,
    time_limit integer,
    wip_limit integer,
    guidance text NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, pipeline_id) REFERENCES pipeline (workspace_id, id)
);

CREATE TABLE field (
    workspace_id uuid NOT NULL REFERENCES workspace,
    id uuid NOT NULL,
    on_kind text NOT NULL,
    name text NOT NULL,
    -- {"type": "choice", "options": […]} and the like.
    field_type jsonb NOT NULL,
    position integer NOT NULL,
    PRIMARY KEY (workspace_id, id)
);

CREATE TABLE account (
    workspace_id uuid NOT NULL REFERENCES workspace,
    id uuid NOT NULL,
    name text NOT NULL,
    industry text NOT NULL,
    website text NOT NULL,
    phone text NOT NULL,
    address text NOT NULL,
    notes text NOT NULL,
    external_id text,
    custom jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX account_external ON account (workspace_id, external_id) WHERE external_id IS NOT NULL;
-- A name may be long; the index needs only its beginning.
CREATE INDEX account_name ON account (workspace_id, lower(left(name, 100)));

CREATE TABLE contact (
    workspace_id uuid NOT NULL REFERENCES workspace,
    id uuid NOT NULL,
    account_id uuid,
    name text NOT NULL,
    title text NOT NULL,
    email text NOT NULL,
    phone text NOT NULL,
    notes text NOT NULL,
    external_id text,
    custom jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, account_id) REFERENCES account (workspace_id, id)
);
CREATE UNIQUE INDEX contact_external ON contact (workspace_id, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX contact_account ON contact (workspace_id, account_id);

CREATE TABLE deal (
    workspace_id uuid NOT NULL REFERENCES workspace,
    id uuid NOT NULL,
    title text NOT NULL,
    pipeline_id uuid NOT NULL,
    stage_id uuid NOT NULL,
    -- Keys compare as bytes, here as in the browser.
    key text COLLATE "C" NOT NULL,
    account_id uuid,
    amount_minor bigint,
    amount_currency text,
    owner_id uuid NOT NULL,
    collaborators uuid[] NOT NULL,
    contacts uuid[] NOT NULL,
    close_on date,
    source text NOT NULL,
    tags text[] NOT NULL,
    notes text NOT NULL,
    external_id text,
    custom jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    entered_at timestamptz NOT NULL,
    closed_at timestamptz,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, pipeline_id) REFERENCES pipeline (workspace_id, id),
    FOREIGN KEY (workspace_id, stage_id) REFERENCES stage (workspace_id, id),
    FOREIGN KEY (workspace_id, account_id) REFERENCES account (workspace_id, id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES member (workspace_id, id)
) WITH (fillfactor = 85);
CREATE INDEX deal_column ON deal (workspace_id, stage_id, key, id);
CREATE INDEX deal_pipeline ON deal (workspace_id, pipeline_id);
CREATE INDEX deal_account ON deal (workspace_id, account_id);
CREATE UNIQUE INDEX deal_external ON deal (workspace_id, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE activity (
    workspace_id uuid NOT NULL REFERENCES workspace,
    id uuid NOT NULL,
    deal_id uuid,
    account_id uuid,
    type text NOT NULL,
    subject text NOT NULL,
    note text NOT NULL,
    owner_id uuid NOT NULL,
    due_on date,
    due_time time,
    done_at timestamptz,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, deal_id) REFERENCES deal (workspace_id, id),
    FOREIGN KEY (workspace_id, account_id) REFERENCES account (workspace_id, id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES member (workspace_id, id)
);
CREATE INDEX activity_deal ON activity (workspace_id, deal_id);
CREATE INDEX activity_account ON activity (workspace_id, account_id);
CREATE INDEX activity_planned ON activity (workspace_id, due_on) WHERE done_at IS NULL;

-- What happened. A command's rows are also its receipt: the same command again finds them and changes nothing.
CREATE TABLE change (
    workspace_id uuid NOT NULL REFERENCES workspace,
    version bigint NOT NULL,
    ordinal integer NOT NULL,
    command_id uuid NOT NULL,
    at timestamptz NOT NULL,
    by_id uuid,
    kind text NOT NULL,
    record_id uuid NOT NULL,
    verb text NOT NULL,
    -- {"field": {"before": …, "after": …}}
    fields jsonb NOT NULL,
    -- Whom it concerns where not everybody may see it: owners and collaborators of the deal, before and after.
    audience uuid[],
    PRIMARY KEY (workspace_id, version, ordinal)
);
CREATE UNIQUE INDEX change_receipt ON change (workspace_id, command_id, ordinal);
CREATE INDEX change_record ON change (workspace_id, record_id, version);

-- One run of an import. Its rows are ordinary commands; this is what the person watches.
CREATE TABLE import_run (
    workspace_id uuid NOT NULL REFERENCES workspace,
    id uuid NOT NULL,
    member_id uuid NOT NULL,
    file_name text NOT NULL,
    started_at timestamptz NOT NULL,
    state text NOT NULL,
    -- Progress and counts, as the page shows them.
    progress jsonb NOT NULL,
    -- The commands that changed something, in order, for undoing the whole.
    commands uuid[] NOT NULL DEFAULT '{}',
    -- Refused rows with their reasons, as a CSV file.
    refused text,
    PRIMARY KEY (workspace_id, id)
);
