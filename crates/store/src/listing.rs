//! The lists of accounts and of contacts: searched, in an order, and no longer than is asked for.

use crate::{
    access::Reader,
    account::{self, accounts},
    board::sight_arguments,
    contact::contacts,
    error::Result,
    search::literal,
};
use domain::{
    account::Account,
    board::Totals,
    contact::Contact,
    id::AccountId,
    money::Currency,
    page::{AccountLine, Listing, Page, Sort},
    pipeline::Outcome,
    view::View,
};
use sqlx::PgConnection;
use std::collections::BTreeMap;
use uuid::Uuid;

/// How many lines a list shows at first, and how many more each time.
const LINES: u32 = 200;

/// A pattern for ILIKE that finds the text anywhere, taken literally.
pub(crate) fn contains(text: &str) -> String {
    format!("%{}%", literal(text))
}

/// How many lines are wanted, and the pattern that they match. PostgreSQL's text holds no U+0000.
fn wanted(listing: &Listing) -> (u32, String) {
    let text = if listing.text.contains('\0') { "" } else { listing.text.trim() };
    (LINES * (1 + listing.more.min(Listing::MOST)), contains(text))
}

/// Cuts what was read beyond what is shown; `true` where there is more.
fn cut<T>(found: &mut Vec<T>, count: u32) -> bool {
    let count = count as usize;
    let more = found.len() > count;
    found.truncate(count);
    more
}

pub(crate) async fn accounts_page(
    connection: &mut PgConnection,
    reader: &Reader,
    listing: &Listing,
    view: &mut View,
) -> Result<Page> {
    let workspace = reader.workspace.0;
    let (count, pattern) = wanted(listing);
    let limit = i64::from(count) + 1;
    let (owners, me) = sight_arguments(reader);
    let mut found = if listing.sort == Sort::Open {
        let open: Vec<Uuid> = view.stages.values().filter(|it| it.outcome == Outcome::Open).map(|it| it.id.0).collect();
        let currency = view.workspace().map_or(Currency::CNY, |workspace| workspace.currency).to_string();
        accounts!(
            "account LEFT JOIN (
               SELECT account_id, sum(amount_minor) FILTER (WHERE amount_currency = $4) AS minor, count(*) AS deals
               FROM deal WHERE workspace_id = $1 AND stage_id = ANY($5)
                 AND ($6::uuid[] IS NULL OR owner_id = ANY($6) OR $7 = ANY(collaborators))
               GROUP BY account_id
             ) AS open ON open.account_id = account.id
             WHERE workspace_id = $1 AND name ILIKE $2
             ORDER BY open.minor DESC NULLS LAST, open.deals DESC NULLS LAST, lower(left(name, 100)), id LIMIT $3",
            workspace,
            pattern,
            limit,
            currency,
            &open,
            owners.as_deref(),
            me
        )
        .fetch_all(&mut *connection)
        .await?
    } else {
        accounts!(
            "account WHERE workspace_id = $1 AND name ILIKE $2 ORDER BY lower(left(name, 100)), id LIMIT $3",
            workspace,
            pattern,
            limit
        )
        .fetch_all(&mut *connection)
        .await?
    };
    let more = cut(&mut found, count);
    let ids: Vec<Uuid> = found.iter().map(|row| row.id).collect();
    let sums = sqlx::query!(
        r#"SELECT account_id AS "account_id!", stage_id, amount_currency, count(*) AS "deals!",
             coalesce(sum(amount_minor), 0)::text AS "amount!"
           FROM deal WHERE workspace_id = $1 AND account_id = ANY($2)
             AND ($3::uuid[] IS NULL OR owner_id = ANY($3) OR $4 = ANY(collaborators))
           GROUP BY account_id, stage_id, amount_currency"#,
        workspace,
        &ids,
        owners.as_deref(),
        me
    );
    let mut lines: Vec<AccountLine> = Vec::new();
    let mut places = BTreeMap::new();
    for id in ids {
        places.insert(id, lines.len());
        lines.push(AccountLine { account: AccountId(id), open: Totals::default(), won: Totals::default() });
    }
    for row in sums.fetch_all(&mut *connection).await? {
        let Some(line) = places.get(&row.account_id).and_then(|place| lines.get_mut(*place)) else { continue };
        let totals = match view.stages.get(&row.stage_id.into()).map(|stage| stage.outcome) {
            Some(Outcome::Won) => &mut line.won,
            Some(Outcome::Open) => &mut line.open,
            _ => continue,
        };
        totals.deals += u32::try_from(row.deals).unwrap_or(u32::MAX);
        if let Some(currency) = row.amount_currency.as_ref().and_then(|code| code.parse().ok()) {
            totals.sums.entry(currency).or_default().amount += row.amount.parse::<i128>().unwrap_or(0);
        }
    }
    for row in found {
        let account = Account::try_from(row)?;
        view.accounts.insert(account.id, account);
    }
    Ok(Page::Accounts { accounts: lines, more })
}

/// Found by name, e-mail, telephone (as it was typed, or by its digits) and account.
pub(crate) async fn contacts_page(
    connection: &mut PgConnection,
    reader: &Reader,
    listing: &Listing,
    view: &mut View,
) -> Result<Page> {
    let workspace = reader.workspace.0;
    let (count, pattern) = wanted(listing);
    let digits: String = listing.text.chars().filter(char::is_ascii_digit).collect();
    let is_number = digits.len() >= 3 && !listing.text.chars().any(char::is_alphabetic);
    let rows = contacts!(
        "contact LEFT JOIN LATERAL (
           SELECT account.name AS of_name FROM account
           WHERE account.workspace_id = contact.workspace_id AND account.id = contact.account_id
         ) AS of_account ON true
         WHERE workspace_id = $1
           AND ($2 = '%%' OR name ILIKE $2 OR email ILIKE $2 OR phone ILIKE $2 OR of_name ILIKE $2
                OR $3::text IS NOT NULL AND regexp_replace(phone, '[^0-9]', '', 'g') LIKE '%' || $3 || '%')
         ORDER BY CASE WHEN $5 THEN lower(left(of_name, 100)) END NULLS LAST, lower(left(name, 100)), id LIMIT $4",
        workspace,
        pattern,
        is_number.then_some(digits),
        i64::from(count) + 1,
        listing.sort == Sort::Account
    );
    let mut found = rows.fetch_all(&mut *connection).await?;
    let more = cut(&mut found, count);
    let found = found.into_iter().map(Contact::try_from).collect::<Result<Vec<_>>>()?;
    let mut of: Vec<Uuid> = found.iter().filter_map(|contact| Some(contact.account?.0)).collect();
    of.sort_unstable();
    of.dedup();
    let accounts = account::by_ids(connection, workspace, &of).await?;
    view.accounts.extend(accounts.into_iter().map(|account| (account.id, account)));
    let contacts = found.iter().map(|contact| contact.id).collect();
    view.contacts.extend(found.into_iter().map(|contact| (contact.id, contact)));
    Ok(Page::Contacts { contacts, more })
}
