//! A card: what the deal is, what it is worth, what comes next, how long it has been here.

use super::{
    drag::{self, Dragging},
    selection,
    state::Board,
    strip::Placement,
};
use crate::{
    presence::HeldBy,
    texts::{Texts, use_texts},
    ui::{Avatar, HealthMark, Icon, IconName, activity::kind_name, figure::Exact, priority::PriorityMark, time},
};
use chrono::NaiveDate;
use domain::{
    access::Actor,
    activity::Activity,
    deal::{Deal, Priority},
    health::{Light, Standing},
    id::DealId,
    page::Address,
    pipeline::Outcome,
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
    standing: Standing,
    closed_on: Option<NaiveDate>,
    may_edit: bool,
}

impl CardFace {
    pub fn new(board: Board, view: &View, deal: &Deal) -> Self {
        let client = board.client;
        let (zone, today) = (client.zone(), client.today());
        let next = board.next(deal.id);
        let standing = Standing::of(deal, view.stages.get(&deal.stage), next.as_ref(), &zone, today);
        Self {
            account: deal
                .account
                .and_then(|account| view.accounts.get(&account))
                .map(|account| account.name.clone())
                .unwrap_or_default(),
            owner: view.members.get(&deal.owner).cloned(),
            next,
            standing,
            closed_on: deal.closed_at.map(|at| zone.day(at)),
            may_edit: Actor::of(view, client.me).is_some_and(|actor| actor.require_edit(deal).is_ok()),
            deal: deal.clone(),
        }
    }

    /// Green is the rule among open deals, and needs no mark.
    fn light(&self) -> Option<Light> {
        self.standing.light().filter(|light| *light != Light::Green || self.standing.outcome == Outcome::Won)
    }

    fn class(&self) -> String {
        let mut class = "card".to_owned();
        let standing = &self.standing;
        if standing.is_late() {
            class += " late";
        } else if standing.is_open() && self.next.is_none() {
            let age = AGES.iter().find(|(days, _)| standing.idle >= *days);
            class += &age.map(|(_, age)| format!(" {age}")).unwrap_or_default();
        }
        if !standing.is_open() {
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
    let close = face.deal.close_on.map(|close| time::short_day(close, face.standing.today));
    let closing = if face.standing.is_open() { close } else { None };
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
    let today = face.standing.today;
    if !face.standing.is_open() {
        let closed = face.closed_on.map(|day| time::short_day(day, today));
        return ("done", IconName::Check, closed.unwrap_or_default());
    }
    let Some(next) = &face.next else {
        return ("none", IconName::Dash, texts.card().next_none().to_owned());
    };
    let kind = kind_name(texts, next.activity_type);
    let Some(due) = next.due_on else { return ("later", IconName::Clock, kind.to_owned()) };
    if due < today {
        return ("overdue", IconName::Alarm, texts.card().next_overdue(kind, (today - due).num_days()));
    }
    let day = if due == today {
        next.due_time.map_or_else(|| texts.dates().today().to_owned(), |time| time.format("%H:%M").to_string())
    } else {
        time::day(texts, due, today)
    };
    let words = texts.card().next_later(day, kind);
    if due == today { ("today", IconName::ClockFilled, words) } else { ("later", IconName::Clock, words) }
}

fn stay_words(texts: Texts, face: &CardFace) -> (String, bool) {
    let standing = &face.standing;
    match (standing.outcome, standing.limit) {
        (Outcome::Won | Outcome::Lost, _) => (String::new(), false),
        (Outcome::Open, Some(limit)) if standing.is_late() => (texts.card().over(standing.stay - limit), true),
        (Outcome::Open, Some(limit)) => (texts.card().in_stage(limit, standing.stay), false),
        (Outcome::Open, None) => (texts.card().in_stage_no_limit(standing.stay), false),
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
    let drag = expect_context::<Dragging>();
    let revision = Memo::new(move |_| placement.revision(id));
    let face = move || {
        revision.track();
        client.peek(|view| view.deals.get(&id).map(|deal| CardFace::new(board, view, deal)))
    };
    let is_selected = Memo::new(move |_| board.selected.with(|selected| selected.contains(&id)));
    let said = move || {
        let words = face().map(|face| spoken(texts, &face));
        if is_selected.get() { words.map(|words| format!("{}, {words}", texts.look().selected())) } else { words }
    };
    let class = move || face().map_or_else(|| "card".to_owned(), |face| face.class());
    let held = move || drag.with(|drag| drag.as_ref().is_some_and(|drag| drag.holds(id)));
    let navigate = leptos_router::hooks::use_navigate();
    let open = move || navigate(&Address::Deal(id).path(), leptos_router::NavigateOptions::default());
    let open_by_key = open.clone();
    view! {
        <li class=class class:held=held class:selected=move || is_selected.get() tabindex="0" aria-label=said
            data-deal=id.to_string()
            style:transform=move || format!("translateY({}px)", placement.top(id))
            on:pointerdown=move |event| if !event.shift_key() { drag::press(board, drag, id, &event) }
            on:keydown=move |event: web_sys::KeyboardEvent| {
                // Where a card is lifted, Enter drops it.
                if event.key() == "Enter" && drag.with_untracked(Option::is_none) {
                    open_by_key();
                }
            }
            on:contextmenu=move |event: web_sys::MouseEvent| {
                event.prevent_default();
                if drag.with_untracked(Option::is_none) {
                    board.menu.set(Some(selection::with(board, id)));
                }
            }
            on:auxclick=move |event: web_sys::MouseEvent| if event.button() == 1 { open_in_new_tab(id) }
            on:click=move |event: web_sys::MouseEvent| {
                // The click that ends a drag opens nothing, nor does one that chooses.
                if !drag::just_dropped() && !selection::on_click(board, id, &event) {
                    open();
                }
            }>
            {move || face().map(|face| view! { <Face face=face /> })}
            <HeldBy deal=id />
        </li>
    }
}

fn open_in_new_tab(deal: DealId) {
    let _ = window().open_with_url_and_target(&Address::Deal(deal).path(), "_blank");
}
