//! A card: what the deal is, what it is worth, what comes next, how long it has been here.

use super::{
    card_menu,
    column::Placement,
    drag::{self, Drag},
    state::Board,
};
use crate::{
    presence::HeldBy,
    texts::{Texts, use_texts},
    ui::{Avatar, HealthMark, Icon, IconName, Light, activity::kind_name, figure::Exact, priority::PriorityMark, time},
};
use chrono::NaiveDate;
use domain::{
    access::Actor,
    activity::Activity,
    calendar::working_days,
    deal::{Deal, Priority},
    id::DealId,
    page::Address,
    pipeline::{Outcome, Stage},
    view::View,
};
use leptos::prelude::*;

/// Days without a change of stage or plan after which a card's ground ages.
const AGES: [(i64, &str); 3] = [(60, "aged3"), (30, "aged2"), (14, "aged1")];

/// What a card shows, worked out once for each drawing.
#[derive(Clone)]
pub struct CardFace {
    pub deal: Deal,
    account: String,
    owner: Option<domain::member::Member>,
    next: Option<Activity>,
    stage: Option<Stage>,
    /// Working days in the stage.
    stay: u32,
    /// Calendar days in the stage.
    idle: i64,
    today: NaiveDate,
    closed_on: Option<NaiveDate>,
    may_edit: bool,
}

impl CardFace {
    pub fn new(board: Board, view: &View, deal: &Deal) -> Self {
        let client = board.client;
        let (zone, today) = (client.zone(), client.today());
        let entered = zone.day(deal.entered_at);
        Self {
            account: deal
                .account
                .and_then(|account| view.accounts.get(&account))
                .map(|account| account.name.clone())
                .unwrap_or_default(),
            owner: view.members.get(&deal.owner).cloned(),
            next: board.next(deal.id),
            stage: view.stages.get(&deal.stage).cloned(),
            stay: working_days(entered, today),
            idle: (today - entered).num_days(),
            today,
            closed_on: deal.closed_at.map(|at| zone.day(at)),
            may_edit: Actor::of(view, client.me).is_some_and(|actor| actor.require_edit(deal).is_ok()),
            deal: deal.clone(),
        }
    }

    fn is_open(&self) -> bool {
        self.stage.as_ref().is_none_or(|stage| stage.outcome == Outcome::Open)
    }

    fn limit(&self) -> Option<u32> {
        self.stage.as_ref().and_then(|stage| stage.time_limit).map(u32::from)
    }

    fn is_late(&self) -> bool {
        self.is_open() && self.limit().is_some_and(|limit| self.stay > limit)
    }

    fn is_overdue(&self) -> bool {
        self.next.as_ref().and_then(|next| next.due_on).is_some_and(|due| due < self.today)
    }

    /// Red: over the stage's limit, or the expected close has passed. Amber: an activity is overdue, or none is planned
    /// while the limit nears.
    fn light(&self) -> Option<Light> {
        if !self.is_open() {
            let won = self.stage.as_ref().is_some_and(|stage| stage.outcome == Outcome::Won);
            return won.then_some(Light::Green);
        }
        let closing_passed = self.deal.close_on.is_some_and(|close| close < self.today);
        if self.is_late() || closing_passed {
            return Some(Light::Red);
        }
        let near = self.limit().is_some_and(|limit| self.stay * 5 >= limit * 4);
        (self.is_overdue() || near && self.next.is_none()).then_some(Light::Amber)
    }

    fn class(&self) -> String {
        let mut class = "card".to_owned();
        if self.is_late() {
            class += " late";
        } else if self.is_open() && self.next.is_none() {
            let age = AGES.iter().find(|(days, _)| self.idle >= *days);
            class += &age.map(|(_, age)| format!(" {age}")).unwrap_or_default();
        }
        if !self.is_open() {
            class += " done";
        }
        if !self.may_edit {
            class += " fixed";
        }
        class
    }
}

/// The inside of a card, also of the one that is being dragged.
#[component]
pub fn Face(face: CardFace) -> impl IntoView {
    let texts = use_texts();
    let light = face.light();
    let label = match light {
        Some(Light::Red) => texts.health().red(),
        Some(Light::Amber) => texts.health().amber(),
        _ => texts.health().green(),
    };
    let (next_class, next_icon, next_text) = next_words(texts, &face);
    let (stay, is_late) = stay_words(texts, &face);
    let close = face.deal.close_on.map(|close| time::short_day(close, face.today));
    let closing = if face.is_open() { close } else { None };
    view! {
        <div class="name">
            {light.map(|light| view! { <HealthMark level=light label=label /> })}
            <PriorityMark priority=face.deal.priority />
            <span>{face.deal.title.clone()}</span>
        </div>
        <div class="acct">{face.account.clone()}</div>
        {match face.deal.amount {
            Some(amount) => view! { <Exact amount=amount /> }.into_any(),
            None => view! { <span class="money t-3">{texts.common().empty_value()}</span> }.into_any(),
        }}
        <time class="close" title=texts.deal().close_date()>{closing}</time>
        <span class=format!("next {next_class}")>
            <Icon name=next_icon class="i-xs" />
            <span>{next_text}</span>
        </span>
        <span class="foot">
            <span class="stay" class:t-red=is_late title=texts.card().in_stage_tip()>{stay}</span>
            <Avatar member=face.owner />
        </span>
    }
}

