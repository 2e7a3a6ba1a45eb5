//! The gate of a stage: what a deal needs before it may enter. Each part is saved by itself, as soon as it is changed.

use super::{cell::reason, fields::type_name};
use crate::{
    client::{Client, new_id},
    texts::{Texts, use_texts},
    ui::{HealthMark, Icon, IconName, gate::role_up, refusal::field_name},
};
use domain::{
    access::Role,
    change::Target,
    gate::{Approval, Approver, FIELDS, Gate, Item, Over, Way, is_figure, missing},
    health::Light,
    id::{ConditionId, StageId},
    pipeline::{Outcome, Stage},
    record::Kind,
    view::View,
};
use leptos::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};

/// Who may approve, or let through; the rest only look.
const ROLES: [Role; 3] = [Role::Admin, Role::Manager, Role::Rep];

/// The gate in a few words.
pub fn summary(texts: Texts, gate: &Gate) -> String {
    let t = texts.gate();
    let count = |list: usize, words: &dyn Fn(usize) -> String| (list > 0).then(|| words(list));
    let ordered = gate.in_order || gate.no_return || gate.no_way_back;
    let parts = [
        count(gate.fields.len(), &|n| t.fields_n(n)),
        count(gate.checklist.len(), &|n| t.items_n(n)),
        count(gate.approvals.len(), &|_| t.approvals_n().to_owned()),
        ordered.then(|| t.ordered().to_owned()),
    ];
    let words = parts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    if words.is_empty() { texts.common().empty_value().to_owned() } else { words }
}

/// What the sections work on.
#[derive(Clone, Copy)]
struct Edited {
    client: Client,
    stage: StageId,
    gate: Memo<Gate>,
    editable: bool,
}

impl Edited {
    /// Sets one part; nothing at all is "not set".
    fn set(self, field: &'static str, value: &impl Serialize, problem: RwSignal<Option<String>>) {
        let value = serde_json::to_value(value).unwrap_or_default();
        let value = match value {
            Value::Array(list) if list.is_empty() => Value::Null,
            Value::Bool(false) => Value::Null,
            other => other,
        };
        let asked = self.client.set(Target::new(Kind::Stage, self.stage), field, value);
        if let Ok(command) = &asked {
            self.client.toasts.done(self.client.texts.toast().saved(), *command);
        }
        problem.set(asked.err().map(|refusal| reason(self.client, &refusal)));
    }
}

#[component]
pub fn StageGate(id: StageId, stage: Memo<Option<Stage>>, editable: bool) -> impl IntoView {
    let client = expect_context::<Client>();
    let t = use_texts().gate();
    let gate = Memo::new(move |_| stage.with(|stage| stage.as_ref().map(|it| it.gate.clone()).unwrap_or_default()));
    let edited = Edited { client, stage: id, gate, editable };
    let is_lost = Memo::new(move |_| stage.with(|it| it.as_ref().is_some_and(|it| it.outcome == Outcome::Lost)));
    // Only where every deal of the pipeline is held here is their number known.
    let short = Memo::new(move |_| {
        let stage = stage.get().filter(|stage| client.is_complete(stage.pipeline))?;
        client.with(|view| {
            let here: Vec<_> = view.deals.values().filter(|deal| deal.stage == stage.id).collect();
            let short = here.iter().filter(|deal| !missing(view, deal, &stage, Way::Imported).is_empty()).count();
            (short > 0).then(|| t.unmet_n(short, &stage.name, here.len()))
        })
    });
    view! {
        <div class="ge" role="group" aria-label=t.conditions()>
            <div class="ge-col">
                <Required edited=edited />
                {move || is_lost.get().then(|| view! { <LossReasons edited=edited /> })}
            </div>
            <div class="ge-col"><Checklist edited=edited /></div>
            <div class="ge-col">
                <Approvals edited=edited />
                <Order edited=edited />
            </div>
            {move || short.get().map(|words| view! {
                <footer role="status"><HealthMark level=Light::Amber label="" /><span>{words}</span></footer>
            })}
        </div>
    }
}

#[component]
fn Problem(problem: RwSignal<Option<String>>) -> impl IntoView {
    move || problem.get().map(|why| view! { <span class="cell-err" role="alert">{why}</span> })
}

/// The button that takes an entry out.
fn remove_button(name: String, act: impl Fn() + 'static) -> impl IntoView {
    let label = use_texts().gate().remove(name);
    view! {
        <button type="button" class="btn plain mini" aria-label=label.clone() title=label on:click=move |_| act()>
            <Icon name=IconName::X class="i-s" />
        </button>
    }
}

