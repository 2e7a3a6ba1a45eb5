//! On the deal's page: what the next stage asks for, where its checklist is ticked and its approvals are given.

use super::met::{self, Settled};
use crate::{
    client::Client,
    texts::use_texts,
    ui::{
        Icon, IconName,
        gate::{approved_at, approver_name, condition_words},
    },
};
use domain::{
    access::Actor,
    command::Command,
    deal::Deal,
    gate::{Approval, Condition, Way, missing},
    id::{ConditionId, DealId},
    pipeline::{Outcome, Stage},
    view::View,
};
use leptos::prelude::*;

/// The stage that comes next, where its gate asks for anything.
fn next(view: &View, deal: &Deal) -> Option<Stage> {
    let stages = view.stages_of(deal.pipeline);
    let here = stages.iter().position(|stage| stage.id == deal.stage)?;
    if stages[here].outcome != Outcome::Open {
        return None;
    }
    let next = stages.get(here + 1).filter(|next| next.outcome != Outcome::Lost && !next.gate.is_open());
    next.map(|next| (*next).clone())
}

/// One condition with its box.
#[derive(Debug, Clone, PartialEq)]
struct Line {
    id: ConditionId,
    words: String,
    met: bool,
    how: String,
    may: bool,
}

#[component]
pub fn GatePanel(id: DealId, editable: Memo<bool>) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.gate();
    let stage = Memo::new(move |_| client.with(|view| view.deals.get(&id).and_then(|deal| next(view, deal))));
    let lacks = Memo::new(move |_| {
        client.with(|view| match (view.deals.get(&id), stage.get()) {
            (Some(deal), Some(to)) => missing(view, deal, &to, Way::From(view.stages.get(&deal.stage))),
            _ => Vec::new(),
        })
    });
    let lines = Memo::new(move |_| {
        client.with(|view| match (view.deals.get(&id), stage.get()) {
            (Some(deal), Some(to)) => lines(client, view, deal, &to, editable.get()),
            _ => Vec::new(),
        })
    });
    let others = Memo::new(move |_| {
        client.with(|view| {
            let lacks = lacks.get();
            let others = lacks.iter().filter(|it| !matches!(it, Condition::Item { .. } | Condition::Approval { .. }));
            others
                .map(|it| {
                    let words = condition_words(texts, view, it);
                    if let Condition::Field { .. } = it { format!("{words}: {}", t.field_missing()) } else { words }
                })
                .collect::<Vec<_>>()
        })
    });
    let filled = Memo::new(move |_| {
        client.with(|view| match (view.deals.get(&id), stage.get()) {
            (Some(deal), Some(to)) => met::filled(client, view, deal, &to, &lacks.get()),
            _ => Vec::new(),
        })
    });
    let toggle = move |line: &Line, met: bool| {
        let words = line.words.clone();
        if let Some(command) = client.ask_or_tell(Command::Meet { deal: id, condition: line.id, met }) {
            client.toasts.done(if met { t.ticked(words) } else { t.unticked(words) }, command);
        }
    };
    // A line stays as it is ticked, and with it the focus.
    let show = move |line: Line| {
        let id = line.id;
        let now = Memo::new(move |_| lines.with(|lines| lines.iter().find(|line| line.id == id).cloned()));
        let words = move || now.get().map(|line| line.words);
        let is_met = move || now.get().is_some_and(|line| line.met);
        let box_of_it = if line.may {
            view! {
                <label class="checkline grow">
                    <input class="check" type="checkbox" checked=line.met prop:checked=is_met
                        on:change=move |event| toggle(&line, event_target_checked(&event)) />
                    <span>{words}</span>
                </label>
            }
            .into_any()
        } else {
            view! {
                {move || view! { <Icon name=if is_met() { IconName::Check } else { IconName::Dash } class="i-s" /> }}
                <span class="grow">{words}</span>
            }
            .into_any()
        };
        view! { <li>{box_of_it}<span class="meta">{move || now.get().map(|line| line.how)}</span></li> }
    };
    move || {
        stage.get().map(|stage| {
            let count = move || match lacks.with(Vec::len) {
                0 => t.all_met().to_owned(),
                n => t.missing_n(n),
            };
            view! {
                <div class="panel gate-panel">
                    <header><h2>{t.next(stage.name)}</h2><span class="meta" role="status">{count}</span></header>
                    <ul class="gate-list">
                        {move || others.get().into_iter().map(|words| view! {
                            <li><Icon name=IconName::Dash class="i-s" /><span class="grow">{words}</span></li>
                        }).collect_view()}
                        <For each=move || lines.get() key=|line| (line.id, line.may) children=show />
                        {move || filled.get().into_iter().map(|Settled { what, how }| view! {
                            <li class="met"><Icon name=IconName::Check class="i-s" /><span class="grow">{what}</span><span class="meta ell">{how}</span></li>
                        }).collect_view()}
                    </ul>
                </div>
            }
        })
    }
}

fn lines(client: Client, view: &View, deal: &Deal, to: &Stage, editable: bool) -> Vec<Line> {
    let t = client.texts.gate();
    let actor = Actor::of(view, client.me);
    let how = |id: &ConditionId| deal.met.get(id).map(|mark| met::by_whom(client, view, mark));
    let item = to.gate.checklist.iter().map(|item| {
        let how = how(&item.id);
        Line { id: item.id, words: item.text.clone(), met: how.is_some(), how: how.unwrap_or_default(), may: editable }
    });
    let needed = |approval: &&Approval| approval.is_given(view, deal) || approval.is_needed(view, deal);
    let approval = to.gate.approvals.iter().filter(needed).map(|approval| {
        let met = approval.is_given(view, deal);
        let before = || approved_at(client.texts, view, deal, approval.id);
        let how = if met { how(&approval.id) } else { before() };
        let who = approver_name(client.texts, view, approval.by);
        let words = if met { t.approval_given(who) } else { t.approval_by(who) };
        let may = actor.as_ref().is_some_and(|actor| approval.by.is(actor));
        Line { id: approval.id, words, met, how: how.unwrap_or_default(), may }
    });
    item.chain(approval).collect()
}
