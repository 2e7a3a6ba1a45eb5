//! What a page shows: the address it is asked by, and the snapshot it renders from, the same on both sides.

use crate::{
    Version,
    board::{Filter, Lane, Look, Slot, Totals},
    calendar::Zone,
    change::Recorded,
    deal::Priority,
    funnel, grid,
    id::{AccountId, ContactId, DealId, ImportId, MemberId, PipelineId, PlanId, TeamId},
    plan,
    record::{Kind, Record},
    view::View,
};
use chrono::{DateTime, Utc};
use form_urlencoded::Serializer;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A page as its address names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Address {
    /// No pipeline named: the first.
    Board {
        pipeline: Option<PipelineId>,
        filter: Filter,
        look: Look,
    },
    Deals(grid::Query),
    Deal(DealId),
    Accounts(Listing),
    Account(AccountId),
    Contacts(Listing),
    Contact(ContactId),
    Funnel(funnel::query::Query),
    Plan(plan::query::Query),
    Settings(Section),
    Imports,
    Import(ImportId),
}

/// Which part of a long list is shown: `q`, `sort` and `more` in the address.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Listing {
    /// Found in what the list is searched by; empty: everything.
    pub text: String,
    pub sort: Sort,
    /// How many times as much again as is shown at first.
    pub more: u32,
}

/// A list's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Sort {
    #[default]
    Name,
    /// Of accounts: the largest open amount first, in the workspace's currency.
    Open,
    /// Of contacts: by their account's name.
    Account,
}

impl Sort {
    const WORDS: [(Self, &str); 3] = [(Self::Name, "name"), (Self::Open, "open"), (Self::Account, "account")];
}

impl Listing {
    /// More is never asked for at once than this many times.
    pub const MOST: u32 = 24;

    /// Reads a query. What is not understood is passed over: an old link still opens.
    pub fn parse(query: &str) -> Self {
        let mut listing = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "q" => listing.text = value.into_owned(),
                "sort" => {
                    let sort = Sort::WORDS.into_iter().find(|(_, word)| *word == value);
                    listing.sort = sort.map(|(sort, _)| sort).unwrap_or_default();
                }
                "more" => listing.more = value.parse().unwrap_or(0).min(Self::MOST),
                _ => {}
            }
        }
        listing
    }

    /// As a query with its question mark; empty where nothing is asked for.
    fn query(&self) -> String {
        let mut query = Serializer::new(String::new());
        if !self.text.is_empty() {
            query.append_pair("q", &self.text);
        }
        if let Some((_, word)) = Sort::WORDS.iter().find(|(sort, _)| *sort == self.sort && *sort != Sort::default()) {
            query.append_pair("sort", word);
        }
        if self.more > 0 {
            query.append_pair("more", &self.more.to_string());
        }
        let query = query.finish();
        if query.is_empty() { query } else { format!("?{query}") }
    }
}

/// A part of the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Section {
    Workspace,
    Members,
    Pipelines,
    Fields,
    Calendar,
}

impl Section {
    pub const ALL: [Self; 5] = [Self::Workspace, Self::Members, Self::Pipelines, Self::Fields, Self::Calendar];

    pub fn word(self) -> &'static str {
        match self {
            Self::Workspace => "workspace",
            Self::Members => "members",
            Self::Pipelines => "pipelines",
            Self::Fields => "fields",
            Self::Calendar => "calendar",
        }
    }
}

impl Address {
    /// Reads a path with its query; `None` where no page stands.
    pub fn parse(address: &str) -> Option<Self> {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        let page = (parts.next(), parts.next(), parts.next());
        Some(match page {
            (None | Some("board"), None, None) => Self::board(None, query),
            (Some("board"), Some(id), None) => Self::board(Some(id.parse().ok()?), query),
            (Some("deals"), None, None) => Self::Deals(grid::Query::parse(query)),
            (Some("deals"), Some(id), None) => Self::Deal(id.parse().ok()?),
            (Some("accounts"), None, None) => Self::Accounts(Listing::parse(query)),
            (Some("accounts"), Some(id), None) => Self::Account(id.parse().ok()?),
            (Some("contacts"), None, None) => Self::Contacts(Listing::parse(query)),
            (Some("contacts"), Some(id), None) => Self::Contact(id.parse().ok()?),
            (Some("funnel"), None, None) => Self::Funnel(funnel::query::Query::parse(query)),
            (Some("plan"), None, None) => Self::Plan(plan::query::Query::parse(query)),
            (Some("settings"), None, None) => Self::Settings(Section::Workspace),
            (Some("settings"), Some(word), None) => {
                Self::Settings(Section::ALL.into_iter().find(|section| section.word() == word)?)
            }
            (Some("import"), None, None) => Self::Imports,
            (Some("import"), Some(id), None) => Self::Import(id.parse().ok()?),
            _ => return None,
        })
    }

