//! The cell that is edited. It lies over the table, so that nothing beneath it moves.

use super::{
    act,
    state::{Column, Gantt},
};
use crate::{
    deal::{input::Input, shape::Shape},
    texts::use_texts,
};
use domain::{id::TaskId, plan::lines::Key};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

impl Column {
    pub fn word(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Owner => "owner",
            Self::Start => "start",
            Self::Finish => "finish",
            Self::Duration => "duration",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.word() == word)
    }

    fn shape(self) -> Shape {
        match self {
            Self::Title | Self::Duration => Shape::Text,
            Self::Owner => Shape::Member,
            Self::Start | Self::Finish => Shape::Date,
        }
    }
}

/// Begins to edit a cell, as far as it can be edited.
pub fn open(gantt: Gantt, task: TaskId, column: Column) {
    let Some((plan, place)) = gantt.stand(task).filter(|_| gantt.may_edit_task(task)) else { return };
    let own = matches!(column, Column::Title | Column::Owner) || !plan.outline.is_group(place);
    if own {
        gantt.chosen.set(Some(Key::Task(task)));
        gantt.editing.set(Some((task, column)));
    }
}

/// What a cell says, as it is typed.
fn written(gantt: Gantt, task: TaskId, column: Column) -> String {
    let Some((plan, place)) = gantt.stand(task) else { return String::new() };
    let record = &plan.tasks[place as usize];
    let dates = plan.dates(place);
    match column {
        Column::Title => record.title.clone(),
        Column::Owner => record.owner.map(|owner| owner.to_string()).unwrap_or_default(),
        Column::Start => plan.first_day(dates).to_string(),
        Column::Finish => plan.last_day(dates).to_string(),
        Column::Duration => record.duration.typed(),
    }
}

#[component]
pub fn Editor(gantt: Gantt) -> impl IntoView {
    move || {
        let (task, column) = gantt.editing.get()?;
        let line = untrack(|| gantt.line(Key::Task(task)))?;
        Some(view! { <One gantt=gantt task=task column=column line=line /> })
    }
}

#[component]
fn One(gantt: Gantt, task: TaskId, column: Column, line: usize) -> impl IntoView {
    let t = use_texts().gantt();
    let label = match column {
        Column::Title => t.task(),
        Column::Owner => t.owner(),
        Column::Start => t.start(),
        Column::Finish => t.finish(),
        Column::Duration => t.duration(),
    };
    // Tab goes on to the next cell when this one is done.
    let next = StoredValue::new(None::<Column>);
    let start = untrack(|| written(gantt, task, column));
    let before = start.clone();
    let end = move || {
        gantt.editing.set(None);
        if let Some(next) = next.try_get_value().flatten() {
            open(gantt, task, next);
        } else {
            act::focus(gantt);
        }
    };
    let commit = Callback::new(move |typed: String| {
        if typed != before {
            act::write(gantt, task, column, &typed);
        }
        end();
    });
    let cancel = Callback::new(move |()| end());
    let on_key = move |event: web_sys::KeyboardEvent| {
        if event.key() != "Tab" {
            return;
        }
        let Some(beside) = column.beside(event.shift_key()) else { return };
        event.prevent_default();
        next.set_value(Some(beside));
        let input = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlElement>().ok());
        // Leaving it commits.
        if let Some(input) = input {
            let _ = input.blur();
        }
    };
    view! {
        <div class=format!("gedit gedit-{}", column.word()) role="row" style=format!("transform:translateY(calc(var(--line) * {line}))")
            on:keydown=on_key>
            <div role="gridcell"><Input shape=column.shape() start=start label=label.to_owned() commit=commit cancel=cancel /></div>
        </div>
    }
}
