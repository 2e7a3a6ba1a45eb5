//! The page of the table.

use super::{
    Tools, back, block,
    columns::Layout,
    editor::Editor,
    fetch::Fetch,
    head::{Heads, head_id},
    keys,
    lines::Line,
    mouse::Mouse,
    problems::{Conflicts, InTheWay},
    rows::{Rows, cell_id},
    state::Grid,
    toolbar::Toolbar,
};
use crate::{
    client::Client,
    palette::Opener,
    shell::TopBar,
    texts::use_texts,
    ui::{Icon, IconName, Title, is_narrow},
};
use domain::{
    access::Right,
    grid::Query,
    page::{Address, Page},
};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

#[component]
pub fn DealsPage() -> impl IntoView {
    let texts = use_texts();
    let t = texts.grid();
    let client = expect_context::<Client>();
    let grid = Grid::new(client);
    let fetch = Fetch::new(grid);
    let navigate = use_navigate();
    let go = navigate.clone();
    let tools = Tools {
        grid,
        fetch,
        change: Callback::new(move |query: Query| {
            let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
            navigate(&Address::Deals(query).path(), options);
        }),
        open: Callback::new(move |path: String| go(&path, NavigateOptions::default())),
        problems: RwSignal::new(None),
        fill: RwSignal::new(None),
    };
    follow(tools);
    arrive(grid);
    measure(grid);
    back::keep(grid);
    let Opener { creating, .. } = expect_context();
    let may_create = client.holds(Right::Work);
    let is_empty = Memo::new(move |_| grid.heads.with(|heads| heads.totals.deals == 0));
    let switch = move |event| {
        let pipeline = event_target_value(&event).parse().ok();
        tools.change.run(Query { pipeline, ..grid.query.get_untracked() });
    };
    view! {
        <Title text=texts.app().title(t.title()) />
        <TopBar>
            <h1>{t.title()}</h1>
            <span class="select pipeline-choice">
                <select aria-label=texts.nav().pipeline_menu() on:change=switch>
                    <option value="" prop:selected=move || grid.query.with(|query| query.pipeline.is_none())>{t.all_pipelines()}</option>
                    {move || client.with(|view| view.pipelines().into_iter().map(|pipeline| {
                        let id = pipeline.id;
                        view! {
                            <option value=id.to_string() selected=grid.query.with_untracked(|query| query.pipeline == Some(id))
                                prop:selected=move || grid.query.with(|query| query.pipeline == Some(id))>
                                {pipeline.name.clone()}
                            </option>
                        }
                    }).collect_view())}
                </select>
                <Icon name=IconName::Down class="i-s" />
            </span>
            {may_create.then(|| view! {
                <button type="button" class="btn primary" on:click=move |_| creating.set(true)>
                    <Icon name=IconName::Plus class="i-s" />
                    <span>{texts.board().new_deal()}</span>
                    <kbd class="wide-only">"C"</kbd>
                </button>
            })}
        </TopBar>
        <main class="page" id="main">
            <Toolbar tools=tools />
            {move || fetch.loading.get().then(|| view! {
                <div class="loading" role="progressbar" aria-label=texts.common().loading()></div>
            })}
            {move || fetch.failed.get().then(|| view! { <p class="notice warn" role="alert">{t.not_read()}</p> })}
            <Conflicts tools=tools />
            {move || if is_empty.get() {
                view! { <Nothing tools=tools creating=creating /> }.into_any()
            } else {
                view! { <Sheet tools=tools /> }.into_any()
            }}
        </main>
        <InTheWay tools=tools />
        <p class="vh" role="status" aria-live="polite">{move || grid.said.get()}</p>
    }
}

#[component]
fn Sheet(tools: Tools) -> impl IntoView {
    let texts = use_texts();
    let grid = tools.grid;
    let mouse = Mouse::new(tools);
    Effect::new(move |_| grid.measure());
    let widths = move || {
        grid.columns.with(|columns| {
            grid.layout.with(|layout| {
                let widths = columns.iter().map(|column| format!("{}px", layout.width(*column)));
                widths.collect::<Vec<_>>().join(" ")
            })
        })
    };
    let whole = move || format!("{}px", grid.place(grid.columns.with(Vec::len)).0);
    let frozen = move |at: usize| format!("{}px", grid.place(at).0);
    let active = move || {
        if grid.editing.with(Option::is_some) {
            return None;
        }
        let at = grid.selection.with(|selection| selection.map(|selection| selection.at))?;
        if grid.in_head.get() {
            return Some(head_id(at.column));
        }
        let is_head = grid.lines.with(|lines| matches!(lines.at(at.line), Some(Line::Head(_))));
        Some(cell_id(at.line, if is_head { 0 } else { at.column }))
    };
    view! {
        <div class="grid" role="grid" tabindex="0" aria-label=texts.grid().title() aria-multiselectable="true" node_ref=grid.node
            aria-rowcount=move || grid.lines.with(|lines| lines.count + 1) aria-colcount=move || grid.columns.with(Vec::len)
            aria-activedescendant=active
            style=("--cols", widths) style=("--width", whole)
            style=("--f1", move || frozen(1)) style=("--f2", move || frozen(2)) style=("--f3", move || frozen(3))
            class:unselected=move || grid.selection.with(Option::is_none)
            on:scroll=move |_| {
                grid.measure();
                tools.fetch.used();
            }
            on:mousedown=move |event| mouse.pressed(&event)
            on:dblclick=move |event| mouse.pressed_twice(&event)
            on:mousemove=move |_| tools.fetch.used()
            on:keydown=move |event| keys::on_key(tools, &event)
            on:copy=move |event| block::copy(tools, event.as_ref())
            on:paste=move |event| block::paste(tools, event.as_ref())>
            <Heads tools=tools />
            <div class="grid-body" role="rowgroup" style=("--lines", move || grid.lines.with(|lines| lines.count.to_string()))>
                <Rows grid=grid />
                <Handle tools=tools />
                <Editor tools=tools />
            </div>
        </div>
    }
}

