//! A cell while it is edited: an input over the cell, which stays where it is whatever changes beneath it.

use super::{
    Tools, block,
    columns::column_name,
    state::{Editing, Grid, Selection, Spot},
};
use crate::{
    deal::{input::Input, shape::Shape},
    texts::{Texts, use_texts},
    ui::{gate::stage_name, is_composing, refusal::sentence},
};
use domain::{
    change::Target,
    command::{Command, Place},
    deal::Deal,
    field::FieldType,
    grid::{
        Column,
        cell::{Entry, Expected, Reading},
    },
    record::Kind,
    refusal::{Refusal, Rule},
    view::View,
};
use leptos::{html, prelude::*, task::spawn_local};
use std::time::Duration;
use wasm_bindgen::JsCast;

/// Where the keys go when a cell was edited.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Then {
    Stay,
    By { down: isize, right: isize },
}

/// How a column is chosen from rather than written; none where it is written.
fn shape(view: &View, deal: &Deal, column: Column) -> Option<Shape> {
    match column {
        Column::Owner => Some(Shape::Member),
        Column::Account => Some(Shape::Account),
        Column::CloseOn => Some(Shape::Date),
        Column::Priority => Some(Shape::Priority),
        Column::Stage => Some(Shape::Choice(stages(view, deal))),
        Column::LossReason => {
            let reasons = view.pipelines.get(&deal.pipeline).map(|pipeline| pipeline.loss_reasons.clone());
            reasons.filter(|reasons| !reasons.is_empty()).map(Shape::Choice)
        }
        Column::Custom(id) => match &view.fields.get(&id)?.field_type {
            FieldType::Choice { options } => Some(Shape::Choice(options.clone())),
            FieldType::Person => Some(Shape::Member),
            FieldType::Date => Some(Shape::Date),
            FieldType::Text | FieldType::Number | FieldType::Money => None,
        },
        _ => None,
    }
}

fn stages(view: &View, deal: &Deal) -> Vec<String> {
    view.stages_of(deal.pipeline).iter().map(|stage| stage.name.clone()).collect()
}

/// Names that complete what is typed.
fn names(view: &View, deal: &Deal, column: Column) -> Vec<String> {
    match shape(view, deal, column) {
        Some(Shape::Choice(options)) => options,
        Some(Shape::Member) => {
            view.members.values().filter(|member| member.active).map(|member| member.name.clone()).collect()
        }
        _ => Vec::new(),
    }
}

/// What would be accepted, as a sentence.
pub fn expected_text(texts: Texts, expected: &Expected) -> String {
    let (errors, own) = (texts.errors(), texts.grid());
    match expected {
        Expected::Something => errors.required().to_owned(),
        Expected::Number => errors.not_plain_number().to_owned(),
        Expected::Amount => errors.not_number().to_owned(),
        Expected::Decimals(currency, digits) => errors.too_precise(currency, digits),
        Expected::Date => own.expect_date().to_owned(),
        Expected::ClearDate => own.expect_clear_date().to_owned(),
        Expected::Member => own.expect_member().to_owned(),
        Expected::Account => own.expect_account().to_owned(),
        Expected::Choice(options) => {
            let mut named: Vec<&str> = options.iter().take(12).map(String::as_str).collect();
            if options.len() > named.len() {
                named.push("…");
            }
            own.expect_choice(named.join(", "))
        }
        Expected::Nothing => errors.not_editable().to_owned(),
    }
}

impl Tools {
    /// Opens the editor of a cell; with what was typed over it, if anything.
    pub fn edit(&self, spot: Spot, typed: Option<String>) {
        let grid = self.grid;
        let (Some(deal), Some(column)) = (grid.deal_on(spot.line), grid.column(spot.column)) else { return };
        let client = grid.client;
        let Some(field) = column.field().filter(|_| column.is_editable()) else {
            let refusal = Refusal::invalid(&column.to_string(), Rule::NotEditable);
            let name = client.peek(|view| column_name(client.texts, view, column));
            return client.toasts.fail(match column.field() {
                Some(_) => client.peek(|view| sentence(client.texts, view, &refusal)),
                None => format!("{name}: {}", client.texts.errors().not_editable()),
            });
        };
        if let Some(refusal) = client.peek(|view| {
            let actor = domain::access::Actor::of(view, client.me)?;
            view.deals.get(&deal).and_then(|deal| actor.require_edit(deal).err())
        }) {
            return client.tell(&refusal);
        }
        let seen = client.value(Target::new(Kind::Deal, deal), &field);
        let chosen = client.peek(|view| view.deals.get(&deal).and_then(|record| shape(view, record, column)));
        let written = match (&chosen, column) {
            // A choice of records is one of ids.
            (Some(shape @ (Shape::Member | Shape::Account)), Column::Custom(_)) => {
                shape.text(seen.get("person").unwrap_or(&serde_json::Value::Null))
            }
            (Some(shape @ (Shape::Member | Shape::Account)), _) => shape.text(&seen),
            _ => grid.text(deal, column),
        };
        let start = typed.clone().unwrap_or_else(|| written.clone());
        grid.select(Selection::one(spot));
        let is_typed = typed.is_some();
        grid.editing.set(Some(Editing { spot, deal, column, seen, written, start, is_typed, refused: None }));
    }

