//! Writes what [`super::read`] reads. Elements stand in the order of the schema, which MS Project insists on.

use std::fmt::Write as _;

use chrono::{NaiveDateTime, NaiveTime};
use quick_xml::escape::escape;

use super::{Assignment, Project, ProjectCalendar, ProjectLag, ProjectTask, Resource};
use crate::{
    calendar::{Exception, Shift},
    schedule::{LinkKind, Span},
};

/// Writes the file. Reading it gives the same [`Project`], without what was not understood.
pub fn write(project: &Project) -> String {
    let mut xml = Xml(r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#.to_owned());
    xml.0.push_str("\n<Project xmlns=\"http://schemas.microsoft.com/project\">\n");
    xml.leaf("SaveVersion", 14);
    xml.leaf("Title", &project.name);
    xml.leaf("ScheduleFromStart", 1);
    xml.time("StartDate", project.start);
    xml.time("FinishDate", project.finish);
    xml.leaf("CriticalSlackLimit", project.critical_slack);
    xml.leaf("CalendarUID", project.calendar);
    xml.leaf("MinutesPerDay", project.minutes_per_day);
    xml.time("StatusDate", project.status);
    xml.list("Calendars", &project.calendars, Xml::calendar);
    let numbered: Vec<(usize, &ProjectTask)> = (1..).zip(&project.tasks).collect();
    let is_group = |at: usize| project.tasks.get(at).is_some_and(|next| next.level > project.tasks[at - 1].level);
    xml.list("Tasks", &numbered, |xml, (at, task)| xml.task(*at, task, is_group(*at)));
    xml.list("Resources", &project.resources, Xml::resource);
    let numbered: Vec<(usize, &Assignment)> = (1..).zip(&project.assignments).collect();
    xml.list("Assignments", &numbered, |xml, (at, assignment)| xml.assignment(*at, assignment));
    xml.0.push_str("</Project>\n");
    xml.0
}

/// The text so far.
struct Xml(String);

impl Xml {
    fn leaf(&mut self, name: &str, value: impl ToString) {
        let text = value.to_string();
        // What XML cannot carry at all is left out.
        let carried = |letter: &char| *letter >= ' ' || "\t\n\r".contains(*letter);
        let text: String = text.chars().filter(carried).collect();
        let _ = writeln!(self.0, "<{name}>{}</{name}>", escape(&text).replace('\r', "&#13;"));
    }

    fn optional(&mut self, name: &str, value: Option<impl ToString>) {
        if let Some(value) = value {
            self.leaf(name, value);
        }
    }

    fn time(&mut self, name: &str, time: Option<NaiveDateTime>) {
        self.optional(name, time.map(|time| time.format("%Y-%m-%dT%H:%M:%S")));
    }

    fn duration(&mut self, name: &str, minutes: i32) {
        self.leaf(name, format!("PT{}H{}M0S", minutes / 60, minutes % 60));
    }

    fn within(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        let _ = writeln!(self.0, "<{name}>");
        content(self);
        let _ = writeln!(self.0, "</{name}>");
    }

    fn list<T>(&mut self, name: &str, items: &[T], item: impl Fn(&mut Self, &T)) {
        if !items.is_empty() {
            self.within(name, |xml| items.iter().for_each(|one| item(xml, one)));
        }
    }

    fn calendar(&mut self, calendar: &ProjectCalendar) {
        self.within("Calendar", |xml| {
            xml.leaf("UID", calendar.number);
            xml.leaf("Name", &calendar.name);
            xml.leaf("IsBaseCalendar", u8::from(calendar.base.is_none()));
            xml.leaf("BaseCalendarUID", calendar.base.unwrap_or(-1));
            // From Sunday on, which is 1.
            let days: Vec<(usize, &Vec<Shift>)> =
                (1..=7).filter_map(|day| Some(day).zip(calendar.week[(day + 5) % 7].as_ref())).collect();
            xml.list("WeekDays", &days, |xml, (day, shifts)| {
                xml.within("WeekDay", |xml| {
                    xml.leaf("DayType", day);
                    xml.shifts(shifts);
                });
            });
            // The first that holds a day counts.
            let exceptions: Vec<&Exception> = calendar.exceptions.iter().rev().collect();
            xml.list("Exceptions", &exceptions, |xml, exception| {
                xml.within("Exception", |xml| {
                    xml.leaf("EnteredByOccurrences", 0);
                    xml.within("TimePeriod", |xml| {
                        xml.leaf("FromDate", format!("{}T00:00:00", exception.first));
                        xml.leaf("ToDate", format!("{}T23:59:00", exception.last));
                    });
                    xml.leaf("Type", 1);
                    xml.shifts(&exception.shifts);
                });
            });
        });
    }

    fn shifts(&mut self, shifts: &[Shift]) {
        self.leaf("DayWorking", u8::from(!shifts.is_empty()));
        self.list("WorkingTimes", shifts, |xml, shift| {
            xml.within("WorkingTime", |xml| {
                for (name, minute) in [("FromTime", shift.from), ("ToTime", shift.to)] {
                    let time = NaiveTime::from_num_seconds_from_midnight_opt(u32::from(minute) % 1440 * 60, 0);
                    xml.leaf(name, time.unwrap_or_default().format("%H:%M:%S"));
                }
            });
        });
    }

    fn task(&mut self, at: usize, task: &ProjectTask, is_group: bool) {
        self.within("Task", |xml| {
            xml.leaf("UID", task.number);
            xml.leaf("ID", at);
            xml.leaf("Name", &task.name);
            xml.leaf("Manual", u8::from(task.manual));
            xml.leaf("OutlineLevel", task.level);
            xml.time("Start", task.start);
            xml.time("Finish", task.finish);
            xml.duration("Duration", task.duration.minutes());
            xml.leaf("DurationFormat", format_of(task.duration));
            xml.leaf("Milestone", u8::from(task.milestone));
            xml.leaf("Summary", u8::from(is_group));
            xml.leaf("Critical", u8::from(task.critical));
            xml.optional("TotalSlack", task.slack);
            xml.leaf("PercentComplete", task.percent);
            xml.time("ActualStart", task.actual_start);
            xml.time("ActualFinish", task.actual_finish);
            xml.duration("RemainingDuration", task.remaining);
            xml.leaf("ConstraintType", task.constraint.0);
            xml.leaf("CalendarUID", task.calendar.unwrap_or(-1));
            xml.time("ConstraintDate", task.constraint.1);
            xml.time("Deadline", task.deadline);
            if !task.notes.is_empty() {
                xml.leaf("Notes", &task.notes);
            }
            for link in &task.links {
                xml.within("PredecessorLink", |xml| {
                    xml.leaf("PredecessorUID", link.from);
                    let kind = match link.kind {
                        LinkKind::FinishFinish => 0,
                        LinkKind::FinishStart => 1,
                        LinkKind::StartFinish => 2,
                        LinkKind::StartStart => 3,
                    };
                    xml.leaf("Type", kind);
                    xml.leaf("CrossProject", 0);
                    let (lag, format) = match link.lag {
                        ProjectLag::Time(span) => (i64::from(span.minutes()) * 10, format_of(span)),
                        ProjectLag::Percent(percent) => (percent.into(), 19),
                    };
                    xml.leaf("LinkLag", lag);
                    xml.leaf("LagFormat", format);
                });
            }
            for baseline in &task.baselines {
                xml.within("Baseline", |xml| {
                    xml.leaf("Number", baseline.number);
                    xml.time("Start", baseline.start);
                    xml.time("Finish", baseline.finish);
                    if let Some(minutes) = baseline.duration {
                        xml.duration("Duration", minutes);
                        xml.leaf("DurationFormat", 7);
                    }
                });
            }
        });
    }

    fn resource(&mut self, resource: &Resource) {
        self.within("Resource", |xml| {
            xml.leaf("UID", resource.number);
            xml.leaf("ID", resource.number);
            xml.leaf("Name", &resource.name);
            xml.leaf("Type", 1);
            xml.leaf("IsNull", 0);
            xml.leaf("EmailAddress", &resource.email);
            xml.leaf("CalendarUID", resource.calendar.unwrap_or(-1));
        });
    }

    fn assignment(&mut self, at: usize, assignment: &Assignment) {
        self.within("Assignment", |xml| {
            xml.leaf("UID", at);
            xml.leaf("TaskUID", assignment.task);
            xml.leaf("ResourceUID", assignment.resource);
            xml.leaf("Units", f64::from(assignment.percent) / 100.0);
            xml.duration("Work", assignment.work);
        });
    }
}

/// Days, of work or on the clock.
fn format_of(span: Span) -> u8 {
    match span {
        Span::Work(_) => 7,
        Span::Elapsed(_) => 8,
    }
}
