//! The deal's page: head, fields and contacts, activities, history.

use super::{
    contacts::Contacts,
    fields::{CustomFields, FieldRow},
    head::Head,
    history::{HistoryTable, RecordHistory},
    keys,
    neighbours::NeighboursBar,
    quick::AskNext,
    shape::Shape,
    timeline::Timeline,
    uploads::{Uploads, files_of},
};
use crate::{
    client::Client,
    gate::GatePanel,
    plan::DealPlan,
    presence::PresentHere,
    shell::TopBar,
    texts::use_texts,
    ui::{Icon, IconName, Title, figure::Exact},
};
use domain::{
    change::Target,
    deal::Deal,
    id::DealId,
    money::{Currency, Money},
    page::{Address, History, Page},
    pipeline::Outcome,
    presence::Place,
    record::Kind,
};
use leptos::prelude::*;
use leptos_router::components::A;

#[component]
pub fn DealPage(deal: DealId) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let record = Memo::new(move |_| client.with(|view| view.deals.get(&deal).cloned()));
    let editable = Memo::new(move |_| record.with(|record| record.as_ref().is_some_and(|deal| client.may_edit(deal))));
    let target = Target::new(Kind::Deal, deal);
    let read = client.page.with_untracked(|page| match page {
        Page::Deal { history, .. } => history.clone(),
        _ => History::default(),
    });
    let history = RecordHistory::new(client, target, read);
    provide_context(history);
    provide_context(AskNext(RwSignal::new(false)));
    keys::listen();
    let uploads = Uploads::new(client, deal);
    let take = move |carried: Option<web_sys::DataTransfer>| {
        let files = files_of(carried).filter(|_| editable.get_untracked());
        if let Some(files) = &files {
            uploads.add(files);
        }
        files.is_some()
    };
    Effect::new(move |_| {
        let pasted = window_event_listener(leptos::ev::paste, move |event: web_sys::ClipboardEvent| {
            // What was copied in an office comes as text and as a picture of it: the text is meant.
            let carried = event.clipboard_data().filter(|carried| !carried.types().includes(&"text/plain".into(), 0));
            if take(carried) {
                event.prevent_default();
            }
        });
        on_cleanup(move || pasted.remove());
    });
    let over = RwSignal::new(false);
    let drop = move |event: web_sys::DragEvent| {
        over.set(false);
        let carried = event.data_transfer();
        if files_of(carried.clone()).is_some() {
            event.prevent_default();
            take(carried);
        }
    };
    let drag_over = move |event: web_sys::DragEvent| {
        let types = event.data_transfer().map(|carried| carried.types());
        // The browser would leave the page for the file.
        if types.is_some_and(|types| types.includes(&"Files".into(), 0)) {
            event.prevent_default();
            over.set(editable.get_untracked());
        }
    };
    let title = move || record.with(|record| record.as_ref().map(|deal| deal.title.clone()).unwrap_or_default());
    let names = move || {
        record.with(|record| {
            let deal = record.as_ref()?;
            client.with(|view| {
                let pipeline = view.pipelines.get(&deal.pipeline)?;
                let stage = view.stages.get(&deal.stage)?;
                Some((pipeline.id, pipeline.name.clone(), stage.name.clone()))
            })
        })
    };
    let target = Target::new(Kind::Deal, deal);
    // The page is built anew only when the deal comes or goes, not with each of its changes.
    let missing = Memo::new(move |_| record.with(Option::is_none));
    view! {
        <Title text=move || texts.app().title(title()) />
        <TopBar>
            {move || names().map(|(pipeline, name, stage)| {
                let path = Address::of_board(Some(pipeline)).path();
                view! {
                    <A href=path.clone() attr:class="crumb back phone-only" attr:aria-label=texts.common().back()><Icon name=IconName::Left /></A>
                    <A href=path.clone() attr:class="crumb wide-only">{name}</A>
                    <span class="crumb wide-only">"/"</span>
                    <span class="crumb wide-only">{stage}</span>
                    <span class="crumb wide-only">"/"</span>
                }
            })}
            <span class="here ell">{title}</span>
            <PresentHere place=Place::Deal(deal) />
            <NeighboursBar deal=deal />
        </TopBar>
        {move || if missing.get() {
            view! {
                <main class="page" id="main">
                    <div class="empty page-empty">
                        <b>{texts.errors().not_found()}</b>
                        <p>{texts.deal().not_found()}</p>
                        <p class="acts"><A href="/board" attr:class="btn">{texts.errors().home()}</A></p>
                    </div>
                </main>
            }.into_any()
        } else {
            view! {
                <main class="page deal" class:over=move || over.get() id="main"
                    on:dragover=drag_over on:dragleave=move |_| over.set(false) on:drop=drop>
                    <Head id=deal deal=record editable=editable />
                    <div class="cols">
                        <section class="c1" aria-label=texts.deal().fields()>
                            <Fields record=record target=target editable=editable />
                            <GatePanel id=deal editable=editable />
                            <Contacts deal=deal editable=editable />
                        </section>
                        <section class="c2" aria-label=texts.activity().title()>
                            <DealPlan deal=deal editable=editable />
                            <Timeline deal=deal uploads=uploads editable=editable />
                        </section>
                        <section class="c3" aria-label=texts.history().title()>
                            <HistoryTable history=history />
                        </section>
                    </div>
                </main>
            }.into_any()
        }}
    }
}

