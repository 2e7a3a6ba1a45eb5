//! What columns and lanes are called.

use crate::texts::Texts;
use chrono::Datelike;
use domain::{
    board::{Lane, Slot},
    health::Light,
    view::View,
};

pub fn slot_name(texts: Texts, view: &View, slot: Slot) -> String {
    let t = texts.look();
    match slot {
        Slot::Stage(stage) => view.stages.get(&stage).map(|stage| stage.name.clone()).unwrap_or_default(),
        Slot::Earlier => t.earlier().to_owned(),
        Slot::Month(first) => t.month_of(first.month(), first.year()),
        Slot::Later => t.later().to_owned(),
        Slot::Undated => t.undated().to_owned(),
    }
}

pub fn lane_name(texts: Texts, view: &View, lane: Lane) -> String {
    let t = texts.look();
    let or = |name: Option<&String>, none: &str| name.cloned().unwrap_or_else(|| none.to_owned());
    match lane {
        Lane::Whole => String::new(),
        Lane::Owner(member) => or(view.members.get(&member).map(|member| &member.name), t.unknown()),
        Lane::Team(team) => or(team.and_then(|team| view.teams.get(&team)).map(|team| &team.name), t.no_team()),
        Lane::Account(None) => t.no_account().to_owned(),
        Lane::Account(Some(account)) => or(view.accounts.get(&account).map(|account| &account.name), t.unknown()),
        Lane::Health(light) => match light {
            Some(Light::Red) => t.red(),
            Some(Light::Amber) => t.amber(),
            Some(Light::Green) => t.green(),
            None => t.no_light(),
        }
        .to_owned(),
    }
}
