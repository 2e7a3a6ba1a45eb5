//! Searching: what is told of a record that was found, worked out from records as a view holds them.

use crate::{
    access::Sight,
    change::Target,
    id::{AccountId, DealId, StageId},
    money::Money,
    page::Found,
    pipeline::Outcome,
    record::Kind,
    view::View,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The kinds of record that are found, in the order in which they are told.
pub const KINDS: [Kind; 5] = [Kind::Deal, Kind::Account, Kind::Contact, Kind::Activity, Kind::File];

/// How many characters of a longer text are told around what was found.
const EXCERPT: usize = 60;

/// A record that was found, with what a list tells of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    pub found: Found,
    /// The account to which a deal, contact or activity belongs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// The deal with which an activity was, or on which a file is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deal: Option<DealId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<StageId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// A contact's job title; of an activity's note the part in which something was found.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// When an activity was done, or else noted; when a file was added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<DateTime<Utc>>,
    /// An account's deals that are open and that were won, as far as the member sees them.
    #[serde(default)]
    pub open: u32,
    #[serde(default)]
    pub won: u32,
}

impl Hit {
    /// What is told of a record that the view holds and the member may see; `text` is what was searched for.
    pub fn of(view: &View, sight: &Sight, target: Target, text: &str) -> Option<Self> {
        let account_name = |account: Option<AccountId>| {
            let record = account.and_then(|account| view.accounts.get(&account));
            record.map(|account| account.name.clone()).unwrap_or_default()
        };
        let Target { kind, id } = target;
        let hit = |name: &str, of: String| Self {
            found: Found { kind, id, name: name.to_owned(), of },
            account: None,
            deal: None,
            stage: None,
            amount: None,
            about: String::new(),
            at: None,
            open: 0,
            won: 0,
        };
        Some(match kind {
            Kind::Deal => {
                let deal = view.deals.get(&id.into()).filter(|deal| sight.sees(deal))?;
                let (account, stage, amount) = (deal.account, Some(deal.stage), deal.amount);
                Self { account, stage, amount, ..hit(&deal.title, account_name(account)) }
            }
            Kind::Account => {
                let account = view.accounts.get(&id.into())?;
                let mut hit = hit(&account.name, String::new());
                let of_account = view.deals.values().filter(|deal| deal.account == Some(account.id));
                for deal in of_account.filter(|deal| sight.sees(deal)) {
                    match view.stages.get(&deal.stage).map(|stage| stage.outcome) {
                        Some(Outcome::Open) => hit.open += 1,
                        Some(Outcome::Won) => hit.won += 1,
                        _ => {}
                    }
                }
                hit
            }
            Kind::Contact => {
                let contact = view.contacts.get(&id.into())?;
                let of = account_name(contact.account);
                Self { account: contact.account, about: contact.title.clone(), ..hit(&contact.name, of) }
            }
            Kind::Activity => {
                let activity = view.activities.get(&id.into())?;
                let deal = match activity.deal {
                    Some(deal) => Some(view.deals.get(&deal).filter(|deal| sight.sees(deal))?),
                    None => None,
                };
                let account = activity.account.or(deal.and_then(|deal| deal.account));
                let of = deal.map_or_else(|| account_name(account), |deal| deal.title.clone());
                let about = excerpt(&activity.note, text);
                let at = Some(activity.done_at.unwrap_or(activity.created_at));
                Self { account, deal: activity.deal, about, at, ..hit(&activity.subject, of) }
            }
            Kind::File => {
                let file = view.files.get(&id.into())?;
                let deal = view.deals.get(&file.deal).filter(|deal| sight.sees(deal))?;
                Self { deal: Some(deal.id), at: Some(file.created_at), ..hit(&file.name, deal.title.clone()) }
            }
            _ => return None,
        })
    }
}

/// The records of a view in which all words of the text stand, as far as the member sees them: what can be found while the
/// server is away. At most `most` of each kind; those whose name begins with the text come first.
pub fn held(view: &View, sight: &Sight, text: &str, most: usize) -> Vec<Hit> {
    let words = words(text);
    if words.is_empty() {
        return Vec::new();
    }
    let account =
        |id: Option<AccountId>| id.and_then(|id| view.accounts.get(&id)).map_or("", |found| found.name.as_str());
    let holds = |texts: &[&str]| {
        let all = texts.join("\n").to_lowercase();
        words.iter().all(|word| all.contains(word))
    };
    let mut found: Vec<Target> = Vec::new();
    for deal in view.deals.values() {
        let external = deal.external_id.as_deref().unwrap_or_default();
        if holds(&[&deal.title, account(deal.account), &deal.tags.join("\n"), external, &deal.notes]) {
            found.push(Target::new(Kind::Deal, deal.id));
        }
    }
    for account in view.accounts.values() {
        if holds(&[&account.name, &account.industry, &account.address, &account.phone, &account.notes]) {
            found.push(Target::new(Kind::Account, account.id));
        }
    }
    for contact in view.contacts.values() {
        if holds(&[&contact.name, account(contact.account), &contact.title, &contact.email, &contact.phone]) {
            found.push(Target::new(Kind::Contact, contact.id));
        }
    }
    for activity in view.activities.values() {
        if holds(&[&activity.subject, &activity.note]) {
            found.push(Target::new(Kind::Activity, activity.id));
        }
    }
    for file in view.files.values() {
        if holds(&[&file.name]) {
            found.push(Target::new(Kind::File, file.id));
        }
    }
    let start = text.trim().to_lowercase();
    let hits = found.into_iter().filter_map(|target| Hit::of(view, sight, target, text));
    let mut hits: Vec<Hit> = hits.collect();
    let kind = |hit: &Hit| KINDS.iter().position(|kind| *kind == hit.found.kind);
    hits.sort_by_cached_key(|hit| {
        let name = hit.found.name.to_lowercase();
        (kind(hit), !name.starts_with(&start), name)
    });
    let mut kept = [0; KINDS.len()];
    hits.retain(|hit| {
        let Some(kept) = kind(hit).map(|at| &mut kept[at]) else { return false };
        *kept += 1;
        *kept <= most
    });
    hits
}

