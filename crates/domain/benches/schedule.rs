//! The scheduler with calendars beside a bare critical-path pass over arrays, which knows no calendars, no constraints and
//! one kind of link. Both in one run, in turns; medians and their ratio.

use std::{hint::black_box, sync::Arc, time::Instant};

use chrono::NaiveDate;
use domain::{
    calendar::{Calendar, Exception, Moment, Shift, WorkingHours, Zone},
    schedule::{Constraint, Input, Link, Schedule, Span, Task},
};

/// xorshift (G. Marsaglia, "Xorshift RNGs", 2003).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).expect("below the limit")
    }
}

/// Links among the next fifty tasks, tasks shuffled: durations and lags in hours.
struct Network {
    durations: Vec<i32>,
    links: Vec<(usize, usize, i32)>,
}

impl Network {
    fn new(count: usize, fan: usize) -> Self {
        let mut random = Random(88_172_645_463_325_252);
        let mut shuffled: Vec<usize> = (0..count).collect();
        for at in (1..count).rev() {
            shuffled.swap(at, random.below(at + 1));
        }
        let mut links = Vec::new();
        for from in 0..count {
            for _ in 0..fan {
                let to = from + 1 + random.below(50);
                if to < count {
                    links.push((shuffled[from], shuffled[to], i32::try_from(random.below(3)).expect("small")));
                }
            }
        }
        let durations = (0..count).map(|_| 1 + i32::try_from(random.below(9)).expect("small")).collect();
        Self { durations, links }
    }

    /// In the hours of so many people with holidays of their own.
    fn input(&self, people: u16) -> Input {
        let near = NaiveDate::from_ymd_opt(2026, 6, 1).expect("a day");
        let start = Moment::from(near.and_hms_opt(9, 0, 0).expect("a time").and_utc());
        let calendars: Vec<Arc<Calendar>> = (0..people)
            .map(|person| {
                let first = near + chrono::Days::new(20 + 13 * u64::from(person));
                let absence = Exception { first, last: first + chrono::Days::new(9), shifts: Vec::new() };
                let made_up = Exception { first, last: first, shifts: vec![Shift::hours(10, 16)] };
                let hours = WorkingHours { exceptions: vec![absence, made_up], ..WorkingHours::default() };
                Arc::new(Calendar::new(&hours, &Zone::default(), near).expect("hours"))
            })
            .collect();
        let mut input = Input::new(start, calendars[0].clone());
        input.calendars = calendars;
        let number = |at: usize| u32::try_from(at).expect("a number");
        let tasks = self.durations.iter().enumerate();
        input.tasks = tasks
            .map(|(at, hours)| Task {
                calendar: u16::try_from(at % usize::from(people)).expect("small"),
                ..Task::new(Span::Work(hours * 60))
            })
            .collect();
        let links = self.links.iter();
        input.links = links
            .map(|(from, to, lag)| Link { lag: Span::Work(lag * 60), ..Link::new(number(*from), number(*to)) })
            .collect();
        input
    }
}

/// The floor: flat arrays, finish to start, hours.
struct Floor {
    durations: Vec<i32>,
    from: Vec<u32>,
    to: Vec<u32>,
    lags: Vec<i32>,
    order: Vec<u32>,
    early: Vec<i32>,
    late: Vec<i32>,
}

impl Floor {
    fn new(network: &Network) -> Self {
        let count = network.durations.len();
        let mut from = vec![0u32; count + 1];
        network.links.iter().for_each(|link| from[link.0 + 1] += 1);
        for at in 0..count {
            from[at + 1] += from[at];
        }
        let mut free = from.clone();
        let (mut to, mut lags) = (vec![0; network.links.len()], vec![0; network.links.len()]);
        let mut waits = vec![0u32; count];
        for link in &network.links {
            let place = &mut free[link.0];
            to[*place as usize] = u32::try_from(link.1).expect("a number");
            lags[*place as usize] = link.2;
            *place += 1;
            waits[link.1] += 1;
        }
        let mut order: Vec<u32> = (0u32..).zip(&waits).filter(|(_, waits)| **waits == 0).map(|(at, _)| at).collect();
        let mut at = 0;
        while at < order.len() {
            let node = order[at] as usize;
            for next in &to[from[node] as usize..from[node + 1] as usize] {
                waits[*next as usize] -= 1;
                if waits[*next as usize] == 0 {
                    order.push(*next);
                }
            }
            at += 1;
        }
        Self {
            durations: network.durations.clone(),
            from,
            to,
            lags,
            order,
            early: vec![0; count],
            late: vec![0; count],
        }
    }

