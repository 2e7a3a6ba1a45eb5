//! Plans as files: one of MS Project taken in, told before it is made; a plan given out as such a file, on paper, or kept as
//! a template.

use super::{act, state::Gantt};
use crate::{
    client::{HttpError, new_id, post_file},
    texts::use_texts,
    ui::{Icon, IconName, dialog::Dialog, refusal::sentence},
};
use domain::{
    access::Right,
    command::Command,
    id::{CommandId, PlanId},
    plan::{
        exchange::{Answer, MOST_BYTES, NoPlan, Report},
        lines::Key,
        query::Show,
    },
};
use leptos::{html, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::File;

#[component]
pub fn Files(gantt: Gantt) -> impl IntoView {
    let t = use_texts().plan_files();
    let open = RwSignal::new(false);
    view! {
        <button type="button" class="btn plain" aria-haspopup="dialog" on:click=move |_| open.set(true)>{t.files()}</button>
        {move || open.get().then(|| view! { <Menu gantt=gantt open=open /> })}
    }
}

#[component]
fn Menu(gantt: Gantt, open: RwSignal<bool>) -> impl IntoView {
    let texts = use_texts();
    let t = texts.plan_files();
    let client = gantt.client;
    let close = Callback::new(move |()| open.set(false));
    let read = RwSignal::new(None::<Answer>);
    let chosen = StoredValue::new_local(None::<File>);
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let input = NodeRef::<html::Input>::new();
    let choose = move |event: web_sys::Event| {
        let element = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
        let Some(element) = element else { return };
        let file = element.files().and_then(|files| files.get(0));
        // The same file may be chosen again.
        element.set_value("");
        let Some(file) = file else { return };
        problem.set(None);
        #[expect(clippy::cast_precision_loss, reason = "a few million")]
        if file.size() > MOST_BYTES as f64 {
            return problem.set(Some(t.too_large().to_owned()));
        }
        busy.set(true);
        chosen.set_value(Some(file.clone()));
        spawn_local(async move {
            let answer = send(gantt, &file, CommandId(new_id()), true).await;
            busy.try_set(false);
            match answer {
                Ok(answer) => {
                    read.try_set(Some(answer));
                }
                Err(error) => {
                    problem.try_set(Some(why(gantt, &error)));
                }
            }
        });
    };
    let make = move |_| {
        let (Some(answer), Some(file)) = (read.get_untracked(), chosen.get_value()) else { return };
        busy.set(true);
        spawn_local(async move {
            // Sent again by the same id it is made once.
            let made = send(gantt, &file, answer.command, false).await;
            busy.try_set(false);
            match made {
                Ok(Answer { refusal: None, command, plan, .. }) => {
                    client.toasts.done(texts.gantt().plan_made(), command);
                    open.try_set(false);
                    act::choose(gantt, Key::Plan(plan));
                    gantt.read(0);
                }
                Ok(answer) => {
                    read.try_set(Some(answer));
                }
                Err(error) => {
                    problem.try_set(Some(why(gantt, &error)));
                }
            }
        });
    };
    let pick = move |_| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let refused = move || {
        let refusal = read.with(|read| read.as_ref().and_then(|answer| answer.refusal.clone()))?;
        Some(client.with(|view| sentence(texts, view, &refusal)))
    };
    view! {
        <Dialog title=t.files() on_close=close>
            <div class="body plan-files">
                {move || match read.get() {
                    Some(answer) => view! { <Told report=answer.report /> }.into_any(),
                    None => view! {
                        {client.holds(Right::Work).then(|| view! {
                            <section>
                                <h3>{t.import()}</h3>
                                <p class="second">{t.import_text()}</p>
                                <input type="file" accept=".xml,application/xml,text/xml" hidden node_ref=input aria-label=t.import() on:change=choose />
                                <button type="button" class="btn" disabled=move || busy.get() on:click=pick>
                                    <Icon name=IconName::Upload class="i-s" />{t.choose()}
                                </button>
                            </section>
                        })}
                        <Out gantt=gantt open=open />
                    }.into_any(),
                }}
                {move || busy.get().then(|| view! { <div class="loading" role="progressbar" aria-label=texts.common().loading()></div> })}
                {move || problem.get().or_else(refused).map(|why| view! { <p class="notice warn" role="alert">{why}</p> })}
            </div>
            <footer>
                <button type="button" class="btn push" on:click=move |_| close.run(())>{texts.common().cancel()}</button>
                {move || read.with(Option::is_some).then(|| view! {
                    <button type="button" class="btn primary" disabled=move || busy.get() || refused().is_some() on:click=make>{t.make()}</button>
                })}
            </footer>
        </Dialog>
    }
}

/// What can be done with a plan that is shown.
#[component]
fn Out(gantt: Gantt, open: RwSignal<bool>) -> impl IntoView {
    let texts = use_texts();
    let t = texts.plan_files();
    let client = gantt.client;
    let plans = gantt.plans.with_untracked(|plans| {
        plans.list.iter().map(|shown| (shown.plan.id, shown.plan.name.clone(), shown.plan.template)).collect::<Vec<_>>()
    });
    let here = match gantt.chosen.get_untracked() {
        Some(Key::Plan(plan)) => Some(plan),
        Some(Key::Task(task)) => gantt.plans.with_untracked(|plans| plans.task(task).map(|task| task.plan)),
        _ => None,
    };
    let first = here.or_else(|| plans.first().map(|(id, ..)| *id))?;
    let plan = RwSignal::new(first);
    let all = StoredValue::new(plans);
    let of = move |id: PlanId| all.with_value(|all| all.iter().find(|(other, ..)| *other == id).cloned());
    let keep = move |_| {
        let Some((id, name, _)) = of(plan.get_untracked()) else { return };
        let command = Command::SaveTemplate { plan: id, template: PlanId(new_id()), name: name.clone() };
        if let Some(command) = client.ask_or_tell(command) {
            client.toasts.done(t.kept(name), command);
            open.set(false);
        }
    };
    let print = move |_| {
        open.set(false);
        // The dialog is gone by the next frame, and not on the paper.
        request_animation_frame(|| {
            request_animation_frame(|| {
                let _ = window().print();
            });
        });
    };
    let is_chart = gantt.query.with_untracked(|query| query.show == Show::Gantt);
    let paint = move |_| {
        open.set(false);
        spawn_local(async move {
            if super::picture::save(gantt).await.is_err() {
                client.toasts.fail(t.no_picture());
            }
        });
    };
    let may_keep =
        move || client.holds(Right::ManagePipelines) && of(plan.get()).is_some_and(|(.., template)| !template);
    Some(view! {
        <section>
            <h3>{t.export()}</h3>
            <label class="field"><span class="label">{texts.gantt().plan()}</span>
                <span class="select">
                    <select on:change=move |event| if let Ok(id) = event_target_value(&event).parse() { plan.set(id) }>
                        {all.get_value().into_iter().map(|(id, name, _)| view! {
                            <option value=id.to_string() selected={id == first}>{name}</option>
                        }).collect_view()}
                    </select>
                    <Icon name=IconName::Down class="i-s" />
                </span>
            </label>
            <p class="acts">
                <a class="btn" download="" rel="external" href=move || format!("/api/v1/plans/{}/project.xml", plan.get())>{texts.gantt().to_file()}</a>
                {move || may_keep().then(|| view! { <button type="button" class="btn" on:click=keep>{t.keep()}</button> })}
            </p>
        </section>
        <section>
            <h3>{t.paper()}</h3>
            <p class="second">{t.paper_text()}</p>
            <p class="acts">
                <button type="button" class="btn" on:click=print>{t.print()}</button>
                {is_chart.then(|| view! { <button type="button" class="btn" on:click=paint>{t.picture()}</button> })}
            </p>
        </section>
    })
}

/// What a file holds, and what of it is not kept.
#[component]
fn Told(report: Report) -> impl IntoView {
    let (t, g) = (use_texts().plan_files(), use_texts().gantt());
    let unread: Vec<String> = report.unread.iter().map(|(name, count)| format!("{name} ({count})")).collect();
    let lists = [
        (g.file_unread(), unread),
        (g.file_stretched(), report.stretched),
        (g.file_dropped(), report.dropped),
        (g.file_doubled(), report.doubled),
        (g.file_milestones(), report.lasting_milestones),
        (g.file_remaining(), report.remaining),
        (g.file_shortened(), report.shortened),
        (g.file_calendars(), report.calendars),
        (g.file_roles(), report.roles),
    ];
    let is_whole = lists.iter().all(|(_, list)| list.is_empty());
    view! {
        <section>
            <h3>{report.name}</h3>
            <p>{t.holds(report.baselines, report.links, report.tasks)}</p>
            {is_whole.then(|| view! { <p class="second">{t.whole()}</p> })}
            {lists.into_iter().filter(|(_, list)| !list.is_empty()).map(|(what, list)| view! {
                <details><summary>{what} " (" {list.len()} ")"</summary><p class="second">{list.join(", ")}</p></details>
            }).collect_view()}
        </section>
    }
}

async fn send(gantt: Gantt, file: &File, id: CommandId, tries: bool) -> Result<Answer, HttpError> {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let name = file.name();
    query.append_pair("name", name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem));
    query.append_pair("id", &id.to_string());
    if let Some(deal) = gantt.query.with_untracked(|query| query.deal) {
        query.append_pair("deal", &deal.to_string());
    }
    if tries {
        query.append_pair("try", "1");
    }
    post_file(&format!("/api/v1/plans/import?{}", query.finish()), file).await
}

/// Why a file becomes no plan.
fn why(gantt: Gantt, error: &HttpError) -> String {
    let texts = gantt.client.texts;
    let t = texts.gantt();
    let HttpError::Refused(_, body) = error else { return texts.errors().offline_needs().to_owned() };
    let answer = serde_json::from_str::<serde_json::Value>(body).unwrap_or_default();
    match serde_json::from_value::<NoPlan>(answer["reason"].clone()) {
        Ok(NoPlan::NotXml { .. }) => t.file_not_xml().to_owned(),
        Ok(NoPlan::TooDeep { .. }) => t.file_too_deep().to_owned(),
        Ok(NoPlan::TooMany { max }) => t.file_too_many(max),
        Ok(NoPlan::Empty) => t.file_empty().to_owned(),
        Ok(NoPlan::Refused { refusal }) => gantt.client.peek(|view| sentence(texts, view, &refusal)),
        Ok(NoPlan::NotAProject) | Err(_) => t.file_not_project().to_owned(),
    }
}
