//! What moves by what is tried out: each task from where to where, what becomes of promises, and the two ways out.

use super::{act, state::Gantt, words};
use crate::{
    texts::{Texts, use_texts},
    ui::{HealthMark, Icon, IconName},
};
use domain::{
    calendar::Moment,
    health::Light,
    plan::{Reckoned, draft::Outlook, reckon::Move},
};
use leptos::prelude::*;

/// How many tasks are listed; how many more there are is said.
const LISTED: usize = 12;

#[derive(Debug, Clone, PartialEq)]
struct Line {
    title: String,
    from: String,
    to: String,
    by: String,
}

#[derive(Debug, Clone, PartialEq)]
struct Fact {
    name: String,
    text: String,
    is_bad: bool,
}

#[derive(Debug, Clone, PartialEq, Default)]
struct Told {
    lines: Vec<Line>,
    more: usize,
    count: usize,
    facts: Vec<Fact>,
}

/// What is told of all plans that are touched.
fn told(gantt: Gantt, texts: Texts) -> Told {
    let mut told = Told::default();
    gantt.draft.with(|draft| {
        let outlooks = draft.outlooks();
        let several = outlooks.len() > 1;
        for outlook in &outlooks {
            let (Some(before), Some(after)) = (draft.before(outlook.plan), draft.plan(outlook.plan)) else { continue };
            told.count += outlook.moves.len();
            for moved in &outlook.moves {
                if told.lines.len() < LISTED {
                    told.lines.push(line(gantt, texts, before, after, moved));
                } else {
                    told.more += 1;
                }
            }
            told.facts.extend(facts(gantt, texts, outlook, after, several));
        }
    });
    told
}

fn line(gantt: Gantt, texts: Texts, before: &Reckoned, after: &Reckoned, moved: &Move) -> Line {
    let today = gantt.client.today();
    let title = after.task(moved.task).map(|task| task.title.clone()).unwrap_or_default();
    // What only takes longer is told by its end.
    let day = |plan: &Reckoned, dates| {
        if moved.from.start == moved.to.start { plan.last_day(dates) } else { plan.first_day(dates) }
    };
    Line {
        title,
        from: words::day(day(before, moved.from), today),
        to: words::day(day(after, moved.to), today),
        by: words::difference(texts, moved.by),
    }
}

fn facts(gantt: Gantt, texts: Texts, outlook: &Outlook, plan: &Reckoned, several: bool) -> Vec<Fact> {
    let t = texts.gantt();
    let today = gantt.client.today();
    let day = |moment: Moment| words::day(gantt.client.zone().day(moment.instant()), today);
    let of = |name: &str| if several { format!("{} · {name}", plan.plan.name) } else { name.to_owned() };
    let mut facts = Vec::new();
    if let (Some(before), Some(after)) = outlook.end {
        let text = if before == after {
            format!("{} {}", day(after), t.unchanged())
        } else {
            format!("{} → {}", day(before), day(after))
        };
        facts.push(Fact { name: of(t.end()), text, is_bad: false });
    }
    if let Some(due) = plan.plan.due_on {
        facts.push(Fact { name: of(t.promised()), text: words::day(due, today), is_bad: false });
    }
    if let (before, Some(after)) = outlook.reserve {
        let left = words::days(texts, after.left);
        let text = match before.filter(|before| before.left != after.left) {
            Some(before) => format!("{} → {left}", words::days(texts, before.left)),
            None => left,
        };
        facts.push(Fact { name: of(t.reserve()), text, is_bad: after.left < 0 });
    }
    for (task, late) in &outlook.missed {
        let task = plan.task(*task);
        let name = task.map(|task| task.title.clone()).unwrap_or_default();
        let deadline = task.and_then(|task| task.deadline).map(|day| words::day(day, today)).unwrap_or_default();
        facts.push(Fact { name, text: t.misses_deadline(deadline, words::days(texts, *late)), is_bad: true });
    }
    facts
}

#[component]
pub fn Moves(gantt: Gantt) -> impl IntoView {
    let texts = use_texts();
    let t = texts.gantt();
    let is_shown = Memo::new(move |_| gantt.draft.with(|draft| !draft.is_empty()));
    let all = Memo::new(move |_| if is_shown.get() { told(gantt, texts) } else { Told::default() });
    let head = move || {
        let title = gantt.draft.with(|draft| {
            let mut tasks = draft.tasks();
            let first = tasks.next().filter(|_| draft.tasks().count() == 1)?;
            gantt.plans.with_untracked(|plans| plans.task(first).map(|task| task.title.clone()))
        });
        title.unwrap_or_else(|| t.several_changes().to_owned())
    };
    move || {
        is_shown.get().then(|| view! {
            <section class="pop moves" aria-label=t.preview() aria-live="off">
                <header>
                    <h2 class="ell">{head}</h2>
                    <span class="meta">{move || t.move_with(all.with(|all| all.count))}</span>
                </header>
                <div class="list" role="group" tabindex="0" aria-label=t.preview()>
                    <table>
                        <tbody>
                            {move || all.with(|all| all.lines.iter().map(|line| view! {
                                <tr>
                                    <td class="ell">{line.title.clone()}</td>
                                    <td class="num third">{line.from.clone()}</td>
                                    <td class="ar"><Icon name=IconName::Arrow class="i-xs" /></td>
                                    <td class="num t-accent">{line.to.clone()}</td>
                                    <td class="num">{line.by.clone()}</td>
                                </tr>
                            }).collect_view())}
                        </tbody>
                    </table>
                    {move || all.with(|all| (all.more > 0).then(|| view! { <p class="meta">{t.and_more(all.more)}</p> }))}
                </div>
                <dl>
                    {move || all.with(|all| all.facts.iter().map(|fact| view! {
                        <div class:t-red=fact.is_bad>
                            <dt class="ell">{fact.name.clone()}</dt>
                            <dd>{fact.is_bad.then(|| view! { <HealthMark level=Light::Red label="" /> })}{fact.text.clone()}</dd>
                        </div>
                    }).collect_view())}
                </dl>
                <footer>
                    <button type="button" class="btn" on:click=move |_| act::take_back(gantt)>
                        {t.take_back()}<kbd class="wide-only">"Esc"</kbd>
                    </button>
                    <button type="button" class="btn primary grow" on:click=move |_| act::accept(gantt)>
                        {move || t.accept(all.with(|all| all.count).max(1))}<kbd class="wide-only">"Enter"</kbd>
                    </button>
                </footer>
            </section>
        })
    }
}
