//! Plans of some of the board's deals: how they were agreed, how far they are, and the template by which what was won is
//! delivered.

use super::{
    calendar::{Calendar, DAY, END, Minute, OFFSET},
    courses::{Course, End},
    ids,
    people::Person::{self, Chen, Han, Lin, Wu, Zhao, Zhou},
    pipelines::Line,
    story::Story,
};
use chrono::NaiveDate;
use domain::{
    calendar::Zone,
    change::{Delta, Deltas, Target},
    command::{Command, Place},
    id::{BaselineId, CriterionId, DealId, PlanId, TaskId},
    order,
    plan::{Agreed, Baseline, Criterion, Hours, Length, Link, Plan, Reckoned, Task},
    record::{Kind, Record},
    schedule::LinkKind::{self, FinishStart, StartStart},
    view::View,
};
use serde_json::{Value, json};
use std::sync::Arc;

/// How far a task is: working days before today.
#[derive(Clone, Copy)]
enum Far {
    ToDo,
    /// Begun, and done to so many percent.
    Begun(u32, u8),
    Done(u32, u32),
}

use Far::{Begun, Done, ToDo};

struct Step {
    title: &'static str,
    who: Person,
    /// Of work; none: a milestone.
    days: i32,
    /// Places of the steps that it waits for.
    after: &'static [(usize, LinkKind, i32)],
    far: Far,
    /// By what one knows that it is done; such a step asks for a second person.
    criteria: &'static [&'static str],
}

const fn step(
    title: &'static str,
    who: Person,
    days: i32,
    after: &'static [(usize, LinkKind, i32)],
    far: Far,
    criteria: &'static [&'static str],
) -> Step {
    Step { title, who, days, after, far, criteria }
}

struct Planned {
    /// The deal's title.
    deal: &'static str,
    /// On which working day before today it began, and by which day from today all is promised.
    began: u32,
    due: i64,
    /// In reserve, in working days.
    buffer: u32,
    steps: &'static [Step],
}

const PLANS: [Planned; 4] = [
    Planned {
        deal: "立体库改造一期",
        began: 9,
        due: 28,
        buffer: 3,
        steps: &[
            step("现场勘测", Lin, 4, &[], Done(9, 6), &["勘测报告已归档"]),
            step("需求规格确认", Lin, 3, &[(0, FinishStart, 0)], Done(5, 2), &[]),
            step("方案设计", Zhao, 7, &[(1, StartStart, 2)], Begun(3, 45), &[]),
            step("技术评审", Zhao, 2, &[(2, FinishStart, 0)], ToDo, &["评审意见全部关闭", "客户技术负责人签字"]),
            step("报价书编制", Zhao, 3, &[(3, FinishStart, 0)], ToDo, &[]),
            step("付款条款确认", Han, 2, &[(4, FinishStart, 0)], ToDo, &[]),
            step("商务谈判", Lin, 4, &[(4, FinishStart, 0)], ToDo, &[]),
            step("合同法务审批", Han, 3, &[(6, FinishStart, 0)], ToDo, &["法务会签完成"]),
            step("签约", Lin, 0, &[(5, FinishStart, 0), (7, FinishStart, 0)], ToDo, &[]),
        ],
    },
    Planned {
        deal: "智能分拣线",
        began: 7,
        due: 16,
        buffer: 7,
        steps: &[
            step("技术附件定稿", Zhou, 6, &[], Done(7, 2), &[]),
            step("法务审批", Han, 6, &[(0, FinishStart, 0)], Begun(1, 30), &["验收条款双方确认"]),
            step("付款节点协商", Zhou, 3, &[(0, FinishStart, 0)], Begun(1, 60), &[]),
            step("签约", Zhou, 0, &[(1, FinishStart, 0), (2, FinishStart, 0)], ToDo, &[]),
        ],
    },
    Planned {
        deal: "MES 扩产线",
        began: 1,
        due: 29,
        buffer: 9,
        steps: &[
            step("报价评审", Zhou, 4, &[], Begun(1, 50), &[]),
            step("二次演示", Zhao, 3, &[(0, FinishStart, 0)], ToDo, &[]),
            step("商务谈判", Zhou, 6, &[(1, FinishStart, 0)], ToDo, &["价格与付款条款达成一致"]),
            step("客户走访", Wu, 3, &[(1, FinishStart, 0)], ToDo, &[]),
            step("签约", Zhou, 0, &[(2, FinishStart, 0), (3, FinishStart, 0)], ToDo, &[]),
        ],
    },
    Planned {
        deal: "WMS 二期升级",
        began: 1,
        due: 32,
        buffer: 5,
        steps: &[
            step("方案演示", Zhou, 2, &[], Begun(1, 40), &[]),
            step("接口验证", Zhao, 8, &[(0, FinishStart, 0)], ToDo, &["三个接口联调通过"]),
            step("试点报价", Zhou, 3, &[(0, FinishStart, 0)], ToDo, &[]),
            step("总体方案评审", Han, 3, &[(1, FinishStart, 0), (2, FinishStart, 0)], ToDo, &[]),
            step("签约", Zhou, 0, &[(3, FinishStart, 2)], ToDo, &[]),
        ],
    },
];

