//! What the palette lists, in groups.

use super::{
    commands::{self, Act, Offer},
    recent,
};
use crate::{
    client::Client,
    deal::FILES,
    texts::Texts,
    ui::{IconName, finder::Finder, time},
};
use domain::{
    access::Right,
    board::{Filter, Look},
    grid::Query,
    id::AccountId,
    money::Money,
    page::{Address, Found, Listing},
    record::Kind,
    search::{self, Hit},
};
use leptos::prelude::*;

/// How many of a kind are listed; a list of them all is one more entry.
const LISTED: usize = 6;

#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub icon: IconName,
    pub name: String,
    /// The name in the other language: nobody has to switch the input method for a command.
    pub also: String,
    pub about: String,
    /// What stands at the end, before an amount.
    pub end: String,
    pub amount: Option<Money>,
    /// The keys that do the same without the palette.
    pub key: &'static str,
    pub act: Act,
}

impl Entry {
    pub fn new(icon: IconName, name: impl Into<String>, act: Act) -> Self {
        Self {
            icon,
            name: name.into(),
            also: String::new(),
            about: String::new(),
            end: String::new(),
            amount: None,
            key: "",
            act,
        }
    }

    /// Whether all words stand in its name.
    fn matches(&self, words: &[String]) -> bool {
        self.is_called(|name| words.iter().all(|word| name.contains(word)))
    }

    /// Whether each word begins one of the name's.
    fn begins(&self, words: &[String]) -> bool {
        self.is_called(|name| words.iter().all(|word| name.split([' ', ':', '：']).any(|part| part.starts_with(word))))
    }

    fn is_called(&self, is_it: impl Fn(&str) -> bool) -> bool {
        is_it(&self.name.to_lowercase()) || is_it(&self.also.to_lowercase())
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    pub title: &'static str,
    pub entries: Vec<Entry>,
}

/// All that is listed for what is typed. What begins with it is done before anything is found, so that its place does not
/// change when the answer comes.
pub fn groups(client: Client, finder: Finder, offer: Option<Offer>) -> Vec<Group> {
    let texts = client.texts;
    let t = texts.palette();
    let text = finder.text.get();
    let words = search::words(&text);
    let mut groups = Vec::new();
    let mut add = |title: &'static str, entries: Vec<Entry>| {
        if !entries.is_empty() {
            groups.push(Group { title, entries });
        }
    };
    if let Some(offer) = offer {
        let title = match offer {
            Offer::Stage => texts.move_menu().title(),
            Offer::Owner => texts.deal().owner(),
            Offer::Priority => texts.priority().title(),
        };
        let choices = commands::choices(client, offer);
        add(title, choices.into_iter().filter(|entry| entry.matches(&words)).collect());
        return groups;
    }
    if words.is_empty() {
        add(t.this_deal(), commands::of_deal(client, texts));
        let here = window().location().pathname().ok();
        let recent = recent::all(client).into_iter().map(|found| of_record(found, Vec::new()));
        let elsewhere = recent.filter(|entry| !matches!(&entry.act, Act::Open(path) if Some(path) == here.as_ref()));
        add(t.recent(), elsewhere.collect());
        add(t.commands(), commands::everywhere(client, texts));
        add(texts.saved_view().title(), first(commands::views(client), LISTED));
        return groups;
    }
    let of_page = |texts: Texts| {
        let everywhere = commands::everywhere(client, texts);
        commands::of_deal(client, texts).into_iter().chain(everywhere)
    };
    let in_both = of_page(texts).zip(of_page(texts.other())).map(|(own, other)| Entry { also: other.name, ..own });
    let matching = in_both.filter(|entry| entry.matches(&words));
    let (begun, within): (Vec<Entry>, Vec<Entry>) = matching.partition(|entry| entry.begins(&words));
    let hits = finder.found.get().unwrap_or_default();
    let found = |kind: Kind| {
        let of_kind = hits.iter().filter(|hit| hit.found.kind == kind);
        of_kind.map(|hit| of_hit(client, hit)).collect::<Vec<_>>()
    };
    let more = |entries: &mut Vec<Entry>, icon: IconName, path: &dyn Fn() -> String| {
        if entries.len() > LISTED {
            entries.truncate(LISTED);
            entries.push(Entry::new(icon, t.all_with(&text), Act::Open(path())));
        }
    };
    let listing = || Listing { text: text.clone(), ..Listing::default() };
    add(t.commands(), begun);
    let mut deals = found(Kind::Deal);
    more(&mut deals, IconName::Deals, &|| {
        let filter = Filter { text: text.clone(), ..Filter::default() };
        Address::Deals(Query { filter, ..Query::default() }).path()
    });
    add(texts.search().deals(), deals);
    let mut accounts = found(Kind::Account);
    more(&mut accounts, IconName::Building, &|| Address::Accounts(listing()).path());
    if let Some(hit) = hits.iter().find(|hit| hit.found.kind == Kind::Account) {
        let filter = Filter { account: Some(AccountId(hit.found.id)), ..Filter::default() };
        let path = Address::Board { pipeline: None, filter, look: Look::default() }.path();
        let name = &hit.found.name;
        if client.holds(Right::Work) {
            let act = Act::CreateWith(hit.found.clone());
            accounts.push(Entry::new(IconName::Plus, t.new_deal_with(name), act));
        }
        accounts.push(Entry::new(IconName::Funnel, t.board_of(name), Act::Open(path)));
    }
    add(texts.search().accounts(), accounts);
    let mut contacts = found(Kind::Contact);
    more(&mut contacts, IconName::User, &|| Address::Contacts(listing()).path());
    add(texts.contact().title(), contacts);
    let listed = |entries: Vec<Entry>| {
        let matching = entries.into_iter().filter(|entry| entry.matches(&words));
        matching.take(LISTED).collect::<Vec<_>>()
    };
    add(texts.saved_view().title(), listed(commands::views(client)));
    add(t.members(), first(commands::members(client, &words), LISTED));
    add(t.further(), within);
    add(texts.files().title(), first(found(Kind::File), LISTED));
    add(texts.activity().title(), first(found(Kind::Activity), LISTED));
    groups
}