    /// Takes what was typed into an editor, which may be closed by now: an account's name is asked for first.
    fn commit(self, editing: Editing, typed: String, then: Then) {
        let grid = self.grid;
        if grid.editing.with_untracked(|open| open.as_ref() == Some(&editing)) {
            grid.editing.set(None);
        }
        self.fetch.used();
        if typed == editing.written {
            return self.leave(editing.spot, then);
        }
        if editing.column != Column::Account || typed.trim().is_empty() {
            return self.finish(editing, typed, then);
        }
        spawn_local(async move {
            // The account may be one that this page has not shown yet.
            block::know_accounts(grid.client, vec![typed.clone()]).await;
            self.finish(editing, typed, then);
        });
    }

    fn finish(self, editing: Editing, typed: String, then: Then) {
        let grid = self.grid;
        let client = grid.client;
        let target = Target::new(Kind::Deal, editing.deal);
        let today = client.today();
        let read = client.peek(|view| {
            let deal = view.deals.get(&editing.deal)?;
            Some(Reading { view, today, dates: None }.read(deal, editing.column, &typed))
        });
        let asked = match read {
            None => Err(sentence_of(grid, &Refusal::NotFound { kind: Kind::Deal })),
            Some(Err(expected)) => Err(expected_text(client.texts, &expected)),
            Some(Ok(Entry::Field(value))) if value == editing.seen => Ok(()),
            Some(Ok(Entry::Field(value))) => {
                let field = editing.column.to_string();
                match client.set_from(target, &field, editing.seen.clone(), value) {
                    // Told with both values, by the box that asks which to keep.
                    Ok(_) | Err(Refusal::Conflict { .. }) => Ok(()),
                    Err(refusal) => Err(sentence_of(grid, &refusal)),
                }
            }
            Some(Ok(Entry::Stage(stage))) => {
                let seen = serde_json::from_value(editing.seen.clone()).unwrap_or(stage);
                let place = Place::default();
                let name = client.peek(|view| stage_name(view, stage));
                let then = move |id| client.toasts.done(client.texts.toast().moved(&name), id);
                client
                    .ask_through(Command::MoveDeal { deal: editing.deal, stage, seen, place, at: None }, then)
                    .map_err(|refusal| sentence_of(grid, &refusal))
            }
        };
        match asked {
            Ok(()) => self.leave(editing.spot, then),
            // What was typed stays, with the reason.
            Err(why) => {
                let name = client.peek(|view| column_name(client.texts, view, editing.column));
                grid.said.set(format!("{name}: {why}"));
                grid.editing.set(Some(Editing { start: typed, is_typed: true, refused: Some(why), ..editing }));
            }
        }
    }

    fn leave(self, from: Spot, then: Then) {
        let grid = self.grid;
        if let Then::By { down, right } = then {
            let last = grid.columns.with_untracked(Vec::len).saturating_sub(1);
            let lines = grid.lines.with_untracked(|lines| lines.count).saturating_sub(1);
            let to = Spot {
                line: from.line.saturating_add_signed(down).min(lines),
                column: from.column.saturating_add_signed(right).min(last),
            };
            grid.select(Selection::one(to));
            return grid.focus();
        }
        // Not before the browser has given the focus to what was clicked, where that ended the editing.
        set_timeout(
            move || {
                let is_lost = document().active_element().is_none_or(|element| element.tag_name() == "BODY");
                if is_lost && grid.node.try_get_untracked().flatten().is_some() {
                    grid.focus();
                }
            },
            Duration::ZERO,
        );
    }
}

fn sentence_of(grid: Grid, refusal: &Refusal) -> String {
    let client = grid.client;
    client.peek(|view| match refusal {
        Refusal::Invalid { field, rule } => crate::ui::refusal::why(client.texts, view, field, rule),
        other => sentence(client.texts, view, other),
    })
}

