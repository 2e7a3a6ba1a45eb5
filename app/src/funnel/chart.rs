//! A chart with its table behind it: drawn as SVG, told to screen readers as the table, shown as either, saved as SVG, PNG
//! or CSV.

use super::save;
use crate::texts::use_texts;
use leptos::{html, prelude::*};

#[component]
pub fn Chart(
    #[prop(into)] name: String,
    #[prop(into)] note: String,
    /// A word for the names of files.
    file: &'static str,
    /// The table: its head, then its rows, each beginning with the row's name.
    rows: Vec<Vec<String>>,
    #[prop(optional)] wide: bool,
    /// It takes a row of its own.
    #[prop(optional)]
    full: bool,
    /// It is a list rather than a drawing, and saved as its table only.
    #[prop(optional)]
    listed: bool,
    /// Where the server writes the table as a file, where the page does not have all of it.
    #[prop(optional)]
    csv: Option<String>,
    children: Children,
) -> impl IntoView {
    let texts = use_texts();
    let t = texts.funnel();
    let as_table = RwSignal::new(false);
    let drawn = NodeRef::<html::Div>::new();
    let (label, title, saves, caption) = (name.clone(), name.clone(), t.saves(&name), name);
    let told = rows.clone();
    let mut rows = rows.into_iter();
    let head = rows.next().unwrap_or_default();
    let rows: Vec<_> = rows.collect();
    view! {
        <section class="panel chart" class:wide=wide class:full=full aria-label=label data-chart=file>
            <header>
                <h2>{title}</h2>
                <span class="more saves" role="group" aria-label=saves>
                    <button type="button" class="link meta" aria-pressed=move || as_table.get().to_string()
                        on:click=move |_| as_table.update(|shown| *shown = !*shown)>
                        {move || if as_table.get() { t.as_chart() } else { t.as_table() }}
                    </button>
                    {(!listed).then(|| view! {
                        <button type="button" class="link meta" on:click=move |_| save::svg(drawn, file)>{t.save_svg()}</button>
                        <button type="button" class="link meta" on:click=move |_| save::png(drawn, file)>{t.save_png()}</button>
                    })}
                    {match csv {
                        Some(href) => view! { <a class="link meta" href=href download=format!("{file}.csv") rel="external">{t.save_csv()}</a> }.into_any(),
                        None => view! {
                            <button type="button" class="link meta" on:click=move |_| save::csv(&told, file)>{t.save_csv()}</button>
                        }.into_any(),
                    }}
                </span>
            </header>
            <p class="meta note">{note}</p>
            <div class="drawn" node_ref=drawn hidden=move || as_table.get()>{children()}</div>
            <div class="told" class:vh=move || !as_table.get() tabindex=move || as_table.get().then_some("0")>
                <table class="table">
                    <caption class="vh">{caption}</caption>
                    <thead><tr>
                        {head.into_iter().enumerate().map(|(at, cell)| view! {
                            <th scope="col" class:num={at > 0}>{cell}</th>
                        }).collect_view()}
                    </tr></thead>
                    <tbody>
                        {rows.into_iter().map(|row| {
                            let mut cells = row.into_iter();
                            view! {
                                <tr>
                                    <th scope="row">{cells.next()}</th>
                                    {cells.map(|cell| view! { <td class="num">{cell}</td> }).collect_view()}
                                </tr>
                            }
                        }).collect_view()}
                    </tbody>
                </table>
            </div>
        </section>
    }
}
