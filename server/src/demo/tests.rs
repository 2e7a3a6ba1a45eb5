//! The story told to a view, without a database.

use super::{calendar::OFFSET, *};
use domain::{access::Actor, calendar::working_days, deal::Deal, decide::carry_out, pipeline::Outcome as StageOutcome};
use pipelines::Line;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The workspace as it is after everything; a refusal, or a command that changes nothing, fails.
fn told(at: NaiveDate) -> View {
    let mut view = founded();
    for Asked { by, request, now } in history(at).1 {
        let actor = Actor::of(&view, by.unwrap()).unwrap();
        let changes = carry_out(&mut view, &actor, &request, now);
        let changes = changes.unwrap_or_else(|refusal| panic!("{refusal:?}: {request:?}"));
        assert!(!changes.is_empty(), "nothing changed: {request:?}");
    }
    view
}

fn in_stages(view: &View, line: Line) -> Vec<usize> {
    let count = |place| view.deals.values().filter(|deal| deal.stage == line.stage_id(place)).count();
    (0..line.stages().len()).map(count).collect()
}

#[test]
fn nothing_is_refused_on_any_day_of_the_week() {
    for at in ["2026-11-24", "2027-01-03", "2028-02-29"] {
        let view = told(day(at));
        assert_eq!(view.deals.len(), 300);
        assert_eq!(view.accounts.len(), 90);
    }
}

#[test]
fn the_same_day_gives_the_same_story() {
    let asked = |at: &str| history(day(at)).1.into_iter().map(|asked| (asked.by, asked.request, asked.now));
    assert!(asked("2026-11-23").eq(asked("2026-11-23")));
    assert!(!asked("2026-11-23").eq(asked("2026-11-24")));
}

#[test]
fn time_runs_forward_and_ends_before_the_day() {
    let at = day("2026-11-23");
    let (began, asked) = history(at);
    assert!(began < asked[0].now);
    assert!(asked.windows(2).all(|pair| pair[0].now <= pair[1].now));
    let last = asked.last().unwrap().now + OFFSET;
    assert!(last.date_naive() < at);
    assert!((at - asked[0].now.date_naive()).num_days() >= 360);
}

#[test]
fn the_board_is_the_one_that_was_drawn() {
    let at = day("2026-11-23");
    let view = told(at);
    let line = Line::Enterprise;
    assert_eq!(in_stages(&view, line), [7, 7, 7, 6, 4, 36, 82]);
    assert_eq!(in_stages(&view, Line::International), [8, 8, 7, 7, 5, 16, 40]);
    assert_eq!(in_stages(&view, Line::Renewals), [9, 7, 6, 4, 25, 9]);

    let open = |deal: &&Deal| view.stages[&deal.stage].outcome == StageOutcome::Open;
    let on_board: Vec<&Deal> = view.deals.values().filter(|deal| deal.pipeline == line.id()).filter(open).collect();
    let sum: i64 = on_board.iter().filter_map(|deal| deal.amount).map(|amount| amount.minor).sum();
    assert_eq!(sum, 25_150_000 * 100);
    let age = |title: &str| {
        let deal = on_board.iter().find(|deal| deal.title == title).unwrap();
        working_days((deal.entered_at + OFFSET).date_naive(), at)
    };
    assert_eq!((age("立体库改造一期"), age("AGV 调度平台")), (8, 19));
}

#[test]
fn every_mark_of_a_next_activity_is_there() {
    let at = day("2026-11-23");
    let view = told(at);
    let open: Vec<&Deal> =
        view.deals.values().filter(|deal| view.stages[&deal.stage].outcome == StageOutcome::Open).collect();
    let (mut none, mut late, mut today, mut later) = (0, 0, 0, 0);
    for deal in &open {
        let planned = |activity: &&domain::activity::Activity| activity.deal == Some(deal.id) && activity.is_planned();
        match view.activities.values().filter(planned).filter_map(|activity| activity.due_on).min() {
            None => none += 1,
            Some(due) if due < at => late += 1,
            Some(due) if due == at => today += 1,
            Some(_) => later += 1,
        }
    }
    assert_eq!(open.len(), 92);
    assert!(none > 10 && late > 8 && today > 8 && later > 30, "{none} {late} {today} {later}");

    // Of closed deals nothing is left undone.
    let undone = view.activities.values().filter(|activity| activity.is_planned()).count();
    assert_eq!(undone, late + today + later);
    let past_due = open.iter().filter(|deal| deal.close_on.is_some_and(|close| close < at)).count();
    assert!((5..20).contains(&past_due), "{past_due}");
    let idle = open.iter().filter(|deal| {
        let touched = view.activities.values().filter(|activity| activity.deal == Some(deal.id));
        touched
            .map(|activity| activity.created_at)
            .max()
            .is_none_or(|last| (at - (last + OFFSET).date_naive()).num_days() > 14)
    });
    assert!(idle.count() >= 4);
}

#[test]
fn the_demo_is_entered_by_those_who_have_something_to_show() {
    let founding = founding();
    let first = |role: Role| {
        let members = founding.records.iter().filter_map(|record| match record {
            Record::Member(member) if member.role == role => Some(member),
            _ => None,
        });
        members.min_by_key(|member| member.id).map(|member| member.name.as_str())
    };
    assert_eq!(first(Role::Manager), Some("陈思远"));
    assert_eq!(first(Role::Rep), Some("林若溪"));
}

#[test]
fn deals_are_planned_as_they_were_drawn() {
    for at in ["2026-11-23", "2027-01-03"] {
        let view = told(day(at));
        let (plans, templates): (Vec<_>, Vec<_>) = view.plans.values().partition(|plan| !plan.template);
        assert_eq!((plans.len(), templates.len(), view.baselines.len()), (4, 1, 4));
        assert!(view.stages.values().any(|stage| stage.starts == Some(templates[0].id)));
        let zone = domain::calendar::Zone { first: 28_800, ..Default::default() };
        let hours = domain::plan::Hours::of(&view, &zone, day(at));
        let now = (day(at).and_hms_opt(10, 0, 0).unwrap() - OFFSET).and_utc();
        for plan in view.plans.values() {
            let reckoned = domain::plan::Reckoned::in_view(&view, plan.id, &hours, now).unwrap().unwrap();
            assert!(reckoned.len() >= 4, "{}", plan.name);
        }
        let done = view.tasks.values().filter(|task| task.is_done()).count();
        let confirmed = view.tasks.values().filter(|task| task.confirmed.is_some()).count();
        assert_eq!((done, confirmed), (3, 1));
    }
}
