//! From the elements of the file to tasks, links, resources and assignments.

use std::str::FromStr;

use chrono::NaiveDateTime;

use super::{
    Assignment, Baseline, Project, ProjectLag, ProjectLink, ProjectTask, Resource, Unreadable, hours, xml, xml::Element,
};
use crate::schedule::{LinkKind, MAX_SPAN, Span};

/// What a plan may have of each.
const MOST: usize = 200_000;

/// Elements of a task that are read, or follow from what is read: MS Project reckons them anew.
const TASK: &str = "UID ID GUID Name Active Manual Type IsNull CreateDate WBS OutlineNumber OutlineLevel Start Finish \
    ManualStart ManualFinish ManualDuration Duration DurationFormat ResumeValid Estimated Milestone Summary DisplayAsSummary \
    Critical EarlyStart EarlyFinish LateStart LateFinish StartVariance FinishVariance WorkVariance FreeSlack TotalSlack \
    StartSlack FinishSlack PercentComplete PercentWorkComplete ActualStart ActualFinish ActualDuration RemainingDuration \
    ConstraintType ConstraintDate Deadline CalendarUID Notes PredecessorLink Baseline Stop Resume PreLeveledStart \
    PreLeveledFinish LevelingDelayFormat FixedCostAccrual EarnedValueMethod CommitmentType EffortDriven Priority \
    LevelAssignments LevelingCanSplit BCWS BCWP ACWP CV IsPublished StatusManager CommitmentStart CommitmentFinish Work \
    RegularWork RemainingWork ActualWork Rollup HideBar IgnoreResourceCalendar Recurring OverAllocated";
const RESOURCE: &str = "UID ID GUID Name Initials EmailAddress CalendarUID Type IsNull MaxUnits PeakUnits Work RegularWork \
    RemainingWork ActualWork PercentWorkComplete WorkVariance CreationDate AccrueAt CanLevel Start Finish SV CV ACWP BCWS \
    BCWP IsGeneric IsInactive IsEnterprise BookingType OverAllocated StandardRateFormat OvertimeRateFormat WorkGroup \
    IsCostResource IsBudget";
/// What stands for no value.
const BLANK: [&str; 8] = ["", "0", "0.0", "0.00", "-1", "PT0H0M0S", "NA", "false"];

/// Reads a file.
///
/// # Errors
/// It is no such file. What a file says beyond what is understood is no error, see [`Project::unread`].
pub fn read(bytes: &[u8]) -> Result<Project, Unreadable> {
    let mut project = Project { minutes_per_day: 480, ..Project::default() };
    let mut too_many = false;
    xml::entries(bytes, &["Calendars", "Tasks", "Resources", "Assignments"], |list, element| {
        too_many |=
            [project.tasks.len(), project.calendars.len(), project.assignments.len()].iter().any(|len| *len > MOST);
        if too_many {
            return;
        }
        match list {
            "Calendars" => {
                let unread = &mut project.unread;
                let calendar = hours::calendar(&element, |what| *unread.entry(what.to_owned()).or_default() += 1);
                project.calendars.push(calendar);
            }
            "Tasks" => project.task(&element),
            "Resources" => project.resource(&element),
            "Assignments" => project.assignment(&element),
            _ => project.head(&element),
        }
    })?;
    if too_many { Err(Unreadable::TooMany) } else { Ok(project) }
}

impl Project {
    fn head(&mut self, element: &Element) {
        let text = element.text.as_str();
        match element.name.as_str() {
            "Title" => text.clone_into(&mut self.name),
            "Name" if self.name.is_empty() => text.clone_into(&mut self.name),
            "StartDate" => self.start = time(text),
            "FinishDate" => self.finish = time(text),
            "StatusDate" => self.status = time(text),
            "CalendarUID" => self.calendar = parsed(text).unwrap_or_default(),
            "MinutesPerDay" => self.minutes_per_day = parsed(text).unwrap_or(480),
            "CriticalSlackLimit" => self.critical_slack = parsed(text).unwrap_or_default(),
            "ScheduleFromStart" if text == "0" => self.miss("ScheduleFromStart"),
            _ => {}
        }
    }

    fn miss(&mut self, what: &str) {
        *self.unread.entry(what.to_owned()).or_default() += 1;
    }

    /// Elements that are not among the known ones and have a value.
    fn miss_others(&mut self, element: &Element, known: &str) {
        for child in &element.children {
            let says = !child.children.is_empty() || !BLANK.contains(&child.text.trim());
            if says && !known.split_whitespace().any(|name| name == child.name) {
                self.miss(&child.name);
            }
        }
    }

