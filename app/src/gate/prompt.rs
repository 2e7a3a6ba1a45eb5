//! The gate prompt: asks for exactly what is missing; Enter saves it and moves in one command, Escape puts the card back.

use super::{
    field::{Draft, DraftField},
    given::{Given, Need, needs},
    met::{Settled, settled},
};
use crate::{
    client::{Client, Gated},
    texts::{Texts, use_texts},
    ui::{
        Icon, IconName,
        dialog::Dialog,
        gate::{condition_words, stage_name},
        refusal::sentence,
    },
};
use domain::{
    access::Actor,
    command::Command,
    deal::Deal,
    gate::{Approver, Condition, may_override},
    id::{ConditionId, DealId},
    record::Record,
    refusal::{Refusal, Rule},
    view::View,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_location;

/// The deal that a command is about to make.
fn new_deal(command: &Command, id: DealId) -> Option<Deal> {
    match command {
        Command::Create { record: Record::Deal(deal), .. } if deal.id == id => Some(deal.clone()),
        Command::Batch { parts } => parts.iter().find_map(|part| new_deal(part, id)),
        _ => None,
    }
}

/// A condition that is ticked here.
#[derive(Clone, Copy)]
struct Tickable {
    id: ConditionId,
    ticked: RwSignal<bool>,
}

/// What the prompt works on.
#[derive(Clone, Copy)]
struct Prompt {
    client: Client,
    gated: StoredValue<Gated>,
    drafts: StoredValue<Vec<Draft>>,
    boxes: StoredValue<Vec<Tickable>>,
    reason: RwSignal<String>,
    /// Whether it is to be done although not everything is met.
    over: RwSignal<bool>,
    problem: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
}

#[component]
pub fn GatePrompt(gated: Gated) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.gate();
    let all = needs(&gated.unmet);
    let command = gated.command.clone();
    let deal_of = move |view: &View, id: DealId| view.deals.get(&id).cloned().or_else(|| new_deal(&command, id));
    let deals: Vec<(Deal, bool)> = client.peek(|view| {
        let deals = gated.unmet.iter().filter_map(|it| deal_of(view, it.deal));
        deals.map(|deal| (deal.clone(), !view.deals.contains_key(&deal.id))).collect()
    });
    let is_new = deals.first().is_some_and(|(_, is_new)| *is_new);
    let stages: Vec<_> = client.peek(|view| {
        let mut stages: Vec<_> = gated.unmet.iter().filter_map(|it| view.stages.get(&it.stage).cloned()).collect();
        stages.dedup_by_key(|stage| stage.id);
        stages
    });
    let draft = |need: &Need| match &need.condition {
        Condition::Field { field } => {
            let unmet = gated.unmet.iter().find(|it| need.deals.contains(&it.deal))?;
            let deal = deals.iter().map(|(deal, _)| deal).find(|deal| deal.id == unmet.deal);
            Some((Draft::new(client, deal, unmet, field), need.deals.len()))
        }
        _ => None,
    };
    let drafts: Vec<(Draft, usize)> = all.iter().filter_map(draft).collect();
    let actor = client.peek(|view| Actor::of(view, client.me));
    let may_approve = |by: Approver| actor.as_ref().is_some_and(|actor| by.is(actor));
    let may_skip = client.peek(|view| {
        let may = |stage: Option<&domain::pipeline::Stage>, missing: &[Condition]| {
            let role = actor.as_ref().map(|actor| actor.role);
            stage.zip(role).is_some_and(|(stage, role)| may_override(view, role, stage, missing))
        };
        gated.unmet.iter().all(|it| may(view.stages.get(&it.stage), &it.missing))
    });
    let checked = |need: &Need| match need.condition {
        Condition::Item { id, .. } => Some(id),
        Condition::Approval { id, by } if may_approve(by) => Some(id),
        _ => None,
    };
    let boxes: Vec<Tickable> =
        all.iter().filter_map(checked).map(|id| Tickable { id, ticked: RwSignal::new(false) }).collect();
    // What others must settle may be settled while this stands.
    let blocking: Vec<Need> = all
        .iter()
        .filter(|need| checked(need).is_none() && !matches!(need.condition, Condition::Field { .. }))
        .cloned()
        .collect();
    let blocks = Memo::new(move |_| {
        client.with(|view| {
            let is_open = |need: &&Need| match need.condition {
                Condition::Approval { id, .. } => {
                    let lacks = |deal: &DealId| view.deals.get(deal).is_none_or(|deal| !deal.met.contains_key(&id));
                    need.deals.iter().any(lacks)
                }
                _ => true,
            };
            let open = blocking.iter().filter(is_open);
            open.map(|need| condition_words(texts, view, &need.condition)).collect::<Vec<_>>()
        })
    });
    let is_blocked = Memo::new(move |_| !blocks.with(Vec::is_empty));
    let prompt = Prompt {
        client,
        gated: StoredValue::new(gated.clone()),
        drafts: StoredValue::new(drafts.iter().map(|(draft, _)| *draft).collect()),
        boxes: StoredValue::new(boxes.clone()),
        reason: RwSignal::new(String::new()),
        over: RwSignal::new(may_skip && is_blocked.get_untracked()),
        problem: RwSignal::new(None),
        busy: RwSignal::new(false),
    };
    let close = Callback::new(move |()| client.gated.set(None));
    // A prompt stands over the page from which the deal was moved.
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.is_some_and(|before| before != now) {
            client.gated.set(None);
        }
        now
    });
    let is_stay = move || is_blocked.get() && !prompt.over.get();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        prompt.submit(untrack(is_stay));
    };
    let title = match stages.as_slice() {
        [stage] => t.title(all.len(), &stage.name),
        _ => t.title_many(all.len()),
    };
    let about = client.peek(|view| match deals.as_slice() {
        [(deal, is_new)] => about_one(texts, view, deal, *is_new, gated.unmet[0].stage),
        several => {
            let titles: Vec<&str> = several.iter().map(|(deal, _)| deal.title.as_str()).collect();
            format!("{} · {}", t.deals_n(several.len()), titles.join(", "))
        }
    });
    let back = match deals.as_slice() {
        [(_, true)] => texts.common().cancel().to_owned(),
        [(deal, false)] => t.put_back(client.peek(|view| stage_name(view, deal.stage))),
        _ => t.put_back_all().to_owned(),
    };
    let met: Vec<Settled> = match (deals.as_slice(), stages.as_slice()) {
        ([(deal, false)], [stage]) => client.peek(|view| settled(client, view, deal, stage, &gated.unmet[0].missing)),
        _ => Vec::new(),
    };
    let guidance: Vec<_> = stages.iter().filter(|stage| !stage.guidance.is_empty()).cloned().collect();
    let tick_words = client.peek(|view| {
        let line = |it: &Tickable| {
            let need = all.iter().find(|need| checked(need) == Some(it.id))?;
            let is_item = matches!(need.condition, Condition::Item { .. });
            let words = condition_words(texts, view, &need.condition);
            let words = if is_item { words } else { format!("{} ({words})", t.approve()) };
            Some((it.ticked, words, need.deals.len(), is_item))
        };
        boxes.iter().filter_map(line).collect::<Vec<_>>()
    });
    let (items, approvals): (Vec<_>, Vec<_>) = tick_words.into_iter().partition(|(.., is_item)| *is_item);
    let tick = move |(ticked, words, deals, _): (RwSignal<bool>, String, usize, bool)| {
        view! {
            <li>
                <label class="checkline grow">
                    <input class="check" type="checkbox" prop:checked=move || ticked.get()
                        on:change=move |event| { ticked.set(event_target_checked(&event)); prompt.problem.set(None); } />
                    <span>{words}</span>
                </label>
                {(deals > 1).then(|| view! { <span class="meta">{t.of_deals(deals)}</span> })}
            </li>
        }
    };
    let is_odd = drafts.len() % 2 == 1;
    let done = move || {
        if is_stay() {
            t.save_stay()
        } else {
            match (prompt.over.get(), is_new) {
                (true, true) => t.create_anyway(),
                (true, false) => t.move_anyway(),
                (false, true) => t.save_create(),
                (false, false) => t.save_move(),
            }
        }
    };
    // A new deal is nowhere yet: without the rest there is nothing to save.
    let can_save = move || !is_new || !is_stay();
    view! {
        <Dialog title=title on_close=close>
            <form class="gate-form" novalidate on:submit=submit>
                <div class="body form-stack">
                    <p class="second gate-about">{about}</p>
                    {move || prompt.problem.get().map(|why| view! { <p class="form-err" role="alert">{why}</p> })}
                    {(!drafts.is_empty()).then(|| view! {
                        <div class="form-grid" class:odd=is_odd>
                            {drafts.into_iter().map(|(draft, deals)| view! { <DraftField draft=draft deals=deals /> }).collect_view()}
                        </div>
                    })}
                    {(!items.is_empty()).then(|| view! {
                        <section><h3>{t.checklist()}</h3><ul class="gate-list">{items.into_iter().map(tick).collect_view()}</ul></section>
                    })}
                    {(!approvals.is_empty()).then(|| view! {
                        <section><h3>{t.approvals()}</h3><ul class="gate-list">{approvals.into_iter().map(tick).collect_view()}</ul></section>
                    })}
                    {move || is_blocked.get().then(|| view! {
                        <section role="status">
                            <ul class="gate-list">
                                {blocks.get().into_iter().map(|words| view! {
                                    <li><Icon name=IconName::Alarm class="i-s" /><span>{words}</span></li>
                                }).collect_view()}
                            </ul>
                            {(!may_skip).then(|| view! { <p class="hint-line">{t.cannot()}</p> })}
                        </section>
                    })}
                    {(!met.is_empty()).then(|| view! { <MetList met=met /> })}
                    {move || prompt.over.get().then(|| view! { <Reason prompt=prompt /> })}
                    {(!guidance.is_empty()).then(|| view! {
                        <details class="gate-why">
                            <summary class="link">{t.why()}</summary>
                            {guidance.into_iter().map(|stage| view! { <p class="prose">{stage.guidance}</p> }).collect_view()}
                        </details>
                    })}
                </div>
                <footer>
                    {may_skip.then(|| view! {
                        <button type="button" class="link" aria-pressed=move || prompt.over.get().to_string()
                            on:click=move |_| prompt.over.update(|over| *over = !*over)>{t.over()}</button>
                    })}
                    <button type="button" class="btn push" on:click=move |_| close.run(())>{back} " " <kbd aria-hidden="true">"Esc"</kbd></button>
                    {move || can_save().then(|| view! {
                        <button type="submit" class="btn primary" disabled=move || prompt.busy.get()>{done} " " <kbd aria-hidden="true">"Enter"</kbd></button>
                    })}
                </footer>
            </form>
        </Dialog>
    }
}

