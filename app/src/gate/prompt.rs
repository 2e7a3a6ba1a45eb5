//! The gate prompt: asks for exactly what is missing; Enter saves it and moves in one command, Escape puts the card back.

use super::{
    field::{Draft, DraftField},
    given::{Given, Need, needs},
    live::{live, new_deal, without_gone},
    met::{Settled, settled},
};
use crate::{
    client::{Client, Gated},
    texts::{Texts, use_texts},
    ui::{
        Icon, IconName,
        dialog::Dialog,
        gate::{approved_at, condition_words, stage_name},
        refusal::sentence,
    },
};
use domain::{
    access::Actor,
    command::Command,
    deal::Deal,
    gate::{Approver, Condition, Unmet, may_override},
    id::ConditionId,
    record::Kind,
    refusal::{Refusal, Rule},
    view::View,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_location;

/// A condition that is ticked here.
#[derive(Clone, Copy)]
struct Tickable {
    id: ConditionId,
    ticked: RwSignal<bool>,
}

/// Whether the condition is the one with this id.
fn is_about(condition: &Condition, id: ConditionId) -> bool {
    matches!(condition, Condition::Item { id: other, .. } | Condition::Approval { id: other, .. } if *other == id)
}

/// What the prompt works on.
#[derive(Clone, Copy)]
struct Prompt {
    client: Client,
    gated: StoredValue<Gated>,
    /// What is still to be met.
    unmet: Memo<Vec<Unmet>>,
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
    let gated = StoredValue::new(gated);
    let unmet =
        Memo::new(move |_| client.with(|view| gated.with_value(|gated| live(view, &gated.command, &gated.unmet))));
    // Deals that are all gone leave nothing to ask about.
    Effect::new(move |_| {
        if unmet.with(Vec::is_empty) {
            client.gated.set(None);
            client.tell(&Refusal::NotFound { kind: Kind::Deal });
        }
    });
    let lacking = Memo::new(move |_| unmet.with(|unmet| needs(unmet)));
    let is_lacking = move |condition: &Condition| {
        lacking.with(|needs| needs.iter().any(|need| same_condition(&need.condition, condition)))
    };
    let deals = Memo::new(move |_| {
        unmet.with(|unmet| client.with(|view| gated.with_value(|gated| deals_of(view, &gated.command, unmet))))
    });
    let is_new = deals.with_untracked(|deals| deals.first().is_some_and(|(_, is_new)| *is_new));
    let stages: Vec<_> = client.peek(|view| {
        let stages = unmet.with_untracked(|unmet| unmet.iter().map(|it| it.stage).collect::<Vec<_>>());
        let mut stages: Vec<_> = stages.iter().filter_map(|stage| view.stages.get(stage).cloned()).collect();
        stages.dedup_by_key(|stage| stage.id);
        stages
    });
    let draft = |need: &Need| match &need.condition {
        Condition::Field { field } => gated.with_value(|gated| {
            let unmet = gated.unmet.iter().find(|it| need.deals.contains(&it.deal))?;
            let deal = deals.with_untracked(|deals| deals.iter().find(|(deal, _)| deal.id == unmet.deal).cloned());
            let draft = Draft::new(client, deal.as_ref().map(|(deal, _)| deal), unmet, field);
            Some((draft, need.condition.clone(), need.deals.len()))
        }),
        _ => None,
    };
    let drafts: Vec<(Draft, Condition, usize)> = all.iter().filter_map(draft).collect();
    let actor = client.peek(|view| Actor::of(view, client.me));
    let may_approve = |by: Approver| actor.as_ref().is_some_and(|actor| by.is(actor));
    let role = actor.as_ref().map(|actor| actor.role);
    let may_skip = Memo::new(move |_| {
        let is_move = gated.with_value(|gated| !matches!(gated.command, Command::Undo { .. }));
        let may = |view: &View, it: &Unmet| {
            let stage = view.stages.get(&it.stage).zip(role);
            stage.is_some_and(|(stage, role)| may_override(view, role, stage, &it.missing))
        };
        is_move && unmet.with(|unmet| client.with(|view| unmet.iter().all(|it| may(view, it))))
    });
    let checked = |need: &Need| match need.condition {
        Condition::Item { id, .. } => Some(id),
        Condition::Approval { id, by } if may_approve(by) => Some(id),
        _ => None,
    };
    let boxes: Vec<Tickable> =
        all.iter().filter_map(checked).map(|id| Tickable { id, ticked: RwSignal::new(false) }).collect();
    // What others must settle may be settled while this stands.
    let blocking: Vec<Condition> = all
        .iter()
        .filter(|need| checked(need).is_none() && !matches!(need.condition, Condition::Field { .. }))
        .map(|need| need.condition.clone())
        .collect();
    let blocks = Memo::new(move |_| {
        let needs = lacking.get();
        let open = needs.iter().filter(|need| blocking.iter().any(|it| same_condition(it, &need.condition)));
        client.with(|view| open.map(|need| need_words(texts, view, need)).collect::<Vec<_>>())
    });
    let is_blocked = Memo::new(move |_| !blocks.with(Vec::is_empty));
    let prompt = Prompt {
        client,
        gated,
        unmet,
        drafts: StoredValue::new(drafts.iter().map(|(draft, ..)| *draft).collect()),
        boxes: StoredValue::new(boxes.clone()),
        reason: RwSignal::new(String::new()),
        over: RwSignal::new(false),
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
    let is_over = Memo::new(move |_| prompt.over.get() && may_skip.get());
    let is_stay = Memo::new(move |_| is_blocked.get() && !is_over.get());
    // Without the rest, what is given alone is saved; a new deal is nowhere yet.
    let has_inputs = !drafts.is_empty() || !boxes.is_empty();
    let can_save = move || !is_stay.get() || (has_inputs && !is_new);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if untrack(can_save) {
            prompt.submit(is_stay.get_untracked());
        }
    };
    let name = match stages.as_slice() {
        [stage] => Some(stage.name.clone()),
        _ => None,
    };
    let title = Signal::derive(move || match (lacking.with(Vec::len), &name) {
        (0, _) => t.all_met().to_owned(),
        (count, Some(stage)) => t.title(count, stage),
        (count, None) => t.title_many(count),
    });
    let about = Memo::new(move |_| {
        client.with(|view| {
            deals.with(|deals| match deals.as_slice() {
                [(deal, is_new)] => {
                    let to = unmet.with(|unmet| unmet.first().map(|it| it.stage));
                    to.map(|to| about_one(texts, view, deal, *is_new, to)).unwrap_or_default()
                }
                several => {
                    let titles: Vec<&str> = several.iter().map(|(deal, _)| deal.title.as_str()).collect();
                    format!("{} · {}", t.deals_n(several.len()), titles.join(", "))
                }
            })
        })
    });
    let back = Memo::new(move |_| {
        deals.with(|deals| match deals.as_slice() {
            [(_, true)] => texts.common().cancel().to_owned(),
            [(deal, false)] => t.put_back(client.with(|view| stage_name(view, deal.stage))),
            _ => t.put_back_all().to_owned(),
        })
    });
    let only = match stages.as_slice() {
        [stage] if !is_new => Some(stage.id),
        _ => None,
    };
    let met = Memo::new(move |_| {
        let (deals, unmet) = (deals.get(), unmet.get());
        client.with(|view| match (deals.as_slice(), only.and_then(|stage| view.stages.get(&stage))) {
            ([(deal, _)], Some(stage)) => settled(client, view, deal, stage, &unmet[0].missing),
            _ => Vec::new(),
        })
    });
    let guidance: Vec<_> = stages.iter().filter(|stage| !stage.guidance.is_empty()).cloned().collect();
    let lines: Vec<Line> = client.peek(|view| {
        let line = |it: &Tickable| {
            let need = all.iter().find(|need| checked(need) == Some(it.id))?;
            let is_item = matches!(need.condition, Condition::Item { .. });
            let words = need_words(texts, view, need);
            let words = if is_item { words } else { format!("{} ({words})", t.approve()) };
            Some(Line { ticked: it.ticked, condition: need.condition.clone(), words, deals: need.deals.len(), is_item })
        };
        boxes.iter().filter_map(line).collect()
    });
    let (items, approvals): (Vec<Line>, Vec<Line>) = lines.into_iter().partition(|line| line.is_item);
    let tick = move |line: Line| {
        let Line { ticked, condition, words, deals, .. } = line;
        let is_shown = Memo::new(move |_| is_lacking(&condition));
        move || {
            let words = words.clone();
            is_shown.get().then(|| view! {
                <li>
                    <label class="checkline grow">
                        <input class="check" type="checkbox" prop:checked=move || ticked.get()
                            on:change=move |event| { ticked.set(event_target_checked(&event)); prompt.problem.set(None); } />
                        <span>{words}</span>
                    </label>
                    {(deals > 1).then(|| view! { <span class="meta">{t.of_deals(deals)}</span> })}
                </li>
            })
        }
    };
    let list = move |title: &'static str, lines: Vec<Line>| {
        let conditions: Vec<Condition> = lines.iter().map(|line| line.condition.clone()).collect();
        let lines = StoredValue::new(lines);
        let is_shown = Memo::new(move |_| conditions.iter().any(is_lacking));
        move || {
            is_shown.get().then(|| view! {
                <section><h3>{title}</h3><ul class="gate-list">{lines.get_value().into_iter().map(tick).collect_view()}</ul></section>
            })
        }
    };
    let fields: Vec<Condition> = drafts.iter().map(|(_, condition, _)| condition.clone()).collect();
    let is_odd = Memo::new(move |_| fields.iter().filter(|field| is_lacking(field)).count() % 2 == 1);
    let input = move |(draft, condition, deals): (Draft, Condition, usize)| {
        let is_shown = Memo::new(move |_| is_lacking(&condition));
        move || is_shown.get().then(|| view! { <DraftField draft=draft deals=deals /> })
    };
    let done = move || match (is_stay.get(), is_over.get(), is_new) {
        (true, ..) => t.save_stay(),
        (_, true, true) => t.create_anyway(),
        (_, true, false) => t.move_anyway(),
        (_, false, true) => t.save_create(),
        (_, false, false) => t.save_move(),
    };
    view! {
        <Dialog title=title on_close=close>
            <form class="gate-form" novalidate on:submit=submit>
                <div class="body form-stack">
                    <p class="second gate-about">{move || about.get()}</p>
                    {move || prompt.problem.get().map(|why| view! { <p class="form-err" role="alert">{why}</p> })}
                    {(!drafts.is_empty()).then(|| view! {
                        <div class="form-grid" class:odd=move || is_odd.get()>{drafts.into_iter().map(input).collect_view()}</div>
                    })}
                    {list(t.checklist(), items)}
                    {list(t.approvals(), approvals)}
                    {move || is_blocked.get().then(|| view! {
                        <section role="status">
                            <ul class="gate-list">
                                {blocks.get().into_iter().map(|words| view! {
                                    <li><Icon name=IconName::Alarm class="i-s" /><span>{words}</span></li>
                                }).collect_view()}
                            </ul>
                            {move || (!may_skip.get()).then(|| view! { <p class="hint-line">{t.cannot()}</p> })}
                        </section>
                    })}
                    {move || (!met.with(Vec::is_empty)).then(|| view! { <MetList met=met.get() /> })}
                    {move || is_over.get().then(|| view! { <Reason prompt=prompt /> })}
                    {(!guidance.is_empty()).then(|| view! {
                        <details class="gate-why">
                            <summary class="link">{t.why()}</summary>
                            {guidance.into_iter().map(|stage| view! { <p class="prose">{stage.guidance}</p> }).collect_view()}
                        </details>
                    })}
                </div>
                <footer>
                    {move || may_skip.get().then(|| view! {
                        <button type="button" class="link" aria-pressed=move || prompt.over.get().to_string()
                            on:click=move |_| prompt.over.update(|over| *over = !*over)>{t.over()}</button>
                    })}
                    <button type="button" class="btn push" on:click=move |_| close.run(())>{move || back.get()} " " <kbd aria-hidden="true">"Esc"</kbd></button>
                    {move || can_save().then(|| view! {
                        <button type="submit" class="btn primary" disabled=move || prompt.busy.get()>{done} " " <kbd aria-hidden="true">"Enter"</kbd></button>
                    })}
                </footer>
            </form>
        </Dialog>
    }
}

