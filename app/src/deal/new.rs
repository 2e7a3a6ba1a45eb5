//! A new deal: the form with what a deal needs to begin.

use super::{account_picker::AccountPicker, amount::parse_amount};
use crate::{
    client::{Client, new_id},
    texts::use_texts,
    ui::{Icon, IconName, dialog::Dialog, refusal::{rule_sentence, sentence}},
};
use domain::{
    access::Right,
    command::{Command, Place},
    deal::Deal,
    field::Custom,
    id::{DealId, PipelineId, StageId},
    money::Currency,
    order::OrderKey,
    page::Address,
    pipeline::{Outcome, Stage},
    record::Record,
    refusal::{Refusal, Rule},
};
use leptos::{html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};

#[component]
pub fn NewDeal(pipeline: PipelineId, open: RwSignal<bool>) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let stages: Vec<Stage> = client.peek(|view| {
        let stages = view.stages_of(pipeline).into_iter();
        stages.filter(|stage| stage.outcome == Outcome::Open).cloned().collect()
    });
    let (title, amount, close, source) =
        (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let account = RwSignal::new(String::new());
    let owner = RwSignal::new(client.me.to_string());
    let stage = RwSignal::new(stages.first().map(|stage| stage.id));
    let problem = RwSignal::new(None::<Refusal>);
    let first = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(first) = first.get() {
            let _ = first.focus();
        }
    });
    let usual = client.peek(|view| view.workspace().map_or(Currency::CNY, |workspace| workspace.currency));
    let navigate = use_navigate();
    let save = move || {
        let Some(stage) = stage.get_untracked() else { return };
        let typed = amount.get_untracked();
        let money = parse_amount(&typed, usual);
        if money.is_none() && !typed.trim().is_empty() {
            problem.set(Some(Refusal::invalid("amount", Rule::WrongType)));
            return;
        }
        let now = client.now();
        let deal = Deal {
            id: DealId(new_id()),
            title: title.get_untracked(),
            pipeline,
            stage,
            key: OrderKey::from_stored("V".to_owned()),
            account: account.get_untracked().parse().ok(),
            amount: money,
            owner: owner.get_untracked().parse().unwrap_or(client.me),
            collaborators: Vec::new(),
            contacts: Vec::new(),
            close_on: close.get_untracked().parse().ok(),
            source: source.get_untracked(),
            tags: Vec::new(),
            notes: String::new(),
            external_id: None,
            custom: Custom::new(),
            created_at: now,
            entered_at: now,
            closed_at: None,
        };
        let (id, name) = (deal.id, deal.title.clone());
        match client.ask(Command::Create { record: Record::Deal(deal), place: Place::default(), dated: false }) {
            Ok(command) => {
                open.set(false);
                client.toasts.done(texts.toast().created(name), command);
                navigate(&Address::Deal(id).path(), NavigateOptions::default());
            }
            Err(refusal) => problem.set(Some(refusal)),
        }
    };
    let save = StoredValue::new_local(save);
    // A refusal of one field stands at that field; any other above the form.
    let at = move |name: &'static str| {
        move || {
            problem.with(|problem| match problem {
                Some(Refusal::Invalid { field, rule }) if field == name => Some(rule_sentence(texts, rule)),
                _ => None,
            })
        }
    };
    let general = move || {
        problem.with(|problem| match problem {
            Some(Refusal::Invalid { field, .. }) if ["title", "amount", "close_on", "owner"].contains(&field.as_str()) => None,
            Some(other) => Some(client.peek(|view| sentence(texts, view, other))),
            None => None,
        })
    };
    let may_give = client.holds(Right::EditAllDeals);
    let members = client.peek(|view| {
        let active = view.members.values().filter(|member| member.active);
        active.map(|member| (member.id.to_string(), member.name.clone())).collect::<Vec<_>>()
    });
    let d = texts.deal();
    view! {
        <Dialog title=d.new() on_close=Callback::new(move |()| open.set(false))>
            <form novalidate on:submit=move |event: web_sys::SubmitEvent| {
                event.prevent_default();
                save.with_value(|save| save());
            }>
                <div class="body">
                    {move || general().map(|why| view! { <p class="form-err" role="alert">{why}</p> })}
                    <div class="form-grid">
                        <div class="field full">
                            <label class="req" for="new-title">{d.name()}</label>
                            <input class="input" id="new-title" node_ref=first autocomplete="off" prop:value=move || title.get()
                                aria-invalid=move || at("title")().map(|_| "true")
                                on:input=move |event| title.set(event_target_value(&event)) />
                            {move || at("title")().map(|why| view! { <span class="err" role="alert">{why}</span> })}
                        </div>
                        <div class="field full">
                            <label>{d.account()}</label>
                            <AccountPicker label=d.account().to_owned() start=String::new() keep=true
                                commit=Callback::new(move |id| account.set(id)) cancel=Callback::new(|()| ()) />
                        </div>
                        <div class="field">
                            <label for="new-amount">{d.amount()}</label>
                            <input class="input" id="new-amount" inputmode="decimal" autocomplete="off" placeholder=usual.code().to_owned()
                                prop:value=move || amount.get() aria-invalid=move || at("amount")().map(|_| "true")
                                on:input=move |event| amount.set(event_target_value(&event)) />
                            {move || at("amount")().map(|_| view! { <span class="err" role="alert">{texts.errors().not_number()}</span> })}
                        </div>
                        <div class="field">
                            <label for="new-close">{d.close_date()}</label>
                            <input class="input" id="new-close" type="date" prop:value=move || close.get()
                                on:input=move |event| close.set(event_target_value(&event)) />
                            {move || at("close_on")().map(|why| view! { <span class="err" role="alert">{why}</span> })}
                        </div>
                        <div class="field">
                            <label for="new-stage">{d.stage()}</label>
                            <span class="select">
                                <select id="new-stage" on:change=move |event| stage.set(event_target_value(&event).parse::<StageId>().ok())>
                                    {stages.into_iter().map(|stage| view! { <option value=stage.id.to_string()>{stage.name}</option> }).collect_view()}
                                </select>
                                <Icon name=IconName::Down class="i-s" />
                            </span>
                        </div>
                        <div class="field">
                            <label for="new-owner">{d.owner()}</label>
                            <span class="select">
                                <select id="new-owner" disabled=!may_give on:change=move |event| owner.set(event_target_value(&event))>
                                    {members.into_iter().map(|(id, name)| {
                                        let selected = id == owner.get_untracked();
                                        view! { <option value=id selected=selected>{name}</option> }
                                    }).collect_view()}
                                </select>
                                <Icon name=IconName::Down class="i-s" />
                            </span>
                            {move || at("owner")().map(|why| view! { <span class="err" role="alert">{why}</span> })}
                        </div>
                        <div class="field full">
                            <label for="new-source">{d.source()}</label>
                            <input class="input" id="new-source" prop:value=move || source.get()
                                on:input=move |event| source.set(event_target_value(&event)) />
                        </div>
                    </div>
                </div>
                <footer>
                    <button type="button" class="btn push" on:click=move |_| open.set(false)>{texts.common().cancel()}</button>
                    <button type="submit" class="btn primary">{texts.common().create()}</button>
                </footer>
            </form>
        </Dialog>
    }
}
