-- On which days the workspace works: days of the week from Monday as 1, and days that differ from it: {"<day>": "<name>"}.
ALTER TABLE workspace
    ADD COLUMN weekend smallint[] NOT NULL DEFAULT '{6,7}',
    ADD COLUMN days_off jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN days_on jsonb NOT NULL DEFAULT '{}';
-- In this stage one waits for the customer: meanwhile the time limit rests.
ALTER TABLE stage ADD COLUMN waiting boolean NOT NULL DEFAULT false;
