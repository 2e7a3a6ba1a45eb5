//! The board's page.

use super::{
    card_menu,
    column::Column,
    drag::{self, Drag, Lifted},
    filters::Toolbar,
    lift::{self, Hints, Said},
    phone::{InSight, Stages},
    state::Board,
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
    board::Filter,
    id::PipelineId,
    page::{Address, Snapshot, parse_filter},
    presence::Place,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

#[component]
pub fn BoardPage(pipeline: PipelineId) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let search = use_location().search.get_untracked();
    let board = Board::new(client, pipeline, parse_filter(search.trim_start_matches('?')));
    let drag = RwSignal::new(None::<Drag>);
    provide_context(drag);
    board.follow();
    drag::listen(board, drag);
    let said = Said(RwSignal::new(String::new()));
    let menu: card_menu::Open = RwSignal::new(None);
    provide_context(menu);
    lift::listen(board, drag, said, menu);
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
            let address = Address::Board { pipeline: Some(pipeline), filter: Filter::default() };
            navigate(&address.path(), NavigateOptions::default());
        }
    };
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
            <Toolbar board=board />
            <div class="board" node_ref=in_sight.board
                on:scroll=move |_| in_sight.swiped()
                // Known before the columns arrive, so that none of them changes its width.
                style=("--columns", move || {
                    board.layout.track();
                    board.columns.with_value(Vec::len).to_string()
                })
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
                {move || {
                    board.layout.track();
                    board.columns.get_value().into_iter()
                        .map(|column| view! { <Column board=board column=column /> })
                        .collect_view()
                }}
            </div>
        </main>
        <Lifted board=board />
        <Hints board=board />
        {move || menu.get().map(|deal| {
            chunk::soon(chunk::load_card_menu(), move || chunk::at_once(chunk::card_menu(board, deal, menu)))
        })}
        <p class="vh" role="status" aria-live="assertive">{move || said.0.get()}</p>
    }
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
