//! A new plan: for a deal or free, empty or made from a template, whose roles are given to people.

use super::state::Gantt;
use crate::{
    client::{Client, get, new_id},
    texts::use_texts,
    ui::form::{Form, FormDialog, SelectField, TextField},
};
use chrono::NaiveDate;
use domain::{
    access::Role,
    command::{Command, Place},
    id::{DealId, MemberId, PlanId},
    page::{Address, Page, Snapshot},
    plan::{Plan, query::Query, template},
    record::Record,
    refusal::{Refusal, Rule},
};
use leptos::{prelude::*, task::spawn_local};
use std::collections::BTreeMap;

/// Reads the workspace's templates.
async fn templates(client: Client) -> Vec<PlanId> {
    let address = Address::Plan(Query { templates: true, ..Query::default() });
    let query: String = form_urlencoded::byte_serialize(address.path().as_bytes()).collect();
    match get::<Snapshot>(&format!("/api/v1/page?address={query}")).await.map(|snapshot| client.hold_page(snapshot)) {
        Ok(Page::Plan { plans, .. }) => plans,
        // Without an answer a plan begins empty.
        _ => Vec::new(),
    }
}

#[component]
pub fn NewPlan(
    client: Client,
    /// The deal that the plan is for, where one is given.
    deal: Option<DealId>,
    /// Whether the new one is a template.
    #[prop(optional)]
    as_template: bool,
    made: Callback<PlanId>,
    close: Callback<()>,
) -> impl IntoView {
    let texts = use_texts();
    let t = texts.gantt();
    let form = Form::new(client, "new-plan");
    let usual = deal.and_then(|deal| client.peek(|view| view.deals.get(&deal).map(|deal| deal.title.clone())));
    let name = RwSignal::new(usual.unwrap_or_default());
    let start = RwSignal::new(client.today().to_string());
    let due = client.peek(|view| view.deals.get(&deal?).and_then(|deal| deal.close_on));
    let due = RwSignal::new(due.map(|day| day.to_string()).unwrap_or_default());
    let template = RwSignal::new(String::new());
    let known = RwSignal::new(None::<Vec<PlanId>>);
    Effect::new(move |_| {
        spawn_local(async move {
            let found = templates(client).await;
            known.try_set(Some(found));
        });
    });
    let chosen = move || template.with(|id| id.parse::<PlanId>().ok());
    let roles = Memo::new(move |_| {
        let Some(plan) = chosen() else { return Vec::new() };
        client.with(|view| {
            let tasks = view.tasks.values().filter(|task| task.plan == plan);
            template::roles(tasks).into_keys().map(str::to_owned).collect::<Vec<_>>()
        })
    });
    let given = RwSignal::new(BTreeMap::<String, MemberId>::new());
    let members = client.peek(|view| {
        let active = view.members.values().filter(|member| member.active && member.role != Role::Viewer);
        active.map(|member| (member.id, member.name.clone())).collect::<Vec<_>>()
    });
    let members = StoredValue::new(members);
    let submit = Callback::new(move |()| {
        let day =
            |text: String, field: &str| text.parse::<NaiveDate>().map_err(|_| Refusal::invalid(field, Rule::WrongType));
        let plan = PlanId(new_id());
        let asked = (|| {
            let start_on = day(start.get_untracked(), "start_on")?;
            let command = if let Some(template) = untrack(chosen) {
                Command::StartPlan { template, plan, deal, start_on, roles: given.get_untracked() }
            } else {
                let due = due.get_untracked();
                let record = Plan {
                    id: plan,
                    name: name.get_untracked().trim().to_owned(),
                    deal,
                    start_on,
                    due_on: if due.is_empty() { None } else { Some(day(due, "due_on")?) },
                    template: as_template,
                    from: None,
                    buffer: 0,
                    created_at: client.now(),
                };
                Command::Create { record: Record::Plan(record), place: Place::default(), dated: false }
            };
            client.ask(command)
        })();
        match asked {
            Ok(id) => {
                client.toasts.done(t.plan_made(), id);
                made.run(plan);
            }
            Err(refusal) => form.refuse(refusal),
        }
    });
    view! {
        <FormDialog form=form title=t.new_plan() submit=texts.common().create() on_submit=submit on_close=close>
            {move || known.get().filter(|known| !known.is_empty() && !as_template).map(|known| {
                let named = client.peek(|view| {
                    let plans = known.iter().filter_map(|id| view.plans.get(id));
                    plans.map(|plan| (plan.id.to_string(), plan.name.clone())).collect::<Vec<_>>()
                });
                let options = std::iter::once((String::new(), t.empty_plan().to_owned())).chain(named).collect();
                view! { <SelectField form=form name="template" label=t.template() options=options value=template /> }
            })}
            {move || chosen().is_none().then(|| view! {
                <TextField form=form name="name" label=t.plan_name() value=name required=true full=true />
            })}
            <TextField form=form name="start_on" label=t.begins() value=start kind="date" required=true />
            {move || chosen().is_none().then(|| view! {
                <TextField form=form name="due_on" label=t.promised() value=due kind="date" />
            })}
            {move || roles.get().into_iter().map(|role| {
                let (own, label) = (role.clone(), role.clone());
                let choose = move |event: web_sys::Event| {
                    let member = event_target_value(&event).parse::<MemberId>().ok();
                    given.update(|given| match member {
                        Some(member) => { given.insert(own.clone(), member); }
                        None => { given.remove(&own); }
                    });
                };
                view! {
                    <label class="field">
                        <span>{role}</span>
                        <span class="select">
                            <select aria-label=label on:change=choose>
                                <option value="">{t.nobody()}</option>
                                {members.with_value(|members| members.iter().map(|(id, name)| view! {
                                    <option value=id.to_string()>{name.clone()}</option>
                                }).collect_view())}
                            </select>
                        </span>
                    </label>
                }
            }).collect_view()}
        </FormDialog>
    }
}

/// The dialog on the page of plans.
#[component]
pub fn Making(gantt: Gantt) -> impl IntoView {
    move || {
        gantt.making.get().then(|| {
            let deal = gantt.query.with_untracked(|query| query.deal);
            let made = Callback::new(move |plan: PlanId| {
                gantt.making.set(false);
                super::act::choose(gantt, domain::plan::lines::Key::Plan(plan));
                super::act::focus(gantt);
            });
            let close = Callback::new(move |()| gantt.making.set(false));
            let as_template = gantt.query.with_untracked(|query| query.templates);
            view! { <NewPlan client=gantt.client deal=deal as_template=as_template made=made close=close /> }
        })
    }
}
