-- How urgent a deal is: low, normal, high.
ALTER TABLE deal ADD COLUMN priority text NOT NULL DEFAULT 'normal';
