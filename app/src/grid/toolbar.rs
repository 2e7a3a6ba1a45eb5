//! Search, filters, grouping, columns, export, and what all of it adds up to. What is chosen stands in the address.

use super::{Tools, menu::ColumnsMenu};
use crate::{
    chunk,
    saved_view::ViewsMenu,
    shell::FILTER,
    texts::{Texts, use_texts},
    ui::{Icon, IconName, figure, priority},
};
use domain::{
    access::Role,
    board::Filter,
    deal::Priority,
    grid::{Column, Group, Query, Sort},
    id::AccountId,
};
use leptos::prelude::*;

pub fn group_word(texts: Texts, group: Group) -> &'static str {
    match group {
        Group::Stage => texts.deal().stage(),
        Group::Owner => texts.deal().owner(),
        Group::Account => texts.deal().account(),
        Group::Pipeline => texts.deal().pipeline(),
        Group::Month => texts.grid().month(),
    }
}

/// How a phone sorts.
const SORTS: [(Column, bool); 6] = [
    (Column::Created, true),
    (Column::Amount, true),
    (Column::CloseOn, false),
    (Column::Next, false),
    (Column::Stay, true),
    (Column::Title, false),
];

#[component]
pub fn Toolbar(tools: Tools) -> impl IntoView {
    let texts = use_texts();
    let t = texts.grid();
    let grid = tools.grid;
    let client = grid.client;
    let query = grid.query;
    let filter = move |change: &dyn Fn(&mut Filter)| {
        let mut query = query.get_untracked();
        change(&mut query.filter);
        tools.change.run(query);
    };
    let picking = RwSignal::new(false);
    let pick = Callback::new(move |account: AccountId| filter(&|filter| filter.account = Some(account)));
    let totals = Memo::new(move |_| grid.heads.with(|heads| heads.totals.clone()));
    // All of the list, in the columns that are shown.
    let export = move || {
        let columns = grid.columns.get();
        format!("/api/v1/deals.csv{}", query.with(|query| Query { columns, ..query.clone() }.to_query()))
    };
    let choice = move |label: &'static str,
                       none: &'static str,
                       options: Signal<Vec<(String, String)>>,
                       value: Signal<String>,
                       choose: Callback<String>| {
        view! {
            <span class="select sm">
                <select aria-label=label on:change=move |event| choose.run(event_target_value(&event))>
                    <option value="" prop:selected=move || value.with(String::is_empty)>{none}</option>
                    {move || options.get().into_iter().map(|(option, name)| {
                        let this = option.clone();
                        // The attribute for the page as it comes, the property for what is chosen later.
                        let first = value.with_untracked(|value| *value == this);
                        view! {
                            <option value=option selected=first prop:selected=move || value.with(|value| *value == this)>{name}</option>
                        }
                    }).collect_view()}
                </select>
                <Icon name=IconName::Down class="i-s" />
            </span>
        }
    };
    let owners: Signal<Vec<(String, String)>> = Signal::derive(move || {
        client.with(|view| {
            let mut members: Vec<_> =
                view.members.values().filter(|member| member.active && member.role != Role::Viewer).collect();
            members.sort_by_cached_key(|member| (member.name.to_lowercase(), member.id));
            members.into_iter().map(|member| (member.id.to_string(), member.name.clone())).collect()
        })
    });
    let owner = Signal::derive(move || {
        query.with(|query| match query.filter.owners.as_slice() {
            [one] => one.to_string(),
            _ => String::new(),
        })
    });
    let teams: Signal<Vec<(String, String)>> = Signal::derive(move || {
        client.with(|view| view.teams.values().map(|team| (team.id.to_string(), team.name.clone())).collect())
    });
    let team =
        Signal::derive(move || query.with(|query| query.filter.team.map(|team| team.to_string()).unwrap_or_default()));
    let groups = Signal::derive(move || {
        Group::ALL.map(|group| (group.word().to_owned(), group_word(texts, group).to_owned())).to_vec()
    });
    let group = Signal::derive(move || {
        query.with(|query| query.group.map(|group| group.word().to_owned()).unwrap_or_default())
    });
    let priorities =
        Signal::stored(Priority::ALL.map(|it| (it.word().to_owned(), priority::name(texts, it).to_owned())).to_vec());
    let urgency = Signal::derive(move || {
        query.with(|query| query.filter.priority.map_or_else(String::new, |it| it.word().to_owned()))
    });
    let regroup = Callback::new(move |word: String| {
        tools.change.run(Query { group: Group::from_word(&word), ..query.get_untracked() });
    });
    view! {
        <div class="toolbar" role="toolbar" aria-label=t.title()>
            <ViewsMenu />
            <div class="filters">
                <input class="input sm grid-search" type="search" placeholder=t.search() aria-label=t.search() autocomplete="off"
                    aria-keyshortcuts=FILTER
                    prop:value=move || query.with(|query| query.filter.text.clone())
                    on:input=move |event| {
                        let text = event_target_value(&event);
                        filter(&|filter| filter.text.clone_from(&text));
                    } />
                {choice(texts.filter().owner(), texts.filter().owner(), owners, owner, Callback::new(move |id: String| {
                    filter(&|filter| filter.owners = id.parse().into_iter().collect());
                }))}
                {move || (!teams.get().is_empty()).then(|| {
                    choice(texts.filter().team(), texts.filter().team(), teams, team, Callback::new(move |id: String| {
                        filter(&|filter| filter.team = id.parse().ok());
                    }))
                })}
                {choice(texts.priority().title(), texts.priority().title(), priorities, urgency, Callback::new(move |word: String| {
                    filter(&|filter| filter.priority = Priority::from_word(&word));
                }))}
                {move || match (picking.get(), query.with(|query| query.filter.account)) {
                    (true, _) => {
                        chunk::soon(chunk::load_account_filter(), move || chunk::at_once(chunk::account_filter(pick, picking)))
                    }
                    (false, None) => view! {
                        <button type="button" class="chip add" on:click=move |_| picking.set(true)>
                            <Icon name=IconName::Plus class="i-xs" />{texts.filter().account()}
                        </button>
                    }.into_any(),
                    (false, Some(account)) => {
                        let name = client.with(|view| view.accounts.get(&account).map(|account| account.name.clone()));
                        view! {
                            <button type="button" class="chip on" on:click=move |_| filter(&|filter| filter.account = None)>
                                {texts.filter().account()} <b>{name}</b> <Icon name=IconName::X class="i-xs" />
                            </button>
                        }.into_any()
                    }
                }}
                {move || query.with(|query| query.filter.tag.clone()).map(|tag| view! {
                    <button type="button" class="chip on" on:click=move |_| filter(&|filter| filter.tag = None)>
                        {texts.filter().tag()} <b>{tag}</b> <Icon name=IconName::X class="i-xs" />
                    </button>
                })}
                {move || query.with(|query| !query.filter.is_empty()).then(|| view! {
                    <button type="button" class="btn plain" on:click=move |_| filter(&|filter| *filter = Filter::default())>
                        {texts.filter().clear()}
                    </button>
                })}
                <span class="sep"></span>
                {choice(t.group(), t.not_grouped(), groups, group, regroup)}
                <Sorts tools=tools />
            </div>
            // Beside the filters, which scroll: what hangs from here is not cut.
            <div class="grid-tools">
                <span class="wide-only"><ColumnsMenu tools=tools /></span>
                <a class="btn plain" href=export download="deals.csv" data-export="" rel="external">
                    <Icon name=IconName::File class="i-s" />{t.export()}
                </a>
            </div>
            <div class="totals">
                <span class="second">{t.deals()} " " <b class="strong" data-total="deals">{move || totals.with(|totals| totals.deals)}</b></span>
                <span class="money" data-total="sum">{move || totals.with(|totals| figure::sums_text(totals, false, texts.0))}</span>
                <span class="second grid-weighted" data-total="weighted">
                    {move || {
                        let weighted = totals.with(|totals| figure::sums_text(totals, true, texts.0));
                        (!weighted.is_empty()).then(|| texts.board().weighted_short(weighted))
                    }}
                </span>
            </div>
        </div>
    }
}

/// A phone has no head to press on.
#[component]
fn Sorts(tools: Tools) -> impl IntoView {
    let texts = use_texts();
    let query = tools.grid.query;
    let sort = move |event| {
        let at = event_target_value(&event).parse::<usize>().ok().and_then(|at| SORTS.get(at));
        if let Some((column, descending)) = at.copied() {
            tools.change.run(Query { sort: Sort { column, descending }, ..query.get_untracked() });
        }
    };
    view! {
        <span class="select sm phone-only">
            <select aria-label=texts.grid().sort() on:change=sort>
                {SORTS.into_iter().enumerate().map(|(at, (column, descending))| {
                    let name = tools.grid.client.with(|view| super::column_name(texts, view, column));
                    let chosen = move || query.with(|query| query.sort == Sort { column, descending });
                    view! { <option value=at.to_string() selected=untrack(chosen) prop:selected=chosen>{name} {if descending { " ↓" } else { " ↑" }}</option> }
                }).collect_view()}
            </select>
            <Icon name=IconName::Down class="i-s" />
        </span>
    }
}
