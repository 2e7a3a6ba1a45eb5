//! What can be done with a line, without dragging: the menu's twin of the pointer and of the keys.

use super::{
    act::{self, Outline},
    editor,
    state::{Column, Gantt},
};
use crate::{
    texts::use_texts,
    ui::{Icon, IconName, dialog::Dialog},
};
use domain::plan::lines::Key;
use leptos::prelude::*;

#[component]
pub fn LineMenu(gantt: Gantt, key: Key) -> impl IntoView {
    let t = use_texts().gantt();
    let close = move || {
        gantt.menu.set(None);
        act::focus(gantt);
    };
    let title = match key {
        Key::Task(task) => gantt.stand(task).map(|(plan, place)| plan.tasks[place as usize].title.clone()),
        Key::Plan(plan) => gantt.client.peek(|view| view.plans.get(&plan).map(|plan| plan.name.clone())),
        Key::Owner(_) => None,
    };
    let Some(title) = title else { return ().into_any() };
    let may = match key {
        Key::Task(task) => gantt.may_edit_task(task),
        Key::Plan(plan) => gantt.may_edit(plan),
        Key::Owner(_) => false,
    };
    let entry = move |keys: &'static str, name: &'static str, act: Callback<()>| {
        view! {
            <li><button type="button" class="btn plain wide" on:click=move |_| { close(); act.run(()); }>
                <span>{name}</span>{(!keys.is_empty()).then(|| view! { <kbd class="wide-only">{keys}</kbd> })}
            </button></li>
        }
    };
    let does = move |act: fn(Gantt, Key)| Callback::new(move |()| act(gantt, key));
    let shift = move |by: i32| {
        Callback::new(move |()| {
            if act::shift(gantt, key, by) {
                act::say_moves(gantt);
            }
        })
    };
    let on_task = move |act: Box<dyn Fn(domain::id::TaskId) + Send + Sync>| {
        Callback::new(move |()| {
            if let Key::Task(task) = key {
                act(task);
            }
        })
    };
    let resize = move |by: i32| {
        on_task(Box::new(move |task| {
            act::resize(gantt, task, by);
        }))
    };
    let to = move |how: Outline| on_task(Box::new(move |task| act::outline(gantt, task, how)));
    let is_task = matches!(key, Key::Task(_));
    let is_done = match key {
        Key::Task(task) => gantt.stand(task).is_some_and(|(plan, place)| plan.tasks[place as usize].is_done()),
        _ => false,
    };
    view! {
        <Dialog title=title on_close=Callback::new(move |()| close())>
            <div class="body form-grid plan-menu">
                <ul class="choices">
                    {entry("Space", t.details(), does(|gantt, key| gantt.open.set(Some(key))))}
                    {(is_task && may).then(|| view! {
                        {entry("Enter", t.rename(), on_task(Box::new(move |task| editor::open(gantt, task, Column::Title))))}
                        {entry("", if is_done { t.not_done() } else { t.report_done() }, on_task(Box::new(move |task| {
                            act::finish(gantt, task, !is_done);
                        })))}
                        {entry("L", t.begin_link(), on_task(Box::new(move |task| {
                            gantt.chosen.set(Some(Key::Task(task)));
                            gantt.linking.set(Some(task));
                        })))}
                    })}
                    {may.then(|| entry("C", t.new_task(), does(|gantt, key| {
                        gantt.chosen.set(Some(key));
                        act::add(gantt);
                    })))}
                </ul>
                {may.then(|| view! {
                    <ul class="choices">
                        {entry("Alt →", t.day_later(), shift(1))}
                        {entry("Alt ←", t.day_earlier(), shift(-1))}
                        {entry("", t.week_later(), shift(5))}
                        {is_task.then(|| view! {
                            {entry("Shift →", t.day_longer(), resize(1))}
                            {entry("Shift ←", t.day_shorter(), resize(-1))}
                            {entry("Tab", t.indent(), to(Outline::In))}
                            {entry("Shift Tab", t.outdent(), to(Outline::Out))}
                            {entry("Alt ↑", t.up(), to(Outline::Up))}
                            {entry("Alt ↓", t.down(), to(Outline::Down))}
                        })}
                    </ul>
                })}
            </div>
            <footer>
                {may.then(|| view! {
                    <button type="button" class="btn danger" on:click=move |_| { close(); act::delete(gantt, key); }>
                        <Icon name=IconName::Trash class="i-s" />{use_texts().common().delete()}
                    </button>
                })}
                <button type="button" class="btn push" on:click=move |_| close()>{use_texts().common().cancel()}</button>
            </footer>
        </Dialog>
    }
    .into_any()
}