/// The handle at the selection's corner, and how far it is pulled.
#[component]
fn Handle(tools: Tools) -> impl IntoView {
    let grid = tools.grid;
    let may_work = grid.client.holds(Right::Work);
    move || {
        let selection = grid.selection.get().filter(|_| may_work && !grid.in_head.get())?;
        if grid.editing.with(Option::is_some) {
            return None;
        }
        let ((top, bottom), (left, right)) = (selection.lines(), selection.columns());
        let is_row = grid.lines.with(|lines| matches!(lines.at(bottom), Some(Line::Row(_))));
        if !is_row {
            return None;
        }
        let shift = move |column: usize| {
            if column < grid.frozen.get() { grid.left.get() } else { 0.0 }
        };
        let (begin, end) = (grid.place(left).0 + shift(left), grid.place(right + 1).0 + shift(right));
        let filled = tools.fill.get().map(|to| {
            view! {
                <div class="filling" style:transform=format!("translateY(calc(var(--line) * {top}))")
                    style:left=format!("{begin}px") style:width=format!("{}px", end - begin)
                    style:height=format!("calc(var(--line) * {})", to - top + 1)></div>
            }
        });
        Some(view! {
            {filled}
            <div class="handle" aria-hidden="true" style:left=format!("{}px", end - 5.0)
                style:transform=format!("translateY(calc(var(--line) * {} - 5px))", bottom + 1)></div>
        })
    }
}

#[component]
fn Nothing(tools: Tools, creating: RwSignal<bool>) -> impl IntoView {
    let texts = use_texts();
    let t = texts.grid();
    let client = tools.grid.client;
    let is_filtered = move || tools.grid.query.with(Query::is_filtered);
    let all = move |_| {
        let query = tools.grid.query.get_untracked();
        tools.change.run(Query { pipeline: None, filter: domain::board::Filter::default(), ..query });
    };
    view! {
        <div class="empty page-empty">
            {move || if is_filtered() {
                view! {
                    <b>{texts.board().empty_filtered()}</b>
                    <p class="acts"><button type="button" class="btn" on:click=all>{texts.filter().clear()}</button></p>
                }.into_any()
            } else {
                view! {
                    <b>{t.empty()}</b>
                    <p>{t.empty_text()}</p>
                    <p class="acts">
                        {client.holds(Right::Work).then(|| view! {
                            <button type="button" class="btn primary" on:click=move |_| creating.set(true)>
                                <Icon name=IconName::Plus class="i-s" />{texts.board().new_deal()}
                            </button>
                        })}
                        {client.holds(Right::Import).then(|| view! {
                            <a class="btn" href="/import"><Icon name=IconName::Upload class="i-s" />{texts.nav().import_data()}</a>
                        })}
                    </p>
                }.into_any()
            }}
        </div>
    }
}

/// The list in the address. When it changes while the page stands, the list is read anew.
fn follow(tools: Tools) {
    let location = use_location();
    Effect::new(move |before: Option<()>| {
        let search = location.search.get();
        // On the way to another page the query is gone from the address too; that is no list to show.
        let here = matches!(Address::parse(&location.pathname.get_untracked()), Some(Address::Deals(_)));
        if before.is_some() && here {
            tools.fetch.show(Query::parse(search.trim_start_matches('?')));
        }
    });
}

/// A page that is read again, after it was shown from what was held here.
fn arrive(grid: Grid) {
    Effect::new(move |before: Option<()>| {
        let window = grid.client.page.with(|page| match page {
            Page::Deals(window) => Some(window.clone()),
            _ => None,
        });
        if let (Some(()), Some(window)) = (before, window) {
            grid.query.set(window.query.clone());
            grid.take(window, true);
        }
    });
}

/// What only the browser knows: the person's columns, the screen.
fn measure(grid: Grid) {
    Effect::new(move |_| {
        if let Some(kept) = Layout::kept(grid.client.me) {
            grid.layout.set(kept);
        }
        grid.narrow.set(Some(is_narrow()));
        grid.measure();
        let resized = window_event_listener(leptos::ev::resize, move |_| {
            let narrow = Some(is_narrow());
            if grid.narrow.get_untracked() != narrow {
                grid.narrow.set(narrow);
            }
            grid.measure();
        });
        on_cleanup(move || resized.remove());
    });
}