/// The kind of a custom field.
fn kind_of(texts: Texts, view: &View, field: &str) -> Option<&'static str> {
    let custom = field.strip_prefix("custom.").and_then(|id| view.fields.get(&id.parse().ok()?));
    custom.map(|field| type_name(texts, &field.field_type))
}

#[component]
fn Required(edited: Edited) -> impl IntoView {
    let texts = use_texts();
    let t = texts.gate();
    let Edited { client, gate, editable, .. } = edited;
    let problem = RwSignal::new(None::<String>);
    let fields = Memo::new(move |_| gate.with(|gate| gate.fields.clone()));
    let offered = move || {
        client.with(|view| {
            let custom = view.fields_of(Kind::Deal).into_iter().map(|field| format!("custom.{}", field.id));
            let all = FIELDS.into_iter().map(str::to_owned).chain(custom);
            let rest = all.filter(|field| fields.with(|fields| !fields.contains(field)));
            rest.map(|field| (field_name(texts, view, &field), field)).collect::<Vec<_>>()
        })
    };
    let add = move |event: web_sys::Event| {
        let field = event_target_value(&event);
        if !field.is_empty() {
            let mut fields = fields.get_untracked();
            fields.push(field);
            edited.set("gate.fields", &fields, problem);
        }
    };
    let line = move |field: String| {
        let (name, kind) = client.with(|view| (field_name(texts, view, &field), kind_of(texts, view, &field)));
        let this = field.clone();
        let take_out = move || {
            let mut fields = fields.get_untracked();
            fields.retain(|other| *other != this);
            edited.set("gate.fields", &fields, problem);
        };
        view! {
            <li>
                <span class="grow ell">{name.clone()}{kind.map(|kind| view! { " " <span class="tag line">{kind}</span> })}</span>
                {editable.then(|| remove_button(name, take_out))}
            </li>
        }
    };
    view! {
        <section>
            <h3>{t.required()}</h3>
            <ul>{move || fields.get().into_iter().map(line).collect_view()}</ul>
            {editable.then(|| view! {
                <span class="select sm quiet adder">
                    {move || view! {
                        <select aria-label=t.add_field() on:change=add>
                            <option value="">"+ " {t.add_field()}</option>
                            {offered().into_iter().map(|(name, field)| view! { <option value=field>{name}</option> }).collect_view()}
                        </select>
                    }}
                    <Icon name=IconName::Down class="i-s" />
                </span>
            })}
            <Problem problem=problem />
        </section>
    }
}

#[component]
fn Checklist(edited: Edited) -> impl IntoView {
    let texts = use_texts();
    let t = texts.gate();
    let Edited { gate, editable, .. } = edited;
    let problem = RwSignal::new(None::<String>);
    let items = Memo::new(move |_| gate.with(|gate| gate.checklist.clone()));
    let rename = move |id: ConditionId, text: String| {
        let mut items = items.get_untracked();
        if let Some(item) = items.iter_mut().find(|item| item.id == id) {
            item.text = text;
        }
        edited.set("gate.checklist", &items, problem);
    };
    let typed = RwSignal::new(String::new());
    let add = move || {
        let text = typed.get_untracked();
        if text.trim().is_empty() {
            return;
        }
        let mut items = items.get_untracked();
        items.push(Item { id: ConditionId(new_id()), text });
        edited.set("gate.checklist", &items, problem);
        if problem.with_untracked(Option::is_none) {
            typed.set(String::new());
        }
    };
    let line = move |item: Item| {
        let id = item.id;
        let text = move || {
            items.with(|items| items.iter().find(|it| it.id == id).map(|it| it.text.clone()).unwrap_or_default())
        };
        let take_out = move || {
            let mut items = items.get_untracked();
            items.retain(|other| other.id != id);
            edited.set("gate.checklist", &items, problem);
        };
        if !editable {
            return view! { <li><span class="grow">{text}</span></li> }.into_any();
        }
        view! {
            <li>
                <input class="input sm bare" aria-label=t.item_text() maxlength="300" value=item.text.clone() prop:value=text
                    on:change=move |event| rename(id, event_target_value(&event)) />
                {remove_button(item.text, take_out)}
            </li>
        }
        .into_any()
    };
    view! {
        <section>
            <h3>{t.checklist()}</h3>
            <ul><For each=move || items.get() key=|item| item.id children=line /></ul>
            {editable.then(|| view! {
                <form class="adder-line" on:submit=move |event: web_sys::SubmitEvent| { event.prevent_default(); add(); }>
                    <input class="input sm" aria-label=t.add_item() placeholder=t.item_text() maxlength="300" autocomplete="off"
                        prop:value=move || typed.get() on:input=move |event| typed.set(event_target_value(&event)) />
                    <button type="submit" class="btn plain mini" aria-label=t.add_item() title=t.add_item()><Icon name=IconName::Plus class="i-s" /></button>
                </form>
            })}
            <Problem problem=problem />
        </section>
    }
}