    fn board(pipeline: Option<PipelineId>, query: &str) -> Self {
        Self::Board { pipeline, filter: parse_filter(query), look: Look::parse(query) }
    }

    /// A pipeline's board as it is at first; no pipeline: the first.
    pub fn of_board(pipeline: Option<PipelineId>) -> Self {
        Self::Board { pipeline, filter: Filter::default(), look: Look::default() }
    }

    /// The path and query of the page.
    pub fn path(&self) -> String {
        match self {
            Self::Board { pipeline, filter, look } => {
                let path = pipeline.map_or_else(|| "/board".to_owned(), |id| format!("/board/{id}"));
                let mut query = Serializer::new(filter_query(filter).trim_start_matches('?').to_owned());
                look.append(&mut query);
                let query = query.finish();
                if query.is_empty() { path } else { format!("{path}?{query}") }
            }
            Self::Deals(query) => "/deals".to_owned() + &query.to_query(),
            Self::Deal(id) => format!("/deals/{id}"),
            Self::Accounts(listing) => "/accounts".to_owned() + &listing.query(),
            Self::Account(id) => format!("/accounts/{id}"),
            Self::Contacts(listing) => "/contacts".to_owned() + &listing.query(),
            Self::Contact(id) => format!("/contacts/{id}"),
            Self::Funnel(query) => "/funnel".to_owned() + &query.to_query(),
            Self::Plan(query) => "/plan".to_owned() + &query.to_query(),
            Self::Settings(section) => format!("/settings/{}", section.word()),
            Self::Imports => "/import".to_owned(),
            Self::Import(id) => format!("/import/{id}"),
        }
    }
}

/// The filter that an address holds: `owner` (may repeat), `team`, `account`, `tag`, `priority`, `q`. What is not understood is
/// passed over: an old link still opens.
pub fn parse_filter(query: &str) -> Filter {
    let mut filter = Filter::default();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match name.as_ref() {
            "owner" => filter.owners.extend(value.parse::<MemberId>().ok()),
            "team" => filter.team = value.parse::<TeamId>().ok(),
            "account" => filter.account = value.parse::<AccountId>().ok(),
            "tag" => filter.tag = Some(value.into_owned()),
            "priority" => filter.priority = Priority::from_word(&value),
            "q" => filter.text = value.into_owned(),
            _ => {}
        }
    }
    filter
}

/// The filter as a query with its question mark; empty where nothing is filtered.
pub fn filter_query(filter: &Filter) -> String {
    let mut query = Serializer::new(String::new());
    for owner in &filter.owners {
        query.append_pair("owner", &owner.to_string());
    }
    if let Some(team) = filter.team {
        query.append_pair("team", &team.to_string());
    }
    if let Some(account) = filter.account {
        query.append_pair("account", &account.to_string());
    }
    if let Some(tag) = &filter.tag {
        query.append_pair("tag", tag);
    }
    if let Some(priority) = filter.priority {
        query.append_pair("priority", priority.word());
    }
    if !filter.text.is_empty() {
        query.append_pair("q", &filter.text);
    }
    let query = query.finish();
    if query.is_empty() { query } else { format!("?{query}") }
}

