-- What a deal needs before it may enter a stage, and what of it each deal has met.
ALTER TABLE stage ADD COLUMN gate jsonb NOT NULL DEFAULT '{}';
-- Why deals of the pipeline are lost; none: in one's own words.
ALTER TABLE pipeline ADD COLUMN loss_reasons text[] NOT NULL DEFAULT '{}';
ALTER TABLE deal
    ADD COLUMN loss_reason text NOT NULL DEFAULT '',
    -- Why it was let into its stage although not everything was met.
    ADD COLUMN exception text NOT NULL DEFAULT '',
    -- {"<condition>": {"by": …, "at": …}}
    ADD COLUMN met jsonb NOT NULL DEFAULT '{}';