/// Who approves, as the word of a choice.
fn approver_word(by: Approver) -> String {
    match by {
        Approver::Role(role) => super::members::word(role),
        Approver::Member(member) => member.to_string(),
    }
}

fn approver_of(word: &str) -> Option<Approver> {
    let role = ROLES.into_iter().find(|role| super::members::word(role) == word).map(Approver::Role);
    role.or_else(|| word.parse().ok().map(Approver::Member))
}

#[component]
fn Approvals(edited: Edited) -> impl IntoView {
    let texts = use_texts();
    let t = texts.gate();
    let Edited { client, gate, editable, .. } = edited;
    let problem = RwSignal::new(None::<String>);
    let approvals = Memo::new(move |_| gate.with(|gate| gate.approvals.clone()));
    let change = move |id: ConditionId, set: &dyn Fn(&mut Approval)| {
        let mut approvals = approvals.get_untracked();
        if let Some(approval) = approvals.iter_mut().find(|approval| approval.id == id) {
            set(approval);
        }
        edited.set("gate.approvals", &approvals, problem);
    };
    let add = move |_| {
        let mut approvals = approvals.get_untracked();
        approvals.push(Approval { id: ConditionId(new_id()), by: Approver::Role(Role::Manager), over: None });
        edited.set("gate.approvals", &approvals, problem);
    };
    let line = move |Approval { id, .. }: Approval| {
        let now = Memo::new(move |_| {
            approvals.with(|approvals| approvals.iter().find(|approval| approval.id == id).cloned())
        });
        let over = Memo::new(move |_| now.get().and_then(|approval| approval.over));
        let by = move || now.get().map(|approval| approver_word(approval.by)).unwrap_or_default();
        let when = move || over.get().map(|over| over.field).unwrap_or_default();
        let whens = move || {
            client.with(|view| {
                let custom = view.fields_of(Kind::Deal).into_iter().map(|field| format!("custom.{}", field.id));
                let figures = std::iter::once("amount".to_owned()).chain(custom).filter(|field| is_figure(view, field));
                let named = figures.map(|field| (t.when_over(field_name(texts, view, &field)), field));
                std::iter::once((t.always().to_owned(), String::new())).chain(named).collect::<Vec<_>>()
            })
        };
        let who = move || {
            client.with(|view| {
                let roles = ROLES.into_iter().map(|role| (role_up(texts, role), super::members::word(role)));
                let chosen = by();
                let members = view.members.values().filter(|it| it.active || it.id.to_string() == chosen);
                let members = members.filter(|it| it.role != Role::Viewer || it.id.to_string() == chosen);
                let members = members.map(|member| (member.name.clone(), member.id.to_string()));
                roles.chain(members).collect::<Vec<_>>()
            })
        };
        let set_when = move |field: String| {
            let limit = over.get_untracked().map_or(0.0, |over| over.limit);
            let over = (!field.is_empty()).then_some(Over { field, limit });
            change(id, &|approval| approval.over.clone_from(&over));
        };
        let set_limit = move |typed: String| match typed.trim().replace([',', ' '], "").parse::<f64>() {
            Ok(limit) if limit.is_finite() => change(id, &|approval| {
                if let Some(over) = &mut approval.over {
                    over.limit = limit;
                }
            }),
            _ => problem.set(Some(texts.errors().not_plain_number().to_owned())),
        };
        let set_by = move |word: String| {
            if let Some(by) = approver_of(&word) {
                change(id, &|approval| approval.by = by);
            }
        };
        let take_out = move || {
            let mut approvals = approvals.get_untracked();
            approvals.retain(|other| other.id != id);
            edited.set("gate.approvals", &approvals, problem);
        };
        view! {
            <li class="rule">
                <Pick label=t.when() options=Signal::derive(whens) value=Signal::derive(when) choose=Callback::new(set_when) editable=editable />
                {move || over.get().map(|over| view! {
                    <input class="input sm num" inputmode="decimal" aria-label=t.limit() value=over.limit.to_string() disabled=!editable
                        on:change=move |event| set_limit(event_target_value(&event)) />
                })}
                <Pick label=t.approver() options=Signal::derive(who) value=Signal::derive(by) choose=Callback::new(set_by) editable=editable />
                {editable.then(|| remove_button(t.approvals().to_owned(), take_out))}
            </li>
        }
    };
    view! {
        <section>
            <h3>{t.approvals()}</h3>
            <ul><For each=move || approvals.get() key=|approval| approval.id children=line /></ul>
            {editable.then(|| view! {
                <button type="button" class="btn plain" on:click=add><Icon name=IconName::Plus class="i-s" />{t.add_approval()}</button>
            })}
            <Problem problem=problem />
        </section>
    }
}