/// Everything that a page is rendered from, as of one version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    pub version: Version,
    pub as_of: DateTime<Utc>,
    pub me: MemberId,
    /// The demo workspace, which is for trying out.
    pub is_demo: bool,
    pub zone: Zone,
    /// The workspace's settings, and the records that the page shows.
    pub view: View,
    pub page: Page,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Page {
    Board(BoardPage),
    Deals(grid::Window),
    Deal {
        deal: DealId,
        history: History,
    },
    Accounts {
        accounts: Vec<AccountLine>,
        more: bool,
    },
    Account {
        account: AccountId,
        history: History,
    },
    Contacts {
        contacts: Vec<ContactId>,
        more: bool,
    },
    Contact {
        contact: ContactId,
        history: History,
    },
    /// The report as JSON. The page's own code takes it apart, so that other pages need not load what can.
    Funnel(String),
    /// The plans that the address names and the member may see, in their order. The view holds them whole, with their deals
    /// and the deals' accounts.
    Plan {
        plans: Vec<PlanId>,
        /// There are more than one page takes.
        more: bool,
    },
    Settings(Section),
    Imports {
        runs: Vec<ImportRun>,
    },
    Import(ImportRun),
}

/// A board. At first paint the view holds only the cards that are painted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BoardPage {
    pub pipeline: PipelineId,
    /// What the board shows in each lane and column that has cards, whether or not they are in the view.
    pub cells: Vec<Cell>,
    /// The view holds every card of the pipeline that the member may see.
    pub complete: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    pub lane: Lane,
    pub slot: Slot,
    pub totals: Totals,
}

/// One line of the list of accounts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountLine {
    pub account: AccountId,
    pub open: Totals,
    pub won: Totals,
}

/// What happened to one record, newest first.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct History {
    pub recorded: Vec<Recorded>,
    /// There is more before this.
    pub more: bool,
}

/// Something found by searching.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Found {
    pub kind: Kind,
    pub id: Uuid,
    pub name: String,
    /// The account of a deal or contact.
    pub of: String,
}

/// One of the records that may be merged, with how many others refer to it that the member sees.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mergeable {
    pub record: Record,
    /// The name of a contact's account.
    pub of: String,
    pub deals: u32,
    pub contacts: u32,
    pub activities: u32,
}

/// A run of an import, as its page shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportRun {
    pub id: ImportId,
    pub by: MemberId,
    pub file_name: String,
    pub started_at: DateTime<Utc>,
    pub state: RunState,
    pub progress: Progress,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    Running,
    Done,
    Cancelled,
    Failed,
    Undoing,
    Undone,
}

/// Counts of an import, in rows of the file, except where said otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Progress {
    pub rows: u64,
    pub done: u64,
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub refused: u64,
    /// Accounts that were made because a row named them.
    pub accounts: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_its_page_and_back() {
        let check = |address: &str| {
            let page = Address::parse(address).expect(address);
            assert_eq!(page.path(), address);
        };
        let id = "018f2f7c-0000-7000-8000-000000000001";
        check(&format!("/board/{id}?owner={id}&tag=A%26B&priority=high&q=%E5%8C%97%E8%BE%B0"));
        check(&format!("/board/{id}?q=x&by=month&lanes=owner&sort=amount&dense=1&fold=earlier&fold=owner-{id}"));
        check(&format!("/deals/{id}"));
        check(&format!("/deals?tag=A%26B&q=x&pipeline={id}&sort=-amount&group=stage&columns=title%2Ccustom.{id}"));
        check("/settings/members");
        check(&format!("/funnel?pipeline={id}&from=2026-01-01&rule=in_order"));
        check("/plan");
        check(&format!("/plan?pipeline={id}&owner={id}&owner={id}&team={id}&q=a+b&templates=1"));
        check(&format!(
            "/plan?deal={id}&group=owner&zoom=month&from=2026-11-02&critical=0&baseline={id}&links=0&fold={id}"
        ));
        check(&format!("/plan?plan={id}&zoom=hour&done=0"));
        check("/accounts?q=a+b&sort=open&more=2");
        check("/contacts?sort=account");
        check(&format!("/contacts/{id}"));
        for wrong in ["/deals/1", "/nowhere", "/board/x", "/settings/none", "/deals/1/2/3"] {
            assert_eq!(Address::parse(wrong), None, "{wrong}");
        }
        assert!(matches!(Address::parse("/"), Some(Address::Board { pipeline: None, .. })));
    }
}
