-- What is to be done, in which order and by whom.
CREATE TABLE plan (
    workspace_id uuid NOT NULL REFERENCES workspace,
    id uuid NOT NULL,
    name text NOT NULL,
    deal_id uuid,
    start_on date NOT NULL,
    due_on date,
    template boolean NOT NULL DEFAULT false,
    -- The template that it was made from, be that still there or not.
    from_id uuid,
    -- Working minutes kept in reserve.
    buffer integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, deal_id) REFERENCES deal (workspace_id, id)
);
CREATE INDEX plan_deal ON plan (workspace_id, deal_id);

CREATE TABLE task (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    plan_id uuid NOT NULL,
    parent_id uuid,
    key text COLLATE "C" NOT NULL,
    title text NOT NULL,
    owner_id uuid,
    role text NOT NULL DEFAULT '',
    -- In minutes: of work, or on the clock.
    minutes integer NOT NULL,
    elapsed boolean NOT NULL DEFAULT false,
    -- As in the record; null: as soon as possible.
    bound jsonb,
    deadline date,
    percent smallint NOT NULL DEFAULT 0,
    started_at timestamptz,
    finished_at timestamptz,
    finished_by uuid,
    -- By predecessor: {"<task id>": {"kind": …, "lag": …}}.
    links jsonb NOT NULL DEFAULT '{}',
    criteria jsonb NOT NULL DEFAULT '{}',
    confirm boolean NOT NULL DEFAULT false,
    confirmed jsonb,
    notes text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, plan_id) REFERENCES plan (workspace_id, id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES member (workspace_id, id)
);
CREATE INDEX task_plan ON task (workspace_id, plan_id);
CREATE INDEX task_owner ON task (workspace_id, owner_id) WHERE owner_id IS NOT NULL;

CREATE TABLE baseline (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    plan_id uuid NOT NULL,
    name text NOT NULL,
    by_id uuid NOT NULL,
    -- By task: {"<task id>": {"start": …, "finish": …}}.
    tasks jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, plan_id) REFERENCES plan (workspace_id, id),
    FOREIGN KEY (workspace_id, by_id) REFERENCES member (workspace_id, id)
);
CREATE INDEX baseline_plan ON baseline (workspace_id, plan_id);

-- What is worked on a working day: [{"from": <minutes since midnight>, "to": …}].
ALTER TABLE workspace ADD COLUMN hours jsonb NOT NULL DEFAULT '[{"from": 540, "to": 720}, {"from": 780, "to": 1080}]';
-- Days that differ for a member: {"<day>": "<name>"}.
ALTER TABLE member
    ADD COLUMN days_off jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN days_on jsonb NOT NULL DEFAULT '{}';
-- The template of the plan that a deal gets when it enters for the first time.
ALTER TABLE stage ADD COLUMN starts uuid;