/// Which deal of whom, from where to where.
fn about_one(texts: Texts, view: &View, deal: &Deal, is_new: bool, to: domain::id::StageId) -> String {
    let account = deal.account.and_then(|account| view.accounts.get(&account)).map(|account| account.name.clone());
    let to = stage_name(view, to);
    let way = if is_new { to } else { texts.gate().from_to(stage_name(view, deal.stage), to) };
    [Some(deal.title.clone()), account, Some(way)].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

#[component]
fn MetList(met: Vec<Settled>) -> impl IntoView {
    view! {
        <ul class="gate-list met">
            {met.into_iter().map(|Settled { what, how }| view! {
                <li><Icon name=IconName::Check class="i-s" /><span class="grow">{what}</span><span class="meta">{how}</span></li>
            }).collect_view()}
        </ul>
    }
}

#[component]
fn Reason(prompt: Prompt) -> impl IntoView {
    let t = use_texts().gate();
    view! {
        <div class="field full">
            <label for="gate-reason" class="req">{t.over_reason()}</label>
            <input class="input" id="gate-reason" type="text" maxlength="300" autocomplete="off" aria-required="true"
                prop:value=move || prompt.reason.get() on:input=move |event| {
                    prompt.reason.set(event_target_value(&event));
                    prompt.problem.set(None);
                } />
            <span class="hint">{t.over_text()}</span>
        </div>
    }
}

impl Prompt {
    /// Reads what was given and asks for all of it as one; `stay`: without the move.
    fn submit(self, stay: bool) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.problem.set(None);
        spawn_local(async move {
            let given = self.read(stay).await;
            // The prompt may be gone by now.
            if self.busy.try_set(false).is_some() {
                return;
            }
            match given {
                Ok(given) => self.ask(&given, stay),
                Err(why) => self.problem.set(Some(why)),
            }
        });
    }

    /// What was given; an error is what to do about the rest.
    async fn read(self, stay: bool) -> Result<Given, String> {
        let t = self.client.texts.gate();
        let mut given = Given::default();
        let over = self.over.get_untracked();
        // Whoever need not give all gives what they have.
        let lenient = stay || over;
        let mut complete = true;
        for draft in self.drafts.get_value() {
            let field = draft.name();
            match draft.read(&mut given.made).await {
                Ok(value) if value.is_null() && lenient => {}
                Ok(value) if value.is_null() => {
                    draft.refuse(&Rule::Required);
                    complete = false;
                }
                Ok(value) => {
                    given.fields.insert(field, value);
                }
                Err(rule) => {
                    draft.refuse(&rule);
                    complete = false;
                }
            }
        }
        if !complete {
            return Err(t.fill_all().to_owned());
        }
        let boxes = self.boxes.get_value();
        let ticked = boxes.iter().filter(|it| it.ticked.get_untracked()).map(|it| it.id);
        given.met.extend(ticked);
        let is_open = |it: &Tickable| !given.met.contains(&it.id) && !self.is_met(it.id);
        if boxes.iter().any(is_open) && !lenient {
            return Err(t.tick_all().to_owned());
        }
        if over && !stay {
            let reason = self.reason.get_untracked();
            if reason.trim().is_empty() {
                return Err(format!("{}: {}", t.over_reason(), self.client.texts.errors().required()));
            }
            given.reason = Some(reason);
        }
        if stay && given.is_nothing() {
            return Err(t.fill_all().to_owned());
        }
        Ok(given)
    }

    /// Whether somebody else met it while the prompt stood.
    fn is_met(self, id: ConditionId) -> bool {
        let lacked_it = |missing: &Condition| matches!(missing, Condition::Item { id: other, .. } | Condition::Approval { id: other, .. } if *other == id);
        self.gated.with_value(|gated| {
            self.client.peek(|view| {
                let mut lacked = gated.unmet.iter().filter(|it| it.missing.iter().any(lacked_it));
                lacked.all(|it| view.deals.get(&it.deal).is_some_and(|deal| deal.met.contains_key(&id)))
            })
        })
    }

    fn ask(self, given: &Given, stay: bool) {
        let client = self.client;
        let gated = self.gated.get_value();
        let command =
            if stay { given.alone(&gated.unmet) } else { given.complete(gated.command, &gated.unmet, client.me) };
        match client.ask(command) {
            Ok(id) => {
                client.gated.set(None);
                if stay {
                    let deal = gated.unmet.first().map(|it| it.deal);
                    let stage = client.peek(|view| {
                        let deal = deal.and_then(|deal| view.deals.get(&deal));
                        deal.map(|deal| stage_name(view, deal.stage)).unwrap_or_default()
                    });
                    client.toasts.done(client.texts.gate().saved_stay(stage), id);
                } else {
                    (gated.then)(id);
                }
            }
            Err(refusal) => self.refuse(&refusal),
        }
    }

    fn refuse(self, refusal: &Refusal) {
        if let Refusal::Invalid { field, rule } = refusal
            && let Some(draft) = self.drafts.get_value().into_iter().find(|draft| draft.name() == *field)
        {
            return draft.refuse(rule);
        }
        self.problem.set(Some(self.client.peek(|view| sentence(self.client.texts, view, refusal))));
    }
}
