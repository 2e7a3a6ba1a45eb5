-- The stages that each deal has stood in, in their order: what the funnel and the times in stage are computed from. Written
-- with the change that moves the deal (store::stay), and caught up from the record of changes at the start. A deal that is
-- deleted keeps its rows, so that undoing finds them; nobody reads them meanwhile.
CREATE TABLE stay (
    workspace_id uuid NOT NULL REFERENCES workspace,
    deal_id uuid NOT NULL,
    ordinal integer NOT NULL,
    stage_id uuid NOT NULL,
    entered_at timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, deal_id, ordinal)
);
-- What deals were worth and when they were expected, before it was changed: read from a day on.
CREATE INDEX change_worth ON change (workspace_id, at)
    WHERE kind = 'deal' AND verb = 'edited' AND fields ?| ARRAY['amount', 'close_on'];