/// What is done, by which role, in how many days.
type Delivered = (&'static str, &'static str, i32);

/// The delivery of what was won: what holds others, and in it what is done, by which role, in how many days.
const DELIVERY: [(&str, &[Delivered]); 3] = [
    ("启动", &[("项目启动会", "项目经理", 1), ("项目计划确认", "项目经理", 3)]),
    ("实施", &[("现场安装", "实施工程师", 10), ("系统联调", "实施工程师", 5), ("用户培训", "实施工程师", 2)]),
    ("验收", &[("试运行", "项目经理", 15), ("竣工验收", "项目经理", 2), ("验收款到账", "商务", 0)]),
];

/// Tells the plans of those deals of the board.
pub fn tell(courses: &[Course], founded: &View, story: &mut Story) {
    for plan in &PLANS {
        let named = |course: &&Course| {
            course.title == plan.deal && course.line == Line::Enterprise && matches!(course.end, End::Open { .. })
        };
        if let Some(course) = courses.iter().find(named) {
            plan.tell(course, founded, story);
        }
    }
    delivery(story);
}

fn plan_of(id: PlanId, name: &str, start_on: NaiveDate, story: &Story, at: Minute) -> Plan {
    Plan {
        id,
        name: name.to_owned(),
        deal: None,
        start_on,
        due_on: None,
        template: false,
        from: None,
        buffer: 0,
        created_at: story.calendar.instant(at),
    }
}

fn task_of(plan: &Plan, place: u64, title: &str, days: i32) -> Task {
    Task::new(
        TaskId(ids::named(&format!("{} task {place}", plan.id))),
        plan.id,
        order::at_end(plan.created_at, place, 0),
        title.to_owned(),
        Length::days(days),
        plan.created_at,
    )
}

fn after(task: &mut Task, from: TaskId, kind: LinkKind, days: i32) {
    task.links.insert(from, Link { kind, lag: Length::days(days) });
}

fn create(record: Record) -> Command {
    Command::Create { record, place: Place::default(), dated: false }
}

