//! What lies in slots, found by number: a persistent tree of fixed depth, so that a search compares nothing and looks at one
//! line of memory for each of its three levels.

use std::sync::Arc;

use protocol::field::number::SlotNumber;

use super::Slot;

/// Children of a node. Three levels hold more than the 100,000 slots that there are.
const FAN: u32 = 64;

/// A value for each of some slots. A clone costs nothing, a change costs the path to one leaf.
#[derive(Clone, Debug)]
pub(crate) struct Places<T> {
    root: Arc<Node<Arc<Upper<T>>>>,
    count: usize,
}

/// A node whose children are leaves.
type Upper<T> = Node<Arc<Node<T>>>;

#[derive(Clone, Debug)]
struct Node<T>([Option<T>; FAN as usize]);

impl<T> Default for Node<T> {
    fn default() -> Self {
        Self(std::array::from_fn(|_| None))
    }
}

impl<T> Node<T> {
    fn is_empty(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }

    /// Its children from a place on, with their places.
    fn from(&self, first: usize) -> impl Iterator<Item = (usize, &T)> {
        let children = self.0.iter().enumerate().skip(first);
        children.filter_map(|(place, child)| child.as_ref().map(|child| (place, child)))
    }
}

impl<T> Places<T> {
    pub(crate) fn new() -> Self {
        Self { root: Arc::default(), count: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.count
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(crate) fn get(&self, slot: Slot) -> Option<&T> {
        let [upper, middle, lower] = path(slot);
        self.root.0[upper].as_ref()?.0[middle].as_ref()?.0[lower].as_ref()
    }

    /// Those of `first` and later slots, in order.
    pub(crate) fn from(&self, first: Slot) -> impl Iterator<Item = (Slot, &T)> {
        let [upper, middle, lower] = path(first);
        self.root.from(upper).flat_map(move |(above, node)| {
            let is_first = above == upper;
            node.from(if is_first { middle } else { 0 }).flat_map(move |(between, node)| {
                let is_first = is_first && between == middle;
                let found = node.from(if is_first { lower } else { 0 });
                found.filter_map(move |(below, value)| Some((slot([above, between, below])?, value)))
            })
        })
    }

    /// All slots that hold one, in order.
    pub(crate) fn slots(&self) -> impl Iterator<Item = Slot> {
        self.from(FIRST).map(|(slot, _)| slot)
    }

    /// The last slot that holds one.
    pub(crate) fn last(&self) -> Option<Slot> {
        let (above, node) = self.root.from(0).last()?;
        let (between, node) = node.from(0).last()?;
        let (below, _) = node.from(0).last()?;
        slot([above, between, below])
    }
}

impl<T: Clone> Places<T> {
    /// Puts a value in place of what was there.
    pub(crate) fn insert(&mut self, slot: Slot, value: T) {
        let [upper, middle, lower] = path(slot);
        let node = Arc::make_mut(&mut self.root).0[upper].get_or_insert_default();
        let node = Arc::make_mut(node).0[middle].get_or_insert_default();
        if Arc::make_mut(node).0[lower].replace(value).is_none() {
            self.count += 1;
        }
    }

    /// Takes out what is there.
    pub(crate) fn remove(&mut self, slot: Slot) -> Option<T> {
        self.get(slot)?;
        let [upper, middle, lower] = path(slot);
        let above = &mut Arc::make_mut(&mut self.root).0[upper];
        let node = Arc::make_mut(above.as_mut()?);
        let between = &mut node.0[middle];
        let leaf = Arc::make_mut(between.as_mut()?);
        let removed = leaf.0[lower].take();
        self.count -= 1;
        if leaf.is_empty() {
            *between = None;
            if node.is_empty() {
                *above = None;
            }
        }
        removed
    }
}

const FIRST: Slot = Slot(SlotNumber::MIN_NUMBER);

/// Places of the children on the way to a slot.
fn path(slot: Slot) -> [usize; 3] {
    let number = slot.number();
    [number / (FAN * FAN) % FAN, number / FAN % FAN, number % FAN].map(|place| place as usize)
}

/// The slot at the end of a way.
fn slot(path: [usize; 3]) -> Option<Slot> {
    let number = path.iter().fold(0, |number, place| number * FAN as usize + place);
    u32::try_from(number).ok().and_then(SlotNumber::new).map(Slot)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn at(number: u32) -> Slot {
        Slot(SlotNumber::new(number).expect("a slot"))
    }

    #[test]
    fn the_ends_of_the_table_are_places_of_their_own() {
        let mut places = Places::new();
        for number in [0, 63, 64, 4095, 4096, 99_999] {
            places.insert(at(number), number);
        }
        assert!(places.from(FIRST).all(|(slot, number)| slot.number() == *number));
        assert_eq!((places.len(), places.last()), (6, Some(at(99_999))));
        assert!(places.get(at(65)).is_none());
    }

    proptest! {
        /// Few places, so that they meet, and some of them at the edges of nodes.
        #[test]
        fn it_is_an_ordered_map_whose_clones_stay_as_they_were(
            steps in proptest::collection::vec((any::<bool>(), prop_oneof![0u32..70, 4090u32..4100, 99_990u32..100_000]), 1..200),
            first in prop_oneof![0u32..70, 4090u32..4100, 99_990u32..100_000],
        ) {
            let (mut places, mut model) = (Places::new(), BTreeMap::new());
            for (number, (is_put, slot)) in steps.into_iter().enumerate() {
                let (before, known) = (places.clone(), model.clone());
                if is_put {
                    places.insert(at(slot), number);
                    model.insert(slot, number);
                } else {
                    prop_assert_eq!(places.remove(at(slot)), model.remove(&slot));
                }
                let all: Vec<_> = before.from(FIRST).map(|(slot, value)| (slot.number(), *value)).collect();
                prop_assert_eq!(all, known.into_iter().collect::<Vec<_>>());
                prop_assert_eq!(places.len(), model.len());
                prop_assert_eq!(places.is_empty(), model.is_empty());
                prop_assert_eq!(places.get(at(slot)), model.get(&slot));
                prop_assert_eq!(places.last().map(Slot::number), model.keys().next_back().copied());
            }
            let later: Vec<_> = places.from(at(first)).map(|(slot, value)| (slot.number(), *value)).collect();
            prop_assert_eq!(later, model.range(first..).map(|(slot, value)| (*slot, *value)).collect::<Vec<_>>());
            prop_assert_eq!(places.slots().count(), model.len());
        }
    }
}
