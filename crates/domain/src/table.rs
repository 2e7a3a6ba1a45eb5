//! Records of one kind by id.

use crate::record::Entity;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{
    collections::{BTreeMap, btree_map},
    marker::PhantomData,
    ops::Index,
    sync::Arc,
};
use uuid::Uuid;

/// Records of one kind, in order of their ids. A copy shares the records until one of the two changes them. On the wire it
/// is a plain list: the ids stand in the records.
///
/// Inside, every kind has the same shape, so that the browser needs the code of one map for all of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Table<K, R> {
    records: BTreeMap<Uuid, Arc<R>>,
    key: PhantomData<K>,
}

impl<K, R> Default for Table<K, R> {
    fn default() -> Self {
        Self { records: BTreeMap::new(), key: PhantomData }
    }
}

impl<K: Copy + Into<Uuid> + From<Uuid>, R: Clone> Table<K, R> {
    pub fn get(&self, id: &K) -> Option<&R> {
        self.records.get(&(*id).into()).map(Arc::as_ref)
    }

    /// The record itself, to be kept: it stays as it is while the table goes on.
    pub fn share(&self, id: &K) -> Option<Arc<R>> {
        self.records.get(&(*id).into()).cloned()
    }

    /// All records, to be kept.
    pub fn share_all(&self) -> impl Iterator<Item = &Arc<R>> {
        self.records.values()
    }

    pub fn get_mut(&mut self, id: &K) -> Option<&mut R> {
        self.records.get_mut(&(*id).into()).map(Arc::make_mut)
    }

    pub fn contains_key(&self, id: &K) -> bool {
        self.records.contains_key(&(*id).into())
    }

    pub fn insert(&mut self, id: K, record: R) {
        self.records.insert(id.into(), Arc::new(record));
    }

    pub fn remove(&mut self, id: &K) {
        self.records.remove(&(*id).into());
    }

    pub fn clear(&mut self) {
        self.records.clear();
    }

    pub fn len(&self) -> usize {
        self.records.len()
    }

    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    pub fn keys(&self) -> impl Iterator<Item = K> {
        self.records.keys().map(|id| K::from(*id))
    }

    pub fn values(&self) -> Values<'_, R> {
        Values(self.records.values())
    }

    pub fn iter(&self) -> impl Iterator<Item = (K, &R)> {
        self.records.iter().map(|(id, record)| (K::from(*id), record.as_ref()))
    }

    /// Keeps only those of which `keep` says so.
    pub fn retain(&mut self, mut keep: impl FnMut(&R) -> bool) {
        self.records.retain(|_, record| keep(record));
    }

    /// Takes in every record of another table, in place of its own.
    pub fn merge(&mut self, other: Self) {
        self.records.extend(other.records);
    }
}

impl<K: Copy + Into<Uuid> + From<Uuid>, R: Clone> Extend<(K, R)> for Table<K, R> {
    fn extend<I: IntoIterator<Item = (K, R)>>(&mut self, records: I) {
        for (id, record) in records {
            self.insert(id, record);
        }
    }
}

impl<K: Copy + Into<Uuid> + From<Uuid>, R: Clone> FromIterator<(K, R)> for Table<K, R> {
    fn from_iter<I: IntoIterator<Item = (K, R)>>(records: I) -> Self {
        let mut table = Self::default();
        table.extend(records);
        table
    }
}

impl<K: Copy + Into<Uuid> + From<Uuid>, R: Clone> Index<&K> for Table<K, R> {
    type Output = R;

    fn index(&self, id: &K) -> &R {
        self.get(id).expect("the table holds the record")
    }
}

/// The records of a table, in order of their ids.
pub struct Values<'a, R>(btree_map::Values<'a, Uuid, Arc<R>>);

impl<'a, R> Iterator for Values<'a, R> {
    type Item = &'a R;

    fn next(&mut self) -> Option<&'a R> {
        self.0.next().map(Arc::as_ref)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<K, R: Entity> Serialize for Table<K, R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.records.values().map(Arc::as_ref))
    }
}

impl<'de, K, R: Entity> Deserialize<'de> for Table<K, R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let records = Vec::<R>::deserialize(deserializer)?.into_iter().map(|record| (record.uuid(), Arc::new(record)));
        Ok(Self { records: records.collect(), key: PhantomData })
    }
}