fn next_words(texts: Texts, face: &CardFace) -> (&'static str, IconName, String) {
    if !face.is_open() {
        let closed = face.closed_on.map(|day| time::short_day(day, face.today));
        return ("done", IconName::Check, closed.unwrap_or_default());
    }
    let Some(next) = &face.next else {
        return ("none", IconName::Dash, texts.card().next_none().to_owned());
    };
    let kind = kind_name(texts, next.activity_type);
    let Some(due) = next.due_on else { return ("later", IconName::Clock, kind.to_owned()) };
    if due < face.today {
        return ("overdue", IconName::Alarm, texts.card().next_overdue(kind, (face.today - due).num_days()));
    }
    let day = if due == face.today {
        next.due_time.map_or_else(|| texts.dates().today().to_owned(), |time| time.format("%H:%M").to_string())
    } else {
        time::day(texts, due, face.today)
    };
    let words = texts.card().next_later(day, kind);
    if due == face.today { ("today", IconName::ClockFilled, words) } else { ("later", IconName::Clock, words) }
}

fn stay_words(texts: Texts, face: &CardFace) -> (String, bool) {
    if !face.is_open() {
        return (String::new(), false);
    }
    match face.limit() {
        Some(limit) if face.stay > limit => (texts.card().over(face.stay - limit), true),
        Some(limit) => (texts.card().in_stage(limit, face.stay), false),
        None => (texts.card().in_stage_no_limit(face.stay), false),
    }
}

/// What a screen reader says of a card: what is seen on it, in the same words.
fn spoken(texts: Texts, face: &CardFace) -> String {
    let amount = face.deal.amount.map(domain::money::Money::exact).unwrap_or_default();
    let urgent = Some(texts.priority().mark()).filter(|_| face.deal.priority == Priority::High);
    let (title, account) = (face.deal.title.clone(), face.account.clone());
    let urgent = urgent.unwrap_or_default().to_owned();
    let parts = [title, urgent, account, amount, next_words(texts, face).2, stay_words(texts, face).0];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// A card in its column. It stays the same element, and keeps the focus, while what it shows changes.
#[component]
pub fn Card(board: Board, id: DealId, placement: Placement) -> impl IntoView {
    let texts = use_texts();
    let client = board.client;
    let drag = expect_context::<RwSignal<Option<Drag>>>();
    let menu = expect_context::<card_menu::Open>();
    let revision = Memo::new(move |_| placement.revision(id));
    let face = move || {
        revision.track();
        client.peek(|view| view.deals.get(&id).map(|deal| CardFace::new(board, view, deal)))
    };
    let said = move || face().map(|face| spoken(texts, &face));
    let class = move || face().map_or_else(|| "card".to_owned(), |face| face.class());
    let held = move || drag.with(|drag| drag.as_ref().is_some_and(|drag| drag.is_moving && drag.deal == id));
    let navigate = leptos_router::hooks::use_navigate();
    let open = move || navigate(&Address::Deal(id).path(), leptos_router::NavigateOptions::default());
    let open_by_key = open.clone();
    view! {
        <li class=class class:held=held tabindex="0" aria-label=said
            data-deal=id.to_string()
            style:transform=move || format!("translateY({}px)", placement.top(id))
            on:pointerdown=move |event| drag::press(board, drag, id, &event)
            on:keydown=move |event: web_sys::KeyboardEvent| {
                // Where a card is lifted, Enter drops it.
                if event.key() == "Enter" && drag.with_untracked(Option::is_none) {
                    open_by_key();
                }
            }
            on:contextmenu=move |event: web_sys::MouseEvent| {
                event.prevent_default();
                if drag.with_untracked(Option::is_none) {
                    menu.set(Some(id));
                }
            }
            on:auxclick=move |event: web_sys::MouseEvent| if event.button() == 1 { open_in_new_tab(id) }
            on:click=move |event: web_sys::MouseEvent| {
                // The click that ends a drag opens nothing.
                if drag::just_dropped() {
                    return;
                }
                if event.ctrl_key() || event.meta_key() { open_in_new_tab(id) } else { open() }
            }>
            {move || face().map(|face| view! { <Face face=face /> })}
            <HeldBy deal=id />
        </li>
    }
}

fn open_in_new_tab(deal: DealId) {
    let _ = window().open_with_url_and_target(&Address::Deal(deal).path(), "_blank");
}
