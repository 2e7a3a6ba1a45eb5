-- By which words a record is found. They stand beside the records, so that what changes no text (a card moves) writes
-- nothing here. The store takes texts apart (store::search) and keeps this when it writes records.
CREATE TABLE search (
    workspace_id uuid NOT NULL REFERENCES workspace,
    id uuid NOT NULL,
    kind text NOT NULL,
    -- The beginning of the record's name, in the form in which it is compared.
    name text COLLATE "C" NOT NULL,
    -- The account that it belongs to, by whose name it is found too.
    account_id uuid,
    own tsvector NOT NULL,
    around tsvector NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX search_name ON search (workspace_id, kind, name);
CREATE INDEX search_account ON search (workspace_id, account_id) WHERE account_id IS NOT NULL;
-- One for each kind: an account is found without reading through the activities that say the same. Words are searched
-- much more often than written, so they go into the index at once.
CREATE INDEX search_deals ON search USING gin ((own || around)) WITH (fastupdate = off) WHERE kind = 'deal';
CREATE INDEX search_accounts ON search USING gin ((own || around)) WITH (fastupdate = off) WHERE kind = 'account';
CREATE INDEX search_contacts ON search USING gin ((own || around)) WITH (fastupdate = off) WHERE kind = 'contact';
CREATE INDEX search_activities ON search USING gin ((own || around)) WITH (fastupdate = off) WHERE kind = 'activity';
