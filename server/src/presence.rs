//! Who is where and what they do: kept in this process alone, for as long as it is told again, and passed on to the
//! streams of the same workspace. Each stream gets a few batches a second at most, whatever happens: what was told
//! between two of them is seen only as it stands in the end.

use crate::clock;
use chrono::{DateTime, Duration, Utc};
use domain::{
    access::Sight,
    id::{DealId, MemberId, WorkspaceId},
    presence::{News, People, Spot},
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration as Pause,
};
use store::{Reader, Whose};
use tokio::{sync::watch, time::sleep};
use uuid::Uuid;

/// What is not told again by then has passed. Pages tell every 20 seconds.
const LIFE: Duration = Duration::seconds(45);
/// How long it is taken to be known whose a deal is.
const KNOWN: Duration = Duration::seconds(10);
/// How many pages of one person are remembered.
const PAGES: usize = 8;
/// How often one person may tell something, in each window: who drags a card does so four times a second.
const REPORTS: u32 = 100;
const WINDOW: Duration = Duration::seconds(5);
/// The least time between two batches of a stream, and the most after which it is looked whether something has passed.
const GAP: Pause = Pause::from_millis(300);
const LOOK: Pause = Pause::from_secs(5);

#[derive(Default)]
pub struct Presence(Mutex<HashMap<WorkspaceId, Room>>);

/// A workspace in which somebody is, or listens.
struct Room {
    pages: BTreeMap<(MemberId, Uuid), Heard>,
    /// Reports of each person in the window that began then.
    reports: HashMap<MemberId, (DateTime<Utc>, u32)>,
    moved: watch::Sender<()>,
}

/// What a page told last.
struct Heard {
    spot: Spot,
    at: DateTime<Utc>,
    /// Whose the deals are that it names, and when that was looked up.
    whose: Vec<Whose>,
    looked_up: DateTime<Utc>,
}

impl Heard {
    fn is_fresh(&self, now: DateTime<Utc>) -> bool {
        now - self.at < LIFE
    }
}

impl Default for Room {
    fn default() -> Self {
        Self { pages: BTreeMap::new(), reports: HashMap::new(), moved: watch::channel(()).0 }
    }
}

impl Presence {
    /// Whether the member may tell something more; if so, it is counted.
    pub fn admits(&self, workspace: WorkspaceId, member: MemberId, now: DateTime<Utc>) -> bool {
        let mut rooms = self.lock();
        let reports = &mut rooms.entry(workspace).or_default().reports;
        reports.retain(|_, (since, _)| now - *since < WINDOW);
        let (_, count) = reports.entry(member).or_insert((now, 0));
        *count += 1;
        *count <= REPORTS
    }

    /// Whose these deals are, where the page named them a moment ago: a card that is dragged is looked up once.
    pub fn whose(
        &self,
        workspace: WorkspaceId,
        page: (MemberId, Uuid),
        deals: &BTreeSet<DealId>,
        now: DateTime<Utc>,
    ) -> Option<(Vec<Whose>, DateTime<Utc>)> {
        let rooms = self.lock();
        let heard = rooms.get(&workspace)?.pages.get(&page)?;
        let known = |deal| heard.whose.iter().any(|whose| whose.deal == deal);
        let serves = now - heard.looked_up < KNOWN && deals.iter().all(|deal| known(*deal));
        serves.then(|| (heard.whose.clone(), heard.looked_up))
    }

    /// Takes in where a page is. It names only deals that are in `whose`, which was looked up at that instant.
    pub fn hear(
        &self,
        workspace: WorkspaceId,
        page: (MemberId, Uuid),
        spot: Spot,
        (whose, looked_up): (Vec<Whose>, DateTime<Utc>),
        now: DateTime<Utc>,
    ) {
        let mut rooms = self.lock();
        let room = rooms.entry(workspace).or_default();
        room.pages.insert(page, Heard { spot, at: now, whose, looked_up });
        let own = room.pages.range((page.0, Uuid::nil())..=(page.0, Uuid::max()));
        let (count, oldest) =
            own.fold((0, None), |(count, oldest): (usize, Option<(DateTime<Utc>, Uuid)>), (key, it)| {
                (count + 1, Some(oldest.map_or((it.at, key.1), |other| other.min((it.at, key.1)))))
            });
        if let Some((_, oldest)) = oldest.filter(|_| count > PAGES) {
            room.pages.remove(&(page.0, oldest));
        }
        room.moved.send_replace(());
    }

    /// A page went.
    pub fn leave(&self, workspace: WorkspaceId, page: (MemberId, Uuid)) {
        if let Some(room) = self.lock().get_mut(&workspace)
            && room.pages.remove(&page).is_some()
        {
            room.moved.send_replace(());
        }
    }

    /// Listens for a member, who hears of others.
    pub fn listen(self: &Arc<Self>, reader: &Reader, now: DateTime<Utc>) -> Listener {
        self.listen_as(reader.workspace, reader.member, reader.actor.sight.clone(), now)
    }

