-- Where a person of several workspaces was last: signing in leads there. Sessions do not tell, as they are gone when they
-- end.
ALTER TABLE person ADD COLUMN last_workspace_id uuid;
