//! Which deals are counted, when, by which rule, and with what they are compared. What is chosen stands in the address.

use super::state::Funnel;
use crate::{
    saved_view::ViewsMenu,
    texts::{Texts, use_texts},
    ui::{Icon, IconName},
};
use chrono::{Datelike, Months, NaiveDate};
use domain::{
    access::Role,
    funnel::{
        Unit,
        query::{Compare, Only, Query, Span},
        report::Report,
        steps::Rule,
    },
    pipeline::Outcome,
};
use leptos::prelude::*;

type Options = Signal<Vec<(String, String)>>;

/// Periods that have a name.
fn periods(texts: Texts, today: NaiveDate) -> Vec<(&'static str, &'static str, Span)> {
    let t = texts.funnel();
    let span = |first: Option<NaiveDate>, last: Option<NaiveDate>| Span { first, last };
    let quarter = Unit::Quarter.first_day(today);
    let next = quarter.checked_add_months(Months::new(3)).and_then(|next| next.pred_opt());
    let before = quarter.checked_sub_months(Months::new(3));
    let year = |year: i32| span(NaiveDate::from_ymd_opt(year, 1, 1), NaiveDate::from_ymd_opt(year, 12, 31));
    let month = today.with_day(1);
    let twelve = month.and_then(|month| month.checked_sub_months(Months::new(11)));
    let month_end = month.and_then(|month| month.checked_add_months(Months::new(1))).and_then(|next| next.pred_opt());
    vec![
        ("always", t.always(), Span::ALWAYS),
        ("quarter", t.this_quarter(), span(Some(quarter), next)),
        ("last_quarter", t.last_quarter(), span(before, quarter.pred_opt())),
        ("months", t.twelve_months(), span(twelve, month_end)),
        ("year", t.this_year(), year(today.year())),
        ("last_year", t.last_year(), year(today.year() - 1)),
    ]
}

/// The choice of days that have no name.
const OWN: &str = "days";

/// The same days a year before; the whole of last year where no days are set.
fn last_year(span: Span, today: NaiveDate) -> Span {
    if span == Span::ALWAYS {
        let year = today.year() - 1;
        return Span { first: NaiveDate::from_ymd_opt(year, 1, 1), last: NaiveDate::from_ymd_opt(year, 12, 31) };
    }
    let before = |day: NaiveDate| day.checked_sub_months(Months::new(12));
    Span { first: span.first.and_then(before), last: span.last.and_then(before) }
}

#[component]
fn Pick(
    #[prop(into)] label: String,
    options: Options,
    #[prop(into)] value: Signal<String>,
    choose: Callback<String>,
) -> impl IntoView {
    view! {
        <span class="select sm">
            <select aria-label=label on:change=move |event| choose.run(event_target_value(&event))>
                {move || options.get().into_iter().map(|(option, name)| {
                    let this = option.clone();
                    // The attribute for the page as it comes, the property for what is chosen later.
                    let first = value.with_untracked(|value| *value == this);
                    view! {
                        <option value=option selected=first prop:selected=move || value.with(|value| *value == this)>{name}</option>
                    }
                }).collect_view()}
            </select>
            <Icon name=IconName::Down class="i-s" />
        </span>
    }
}