#[component]
pub fn Editor(tools: Tools) -> impl IntoView {
    move || tools.grid.editing.get().map(|editing| view! { <Open tools=tools editing=editing /> })
}

#[component]
fn Open(tools: Tools, editing: Editing) -> impl IntoView {
    let texts = use_texts();
    let grid = tools.grid;
    let Editing { spot, deal, column, start, is_typed, refused, .. } = editing.clone();
    let then = StoredValue::new(Then::Stay);
    let commit = Callback::new(move |typed: String| {
        tools.commit(editing.clone(), typed, then.try_get_value().unwrap_or(Then::Stay));
    });
    let cancel = Callback::new(move |()| {
        grid.editing.set(None);
        tools.leave(spot, then.try_get_value().unwrap_or(Then::Stay));
    });
    let on_key = move |event: web_sys::KeyboardEvent| {
        let (back, forth) = if event.shift_key() { (-1, -1) } else { (1, 1) };
        match event.key().as_str() {
            "Enter" if !is_composing(&event) => then.set_value(Then::By { down: back, right: 0 }),
            "Tab" => {
                event.prevent_default();
                then.set_value(Then::By { down: 0, right: forth });
                // Leaving it commits, whatever the input.
                let input = document().active_element().and_then(|input| input.dyn_into::<web_sys::HtmlElement>().ok());
                if let Some(input) = input {
                    let _ = input.blur();
                }
            }
            "Escape" => then.set_value(Then::By { down: 0, right: 0 }),
            _ => then.set_value(Then::Stay),
        }
    };
    let (label, chosen, offered) = grid.client.peek(|view| {
        let record = view.deals.get(&deal);
        let name = column_name(texts, view, column);
        let label = texts.grid().cell(&name, record.map_or("", |record| record.title.as_str()));
        let chosen = record.filter(|_| !is_typed).and_then(|record| shape(view, record, column));
        (label, chosen, record.map(|record| names(view, record, column)).unwrap_or_default())
    });
    let left = move || {
        let (left, _) = grid.place(spot.column);
        if spot.column < grid.frozen.get() { left + grid.left.get() } else { left }
    };
    let input = match chosen {
        Some(shape) => view! { <Input shape=shape start=start label=label commit=commit cancel=cancel /> }.into_any(),
        None => view! { <TextInput start=start label=label offered=offered commit=commit cancel=cancel /> }.into_any(),
    };
    view! {
        // A cell itself, for those who hear the table.
        <div class="grid-edit" role="row" aria-rowindex=spot.line + 2 on:keydown:capture=on_key style:transform=format!("translateY(calc(var(--line) * {}))", spot.line)
            style:left=move || format!("{}px", left())
            style:min-width=move || format!("{}px", grid.place(spot.column).1)>
            <div role="gridcell" aria-colindex=spot.column + 1>
                {input}
                {refused.map(|why| view! { <p class="why" role="alert">{why}</p> })}
            </div>
        </div>
    }
}

/// A line of text. The caret stands after what is there: one goes on writing.
#[component]
fn TextInput(
    start: String,
    label: String,
    offered: Vec<String>,
    commit: Callback<String>,
    cancel: Callback<()>,
) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    node.on_load(|input| {
        let _ = input.focus();
        let end = u32::try_from(input.value().encode_utf16().count()).unwrap_or(u32::MAX);
        let _ = input.set_selection_range(end, end);
    });
    // Taking an input away leaves it once more, when all is over already.
    let over = StoredValue::new(false);
    let first = move || over.try_update_value(|over| !std::mem::replace(over, true)).unwrap_or(false);
    let on_key = move |event: web_sys::KeyboardEvent| match event.key().as_str() {
        "Escape" => {
            event.stop_propagation();
            if first() {
                cancel.run(());
            }
        }
        "Enter" if !is_composing(&event) => {
            event.prevent_default();
            if first() {
                commit.run(event_target_value(&event));
            }
        }
        _ => {}
    };
    let list = (!offered.is_empty()).then_some("cell-names");
    view! {
        <input class="input" node_ref=node aria-label=label value=start autocomplete="off" list=list on:keydown=on_key
            on:blur=move |event| if first() { commit.run(event_target_value(&event)) } />
        {list.map(|id| view! {
            <datalist id=id>{offered.into_iter().map(|name| view! { <option value=name></option> }).collect_view()}</datalist>
        })}
    }
}
