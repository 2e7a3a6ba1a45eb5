//! The board's page.

use super::{
    column::Column,
    drag::{self, Drag, Dragging, Lifted},
    filters::Toolbar,
    go::{self, Go},
    keys,
    lift::{Hints, Said},
    phone::{InSight, Stages},
    state::{Board, ColumnState},
};
use crate::{
    chunk,
    client::{Client, HttpError, Wait, get},
    palette::Opener,
    presence::PresentHere,
    shell::TopBar,
    texts::use_texts,
    ui::{Icon, IconName, Title},
};
use domain::{
    access::Right,
    board::Lane,
    id::PipelineId,
    page::{Address, Snapshot},
    presence::Place,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use std::time::Duration;

const MINUTE: Duration = Duration::from_mins(1);

#[component]
pub fn BoardPage(pipeline: PipelineId) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let (filter, look) = go::read(&use_location().search.get_untracked());
    let board = Board::new(client, pipeline, filter, look);
    provide_context(Go::new(board));
    let drag: Dragging = RwSignal::new(None::<Drag>);
    provide_context(drag);
    board.follow();
    go::follow(board);
    drag::listen(board, drag);
    let said = Said(RwSignal::new(String::new()));
    keys::listen(board, drag, said);
    turn_days(board);
    client.presence.while_doing(move || drag.with(|drag| drag.as_ref().and_then(Drag::doing)));
    Effect::new(move |_| complete(board));

    let in_sight = InSight::new();
    let filtering = RwSignal::new(false);
    let Opener { creating, .. } = expect_context();
    let may_create = client.holds(Right::Work);
    let name = Memo::new(move |_| {
        client.with(|view| view.pipelines.get(&pipeline).map(|pipeline| pipeline.name.clone()).unwrap_or_default())
    });
    let navigate = use_navigate();
    let switch = move |event| {
        if let Ok(pipeline) = event_target_value(&event).parse() {
            navigate(&Address::of_board(Some(pipeline)).path(), NavigateOptions::default());
        }
    };
    let is_dragging =
        Memo::new(move |_| drag.with(|drag| drag.as_ref().is_some_and(|drag| drag.is_moving && !drag.is_by_keys())));
    let is_choosing = Memo::new(move |_| board.selected.with(|selected| !selected.is_empty()));
    let has_lanes = Memo::new(move |_| board.look.with(|look| look.lanes.is_some()));
    let columns = move || {
        board.layout.track();
        let cell = |column: &ColumnState| board.cell(Lane::Whole, column.slot).map(|cell| (*column, cell));
        board.columns.with_value(|columns| columns.iter().filter_map(cell).collect::<Vec<_>>())
    };
    let widths = move |of: fn(bool) -> &'static str| {
        board.layout.track();
        let folded = board.look.with(|look| look.folded.clone());
        let all = board.columns.get_value();
        all.iter().map(|column| of(folded.contains(&column.slot.word()))).collect::<Vec<_>>().join(" ")
    };
    let tracks = move || widths(|is_folded| if is_folded { "44px" } else { "minmax(var(--col-min), 1fr)" });
    let least = move || {
        board.layout.track();
        let folded = board.look.with(|look| look.folded.clone());
        let width = |column: &ColumnState| if folded.contains(&column.slot.word()) { 44 } else { 200 };
        format!("{}px", board.columns.with_value(|columns| columns.iter().map(width).sum::<u32>()))
    };
    let phone_tracks = Memo::new(move |_| widths(|_| "calc(100vw - 44px)"));
    // How far the board is scrolled down, and how high it is, in pixels: with lanes it scrolls as a whole.
    let scrolled = RwSignal::new((0.0, 0.0));
    let measure = move || {
        if let Some(board) = in_sight.board.get_untracked().filter(|_| has_lanes.get_untracked()) {
            scrolled.set((f64::from(board.scroll_top()), f64::from(board.client_height())));
        }
    };
    Effect::new(move |_| {
        has_lanes.track();
        in_sight.board.track();
        measure();
    });
    let resize = window_event_listener(leptos::ev::resize, move |_| measure());
    on_cleanup(move || resize.remove());
    view! {
        <Title text=move || texts.app().title(name.get()) />
        <TopBar>
            <h1 class="vh">{move || name.get()}</h1>
            <span class="select pipeline-choice">
                <select aria-label=texts.nav().pipeline_menu() on:change=switch>
                    {move || client.with(|view| view.pipelines().into_iter().map(|other| view! {
                        <option value=other.id.to_string() selected=other.id == pipeline>{other.name.clone()}</option>
                    }).collect_view())}
                </select>
                <Icon name=IconName::Down class="i-s" />
            </span>
            {may_create.then(|| view! {
                <button class="btn primary" on:click=move |_| creating.set(true)>
                    <Icon name=IconName::Plus class="i-s" />
                    <span>{texts.board().new_deal()}</span>
                    <kbd class="wide-only">"C"</kbd>
                </button>
            })}
            <PresentHere place=Place::Board(pipeline) />
        </TopBar>
        <main class="page board-page" class:filtering=move || filtering.get() id="main">
            <Stages board=board in_sight=in_sight filtering=filtering />
            <Toolbar board=board filtering=filtering />
            {move || filtering.get().then(|| view! { <div class="sheet-scrim phone-only" on:click=move |_| filtering.set(false)></div> })}
            <div class="board" node_ref=in_sight.board
                class:lanes=move || has_lanes.get() class:dense=move || board.look.with(|look| look.dense)
                on:scroll=move |_| {
                    in_sight.swiped();
                    measure();
                }
                // Known before the columns arrive, so that none of them changes its width.
                style=("--tracks", tracks) style=("--least", least) style=("--phone-tracks", move || phone_tracks.get())
                class:dragging=move || drag.with(|drag| drag.as_ref().is_some_and(|drag| drag.is_moving))
                on:touchmove=move |event: web_sys::TouchEvent| {
                    // While a card is held, the finger moves it and nothing scrolls.
                    if drag.with_untracked(|drag| drag.as_ref().is_some_and(|drag| drag.is_moving)) {
                        event.prevent_default();
                    }
                }
                on:contextmenu=move |event: web_sys::MouseEvent| {
                    if drag.with_untracked(Option::is_some) {
                        event.prevent_default();
                    }
                }>
                {move || if has_lanes.get() {
                    chunk::lanes_now_or_soon(board, in_sight, scrolled)
                } else {
                    view! {
                        <For each=columns key=|(column, _)| column.slot
                            children=move |(column, cell)| view! { <Column board=board column=column cell=cell /> } />
                    }.into_any()
                }}
            </div>
            {move || is_dragging.get().then(|| chunk::soon(chunk::load_zones(), move || chunk::at_once(chunk::zones(board))))}
            {move || is_choosing.get().then(|| chunk::soon(chunk::load_selection(), move || chunk::at_once(chunk::selection(board))))}
            {move || board.peeked.get().map(|(deal, _)| {
                chunk::soon(chunk::load_peek(), move || chunk::at_once(chunk::peek(board, deal)))
            })}
        </main>
        <Lifted board=board />
        <Hints board=board />
        {move || board.menu.get().map(|deals| {
            chunk::soon(chunk::load_card_menu(), move || chunk::at_once(chunk::card_menu(board, deals.clone())))
        })}
        <p class="vh" role="status" aria-live="assertive">{move || said.0.get()}</p>
    }
}

/// A board may stand for weeks: what depends on the day is worked out anew when another begins.
fn turn_days(board: Board) {
    Effect::new(move |_| {
        if let Ok(minutes) = set_interval_with_handle(move || board.turn_day(), MINUTE) {
            on_cleanup(move || minutes.clear());
        }
    });
}

/// Fetches the cards that the first paint left out.
fn complete(board: Board) {
    let client = board.client;
    if client.is_complete(board.pipeline) {
        return;
    }
    let address = format!("/api/v1/board/{}", board.pipeline);
    spawn_local(async move {
        let mut wait = Wait::new();
        // For as long as the board stands: without all cards, filters and totals would not be true.
        while board.layout.try_get_untracked().is_some() {
            match get::<Snapshot>(&address).await {
                Ok(snapshot) => {
                    client.complete_board(snapshot);
                    if board.layout.try_get_untracked().is_some() {
                        board.draw();
                    }
                    return;
                }
                Err(HttpError::Away) => wait.pause().await,
                Err(_) => return,
            }
        }
    });
}
