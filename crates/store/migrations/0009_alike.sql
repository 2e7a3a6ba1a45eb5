-- What makes two accounts or contacts look like one: names without letter case, full width, spaces, punctuation and the
-- words for a company's form; telephone numbers as digits; e-mail addresses. Only for suggestions: nothing depends on it.

CREATE FUNCTION alike_name(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT regexp_replace(
        regexp_replace(
            regexp_replace(
                lower(normalize(name, NFKC)),
                '([[:space:][:punct:]]+(incorporated|inc|limited|ltd|llc|llp|plc|pty|corporation|corp|company|co|gmbh|mbh|kg|ag|sa|sas|sarl|srl|spa|bv|nv|ab|oy|as|aps))+[[:space:][:punct:]]*$',
                ''),
            '[[:space:][:punct:]]+', '', 'g'),
        '(集团)?(股份|有限责任|有限)*公司$', '')
$$;

CREATE FUNCTION alike_phone(phone text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN length(digits) >= 7 THEN right(digits, 11) END
    FROM regexp_replace(phone, '[^0-9]', '', 'g') AS digits
$$;

ALTER TABLE account ADD COLUMN alike text[] NOT NULL GENERATED ALWAYS AS (
    array_remove(ARRAY['name ' || nullif(alike_name(left(name, 100)), ''), 'phone ' || alike_phone(left(phone, 100))], NULL)
) STORED;

-- Two people may have one name: it counts within an account.
ALTER TABLE contact ADD COLUMN alike text[] NOT NULL GENERATED ALWAYS AS (
    array_remove(ARRAY[
        'name ' || account_id::text || ' ' || nullif(alike_name(left(name, 100)), ''),
        'mail ' || nullif(lower(btrim(left(email, 300))), ''),
        'phone ' || alike_phone(left(phone, 100))
    ], NULL)
) STORED;

-- The deals on which a contact stands. Most deals name nobody, and cost nothing here.
CREATE INDEX deal_contacts ON deal USING gin (contacts) WHERE contacts <> '{}';

-- The list of contacts in its order.
CREATE INDEX contact_name ON contact (workspace_id, lower(left(name, 100)));
