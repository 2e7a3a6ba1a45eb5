//! A column: its head, and the cards that are in sight.

use super::{
    card::{Card, CardFace, Face},
    drag::Drag,
    quick_add::QuickAdd,
    state::{Board, CardRef, ColumnState, PITCH},
};
use crate::{
    presence::HeldOver,
    texts::use_texts,
    ui::{Icon, IconName, figure},
};
use domain::{
    access::Right,
    id::DealId,
    pipeline::{Outcome, Stage},
};
use leptos::{html, prelude::*};

/// Where the cards in sight stand: looked up by each card among the few that are drawn.
#[derive(Clone, Copy)]
pub struct Placement {
    column: ColumnState,
    visible: Memo<Vec<(usize, CardRef)>>,
    drag: RwSignal<Option<Drag>>,
}

impl Placement {
    /// Grows with each change of the card.
    pub fn revision(&self, id: DealId) -> u32 {
        self.visible
            .with(|visible| visible.iter().find(|(_, card)| card.id() == id).map_or(0, |(_, card)| card.revision))
    }

    /// The card's distance from the top of its list, in pixels. Cards below the place where a dragged one would land
    /// make room.
    pub fn top(&self, id: DealId) -> f64 {
        let place = self
            .visible
            .with(|visible| visible.iter().find(|(_, card)| card.id() == id).map_or(0, |(place, _)| *place));
        let room = self.drag.with(|drag| {
            let target = drag.as_ref().filter(|drag| drag.is_moving).and_then(|drag| drag.target.as_ref());
            target.is_some_and(|target| target.stage == self.column.stage && place >= target.place)
        });
        pixels(place + usize::from(room))
    }
}

#[expect(clippy::cast_precision_loss, reason = "a column has fewer than 2^52 cards")]
fn pixels(place: usize) -> f64 {
    place as f64 * PITCH
}

#[component]
pub fn Column(board: Board, column: ColumnState) -> impl IntoView {
    let client = board.client;
    let texts = use_texts();
    let drag = expect_context::<RwSignal<Option<Drag>>>();
    let list = NodeRef::<html::Div>::new();
    let measure = move || {
        if let Some(list) = list.get_untracked() {
            column.height.set(f64::from(list.client_height()));
        }
    };
    Effect::new(move |_| {
        if list.get().is_some() {
            measure();
        }
    });
    let resize = window_event_listener(leptos::ev::resize, move |_| measure());
    on_cleanup(move || resize.remove());

    let visible = Memo::new(move |_| {
        let (from, to) = column.window();
        column.cards.with(|cards| {
            let to = to.min(cards.len());
            let from = from.min(to);
            (from..to).map(|place| (place, cards[place].clone())).collect::<Vec<_>>()
        })
    });
    let placement = Placement { column, visible, drag };
    let target = Memo::new(move |_| {
        drag.with(|drag| {
            let target = drag.as_ref().filter(|drag| drag.is_moving).and_then(|drag| drag.target.as_ref());
            target.filter(|target| target.stage == column.stage).map(|target| target.place)
        })
    });
    let height = move || {
        let cards = column.cards.with(Vec::len).max(column.totals.with(|totals| totals.deals as usize));
        format!("{}px", pixels(cards + usize::from(target.get().is_some())))
    };
    let stage = Memo::new(move |_| client.with(|view| view.stages.get(&column.stage).cloned()));
    let adding = column.adding;
    let heading = format!("stage-{}", column.stage);
    let labelled_by = heading.clone();
    let is_empty = move || column.totals.with(|totals| totals.deals == 0);
    view! {
        <section class="col" class:target=move || target.get().is_some() aria-labelledby=labelled_by
            data-stage=column.stage.to_string()>
            <header>{move || stage.get().map(|stage| view! { <Head column=column stage=stage heading=heading.clone() /> })}</header>
            {move || adding.get().then(|| view! { <QuickAdd board=board column=column open=adding /> })}
            <div class="list" node_ref=list tabindex="-1"
                on:scroll=move |_| if let Some(list) = list.get_untracked() {
                    column.scrolled.set(f64::from(list.scroll_top()));
                }>
                <ol class="strip" class:settling=move || target.get().is_some() style:height=height>
                    <For each=move || visible.get() key=|(_, card)| card.id()
                        children=move |(_, card)| view! { <Card board=board id=card.id() placement=placement /> } />
                    {move || target.get().map(|place| {
                        let by_keys = drag.with_untracked(|drag| drag.as_ref().and_then(Drag::lifted_by_keys));
                        // What the pointer holds is under the pointer; what keys hold is here.
                        let face = by_keys.and_then(|(deal, _)| {
                            client.peek(|view| view.deals.get(&deal).map(|deal| CardFace::new(board, view, deal)))
                        });
                        let class = if face.is_some() { "card up" } else { "gap here" };
                        view! {
                            <li class=class aria-hidden="true"
                                style:transform=format!("translateY({}px)", pixels(place))>
                                {face.map(|face| view! { <Face face=face /> })}
                            </li>
                        }
                    })}
                </ol>
                {move || is_empty().then(|| {
                    let filtered = board.filter.with(|filter| !filter.is_empty());
                    let text = if filtered { texts.board().empty_filtered() } else { texts.board().empty_column() };
                    view! { <p class="empty">{text}</p> }
                })}
            </div>
        </section>
    }
}

#[component]
fn Head(column: ColumnState, stage: Stage, heading: String) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<crate::client::Client>();
    let language = texts.0;
    let adding = column.adding;
    let count = move || column.totals.with(|totals| totals.deals);
    let limit = stage.wip_limit;
    let count_words = move || match limit {
        Some(limit) => texts.board().wip(limit, count()),
        None => count().to_string(),
    };
    let over = move || limit.is_some_and(|limit| count() > u32::from(limit));
    let sums = move || column.totals.with(|totals| figure::sums_text(totals, false, language));
    let weighted = move || {
        let words = column.totals.with(|totals| figure::sums_text(totals, true, language));
        (!words.is_empty()).then(|| texts.board().weighted_short(words))
    };
    let is_open = stage.outcome == Outcome::Open;
    let about = match (stage.outcome, stage.time_limit) {
        (Outcome::Open, Some(days)) => texts.board().prob_limit(days, stage.probability),
        (Outcome::Open, None) => texts.board().prob_only(stage.probability),
        (Outcome::Won, _) => texts.pipeline().kind_won().to_owned(),
        (Outcome::Lost, _) => texts.pipeline().kind_lost().to_owned(),
    };
    let may_add = client.holds(Right::Work) && is_open;
    let new_here = texts.board().new_in_stage(&stage.name);
    let probability = stage.probability;
    view! {
        <div class="ttl">
            <h2 id=heading title=stage.name.clone()>{stage.name.clone()}</h2>
            <span class="n" class:t-amber=over title=move || over().then(|| texts.board().wip_over(limit.unwrap_or(0), count()))>
                {count_words}
            </span>
            {may_add.then(|| view! {
                <button class="btn plain icon" aria-label=new_here.clone() title=new_here.clone()
                    on:click=move |_| adding.update(|adding| *adding = !*adding)>
                    <Icon name=IconName::Plus class="i-s" />
                </button>
            })}
        </div>
        <div class="sum">
            <span class="money">{sums}</span>
            {is_open.then(|| view! { <span class="w">{weighted}</span> })}
        </div>
        <div class="lim meta"><span>{about}</span></div>
        <HeldOver stage=column.stage />
        <div class="prob" title=texts.board().probability(probability)>
            <i style:width=format!("{probability}%")></i>
        </div>
    }
}
