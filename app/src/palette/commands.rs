//! What can be done from the palette: going, making, switching, and working on the deal whose page stands.

use super::{Opener, entries::Entry};
use crate::{
    client::Client,
    deal::focus_line,
    seed::Theme,
    shell::{PLACES, choose_language, choose_theme},
    texts::{Language, Texts},
    ui::{IconName, priority},
};
use domain::{
    access::{Right, Role},
    board::{Columns, Filter, Look},
    change::Target,
    command::{Command, Place},
    deal::{Deal, Priority},
    grid::Query,
    id::{DealId, MemberId, StageId},
    page::{Address, Found, Page, Section},
    record::Kind,
};
use leptos::prelude::*;
use serde_json::{Value, json};
use std::time::Duration;

/// What an entry does.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    Open(String),
    Offer(Offer),
    Create,
    /// A new deal with an account.
    CreateWith(Found),
    Undo,
    Redo,
    Keys,
    Theme(Option<Theme>),
    Language(Language),
    Log,
    Move(StageId),
    Give(MemberId),
    Rate(Priority),
}

/// What is chosen next for the deal whose page stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    Stage,
    Owner,
    Priority,
}

/// The deal whose page stands.
pub fn deal_here(client: Client) -> Option<Deal> {
    let id = client.page.with(|page| match page {
        Page::Deal { deal, .. } => Some(*deal),
        _ => None,
    })?;
    client.with(|view| view.deals.get(&id).cloned())
}

/// What can be done with the deal whose page stands, in one of the languages.
pub fn of_deal(client: Client, texts: Texts) -> Vec<Entry> {
    let Some(deal) = deal_here(client) else { return Vec::new() };
    let texts = texts.palette();
    let mut entries = Vec::new();
    if client.holds(Right::Work) {
        entries.push(Entry { key: "L", ..Entry::new(IconName::Note, texts.log(&deal.title), Act::Log) });
    }
    if client.may_edit(&deal) {
        let offer = |icon, name, offer| Entry::new(icon, name, Act::Offer(offer));
        entries.push(Entry { key: "M", ..offer(IconName::Arrow, texts.move_deal(&deal.title), Offer::Stage) });
        if client.holds(Right::EditAllDeals) {
            entries.push(Entry { key: "A", ..offer(IconName::User, texts.give_deal(&deal.title), Offer::Owner) });
        }
        entries.push(offer(IconName::Flag, texts.rate_deal(&deal.title), Offer::Priority));
    }
    entries
}

/// The choices of an offer.
pub fn choices(client: Client, offer: Offer) -> Vec<Entry> {
    let Some(deal) = deal_here(client) else { return Vec::new() };
    client.with(|view| match offer {
        Offer::Stage => {
            let others = view.stages_of(deal.pipeline).into_iter().filter(|stage| stage.id != deal.stage);
            others.map(|stage| Entry::new(IconName::Arrow, stage.name.clone(), Act::Move(stage.id))).collect()
        }
        Offer::Owner => {
            let others = view.members.values().filter(|member| member.active && member.id != deal.owner);
            others.map(|member| Entry::new(IconName::User, member.name.clone(), Act::Give(member.id))).collect()
        }
        Offer::Priority => {
            let others = Priority::ALL.into_iter().filter(|priority| *priority != deal.priority);
            let name = |it| priority::name(client.texts, it).to_owned();
            others.map(|it| Entry::new(IconName::Flag, name(it), Act::Rate(it))).collect()
        }
    })
}

