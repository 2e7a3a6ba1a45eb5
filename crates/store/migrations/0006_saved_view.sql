-- Addresses with a name: a member's own, or shared with everybody.
CREATE TABLE saved_view (
    workspace_id uuid NOT NULL REFERENCES workspace,
    id uuid NOT NULL,
    owner_id uuid NOT NULL,
    name text NOT NULL,
    shared boolean NOT NULL,
    path text NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES member (workspace_id, id)
);
CREATE INDEX saved_view_owner ON saved_view (workspace_id, owner_id);
CREATE INDEX saved_view_shared ON saved_view (workspace_id) WHERE shared;