fn set(task: &Task, fields: impl IntoIterator<Item = (&'static str, Value)>) -> Command {
    let delta = |(field, after): (&str, Value)| (field.to_owned(), Delta { before: Value::Null, after });
    let fields: Deltas = fields.into_iter().map(delta).collect();
    Command::Edit { target: Target::new(Kind::Task, task.id), fields }
}

impl Planned {
    fn tell(&self, course: &Course, founded: &View, story: &mut Story) {
        let deal = DealId(ids::made(story.calendar.instant(course.created), &course.name));
        // Whoever leads the team plans and follows what was agreed: some of those who do it do not see the deal.
        let by = course.owner.manager();
        let at = Calendar::start_of(self.began).saturating_sub(DAY / 2).max(course.created + 60);
        let start_on = story.calendar.day(Calendar::start_of(self.began));
        let id = PlanId(ids::made(story.calendar.instant(at), &format!("{} plan", course.name)));
        let plan = Plan {
            deal: Some(deal),
            due_on: Some(story.calendar.ahead(self.due)),
            buffer: self.buffer * DAY,
            ..plan_of(id, &format!("{}签约计划", self.deal), start_on, story, at)
        };
        let mut tasks: Vec<Task> = Vec::new();
        for (place, step) in (0u64..).zip(self.steps) {
            let mut task = task_of(&plan, place, step.title, step.days);
            task.owner = Some(step.who.id());
            task.confirm = !step.criteria.is_empty();
            for (from, kind, days) in step.after {
                after(&mut task, tasks[*from].id, *kind, *days);
            }
            task.criteria = (0u16..)
                .zip(step.criteria)
                .map(|(position, text)| {
                    let id = CriterionId(ids::named(&format!("{} criterion {position}", task.id)));
                    (id, Criterion { text: (*text).to_owned(), position, met: None })
                })
                .collect();
            tasks.push(task);
        }
        let records = std::iter::once(Record::Plan(plan.clone())).chain(tasks.iter().cloned().map(Record::Task));
        story.tell(at, by, Command::Batch { parts: records.map(create).collect() });
        if let Some(baseline) = baseline(&plan, &tasks, founded, by, story, at) {
            story.create(at + 1, by, Record::Baseline(baseline));
        }
        for (task, step) in tasks.iter().zip(self.steps) {
            report(task, step, by, story, at + 2);
        }
    }
}

/// The plan as it was agreed: as it is reckoned on that day.
fn baseline(plan: &Plan, tasks: &[Task], founded: &View, by: Person, story: &Story, at: Minute) -> Option<Baseline> {
    let zone = Zone { first: i32::try_from(OFFSET.num_seconds()).unwrap_or(0), ..Zone::default() };
    let hours = Hours::of(founded, &zone, plan.start_on);
    let now = story.calendar.instant(at);
    let shared = tasks.iter().cloned().map(Arc::new).collect();
    let reckoned = Reckoned::of(Arc::new(plan.clone()), shared, &hours, now).ok()?;
    let agreed = tasks.iter().filter_map(|task| {
        let dates = reckoned.dates(reckoned.place(task.id)?);
        Some((task.id, Agreed { start: dates.start.instant(), finish: dates.finish.instant() }))
    });
    Some(Baseline {
        id: BaselineId(ids::named(&format!("{} baseline", plan.id))),
        plan: plan.id,
        name: format!("基线 {}", plan.start_on.format("%m-%d")),
        by: by.id(),
        created_at: now,
        tasks: agreed.collect(),
    })
}

/// What whoever follows the plan noted: begun, done in part, or done, ticked, and seen by a second person.
fn report(task: &Task, step: &Step, by: Person, story: &mut Story, earliest: Minute) {
    let noted = |back: u32, later: Minute| (Calendar::start_of(back) + later).max(earliest).min(END - 1);
    let instant = |at: Minute, story: &Story| json!(story.calendar.instant(at));
    match step.far {
        ToDo => {}
        Begun(back, percent) => {
            let started = instant(Calendar::start_of(back), story);
            let fields = [("started_at", started), ("percent", json!(percent))];
            story.tell(noted(1, DAY - 40), by, set(task, fields));
        }
        Done(from, to) => {
            let started = instant(Calendar::start_of(from), story);
            story.tell(noted(from, 30), by, set(task, [("started_at", started), ("percent", json!(10))]));
            let evening = noted(to, DAY - 30);
            for criterion in task.criteria.keys() {
                let tick =
                    Command::Tick {
                        task: task.id, criterion: *criterion, met: true, note: "见附件扫描件".to_owned()
                    };
                story.tell(evening, by, tick);
            }
            let done = [("finished_at", instant(evening, story)), ("percent", json!(100))];
            if task.confirm {
                let second = if by == Han { Chen } else { Han };
                story.tell(
                    evening + 5,
                    second,
                    Command::Confirm { task: task.id, note: "已核对报告与现场照片".to_owned() },
                );
            }
            story.tell(evening + 10, by, set(task, done));
        }
    }
}

/// The template, and the stage that starts it: by now, so that whoever wins a deal in the demo sees it begin.
fn delivery(story: &mut Story) {
    let at = Calendar::start_of(12) + 200;
    let id = PlanId(ids::made(story.calendar.instant(at), "delivery"));
    let start_on = story.calendar.day(at);
    let template = Plan { template: true, ..plan_of(id, "标准交付计划", start_on, story, at) };
    let (mut records, mut before, mut place) = (vec![Record::Plan(template.clone())], None, 0);
    for (group, steps) in DELIVERY {
        let holds = task_of(&template, place, group, 0);
        place += 1;
        for (title, role, days) in steps {
            let mut task =
                Task { parent: Some(holds.id), role: (*role).to_owned(), ..task_of(&template, place, title, *days) };
            place += 1;
            if let Some(before) = before.replace(task.id) {
                after(&mut task, before, FinishStart, 0);
            }
            records.push(Record::Task(task));
        }
        records.push(Record::Task(holds));
    }
    story.tell(at, Chen, Command::Batch { parts: records.into_iter().map(create).collect() });
    let won = Line::Enterprise.stages().iter().position(|stage| stage.outcome == domain::pipeline::Outcome::Won);
    if let Some(won) = won {
        let target = Target::new(Kind::Stage, Line::Enterprise.stage_id(won));
        let starts = Delta { before: Value::Null, after: json!(id) };
        story.tell(END - 20, Chen, Command::set(target, "starts", starts));
    }
}