    fn task(&mut self, element: &Element) {
        let level = element.number::<u32>("OutlineLevel").unwrap_or(1);
        let is_null = element.text("IsNull") == "1";
        // The row of the project itself lies above the others; blank rows have no more than a number.
        if is_null || level == 0 || element.text("UID") == "0" {
            return;
        }
        // Kept in the file for the record, and no part of the plan.
        if element.text("Active") == "0" {
            return self.miss("Active");
        }
        self.miss_others(element, TASK);
        let format = element.number("DurationFormat").unwrap_or(7);
        let links = element.all("PredecessorLink").filter_map(|link| self.link(link)).collect();
        let baselines = element.all("Baseline").map(baseline).collect();
        self.tasks.push(ProjectTask {
            number: element.number("UID").unwrap_or_default(),
            name: element.text("Name").to_owned(),
            level,
            start: time(element.text("Start")),
            finish: time(element.text("Finish")),
            duration: span(minutes(element.text("Duration")).unwrap_or(0), format),
            remaining: minutes(element.text("RemainingDuration")).unwrap_or(0),
            milestone: element.text("Milestone") == "1",
            manual: element.text("Manual") == "1",
            constraint: (element.number("ConstraintType").unwrap_or(0), time(element.text("ConstraintDate"))),
            deadline: time(element.text("Deadline")),
            percent: element.number::<u8>("PercentComplete").unwrap_or(0).min(100),
            actual_start: time(element.text("ActualStart")),
            actual_finish: time(element.text("ActualFinish")),
            calendar: element.number("CalendarUID").filter(|number| *number > 0),
            notes: element.text("Notes").to_owned(),
            links,
            baselines,
            critical: element.text("Critical") == "1",
            slack: element.number("TotalSlack"),
        });
    }

    fn link(&mut self, element: &Element) -> Option<ProjectLink> {
        if element.text("CrossProject") == "1" {
            self.miss("CrossProject");
            return None;
        }
        let kind = match element.text("Type") {
            "0" => LinkKind::FinishFinish,
            "2" => LinkKind::StartFinish,
            "3" => LinkKind::StartStart,
            _ => LinkKind::FinishStart,
        };
        let lag = element.number::<i64>("LinkLag").unwrap_or(0);
        let bounded = |value: i64| {
            let most = i64::from(MAX_SPAN);
            i32::try_from(value.clamp(-most, most)).unwrap_or(0)
        };
        let lag = match element.number::<u32>("LagFormat").unwrap_or(7) {
            19 | 20 | 51 | 52 => ProjectLag::Percent(bounded(lag)),
            format => ProjectLag::Time(span(bounded(lag / 10), format)),
        };
        Some(ProjectLink { from: element.number("PredecessorUID")?, kind, lag })
    }

    fn resource(&mut self, element: &Element) {
        let number = element.number("UID").unwrap_or_default();
        // The one for what nobody is assigned to.
        if number == 0 && element.text("Name").is_empty() || element.text("IsNull") == "1" {
            return;
        }
        self.miss_others(element, RESOURCE);
        self.resources.push(Resource {
            number,
            name: element.text("Name").to_owned(),
            email: element.text("EmailAddress").to_owned(),
            calendar: element.number("CalendarUID").filter(|number| *number > 0),
        });
    }

    fn assignment(&mut self, element: &Element) {
        let (Some(task), Some(resource)) = (element.number("TaskUID"), element.number("ResourceUID")) else { return };
        // Nobody: how files tell work that nobody is to do.
        if resource <= 0 {
            return;
        }
        let part = element.number::<f64>("Units").unwrap_or(1.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped before")]
        let percent = (part * 100.0).round().clamp(0.0, 1_000_000.0) as u32;
        self.assignments.push(Assignment { task, resource, percent, work: minutes(element.text("Work")).unwrap_or(0) });
    }
}

fn baseline(element: &Element) -> Baseline {
    Baseline {
        number: element.number("Number").unwrap_or(0),
        start: time(element.text("Start")),
        finish: time(element.text("Finish")),
        duration: minutes(element.text("Duration")),
    }
}

fn parsed<T: FromStr>(text: &str) -> Option<T> {
    text.trim().parse().ok()
}

/// `2003-01-07T08:00:00`; the year 1984 at midnight and `NA` are how files say nothing.
fn time(text: &str) -> Option<NaiveDateTime> {
    NaiveDateTime::parse_from_str(text.trim(), "%Y-%m-%dT%H:%M:%S").ok()
}

/// Elapsed units have even numbers up to 12, and again 32 higher where the duration is estimated.
fn span(minutes: i32, format: u32) -> Span {
    match format & !32 {
        4 | 6 | 8 | 10 | 12 => Span::Elapsed(minutes),
        _ => Span::Work(minutes),
    }
}

/// `PT8H30M0S`, in minutes to the nearest; days before the `T` are of 24 hours.
fn minutes(text: &str) -> Option<i32> {
    let rest = text.trim().strip_prefix('P')?;
    let (days, time) = rest.split_once('T').unwrap_or((rest, ""));
    let mut seconds = 0.0;
    let mut number = String::new();
    for (letter, in_time) in days.chars().map(|letter| (letter, false)).chain(time.chars().map(|letter| (letter, true)))
    {
        if letter.is_ascii_digit() || letter == '.' {
            number.push(letter);
            continue;
        }
        let factor = match (letter, in_time) {
            ('D', false) => 86_400.0,
            ('H', true) => 3600.0,
            ('M', true) => 60.0,
            ('S', true) => 1.0,
            _ => return None,
        };
        seconds += number.parse::<f64>().ok()? * factor;
        number.clear();
    }
    let minutes = (seconds / 60.0).round();
    #[expect(clippy::cast_possible_truncation, reason = "clamped before")]
    Some(minutes.clamp(0.0, f64::from(MAX_SPAN)) as i32)
}