fn first(mut entries: Vec<Entry>, count: usize) -> Vec<Entry> {
    entries.truncate(count);
    entries
}

/// A record by its name and what is told beside it.
fn of_record(found: Found, about: Vec<String>) -> Entry {
    let (icon, address) = match found.kind {
        Kind::Account => (IconName::Building, Address::Account(found.id.into())),
        Kind::Contact => (IconName::User, Address::Contact(found.id.into())),
        _ => (IconName::Deals, Address::Deal(found.id.into())),
    };
    let about: Vec<String> = std::iter::once(found.of).chain(about).filter(|part| !part.is_empty()).collect();
    Entry { about: about.join(" · "), ..Entry::new(icon, found.name, Act::Open(address.path())) }
}

fn of_hit(client: Client, hit: &Hit) -> Entry {
    let t = client.texts.palette();
    let found = hit.found.clone();
    match found.kind {
        Kind::Deal => {
            let stage = hit.stage.and_then(|id| client.with(|view| view.stages.get(&id).map(|it| it.name.clone())));
            Entry { end: stage.unwrap_or_default(), amount: hit.amount, ..of_record(found, Vec::new()) }
        }
        Kind::Account if hit.open + hit.won > 0 => of_record(found, vec![t.account_deals(hit.open, hit.won)]),
        Kind::Activity => {
            let address = match (hit.deal, hit.account) {
                (Some(deal), _) => Address::Deal(deal),
                (None, Some(account)) => Address::Account(account),
                (None, None) => Address::Accounts(Listing::default()),
            };
            let (zone, today) = (client.zone(), client.today());
            let end = hit.at.map(|at| time::when(&zone, at, today)).unwrap_or_default();
            let act = Act::Open(address.path());
            // What was only noted goes by its note.
            let (name, about) = match (found.name.is_empty(), hit.about.is_empty()) {
                (false, _) => (found.name.clone(), vec![hit.about.clone()]),
                (true, false) => (hit.about.clone(), Vec::new()),
                (true, true) => (client.texts.activity().record().to_owned(), Vec::new()),
            };
            Entry { icon: IconName::Note, act, end, ..of_record(Found { name, ..found }, about) }
        }
        Kind::File => {
            let end = hit.at.map(|at| time::when(&client.zone(), at, client.today())).unwrap_or_default();
            let path = hit.deal.map_or_else(String::new, |deal| Address::Deal(deal).path() + FILES);
            Entry { icon: IconName::File, act: Act::Open(path), end, ..of_record(found, Vec::new()) }
        }
        _ => of_record(found, vec![hit.about.clone()]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_called_by_either_name() {
        let entry =
            Entry { also: "Go to: Board".to_owned(), ..Entry::new(IconName::Board, "前往：看板", Act::Keys) };
        for (typed, begins, matches) in [
            ("看板", true, true),
            ("boa", true, true),
            ("go board", true, true),
            ("板", false, true),
            ("list", false, false),
        ] {
            let words = search::words(typed);
            assert_eq!((entry.begins(&words), entry.matches(&words)), (begins, matches), "{typed}");
        }
    }
}