/// A condition that is ticked here, in words.
#[derive(Clone)]
struct Line {
    ticked: RwSignal<bool>,
    condition: Condition,
    words: String,
    deals: usize,
    is_item: bool,
}

/// The deals of a gate's answer, and whether each is about to be made.
fn deals_of(view: &View, command: &Command, unmet: &[Unmet]) -> Vec<(Deal, bool)> {
    let deal_of = |it: &Unmet| match view.deals.get(&it.deal) {
        Some(deal) => Some((deal.clone(), false)),
        None => new_deal(command, it.deal).map(|deal| (deal.clone(), true)),
    };
    unmet.iter().filter_map(deal_of).collect()
}

/// Whether it is the same condition, whatever its words.
fn same_condition(one: &Condition, other: &Condition) -> bool {
    match (one, other) {
        (Condition::Item { id, .. }, Condition::Item { id: other, .. })
        | (Condition::Approval { id, .. }, Condition::Approval { id: other, .. }) => id == other,
        _ => one == other,
    }
}

/// What is missing, with what was approved before where only that is too little.
fn need_words(texts: Texts, view: &View, need: &Need) -> String {
    let words = condition_words(texts, view, &need.condition);
    let before = match (&need.condition, need.deals.as_slice()) {
        (Condition::Approval { id, .. }, [deal]) => {
            view.deals.get(deal).and_then(|deal| approved_at(texts, view, deal, *id))
        }
        _ => None,
    };
    before.map_or_else(|| words.clone(), |before| format!("{words}: {before}"))
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
            if !self.lacks(|condition| matches!(condition, Condition::Field { field: other } if *other == field)) {
                continue;
            }
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
        let is_open = |it: &Tickable| !given.met.contains(&it.id) && self.lacks(|condition| is_about(condition, it.id));
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

    /// Whether such a condition is still to be met: somebody else may have met it while the prompt stood.
    fn lacks(self, is_it: impl Fn(&Condition) -> bool) -> bool {
        self.unmet.with_untracked(|unmet| unmet.iter().any(|it| it.missing.iter().any(&is_it)))
    }

    fn ask(self, given: &Given, stay: bool) {
        let client = self.client;
        let gated = self.gated.get_value();
        let unmet = self.unmet.get_untracked();
        let command = if stay {
            given.alone(&unmet)
        } else {
            let command = without_gone(gated.command.clone(), &gated.unmet, &unmet);
            given.complete(command, &unmet, client.me)
        };
        match client.ask(command) {
            Ok(id) => {
                client.gated.set(None);
                if stay {
                    let deal = unmet.first().map(|it| it.deal);
                    let stage = client.peek(|view| {
                        let deal = deal.and_then(|deal| view.deals.get(&deal));
                        deal.map(|deal| stage_name(view, deal.stage)).unwrap_or_default()
                    });
                    client.toasts.done(client.texts.gate().saved_stay(stage), id);
                } else {
                    (gated.then)(id);
                }
            }
            // The gate asks for more than it did.
            Err(Refusal::Gate { unmet }) => client.gated.set(Some(Gated { unmet, ..gated })),
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