/// One of several: name and value.
#[component]
fn Pick(
    label: &'static str,
    options: Signal<Vec<(String, String)>>,
    value: Signal<String>,
    choose: Callback<String>,
    editable: bool,
) -> impl IntoView {
    view! {
        <span class="select sm">
            <select aria-label=label disabled=!editable on:change=move |event| choose.run(event_target_value(&event))>
                {move || options.get().into_iter().map(|(name, option)| {
                    let (first, this) = (value.get_untracked() == option, option.clone());
                    view! { <option value=option selected=first prop:selected=move || value.with(|value| *value == this)>{name}</option> }
                }).collect_view()}
            </select>
            <Icon name=IconName::Down class="i-s" />
        </span>
    }
}

#[component]
fn Order(edited: Edited) -> impl IntoView {
    let texts = use_texts();
    let t = texts.gate();
    let Edited { gate, editable, .. } = edited;
    let problem = RwSignal::new(None::<String>);
    let tick = move |label: &'static str, field: &'static str, read: fn(&Gate) -> bool| {
        view! {
            <label class="checkline">
                <input class="check" type="checkbox" disabled=!editable checked=gate.with_untracked(read) prop:checked=move || gate.with(read)
                    on:change=move |event| edited.set(field, &event_target_checked(&event), problem) />
                <span>{label}</span>
            </label>
        }
    };
    let value =
        Signal::derive(move || gate.with(|gate| gate.override_by.map(super::members::word).unwrap_or_default()));
    let options = Signal::derive(move || {
        let nobody = std::iter::once((t.nobody().to_owned(), String::new()));
        nobody.chain(ROLES.into_iter().map(|role| (role_up(texts, role), super::members::word(role)))).collect()
    });
    let choose = Callback::new(move |word: String| {
        let role = ROLES.into_iter().find(|role| super::members::word(role) == word);
        edited.set("gate.override_by", &role.map(|role| json!(role)), problem);
    });
    view! {
        <section>
            <h3>{t.order_title()}</h3>
            {tick(t.in_order(), "gate.in_order", |gate| gate.in_order)}
            {tick(t.no_return_set(), "gate.no_return", |gate| gate.no_return)}
            {tick(t.no_way_back_set(), "gate.no_way_back", |gate| gate.no_way_back)}
            <p class="rule"><span>{t.override_by()}</span><Pick label=t.override_by() options=options value=value choose=choose editable=editable /></p>
            <Problem problem=problem />
        </section>
    }
}

/// Why deals of this pipeline are lost.
#[component]
fn LossReasons(edited: Edited) -> impl IntoView {
    let texts = use_texts();
    let t = texts.gate();
    let Edited { client, stage, editable, .. } = edited;
    let problem = RwSignal::new(None::<String>);
    let pipeline = client.peek(|view| view.stages.get(&stage).map(|stage| stage.pipeline));
    let reasons = Memo::new(move |_| {
        client.with(|view| {
            let pipeline = pipeline.and_then(|pipeline| view.pipelines.get(&pipeline));
            pipeline.map(|pipeline| pipeline.loss_reasons.join("\n")).unwrap_or_default()
        })
    });
    // What stood there when the person began; what others do meanwhile is merged with what is typed.
    let seen = RwSignal::new(None::<String>);
    let list = |text: &str| {
        let list = super::field_dialogs::choices(text);
        if list.is_empty() { Value::Null } else { json!(list) }
    };
    let save = move |typed: String| {
        let Some(pipeline) = pipeline else { return };
        let before = seen.get_untracked().unwrap_or_else(|| reasons.get_untracked());
        let target = Target::new(Kind::Pipeline, pipeline);
        let asked = client.set_from(target, "loss_reasons", list(&before), list(&typed));
        if let Ok(command) = &asked {
            client.toasts.done(texts.toast().saved(), *command);
        }
        problem.set(asked.err().map(|refusal| reason(client, &refusal)));
    };
    let id = format!("loss-reasons-{stage}");
    view! {
        <section class="field">
            <h3><label for=id.clone()>{t.loss_reasons()}</label></h3>
            <textarea class="area" id=id readonly=!editable
                prop:value=move || seen.get().unwrap_or_else(|| reasons.get())
                on:focus=move |_| seen.set(Some(reasons.get_untracked()))
                on:blur=move |_| if problem.with_untracked(Option::is_none) { seen.set(None) }
                on:change=move |event| save(event_target_value(&event))>{reasons.get_untracked()}</textarea>
            <span class="hint">{t.loss_reasons_hint()}</span>
            <Problem problem=problem />
        </section>
    }
}
