-- Deals that were deleted since a day: what they were then is read from the record of changes.
CREATE INDEX change_removed ON change (workspace_id, at) WHERE kind = 'deal' AND verb = 'deleted';
