-- Files are found by their names. The store writes their words, and catches up with those of older files at the start.
CREATE INDEX search_files ON search USING gin ((own || around)) WITH (fastupdate = off) WHERE kind = 'file';