    fn pass(&mut self) -> usize {
        self.early.fill(0);
        let mut end = 0;
        for node in &self.order {
            let node = *node as usize;
            let finish = self.early[node] + self.durations[node];
            end = end.max(finish);
            for arc in self.from[node] as usize..self.from[node + 1] as usize {
                let to = self.to[arc] as usize;
                self.early[to] = self.early[to].max(finish + self.lags[arc]);
            }
        }
        let mut critical = 0;
        for node in self.order.iter().rev() {
            let node = *node as usize;
            let mut finish = end;
            for arc in self.from[node] as usize..self.from[node + 1] as usize {
                finish = finish.min(self.late[self.to[arc] as usize] - self.lags[arc]);
            }
            self.late[node] = finish - self.durations[node];
            critical += usize::from(self.late[node] == self.early[node]);
        }
        critical
    }
}

fn timed(times: &mut Vec<f64>, work: impl FnOnce()) {
    let start = Instant::now();
    work();
    times.push(start.elapsed().as_secs_f64() * 1000.0);
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn main() {
    println!("{:>8} {:>8}  {:<34} {:>9} {:>9} {:>6}", "tasks", "links", "workload", "ours ms", "floor ms", "ratio");
    for count in [1_000, 10_000, 50_000, 100_000] {
        let network = Network::new(count, 2);
        let mut floor = Floor::new(&network);
        let mut schedule = Schedule::new(network.input(10)).expect("a plan");
        let mut alone = Schedule::new(network.input(1)).expect("a plan");
        let line = |what: &str, ours: Vec<f64>, bare: Vec<f64>| {
            let (ours, bare) = (median(ours), median(bare));
            let links = network.links.len();
            println!("{count:>8} {links:>8}  {what:<34} {ours:>9.3} {bare:>9.3} {:>6.2}", ours / bare);
        };
        let rounds = 41;
        let [mut ours, mut one, mut bare, mut again] = [(); 4].map(|()| Vec::new());
        for _ in 0..rounds {
            timed(&mut bare, || _ = black_box(floor.pass()));
            timed(&mut ours, || schedule.reckon().expect("a plan"));
            timed(&mut one, || alone.reckon().expect("a plan"));
            timed(&mut again, || _ = black_box(floor.pass()));
        }
        line("both passes, one calendar", one, bare.clone());
        line("both passes, ten calendars", ours, bare.clone());
        line("the floor against itself", again, bare);
        let [mut ours, mut bare] = [(); 2].map(|()| Vec::new());
        for _ in 0..rounds.min(11) {
            timed(&mut bare, || _ = black_box(Floor::new(&network).pass()));
            let input = network.input(10);
            timed(&mut ours, || drop(black_box(Schedule::new(input))));
        }
        line("arrays from a list, and both passes", ours, bare);
        // One of the first tasks, that with the least float, as a bar that is dragged to the right beyond its float: the
        // end moves too, and with it all latest dates.
        let soon = schedule.input().start.0 + 7 * 1440;
        let first = (0..u32::try_from(count).expect("a number"))
            .filter(|task| schedule.planned_dates(*task).start.0 < soon)
            .min_by_key(|task| schedule.row(*task).total_float)
            .expect("a first task");
        let before = schedule.input().tasks[first as usize];
        let latest = schedule.row(first).late.start;
        let [mut ours, mut bare] = [(); 2].map(|()| Vec::new());
        let mut moved = Vec::new();
        for round in 0..rounds {
            // There and back.
            let later = Constraint::StartNoEarlier(Moment(latest.0 + 20 * 1440));
            let with = if round % 2 == 0 { Task { constraint: later, ..before } } else { before };
            timed(&mut bare, || _ = black_box(floor.pass()));
            timed(&mut ours, || {
                let effect = schedule.edit(&[(first, with)]).expect("a plan");
                moved.push(effect.moved.len());
            });
        }
        schedule.edit(&[(first, before)]).expect("a plan");
        moved.sort_unstable();
        line(&format!("the end moves, and {} tasks", moved[moved.len() / 2]), ours, bare);
        let [mut ours, mut bare] = [(); 2].map(|()| Vec::new());
        let mut moved = Vec::new();
        let mut random = Random(7);
        for _ in 0..rounds * 5 {
            let task = random.below(count);
            let number = u32::try_from(task).expect("a number");
            let before = schedule.input().tasks[task];
            let start = schedule.planned_dates(number).start;
            let later = Constraint::StartNoEarlier(Moment(start.0 + 2 * 1440));
            timed(&mut bare, || _ = black_box(floor.pass()));
            let with = Task { constraint: later, ..before };
            timed(&mut ours, || moved.push(schedule.edit(&[(number, with)]).expect("a plan").moved.len()));
            schedule.edit(&[(number, before)]).expect("a plan");
        }
        let [mut drawn, mut beside] = [(); 2].map(|()| Vec::new());
        for _ in 0..rounds {
            let link = schedule.input().links[random.below(network.links.len())];
            let number = u32::try_from(network.links.len()).expect("a number");
            timed(&mut beside, || _ = black_box(floor.pass()));
            timed(&mut drawn, || _ = black_box(schedule.link(link).expect("a plan")));
            schedule.unlink(number).expect("a plan");
        }
        line("a link more", drawn, beside);
        moved.sort_unstable();
        line(&format!("a task two days later, {} move", moved[moved.len() / 2]), ours, bare);
    }
}
