//! The board's filters, and what the open deals under them add up to.

use super::{display_menu::DisplayMenu, go::Go, state::Board};
use crate::{
    chunk,
    saved_view::ViewsMenu,
    shell::FILTER,
    texts::use_texts,
    ui::{Avatar, Icon, IconName, figure, priority},
};
use domain::{board::Filter, deal::Priority};
use leptos::prelude::*;

/// How many owners' discs stand in a row; more are found in the list.
const DISCS: usize = 12;

#[component]
pub fn Toolbar(
    board: Board,
    /// On a phone it is a sheet, which is open or not.
    filtering: RwSignal<bool>,
) -> impl IntoView {
    let texts = use_texts();
    let client = board.client;
    let language = texts.0;
    let go = expect_context::<Go>();
    let change = Callback::new(move |change: Change| go.filter(|filter| change.make(filter)));
    let owners = Memo::new(move |_| {
        client.with(|view| {
            let active = view.members.values().filter(|member| member.active);
            active.filter(|member| member.role != domain::access::Role::Viewer).take(DISCS).cloned().collect::<Vec<_>>()
        })
    });
    let teams = Memo::new(move |_| {
        client.with(|view| view.teams.values().map(|team| (team.id, team.name.clone())).collect::<Vec<_>>())
    });
    let picking = RwSignal::new(false);
    let pick = Callback::new(move |account| change.run(Change::Account(Some(account))));
    let totals = board.open;
    view! {
        <div class="toolbar" role="toolbar" aria-label=texts.filter().title()
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    filtering.set(false);
                }
            }>
            <ViewsMenu />
            <div class="filters">
                <span class="avs" role="group" aria-label=texts.filter().by_owner()>
                    {move || owners.get().into_iter().map(|member| {
                        let (id, name) = (member.id, member.name.clone());
                        let on = move || board.filter.with(|filter| filter.owners.contains(&id));
                        view! {
                            <button aria-pressed=move || on().to_string() aria-label=name
                                on:click=move |_| change.run(Change::Owner(id))>
                                <Avatar member=Some(member) me=client.me />
                            </button>
                        }
                    }).collect_view()}
                </span>
                <span class="sep"></span>
                <span class="select sm">
                    <select aria-label=texts.filter().team()
                        on:change=move |event| change.run(Change::Team(event_target_value(&event).parse().ok()))>
                        <option value="">{texts.filter().team()}</option>
                        {move || teams.get().into_iter().map(|(id, name)| view! {
                            <option value=id.to_string()
                                prop:selected=move || board.filter.with(|filter| filter.team == Some(id))>
                                {name}
                            </option>
                        }).collect_view()}
                    </select>
                    <Icon name=IconName::Down class="i-s" />
                </span>
                <span class="select sm">
                    <select aria-label=texts.filter().tag()
                        on:change=move |event| change.run(Change::Tag(event_target_value(&event)))>
                        <option value="">{texts.filter().tag()}</option>
                        {move || board.tags.get().into_iter().map(|tag| {
                            let (value, own) = (tag.clone(), tag.clone());
                            view! {
                                <option value=own
                                    prop:selected=move || board.filter.with(|filter| filter.tag.as_ref() == Some(&value))>
                                    {tag}
                                </option>
                            }
                        }).collect_view()}
                    </select>
                    <Icon name=IconName::Down class="i-s" />
                </span>
                <span class="select sm">
                    <select aria-label=texts.priority().title()
                        on:change=move |event| change.run(Change::Priority(Priority::from_word(&event_target_value(&event))))>
                        <option value="">{texts.priority().title()}</option>
                        {Priority::ALL.map(|priority| view! {
                            <option value=priority.word()
                                prop:selected=move || board.filter.with(|filter| filter.priority == Some(priority))>
                                {priority::name(texts, priority)}
                            </option>
                        })}
                    </select>
                    <Icon name=IconName::Down class="i-s" />
                </span>
                <input class="input sm" type="search" placeholder=texts.filter().text_hint()
                    aria-label=texts.filter().text() aria-keyshortcuts=FILTER prop:value=move || board.filter.with(|filter| filter.text.clone())
                    on:input=move |event| change.run(Change::Text(event_target_value(&event))) />
                {move || match (picking.get(), board.filter.with(|filter| filter.account.is_none())) {
                    (true, _) => {
                        chunk::soon(chunk::load_account_filter(), move || chunk::at_once(chunk::account_filter(pick, picking)))
                    }
                    (false, true) => view! {
                        <button type="button" class="chip add" on:click=move |_| picking.set(true)>
                            <Icon name=IconName::Plus class="i-xs" />{texts.filter().account()}
                        </button>
                    }.into_any(),
                    (false, false) => ().into_any(),
                }}
                {move || board.filter.with(|filter| filter.account).map(|account| {
                    let name = client.with(|view| view.accounts.get(&account).map(|account| account.name.clone()));
                    view! {
                        <button class="chip on" on:click=move |_| change.run(Change::Account(None))>
                            {texts.filter().account()} <b>{name}</b> <Icon name=IconName::X class="i-xs" />
                        </button>
                    }
                })}
                {move || board.filter.with(|filter| !filter.is_empty()).then(|| view! {
                    <button class="btn plain" on:click=move |_| change.run(Change::Clear)>{texts.filter().clear()}</button>
                })}
            </div>
            <DisplayMenu board=board />
            <div class="totals">
                <span class="second">
                    {texts.board().open_total()} " "
                    <b class="strong" data-total="deals">{move || totals.with(|totals| totals.deals)}</b>
                </span>
                <span class="money" data-total="sum">{move || totals.with(|totals| figure::sums_text(totals, false, language))}</span>
                <span class="second" data-total="weighted">
                    {move || {
                        let weighted = totals.with(|totals| figure::sums_text(totals, true, language));
                        (!weighted.is_empty()).then(|| view! { {texts.board().weighted()} " " {weighted} })
                    }}
                </span>
            </div>
            <button type="button" class="btn primary done phone-only" on:click=move |_| filtering.set(false)>{texts.common().done()}</button>
        </div>
    }
}

enum Change {
    Owner(domain::id::MemberId),
    Team(Option<domain::id::TeamId>),
    Tag(String),
    Priority(Option<Priority>),
    Text(String),
    Account(Option<domain::id::AccountId>),
    Clear,
}

impl Change {
    fn make(self, filter: &mut Filter) {
        match self {
            Self::Owner(owner) => match filter.owners.iter().position(|other| *other == owner) {
                Some(place) => {
                    filter.owners.remove(place);
                }
                None => filter.owners.push(owner),
            },
            Self::Team(team) => filter.team = team,
            Self::Tag(tag) => filter.tag = Some(tag).filter(|tag| !tag.is_empty()),
            Self::Priority(priority) => filter.priority = priority,
            Self::Text(text) => filter.text = text,
            Self::Account(account) => filter.account = account,
            Self::Clear => *filter = Filter::default(),
        }
    }
}