#[component]
pub fn Toolbar(funnel: Funnel) -> impl IntoView {
    let texts = use_texts();
    let t = texts.funnel();
    let client = funnel.client;
    let query = funnel.query;
    let today = client.today();
    let own = RwSignal::new(false);
    let named = move |span: Span| periods(texts, today).into_iter().find(|(.., other)| *other == span);
    let period = Signal::derive(move || match named(query.with(|query| query.span)) {
        Some((word, ..)) if !own.get() => word.to_owned(),
        _ => "own".to_owned(),
    });
    let choose_period = Callback::new(move |word: String| {
        let span = periods(texts, today).into_iter().find(|(other, ..)| *other == word).map(|(.., span)| span);
        own.set(span.is_none());
        if let Some(span) = span {
            funnel.change(|query| query.span = span);
        }
    });
    let period_options: Options = Signal::derive(move || {
        let named = periods(texts, today).into_iter().map(|(word, name, _)| (word.to_owned(), name.to_owned()));
        named.chain([("own".to_owned(), t.own_days().to_owned())]).collect()
    });
    let text = |all: &'static str| (String::new(), all.to_owned());
    let members = move || {
        client.with(|view| {
            let mut members: Vec<_> = view.members.values().filter(|member| member.role != Role::Viewer).collect();
            members.sort_by_cached_key(|member| (member.name.to_lowercase(), member.id));
            members.into_iter().map(|member| (member.id.to_string(), member.name.clone())).collect::<Vec<_>>()
        })
    };
    let teams = move || {
        client.with(|view| view.teams.values().map(|team| (team.id.to_string(), team.name.clone())).collect::<Vec<_>>())
    };
    let cohorts: Options = Signal::derive(move || {
        let pipeline = funnel.report.with(|report| report.as_ref().map(|report| report.pipeline));
        let stages = client.with(|view| {
            let stages = pipeline.map(|pipeline| view.stages_of(pipeline)).unwrap_or_default();
            let open = stages.into_iter().filter(|stage| stage.outcome == Outcome::Open);
            open.map(|stage| (stage.id.to_string(), t.by_entered(&stage.name))).collect::<Vec<_>>()
        });
        std::iter::once(text(t.by_created())).chain(stages).collect()
    });
    let sources: Options = Signal::derive(move || {
        let known =
            funnel.report.with(|report| report.as_ref().map(|report| report.sources.clone()).unwrap_or_default());
        std::iter::once(text(t.all_sources())).chain(known.into_iter().map(|source| (source.clone(), source))).collect()
    });
    let field_name = Memo::new(move |_| {
        let field = query.with(|query| query.field)?;
        client.with(|view| {
            let field = view.fields.get(&field).filter(|field| Query::tells_apart(field));
            field.map(|field| field.name.clone())
        })
    });
    // What the field has by which deals are told apart, or the sources.
    let told_apart = move || {
        let by_field = field_name.with(Option::is_some);
        funnel.report.with(|report| {
            let values =
                |report: &std::sync::Arc<Report>| if by_field { report.values.clone() } else { report.sources.clone() };
            report.as_ref().map(values).unwrap_or_default()
        })
    };
    let values: Options = Signal::derive(move || {
        let all = (String::new(), t.all_of(field_name.get().unwrap_or_default()));
        std::iter::once(all).chain(told_apart().into_iter().map(|value| (value.clone(), value))).collect()
    });
    let rules: Options =
        Signal::derive(move || vec![text(t.rule_reached()), ("in_order".to_owned(), t.rule_in_order().to_owned())]);
    let compares: Options = Signal::derive(move || {
        let before = query.with(|query| query.span.before().is_some());
        let before = before.then(|| (Compare::Before.word(), t.compare_before().to_owned()));
        let teams = teams().into_iter().map(|(id, name)| (format!("team.{id}"), t.compare_team(name)));
        let owners = members().into_iter().map(|(id, name)| (format!("owner.{id}"), t.compare_owner(name)));
        let days = [(OWN.to_owned(), t.compare_days().to_owned())];
        let apart = if field_name.with(Option::is_some) { "value" } else { "source" };
        let apart = told_apart().into_iter().map(|value| (format!("{apart}.{value}"), t.compare_owner(value)));
        std::iter::once(text(t.compare_none()))
            .chain(before)
            .chain(days)
            .chain(teams)
            .chain(owners)
            .chain(apart)
            .collect()
    });
    let compared = Signal::derive(move || {
        query.with(|query| match &query.compare {
            Some(Compare::Days(_)) => OWN.to_owned(),
            other => other.as_ref().map(Compare::word).unwrap_or_default(),
        })
    });
    // Other days begin as the days before, or as those of last year.
    let compare = Callback::new(move |word: String| {
        funnel.change(|query| {
            query.compare = if word == OWN {
                Some(Compare::Days(query.span.before().unwrap_or_else(|| last_year(query.span, today))))
            } else {
                let asked = form_urlencoded::Serializer::new(String::new()).append_pair("compare", &word).finish();
                Query::parse(&asked).compare
            };
        });
    });
    let other_days = move || {
        query.with(|query| match query.compare {
            Some(Compare::Days(span)) => Some(span),
            _ => None,
        })
    };
    let other_day = move |label: &'static str, is_first: bool| {
        let day = move || other_days().and_then(|span| if is_first { span.first } else { span.last });
        let value = move || day().map(|day| day.to_string()).unwrap_or_default();
        let put = move |event| {
            let day = event_target_value(&event).parse().ok();
            funnel.change(|query| {
                if let Some(Compare::Days(span)) = &mut query.compare {
                    *(if is_first { &mut span.first } else { &mut span.last }) = day;
                }
            });
        };
        view! { <input class="input sm days" type="date" aria-label=label value=untrack(value) prop:value=value on:change=put /> }
    };
    let by_amount = move || query.with(|query| query.by_amount);
    let count_by = move |is_amount: bool| funnel.change(|query| query.by_amount = is_amount);
    let has_other_days = Memo::new(move |_| other_days().is_some());
    let with = move |value: fn(&Query) -> Option<String>| Signal::derive(move || query.with(value).unwrap_or_default());
    // One reader of the address for all choices: what is put there is what is chosen.
    let put = move |name: &'static str| {
        Callback::new(move |value: String| {
            let asked = form_urlencoded::Serializer::new(String::new()).append_pair(name, &value).finish();
            let read = Query::parse(&asked);
            funnel.change(|query| match name {
                "entered" => query.entered = read.entered,
                "team" => query.only.team = read.only.team,
                "owner" => query.only.owner = read.only.owner,
                "source" => query.only.source = read.only.source.filter(|source| !source.is_empty()),
                "value" => query.only.value = read.only.value.filter(|value| !value.is_empty()),
                "least" => query.only.least = read.only.least,
                "most" => query.only.most = read.only.most,
                "rule" => query.rule = read.rule,
                "from" => query.span.first = read.span.first,
                _ => query.span.last = read.span.last,
            });
        })
    };
    let team_options: Options = Signal::derive(move || std::iter::once(text(t.all_teams())).chain(teams()).collect());
    let owner_options: Options =
        Signal::derive(move || std::iter::once(text(t.all_owners())).chain(members()).collect());
    let date = move |label: &'static str, name: &'static str, value: fn(&Query) -> Option<String>| {
        let (value, put) = (with(value), put(name));
        view! {
            <input class="input sm days" type="date" aria-label=label value=value.get_untracked() prop:value=value
                on:change=move |event| put.run(event_target_value(&event)) />
        }
    };
    let amount = move |label: &'static str, name: &'static str, value: fn(&Query) -> Option<String>| {
        let (value, put) = (with(value), put(name));
        view! {
            <input class="input sm amount" type="number" min="0" step="1" inputmode="numeric" aria-label=label placeholder=label
                value=value.get_untracked() prop:value=value on:change=move |event| put.run(event_target_value(&event)) />
        }
    };
    let is_filtered = move || {
        query.with(|query| {
            let usual = Query {
                pipeline: query.pipeline,
                field: query.field,
                rule: query.rule,
                bridge: query.bridge,
                ..Query::default()
            };
            Query { by_amount: false, ..query.clone() } != usual
        })
    };
    let clear = move |_| {
        own.set(false);
        funnel.change(|query| {
            (query.entered, query.span, query.only, query.compare) = (None, Span::ALWAYS, Only::default(), None);
        });
    };
    let as_of = move || {
        funnel.report.with(|report| {
            let at = report.as_ref()?.as_of;
            let local = client.zone().local(at);
            Some(t.as_of(local.format("%Y-%m-%d %H:%M")))
        })
    };
    view! {
        <div class="toolbar" role="toolbar" aria-label=texts.filter().title()>
            <ViewsMenu />
            <div class="filters">
                <Pick label=t.cohort() options=cohorts value=with(|query| query.entered.map(|id| id.to_string())) choose=put("entered") />
                <Pick label=t.period() options=period_options value=period choose=choose_period />
                {move || (period.get() == "own").then(|| view! {
                    {date(t.from(), "from", |query| query.span.first.map(|day| day.to_string()))}
                    {date(t.to(), "to", |query| query.span.last.map(|day| day.to_string()))}
                })}
                <Pick label=t.compare() options=compares value=compared choose=compare />
                {move || has_other_days.get().then(|| view! {
                    {other_day(t.compare_from(), true)}
                    {other_day(t.compare_to(), false)}
                })}
                <Pick label=t.rule() options=rules value=with(|query| (query.rule == Rule::InOrder).then(|| "in_order".to_owned())) choose=put("rule") />
                <Pick label=texts.filter().team() options=team_options value=with(|query| query.only.team.map(|id| id.to_string())) choose=put("team") />
                <Pick label=texts.filter().owner() options=owner_options value=with(|query| query.only.owner.map(|id| id.to_string())) choose=put("owner") />
                <Pick label=texts.deal().source() options=sources value=with(|query| query.only.source.clone()) choose=put("source") />
                {move || field_name.get().map(|name| view! {
                    <Pick label=name options=values value=with(|query| query.only.value.clone()) choose=put("value") />
                })}
                {amount(t.least(), "least", |query| query.only.least.map(|least| least.to_string()))}
                {amount(t.most(), "most", |query| query.only.most.map(|most| most.to_string()))}
                {move || is_filtered().then(|| view! {
                    <button type="button" class="btn plain" on:click=clear>{texts.filter().clear()}</button>
                })}
            </div>
            <div class="totals">
                <span class="seg" role="group" aria-label=t.told_by()>
                    <button type="button" aria-pressed=move || (!by_amount()).to_string() on:click=move |_| count_by(false)>{t.by_count()}</button>
                    <button type="button" aria-pressed=move || by_amount().to_string() on:click=move |_| count_by(true)>{t.amount()}</button>
                </span>
                <span class="meta as-of" title=t.censored()>{as_of}</span>
                <a class="btn plain" href=move || format!("/api/v1/funnel.csv{}", query.with(Query::to_query)) download="funnel.csv" rel="external">
                    <Icon name=IconName::File class="i-s" />{t.export()}
                </a>
            </div>
        </div>
    }
}