/// What can be done on every page, in one of the languages.
pub fn everywhere(client: Client, texts: Texts) -> Vec<Entry> {
    let t = texts.palette();
    let mut entries = Vec::new();
    if client.holds(Right::Work) {
        entries.push(Entry { key: "C", ..Entry::new(IconName::Plus, texts.board().new_deal(), Act::Create) });
    }
    let open = |icon, name: String, path: String| Entry::new(icon, name, Act::Open(path));
    for place in PLACES.iter().filter(|place| place.path != "/import" || client.holds(Right::Import)) {
        let entry = open(place.icon, t.go((place.name)(texts)), place.path.to_owned());
        entries.push(Entry { key: place.keys, ..entry });
    }
    client.with(|view| {
        let pipelines = view.pipelines();
        for pipeline in pipelines.iter().filter(|_| pipelines.len() > 1) {
            let address = Address::of_board(Some(pipeline.id));
            entries.push(open(IconName::Board, t.board(&pipeline.name), address.path()));
        }
    });
    let forecast = Look { columns: Columns::Months, ..Look::default() };
    let forecast = Address::Board { pipeline: None, filter: Filter::default(), look: forecast };
    entries.push(open(IconName::Board, t.go(texts.look().by_month()), forecast.path()));
    for section in Section::ALL {
        let name = match section {
            Section::Workspace => texts.settings().workspace(),
            Section::Members => texts.settings().members(),
            Section::Pipelines => texts.settings().pipelines(),
            Section::Fields => texts.settings().fields(),
            Section::Calendar => texts.calendar().title(),
        };
        entries.push(open(IconName::Settings, t.settings(name), Address::Settings(section).path()));
    }
    let undo = texts.undo();
    entries.push(Entry { key: "Ctrl Z", ..Entry::new(IconName::Left, undo.undo(), Act::Undo) });
    entries.push(Entry { key: "Ctrl Shift Z", ..Entry::new(IconName::Right, texts.keys().redo(), Act::Redo) });
    let person = texts.person();
    for (theme, name) in [
        (Some(Theme::Light), person.theme_light()),
        (Some(Theme::Dark), person.theme_dark()),
        (None, person.theme_system()),
    ] {
        entries.push(Entry::new(IconName::Today, t.theme(name), Act::Theme(theme)));
    }
    let (other, name) = if client.texts.0.is_chinese() {
        (Language::English, person.language_en())
    } else {
        (Language::Chinese, person.language_zh())
    };
    entries.push(Entry::new(IconName::Globe, t.language(name), Act::Language(other)));
    entries.push(Entry { key: "?", ..Entry::new(IconName::Help, texts.keys().title(), Act::Keys) });
    entries
}

/// The views that the member sees, their own first.
pub fn views(client: Client) -> Vec<Entry> {
    client.with(|view| {
        let mut seen: Vec<_> = view.saved_views.values().filter(|saved| saved.is_seen_by(client.me)).collect();
        seen.sort_by_cached_key(|saved| (saved.owner != client.me, saved.name.to_lowercase(), saved.id));
        let entry = |name: &str, path: &str| Entry::new(IconName::Link, name, Act::Open(path.to_owned()));
        seen.into_iter().map(|saved| entry(&saved.name, &saved.path)).collect()
    })
}

/// The deals of the members in whose names all words stand.
pub fn members(client: Client, words: &[String]) -> Vec<Entry> {
    client.with(|view| {
        let is_meant = |name: &str| words.iter().all(|word| name.to_lowercase().contains(word));
        let members = view.members.values().filter(|member| member.active && member.role != Role::Viewer);
        let entry = |id: MemberId, name: &str| {
            let filter = Filter { owners: vec![id], ..Filter::default() };
            let path = Address::Deals(Query { filter, ..Query::default() }).path();
            Entry::new(IconName::User, client.texts.palette().deals_of(name), Act::Open(path))
        };
        members.filter(|member| is_meant(&member.name)).map(|member| entry(member.id, &member.name)).collect()
    })
}

/// Does what needs no address and offers no more.
pub fn carry_out(client: Client, opener: Opener, act: &Act) {
    let deal = untrack(|| deal_here(client));
    match (act, deal) {
        (Act::Create, _) => opener.creating.set(true),
        (Act::CreateWith(account), _) => {
            opener.customer.set(Some(account.clone()));
            opener.creating.set(true);
        }
        (Act::Undo, _) => client.undo_last(),
        (Act::Redo, _) => client.redo_last(),
        (Act::Keys, _) => opener.help.set(true),
        (Act::Theme(theme), _) => choose_theme(*theme),
        (Act::Language(language), _) => choose_language(*language),
        // Not before the palette has given the focus back.
        (Act::Log, _) => set_timeout(focus_line, Duration::ZERO),
        (Act::Move(stage), Some(deal)) => {
            let name = client.peek(|view| view.stages.get(stage).map(|stage| stage.name.clone()).unwrap_or_default());
            let (stage, seen, place) = (*stage, deal.stage, Place::default());
            let command = Command::MoveDeal { deal: deal.id, stage, seen, place, at: None };
            client.ask_through_or_tell(command, move |id| {
                client.toasts.done(client.texts.toast().moved(&name), id);
            });
        }
        (Act::Give(member), Some(deal)) => set(client, deal.id, "owner", json!(member)),
        // Normal is what holds where nothing is set.
        (Act::Rate(Priority::Normal), Some(deal)) => set(client, deal.id, "priority", Value::Null),
        (Act::Rate(priority), Some(deal)) => set(client, deal.id, "priority", json!(priority)),
        (Act::Open(_) | Act::Offer(_) | Act::Move(_) | Act::Give(_) | Act::Rate(_), _) => {}
    }
}

fn set(client: Client, deal: DealId, field: &str, value: Value) {
    match client.set(Target::new(Kind::Deal, deal), field, value) {
        Ok(id) => client.toasts.done(client.texts.toast().saved(), id),
        Err(refusal) => client.tell(&refusal),
    }
}
