//! What a file's columns mean, guessed from their headers. A person may correct every guess.

use serde::{Deserialize, Serialize};

use super::synonyms::{self, Synonyms, normalised};
use crate::record::Kind;

/// Where a column's cells go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "record", content = "field", rename_all = "snake_case")]
pub enum Target {
    Deal(DealField),
    Account(AccountField),
    Contact(ContactField),
    Ignore,
}

/// What a column can tell of a deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DealField {
    ExternalId,
    Title,
    /// The account's name.
    Account,
    Amount,
    Currency,
    Stage,
    Pipeline,
    Owner,
    Priority,
    /// The day on which it is expected to close.
    CloseOn,
    CreatedOn,
    /// The day on which it was won or lost.
    ClosedOn,
    /// When it entered the stage that the row names. With an external id, rows are events: each tells of a deal where it
    /// stood from then on.
    EnteredOn,
    Source,
    /// Why it was lost.
    LossReason,
    Tags,
    Notes,
    /// A custom field, new or of the workspace.
    Custom,
}

/// What a column can tell of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountField {
    ExternalId,
    Name,
    Industry,
    Website,
    Phone,
    Address,
    Notes,
    /// A custom field, new or of the workspace.
    Custom,
}

/// What a column can tell of a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactField {
    ExternalId,
    Name,
    /// Part of the name, see [`full_name`].
    GivenName,
    /// Part of the name, see [`full_name`].
    FamilyName,
    /// The account's name.
    Account,
    /// The job title.
    Title,
    Email,
    Phone,
    Notes,
    /// A custom field, new or of the workspace.
    Custom,
}

/// A guess at a whole file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guess {
    /// The kind of record that each row is: deal, account or contact; none where too little speaks for any.
    pub kind: Option<Kind>,
    /// For each column its target. No field but custom ones occurs twice.
    pub targets: Vec<Target>,
}

/// The kinds that files hold; the first wins where as much speaks for another.
const KINDS: [Kind; 3] = [Kind::Deal, Kind::Contact, Kind::Account];

/// How much must speak for a kind: one header that no other kind has counts two, others one.
const ENOUGH: usize = 3;

/// Guesses from headers as written in the file. Columns without a header are ignored, as are all where no kind is
/// recognised.
pub fn guess(headers: &[&str]) -> Guess {
    let evidence = |kind: Kind| -> usize {
        let others = || KINDS.into_iter().filter(|&other| other != kind);
        let known = |kind, header: &str| synonyms::of(kind).iter().any(|s| s.is_strong(header));
        let headers: Vec<String> = headers.iter().map(|header| normalised(header)).collect();
        let matching = headers.iter().filter(|header| known(kind, header));
        matching.map(|header| if others().any(|other| known(other, header)) { 1 } else { 2 }).sum()
    };
    // `max_by_key` gives the last of equals.
    let best = KINDS.into_iter().rev().max_by_key(|&kind| evidence(kind));
    let kind = best.filter(|&kind| evidence(kind) >= ENOUGH);
    Guess { kind, targets: kind.map_or(vec![Target::Ignore; headers.len()], |kind| targets(headers, kind)) }
}

/// The targets for a kind of record that a person has chosen; the kind is deal, account or contact.
pub fn targets(headers: &[&str], kind: Kind) -> Vec<Target> {
    let headers: Vec<String> = headers.iter().map(|header| normalised(header)).collect();
    let mut targets: Vec<Option<Target>> = vec![None; headers.len()];
    // What is certain chooses first, then what a header may mean as well.
    for words in [Synonyms::strong as fn(&Synonyms) -> _, Synonyms::weak] {
        for synonyms in synonyms::of(kind) {
            if targets.contains(&Some(synonyms.target)) {
                continue;
            }
            let is_free = |column: &usize| targets[*column].is_none();
            let column = words(synonyms).iter().find_map(|word| {
                (0..headers.len()).filter(is_free).find(|&column| headers[column] == normalised(word))
            });
            if let Some(column) = column {
                targets[column] = Some(synonyms.target);
            }
        }
    }
    let custom = match kind {
        Kind::Deal => Target::Deal(DealField::Custom),
        Kind::Account => Target::Account(AccountField::Custom),
        Kind::Contact => Target::Contact(ContactField::Custom),
        _ => Target::Ignore,
    };
    let others = |header: &String| if header.is_empty() { Target::Ignore } else { custom };
    targets.into_iter().zip(&headers).map(|(target, header)| target.unwrap_or_else(|| others(header))).collect()
}

