//! Cells that stand in the way, and conflicts that wait for a choice.

use super::{
    Tools,
    block::{Problem, Problems, give},
    columns::column_name,
};
use crate::{deal::conflict::ConflictBox, texts::use_texts, ui::dialog::Dialog};
use domain::record::Kind;
use leptos::prelude::*;

/// How many are listed.
const LISTED: usize = 100;

#[component]
pub fn InTheWay(tools: Tools) -> impl IntoView {
    move || tools.problems.get().map(|problems| view! { <List tools=tools problems=problems /> })
}

#[component]
fn List(tools: Tools, problems: Problems) -> impl IntoView {
    let texts = use_texts();
    let t = texts.grid();
    let close = Callback::new(move |()| {
        tools.problems.set(None);
        tools.grid.focus();
    });
    let Problems { cells, note, pasted } = problems;
    let count = cells.len();
    let line = |problem: Problem| {
        view! {
            <tr>
                <td class="num">{problem.row}</td>
                <td class="clip">{problem.deal}</td>
                <td>{problem.column}</td>
                <td class="clip">{problem.text}</td>
                <td>{problem.why}</td>
            </tr>
        }
    };
    view! {
        <Dialog title=t.not_changed() on_close=close>
            <div class="body in-the-way">
                {note.map(|note| view! { <p>{note}</p> })}
                {(count > 0).then(|| view! {
                    <p>{t.in_the_way(count)}</p>
                    <div class="table-wrap" tabindex="0" role="region" aria-label=t.not_changed()>
                        <table class="table">
                            <thead>
                                <tr>
                                    <th scope="col" class="num">{t.row()}</th>
                                    <th scope="col">{texts.deal().title()}</th>
                                    <th scope="col">{t.column()}</th>
                                    <th scope="col">{t.written()}</th>
                                    <th scope="col">{t.why()}</th>
                                </tr>
                            </thead>
                            <tbody>{cells.into_iter().take(LISTED).map(line).collect_view()}</tbody>
                        </table>
                    </div>
                })}
            </div>
            <footer>
                {pasted.map(|text| view! {
                    <button type="button" class="btn" on:click=move |_| give(tools, &text)>{t.give_back()}</button>
                })}
                <button type="button" class="btn primary" on:click=move |_| close.run(())>{texts.common().close()}</button>
            </footer>
        </Dialog>
    }
}

/// What two people changed at once, of deals.
#[component]
pub fn Conflicts(tools: Tools) -> impl IntoView {
    let texts = use_texts();
    let client = tools.grid.client;
    let clashes = Memo::new(move |_| {
        client.conflicts.with(|conflicts| {
            let of_deals = conflicts.iter().filter(|(target, _)| target.kind == Kind::Deal);
            of_deals.map(|(target, clash)| (*target, clash.field.clone())).collect::<Vec<_>>()
        })
    });
    view! {
        <For each=move || clashes.get() key=|clash| clash.clone() children=move |(target, field)| {
            let name = client.peek(|view| {
                let deal = view.deals.get(&target.id.into()).map(|deal| deal.title.clone()).unwrap_or_default();
                let column = field.parse().map_or_else(|_| field.clone(), |column| column_name(texts, view, column));
                format!("{deal} · {column}")
            });
            view! {
                <div class="notice warn grid-conflict">
                    <b>{name}</b>
                    <ConflictBox target=target field=StoredValue::new(field) />
                </div>
            }
        } />
    }
}
