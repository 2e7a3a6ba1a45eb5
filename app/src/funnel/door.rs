//! Figures as doors: a press on one lists the deals behind it.

use super::{state::Funnel, words};
use crate::{
    client::{HttpError, get},
    texts::use_texts,
    ui::{HealthMark, dialog::Dialog, figure::Exact},
};
use domain::{
    funnel::{
        figure::Figure,
        report::{Behind, Line},
    },
    health::Light,
    page::Address,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{components::A, hooks::use_location};

/// A figure that was pressed.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    pub figure: Figure,
    /// It is one of what the funnel is compared with.
    pub compared: bool,
    pub name: String,
}

#[derive(Clone, Copy)]
pub struct Doors(pub RwSignal<Option<Asked>>);

/// How many deals a figure counts, by its name.
pub fn named(texts: crate::texts::Texts, name: &str, count: u64) -> String {
    texts.funnel().behind(words::count(count), name)
}

/// A count that opens its deals; none opens nothing. What they are worth may stand in its place.
#[component]
pub fn Door(
    count: u64,
    figure: Figure,
    #[prop(into)] name: String,
    #[prop(optional)] compared: bool,
    #[prop(optional_no_strip)] worth: Option<String>,
) -> impl IntoView {
    let texts = use_texts();
    let Doors(asked) = expect_context();
    if count == 0 {
        return view! { <span class="t-3">"0"</span> }.into_any();
    }
    let label = named(texts, &name, count);
    let label = worth.as_ref().map(|worth| format!("{label}, {worth}")).unwrap_or(label);
    let data = figure.to_string();
    let open = move |_| asked.set(Some(Asked { figure: figure.clone(), compared, name: name.clone() }));
    view! {
        <button type="button" class="door" aria-haspopup="dialog" aria-label=label data-figure=data on:click=open>
            {worth.unwrap_or_else(|| words::count(count))}
        </button>
    }
    .into_any()
}

/// The figure that an address names: a link to its deals.
fn in_address(search: &str) -> Option<Figure> {
    let search = search.trim_start_matches('?');
    form_urlencoded::parse(search.as_bytes()).find(|(name, _)| name == "figure")?.1.parse().ok()
}

/// The deals behind the figure that was pressed, or that the address names.
#[component]
pub fn Opened(funnel: Funnel) -> impl IntoView {
    let Doors(asked) = expect_context();
    let search = use_location().search;
    let texts = use_texts();
    Effect::new(move |_| {
        let Some(figure) = search.with(|search| in_address(search)) else { return };
        let steps = funnel.report.with(|report| report.as_ref().map(|report| report.steps.clone()));
        let name = funnel.client.peek(|view| words::figure(texts, view, &steps.unwrap_or_default(), &figure));
        asked.set(Some(Asked { figure, compared: false, name }));
    });
    move || asked.get().map(|open| view! { <Deals funnel=funnel open=open /> })
}

#[component]
fn Deals(funnel: Funnel, open: Asked) -> impl IntoView {
    let texts = use_texts();
    let t = texts.funnel();
    let Doors(asked) = expect_context();
    let search = use_location().search;
    let found = RwSignal::new(None::<Result<Behind, ()>>);
    let query = funnel.query.get_untracked().to_query();
    let begin = if query.is_empty() { "?" } else { "&" };
    let figure: String = form_urlencoded::byte_serialize(open.figure.to_string().as_bytes()).collect();
    let path = format!("/api/v1/funnel/deals{query}{begin}figure={figure}&compared={}", open.compared);
    spawn_local(async move {
        let answer = get::<Behind>(&path).await;
        if answer == Err(HttpError::SignedOut) {
            let _ = window().location().reload();
        }
        found.try_set(Some(answer.map_err(|_| ())));
    });
    let name = open.name;
    let close = Callback::new(move |()| {
        asked.try_set(None);
        // The address names it no longer.
        if search.with_untracked(|search| in_address(search).is_some()) {
            funnel.change(|_| ());
        }
    });
    view! {
        <Dialog title=name.clone() on_close=close>
            <div class="body behind" aria-live="polite">
                {move || match found.get() {
                    None => view! { <p class="second" role="status">{t.behind_loading()}</p> }.into_any(),
                    Some(Err(())) => view! { <p class="notice warn" role="alert">{t.behind_failed()}</p> }.into_any(),
                    Some(Ok(found)) if found.count == 0 => view! { <p class="second">{t.behind_none()}</p> }.into_any(),
                    Some(Ok(found)) => {
                        let listed = found.deals.len();
                        // Of deals behind a figure of age their days count, not their amounts.
                        let aged = found.deals.iter().any(|line| line.stay.is_some());
                        view! {
                            <p class="second">
                                {named(texts, &name, found.count as u64)}
                                {(listed < found.count).then(|| format!(" {}", t.behind_more(listed)))}
                            </p>
                            <div class="table-wrap" tabindex="0" role="region" aria-label=name.clone()>
                                <table class="table">
                                    <thead><tr>
                                        <th scope="col">{texts.deal().title()}</th>
                                        <th scope="col" class="wide-only">{texts.deal().stage()}</th>
                                        <th scope="col" class="wide-only">{texts.deal().owner()}</th>
                                        {aged.then(|| view! {
                                            <th scope="col" class="num wide-only">{texts.late().in_stage()}</th>
                                            <th scope="col" class="num">{texts.late().over()}</th>
                                        })}
                                        <th scope="col" class="num" class:wide-only=aged>{texts.deal().amount()}</th>
                                    </tr></thead>
                                    <tbody>{found.deals.into_iter().map(|line| row(funnel, line, aged)).collect_view()}</tbody>
                                </table>
                            </div>
                        }.into_any()
                    }
                }}
            </div>
        </Dialog>
    }
}

fn row(funnel: Funnel, line: Line, aged: bool) -> impl IntoView {
    let texts = funnel.client.texts;
    let (stage, owner) = funnel.client.peek(|view| {
        let owner = view.members.get(&line.owner).map(|member| member.name.clone()).unwrap_or_default();
        (words::stage(view, line.stage), owner)
    });
    view! {
        <tr data-deal=line.deal.to_string()>
            <td class="name">
                <A href=Address::Deal(line.deal).path()>{line.title}</A>
                <span class="meta behind-account">{line.account}</span>
                {aged.then(|| view! { <span class="meta behind-account phone-only">{format!("{stage} · {owner}")}</span> })}
            </td>
            <td class="wide-only">{stage.clone()}</td>
            <td class="wide-only">{owner.clone()}</td>
            {aged.then(|| view! {
                <td class="num wide-only">{line.stay}</td>
                <td class="num">{line.over.map(|days| view! {
                    <span class="over-by"><HealthMark level=Light::Red label=texts.funnel().late() />{texts.late().days_over(days)}</span>
                })}</td>
            })}
            <td class="num" class:wide-only=aged>{line.amount.map(|amount| view! { <Exact amount=amount /> })}</td>
        </tr>
    }
}