/// Whether a header is a word for some field, of whatever kind of record.
pub fn is_known(header: &str) -> bool {
    synonyms::is_known(header)
}

/// A person's name from its parts: family name first and without a space in Chinese, given name first elsewhere.
pub fn full_name(given: &str, family: &str) -> String {
    let (given, family) = (given.trim(), family.trim());
    let is_han = |text: &str| text.chars().any(|c| matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}'));
    if is_han(given) || is_han(family) {
        format!("{family}{given}")
    } else {
        format!("{given} {family}").trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows each column's target as `deal.stage`, and `-` for an ignored one.
    fn check(headers: &str, kind: Option<Kind>, expected: &str) {
        let headers: Vec<_> = headers.split(',').collect();
        let guess = guess(&headers);
        let show = |target: &Target| {
            let json = serde_json::to_value(target).unwrap();
            json.get("field").map_or("-".to_owned(), |field| field.as_str().unwrap().to_owned())
        };
        let shown: Vec<_> = guess.targets.iter().map(show).collect();
        assert_eq!((guess.kind, shown.join(",").as_str()), (kind, expected), "{headers:?}");
    }

    #[test]
    fn deals() {
        check(
            "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value",
            Some(Kind::Deal),
            "external_id,owner,title,account,stage,created_on,close_on,amount",
        );
        check("mql_id,first_contact_date,origin", Some(Kind::Deal), "external_id,created_on,source");
        check(
            "Deal Name,PRODUCT,Close Date,Expected Close Date,Amount (USD),",
            Some(Kind::Deal),
            "title,custom,closed_on,close_on,amount,-",
        );
        check(
            "商机名称,客户名称,预计金额（万元）,销售阶段,负责人,预计成交日期,创建时间,来源,标签,备注,区域",
            Some(Kind::Deal),
            "title,account,amount,stage,owner,close_on,created_on,source,tags,notes,custom",
        );
        check(
            "deal_id,deal_pipeline_id,deal_pipeline_stage_id,owner_id,property_dealname,property_amount,property_createdate",
            Some(Kind::Deal),
            "external_id,pipeline,stage,owner,title,amount,created_on",
        );
    }

    #[test]
    fn accounts_and_contacts() {
        check(
            "account,sector,year_established,revenue,employees,office_location,subsidiary_of",
            Some(Kind::Account),
            "name,industry,custom,custom,custom,address,custom",
        );
        check("公司名称,行业,网站,电话,地址", Some(Kind::Account), "name,industry,website,phone,address");
        check("Name,E-mail,Phone,Company", Some(Kind::Contact), "name,email,phone,account");
        check(
            "First Name,Last Name,Job Title,Email Address,Mobile",
            Some(Kind::Contact),
            "given_name,family_name,title,email,phone",
        );
        check("姓名,手机,邮箱,公司,职位", Some(Kind::Contact), "name,phone,email,account,title");
    }

    #[test]
    fn what_is_none_of_them() {
        check("sales_agent,manager,regional_office", None, "-,-,-");
        check("product,series,sales_price", None, "-,-,-");
        check("adcode,name,longitude,latitude", None, "-,-,-,-");
        check("", None, "-");
    }

    #[test]
    fn names() {
        assert_eq!(full_name("三", "张"), "张三");
        assert_eq!(full_name("Anna", "Doe"), "Anna Doe");
        assert_eq!(full_name("Anna", " "), "Anna");
    }
}
