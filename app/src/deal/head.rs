//! The deal's head: name, account, amount, and the stages as steps; a click on a step moves the deal.

use super::{
    days::stays,
    edit::Edit,
    history::RecordHistory,
    input::Input,
    keys::{self, STEPS},
    quick::AskNext,
    shape::Shape,
};
use crate::{
    account::links,
    client::Client,
    presence::EditingHere,
    texts::use_texts,
    ui::{Icon, IconName, figure::Exact, refusal::sentence, time},
};
use domain::{
    access::Right,
    change::Target,
    command::{Command, Place},
    deal::Deal,
    id::DealId,
    page::Address,
    pipeline::{Outcome, Stage},
    record::Kind,
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, components::A, hooks::use_navigate};

#[component]
pub fn Head(id: DealId, deal: Memo<Option<Deal>>, editable: Memo<bool>) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let target = Target::new(Kind::Deal, id);
    let edit = Edit::new(client, target, "title");
    let rename = Callback::new(move |typed: String| {
        edit.commit(typed, |value| Shape::Text.text(value), |typed| Shape::Text.read(typed));
    });
    let cancel = Callback::new(move |()| edit.cancel());
    let problem = move || edit.refused().map(|(refusal, _)| client.peek(|view| sentence(texts, view, &refusal)));
    let title = move || deal.with(|deal| deal.as_ref().map(|deal| deal.title.clone()).unwrap_or_default());
    let navigate = use_navigate();
    let delete = move |_| {
        let (name, pipeline) = (title(), deal.get_untracked().map(|deal| deal.pipeline));
        if let Some(command) = client.ask_or_tell(Command::Delete { target }) {
            client.toasts.done(texts.toast().deleted(name), command);
            navigate(&Address::of_board(pipeline).path(), NavigateOptions::default());
        }
    };
    let may_delete = client.holds(Right::DeleteRecords);
    let AskNext(asking) = expect_context();
    let has_no_next = Memo::new(move |_| {
        let is_open = deal.with(|deal| deal.as_ref().is_some_and(|deal| deal.closed_at.is_none()));
        let of_deal = |it: &domain::activity::Activity| it.deal == Some(id) && it.is_planned();
        is_open && client.with(|view| !view.activities.values().any(of_deal))
    });
    let may_work = client.holds(Right::Work);
    let map = move || {
        let account = deal.with(|deal| deal.as_ref().and_then(|deal| deal.account))?;
        let address = client.with(|view| view.accounts.get(&account).map(|account| account.address.clone()))?;
        links::map(&address, texts.0.is_chinese())
    };
    view! {
        <header class="dhead">
            <div class="dt">
                {move || if edit.is_open() {
                    let start = edit.start(|value| Shape::Text.text(value));
                    view! { <Input shape=Shape::Text start=start label=texts.deal().name().to_owned() commit=rename cancel=cancel /> }.into_any()
                } else {
                    view! {
                        <h1 title=move || editable.get().then(|| texts.deal().click_to_edit())
                            on:click=move |_| if editable.get_untracked() { edit.open() }>{title}</h1>
                    }.into_any()
                }}
                {move || editable.get().then(|| view! {
                    <button type="button" class="btn plain icon" node_ref=edit.button aria-label=texts.deal().edit_field(texts.deal().name())
                        on:click=move |_| edit.open()><Icon name=IconName::Edit class="i-s" /></button>
                })}
                {move || deal.get().and_then(|deal| deal.account).map(|account| {
                    let name = client.with(|view| view.accounts.get(&account).map(|account| account.name.clone()));
                    view! { <A href=Address::Account(account).path() attr:class="link">{name}</A> }
                })}
                {move || deal.get().and_then(|deal| deal.amount).map(|amount| view! {
                    <span class="big"><Exact amount=amount /></span>
                })}
                <span class="acts">
                    {move || map().map(|href| view! {
                        <a class="btn plain icon" href=href target="_blank" rel="noopener noreferrer" aria-label=texts.stream().map()
                            title=texts.stream().map()><Icon name=IconName::Pin class="i-s" /></a>
                    })}
                    {move || (may_work && has_no_next.get()).then(|| view! {
                        <button type="button" class="btn none-next" on:click=move |_| asking.set(true)>
                            <Icon name=IconName::Dash class="i-s" />{texts.quick_line().none_planned()}
                        </button>
                    })}
                    {move || editable.get().then(|| view! {
                        <button type="button" class="btn wide-only" on:click=move |_| keys::focus(STEPS)>
                            {texts.stream().move_it()} " " <kbd aria-hidden="true">"M"</kbd>
                        </button>
                    })}
                    {may_work.then(|| view! {
                        <button type="button" class="btn primary" on:click=move |_| keys::focus_line()>
                            <Icon name=IconName::Plus class="i-s" />{texts.deal().log()} " " <kbd aria-hidden="true">"L"</kbd>
                        </button>
                    })}
                    {(may_delete).then(|| view! {
                        <button class="btn plain" on:click=delete><Icon name=IconName::Trash class="i-s" />{texts.common().delete()}</button>
                    })}
                </span>
            </div>
            {move || problem().map(|problem| view! { <p class="form-err" role="alert">{problem}</p> })}
            <EditingHere target=target field="title" />
            {move || deal.get().map(|deal| view! { <Steps deal=deal editable=editable.get() /> })}
        </header>
    }
}