    fn listen_as(self: &Arc<Self>, workspace: WorkspaceId, me: MemberId, sight: Sight, now: DateTime<Utc>) -> Listener {
        let mut rooms = self.lock();
        // Where nobody is and nobody listens, nothing need be remembered.
        rooms.retain(|_, room| {
            room.pages.retain(|_, heard| heard.is_fresh(now));
            !room.pages.is_empty() || room.moved.receiver_count() > 0
        });
        let moved = rooms.entry(workspace).or_default().moved.subscribe();
        Listener { presence: self.clone(), workspace, me, sight, moved, told: None }
    }

    /// Everybody but `me`, as far as it may be seen.
    fn others(&self, workspace: WorkspaceId, me: MemberId, sight: &Sight, now: DateTime<Utc>) -> People {
        let mut people = People::new();
        let rooms = self.lock();
        let Some(room) = rooms.get(&workspace) else { return people };
        for ((member, _), heard) in &room.pages {
            if *member == me || !heard.is_fresh(now) {
                continue;
            }
            let sees = |deal| {
                let whose = heard.whose.iter().find(|whose| whose.deal == deal);
                whose.is_some_and(|whose| sight.sees_deal_of(whose.owner, &whose.collaborators))
            };
            let spot = heard.spot.without_unseen(sees);
            let spots: &mut Vec<Spot> = people.entry(*member).or_default();
            if !spots.contains(&spot) {
                spots.push(spot);
            }
        }
        people
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<WorkspaceId, Room>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What one stream hears.
pub struct Listener {
    presence: Arc<Presence>,
    workspace: WorkspaceId,
    me: MemberId,
    sight: Sight,
    moved: watch::Receiver<()>,
    /// What the listener knows; nothing yet at the beginning.
    told: Option<People>,
}

impl Listener {
    /// Waits for news: at first all there is, then what is new.
    pub async fn next(&mut self) -> News {
        loop {
            if self.told.is_some() {
                sleep(GAP).await;
                tokio::select! {
                    _ = self.moved.changed() => {}
                    () = sleep(LOOK) => {}
                }
            }
            if let Some(news) = self.look(clock::now()) {
                return news;
            }
        }
    }

    fn look(&mut self, now: DateTime<Utc>) -> Option<News> {
        let people = self.presence.others(self.workspace, self.me, &self.sight, now);
        let Some(told) = self.told.replace(people.clone()) else { return Some(News { whole: true, people }) };
        let gone = told.keys().filter(|member| !people.contains_key(member)).map(|member| (*member, Vec::new()));
        let mut news: People = gone.collect();
        news.extend(people.into_iter().filter(|(member, spots)| told.get(member) != Some(spots)));
        (!news.is_empty()).then_some(News { whole: false, people: news })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::presence::{Doing, Place};

    fn id<T: From<Uuid>>(number: u128) -> T {
        Uuid::from_u128(number).into()
    }

    fn start() -> DateTime<Utc> {
        "2026-11-23T08:00:00Z".parse().unwrap()
    }

    fn at(place: Place) -> Spot {
        Spot { place, doing: Doing::Nothing }
    }

    struct Scene {
        presence: Arc<Presence>,
        now: DateTime<Utc>,
    }

    impl Scene {
        fn new() -> Self {
            Self { presence: Arc::default(), now: start() }
        }

        /// A member's page tells where it is; the deals that it names are the member's own.
        fn tell(&self, member: u128, page: u128, spot: Spot) {
            let whose = spot.deals().into_iter();
            let whose = whose.map(|deal| Whose { deal, owner: id(member), collaborators: Vec::new() }).collect();
            self.presence.hear(id(1), (id(member), id(page)), spot, (whose, self.now), self.now);
        }

        fn listen(&self, workspace: u128, member: u128, sight: Sight) -> Listener {
            self.presence.listen_as(id(workspace), id(member), sight, self.now)
        }
    }

    fn news(whole: bool, people: &[(u128, &[&Spot])]) -> News {
        let spots = |spots: &[&Spot]| spots.iter().copied().cloned().collect();
        News { whole, people: people.iter().map(|(member, at)| (id(*member), spots(at))).collect() }
    }

    #[test]
    fn who_listens_hears_of_all_and_then_of_what_is_new() {
        let scene = Scene::new();
        let (board, account) = (at(Place::Board(id(1))), at(Place::Account(id(1))));
        scene.tell(1, 1, board.clone());
        scene.tell(2, 2, board.clone());
        let mut ada = scene.listen(1, 1, Sight::Everything);
        assert_eq!(ada.look(scene.now), Some(news(true, &[(2, &[&board])])), "others, and not oneself");
        assert_eq!(ada.look(scene.now), None);
        // A person of several pages is one person, and two pages at one place are one place.
        scene.tell(2, 3, account.clone());
        scene.tell(2, 4, account.clone());
        scene.tell(3, 5, board.clone());
        assert_eq!(ada.look(scene.now), Some(news(false, &[(2, &[&board, &account]), (3, &[&board])])));
        scene.presence.leave(id(1), (id(2), id(2)));
        assert_eq!(ada.look(scene.now), Some(news(false, &[(2, &[&account])])));
        scene.presence.leave(id(1), (id(3), id(5)));
        assert_eq!(ada.look(scene.now), Some(news(false, &[(3, &[])])));
        // Nobody is here for another workspace.
        assert_eq!(scene.listen(2, 9, Sight::Everything).look(scene.now), Some(news(true, &[])));
    }

    #[test]
    fn what_is_not_told_again_passes() {
        let mut scene = Scene::new();
        let board = at(Place::Board(id(1)));
        scene.tell(2, 2, board.clone());
        let mut ada = scene.listen(1, 1, Sight::Everything);
        ada.look(scene.now);
        scene.now += Duration::seconds(40);
        scene.tell(2, 2, board.clone());
        scene.now += Duration::seconds(44);
        assert_eq!(ada.look(scene.now), None);
        scene.now += Duration::seconds(1);
        assert_eq!(ada.look(scene.now), Some(news(false, &[(2, &[])])));
        // And is forgotten, with the room where nobody listens.
        drop(ada);
        drop(scene.listen(2, 9, Sight::Everything));
        scene.listen(2, 9, Sight::Everything);
        assert_eq!(scene.presence.lock().len(), 1);
    }

    #[test]
    fn a_deal_out_of_sight_is_not_told() {
        let scene = Scene::new();
        let own = |me: u128| Sight::Owners { me: id(me), owners: BTreeSet::from([id(me)]) };
        let (mut ben, mut cem) = (scene.listen(1, 2, own(2)), scene.listen(1, 3, own(3)));
        let (mut boss, page) = (scene.listen(1, 4, Sight::Everything), at(Place::Deal(id(7))));
        for listener in [&mut ben, &mut cem, &mut boss] {
            listener.look(scene.now);
        }
        let whose = Whose { deal: id(7), owner: id(1), collaborators: vec![id(2)] };
        scene.presence.hear(id(1), (id(1), id(1)), page.clone(), (vec![whose], scene.now), scene.now);
        assert_eq!(boss.look(scene.now), Some(news(false, &[(1, &[&page])])));
        assert_eq!(ben.look(scene.now), Some(news(false, &[(1, &[&page])])), "who works on it");
        assert_eq!(cem.look(scene.now), Some(news(false, &[(1, &[&Spot::default()])])));
        // Nor is one whose owner is not known.
        scene.presence.hear(id(1), (id(1), id(1)), page, (Vec::new(), scene.now), scene.now);
        assert_eq!(boss.look(scene.now), Some(news(false, &[(1, &[&Spot::default()])])));
    }

    #[test]
    fn a_flood_is_bounded() {
        let mut scene = Scene::new();
        let admitted = |scene: &Scene, member: u128| scene.presence.admits(id(1), id(member), scene.now);
        assert_eq!((0..10_000).filter(|_| admitted(&scene, 1)).count(), REPORTS as usize);
        assert!(admitted(&scene, 2), "others are not held up");
        scene.now += WINDOW;
        assert!(admitted(&scene, 1));
        for page in 0..1_000 {
            scene.now += Duration::milliseconds(1);
            scene.tell(1, page, at(Place::Board(id(page))));
        }
        let latest = Scene { now: scene.now, presence: scene.presence.clone() };
        assert_eq!(latest.presence.lock()[&id(1)].pages.len(), PAGES);
        let mut ben = scene.listen(1, 2, Sight::Everything);
        let spots: Vec<Spot> = (1_000 - PAGES as u128..1_000).map(|page| at(Place::Board(id(page)))).collect();
        assert_eq!(
            ben.look(scene.now),
            Some(news(true, &[(1, &spots.iter().collect::<Vec<_>>())])),
            "the latest are kept"
        );
    }

    #[test]
    fn a_deal_is_looked_up_once_while_it_is_dragged() {
        let mut scene = Scene::new();
        let page = at(Place::Deal(id(7)));
        scene.tell(1, 1, page.clone());
        let known = |scene: &Scene, deal: u128| {
            let deals = BTreeSet::from([id(deal)]);
            scene.presence.whose(id(1), (id(1), id(1)), &deals, scene.now).is_some()
        };
        assert!(known(&scene, 7));
        assert!(!known(&scene, 8));
        scene.now += KNOWN;
        assert!(!known(&scene, 7), "who sees it may have changed");
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_gets_a_few_batches_a_second_however_many_move() {
        let scene = Scene::new();
        let mut ada = scene.listen(1, 1, Sight::Everything);
        ada.next().await;
        let began = tokio::time::Instant::now();
        let presence = scene.presence.clone();
        let movers = tokio::spawn(async move {
            for step in 0..1_000_u128 {
                for member in 2..52 {
                    let spot = at(Place::Board(id(step)));
                    let page = (id(member), id(member));
                    presence.hear(id(1), page, spot, (Vec::new(), clock::now()), clock::now());
                }
                sleep(Pause::from_millis(10)).await;
            }
        });
        let mut batches = 0;
        while !movers.is_finished() {
            ada.next().await;
            batches += 1;
        }
        let seconds = began.elapsed().as_secs();
        assert!(seconds >= 10);
        assert!((20..=4 * seconds).contains(&batches), "{batches} in {seconds} s");
    }
}