/// The words of what was typed, in lower case.
pub fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_lowercase).collect()
}

/// Takes a text apart where the words stand in it: each part, and whether it is one of them. Letter case does not matter.
pub fn marked<'a>(text: &'a str, words: &[String]) -> Vec<(&'a str, bool)> {
    // Lower case may take other bytes than the letter, so each is kept with where its letter begins.
    let mut lower = String::new();
    let mut origin = Vec::new();
    for (at, letter) in text.char_indices() {
        for small in letter.to_lowercase() {
            lower.push(small);
            origin.resize(lower.len(), at);
        }
    }
    origin.push(text.len());
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for word in words.iter().filter(|word| !word.is_empty()) {
        let found = lower.match_indices(word.as_str());
        spans.extend(found.map(|(at, word)| (origin[at], origin[at + word.len()])));
    }
    spans.sort_unstable();
    let mut parts: Vec<(&str, bool)> = Vec::new();
    let mut done = 0;
    while let Some((from, mut to)) = spans.first().copied() {
        // Those that touch are one.
        let touching = spans.iter().take_while(|span| {
            let touches = span.0 <= to;
            to = if touches { to.max(span.1) } else { to };
            touches
        });
        let count = touching.count();
        spans.drain(..count);
        parts.extend((from > done).then(|| (&text[done..from], false)));
        parts.push((&text[from..to], true));
        done = to;
    }
    parts.extend((done < text.len()).then(|| (&text[done..], false)));
    parts
}

/// The part of a text around the first of the words; nothing where none stands in it.
fn excerpt(text: &str, searched: &str) -> String {
    let parts = marked(text, &words(searched));
    let Some(first) = parts.iter().position(|(_, is_word)| *is_word) else { return String::new() };
    let before: usize = parts[..first].iter().map(|(part, _)| part.len()).sum();
    let start = text[..before].char_indices().rev().nth(EXCERPT / 4).map_or(0, |(at, _)| at);
    let excerpt: String = text[start..].chars().take(EXCERPT).collect();
    let (from, to) = (start > 0, start + excerpt.len() < text.len());
    let line = excerpt.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("{}{line}{}", if from { "…" } else { "" }, if to { "…" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Account;

    #[test]
    fn words_are_marked_where_they_stand() {
        let check = |text: &str, typed: &str, expected: &str| {
            let parts = marked(text, &words(typed));
            let shown: String = parts
                .iter()
                .map(|(part, is_word)| if *is_word { format!("[{part}]") } else { (*part).into() })
                .collect();
            assert_eq!(shown, expected);
        };
        check("恒泽精密", "恒泽", "[恒泽]精密");
        check("Crane for the Docks", "dock CRANE", "[Crane] for the [Dock]s");
        check("İstanbul", "st", "İ[st]anbul");
        check("aaab", "aa a", "[aaa]b");
        check("nothing", "", "nothing");
    }

    #[test]
    fn what_is_held_is_found_as_far_as_it_is_seen() {
        let now = DateTime::UNIX_EPOCH;
        let mut view = View::default();
        for (number, name) in [(1, "North crane"), (2, "Crane works"), (3, "Docks")] {
            let account = Account::new(uuid::Uuid::from_u128(number).into(), name.to_owned(), now);
            view.accounts.insert(account.id, account);
        }
        let names = |sight: &Sight, text: &str, most: usize| {
            held(&view, sight, text, most).into_iter().map(|hit| hit.found.name).collect::<Vec<_>>()
        };
        let all = Sight::Everything;
        assert_eq!(names(&all, "crane", 9), ["Crane works", "North crane"]);
        assert_eq!(names(&all, "crane", 1), ["Crane works"]);
        assert_eq!(names(&all, "CRANE nor", 9), ["North crane"]);
        assert!(names(&all, " ", 9).is_empty());
    }

    #[test]
    fn an_excerpt_is_a_part_of_the_text() {
        assert_eq!(excerpt("短文", "短"), "短文");
        assert_eq!(excerpt("别的", "短"), "");
        let long = "很长的开头".repeat(20) + "要找的字" + &"后面".repeat(60);
        let excerpt = excerpt(&long, "要找");
        assert!(excerpt.starts_with('…') && excerpt.ends_with('…') && excerpt.contains("要找的字"), "{excerpt}");
    }
}