/// The stages in their order. Those before the present one count as passed.
#[component]
fn Steps(deal: Deal, editable: bool) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let stages: Vec<Stage> = client.peek(|view| view.stages_of(deal.pipeline).into_iter().cloned().collect());
    let columns = format!("repeat({}, minmax(0, 1fr))", stages.len());
    let here = stages.iter().position(|stage| stage.id == deal.stage).unwrap_or(0);
    let (zone, today) = (client.zone(), client.today());
    let stay = zone.worked_since(deal.entered_at, today);
    let closed = deal.closed_at.map(|at| time::short_day(zone.day(at), today));
    let (id, seen) = (deal.id, deal.stage);
    let history = expect_context::<RecordHistory>();
    // The history hears of a move only when the server has confirmed it.
    let passed = Memo::new(move |_| history.with(|list| stays(list, Target::new(Kind::Deal, id), &zone)));
    let go = move |stage: &Stage| {
        let (stage, name) = (stage.id, stage.name.clone());
        let command = Command::MoveDeal { deal: id, stage, seen, place: Place::default(), at: None };
        client.ask_through_or_tell(command, move |command| client.toasts.done(texts.toast().moved(&name), command));
    };
    view! {
        <ol class="steps" style:grid-template-columns=columns>
            {stages.into_iter().enumerate().map(|(place, stage)| {
                let is_here = place == here;
                let class = match (is_here, stage.outcome) {
                    (true, Outcome::Won) => "won",
                    (true, Outcome::Lost) => "lost",
                    (true, Outcome::Open) => "now",
                    (false, _) if place < here => "done",
                    _ => "todo",
                };
                let (outcome, limit, this, closed) = (stage.outcome, stage.limit(), stage.id, closed.clone());
                let words = move || match (is_here, outcome, limit) {
                    (true, Outcome::Open, Some(limit)) => Some(texts.deal().step_now(limit, stay)),
                    (true, Outcome::Open, None) => Some(texts.deal().step_done(stay)),
                    (true, _, _) => closed.clone(),
                    (false, _, _) => passed.with(|passed| passed.get(&this).map(|days| texts.deal().step_done(days))),
                };
                let name = stage.name.clone();
                let label = texts.move_menu().to_stage(&name);
                view! {
                    <li class=class aria-current=is_here.then_some("step")>
                        {if editable && !is_here {
                            view! { <button aria-label=label.clone() title=label on:click=move |_| go(&stage)><b>{name}</b><span>{words}</span></button> }.into_any()
                        } else {
                            view! { <div><b>{name}</b><span>{words}</span></div> }.into_any()
                        }}
                    </li>
                }
            }).collect_view()}
        </ol>
    }
}