#[component]
fn Fields(record: Memo<Option<Deal>>, target: Target, editable: Memo<bool>) -> impl IntoView {
    let texts = use_texts().deal();
    let client = expect_context::<Client>();
    let usual = client.peek(|view| view.workspace().map_or(Currency::CNY, |workspace| workspace.currency));
    let currency =
        record.with_untracked(|record| record.as_ref()?.amount.map(|amount| amount.currency)).unwrap_or(usual);
    let amount =
        ViewFn::from(move || record.get().and_then(|deal| deal.amount).map(|amount| view! { <Exact amount=amount /> }));
    let weighted = move || {
        let deal = record.get()?;
        let probability = client.with(|view| view.stages.get(&deal.stage).map(|stage| stage.probability))?;
        let amount = deal.amount?;
        let minor = i64::try_from(deal.weighted(probability) / 100).ok()?;
        Some((Money::new(minor, amount.currency), probability))
    };
    // Why it was lost is asked of what is lost, and told as long as it is known.
    let loss = Memo::new(move |_| {
        let deal = record.get()?;
        client.with(|view| {
            let is_lost = view.stages.get(&deal.stage).is_some_and(|stage| stage.outcome == Outcome::Lost);
            let reasons = view.pipelines.get(&deal.pipeline).map(|pipeline| pipeline.loss_reasons.clone());
            is_lost.then(|| reasons.filter(|list| !list.is_empty()).map_or(Shape::Text, Shape::Choice))
        })
    });
    let exception = move || record.with(|deal| deal.as_ref().map(|deal| deal.exception.clone()).unwrap_or_default());
    let row = move |label: &'static str, field: &'static str, shape: Shape| {
        view! { <FieldRow label=label target=target field=field shape=shape editable=editable /> }
    };
    view! {
        <dl class="fields">
            <FieldRow label=texts.amount() target=target field="amount" shape=Shape::Amount(currency) editable=editable shown=amount />
            <div>
                <dt>{texts.weighted()}</dt>
                <dd>{move || weighted().map(|(money, probability)| view! {
                    <span class="second"><Exact amount=money /> " · " {probability} "%"</span>
                })}</dd>
            </div>
            {row(texts.close_date(), "close_on", Shape::Date)}
            {row(use_texts().priority().title(), "priority", Shape::Priority)}
            {move || loss.get().map(|shape| row(use_texts().gate().loss_reason(), "loss_reason", shape))}
            {move || Some(exception()).filter(|why| !why.is_empty()).map(|why| view! {
                <div><dt>{use_texts().gate().exception()}</dt><dd><span class="val"><span>{why}</span></span></dd></div>
            })}
            {row(texts.owner(), "owner", Shape::Member)}
            {row(texts.collaborators(), "collaborators", Shape::Members)}
            {row(texts.account(), "account", Shape::Account)}
            {row(texts.source(), "source", Shape::Text)}
            {row(texts.tags(), "tags", Shape::Tags)}
            <CustomFields target=target editable=editable />
            {row(texts.notes(), "notes", Shape::LongText)}
            {row(texts.external_id(), "external_id", Shape::Text)}
        </dl>
    }
}
