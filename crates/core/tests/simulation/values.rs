//! Data that mutations change. It shows every error: what was done twice, not at all, or in another order.

use std::collections::BTreeMap;

/// The number of a mutation, in the order in which all pages made them.
pub(crate) type EditId = usize;

/// A named operation, as the package has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Append,
    Prepend,
    Merge,
    Increment,
    /// Of the items that one of the last few made.
    ArrayUpdate,
    Remove,
}

pub(crate) const OPERATIONS: [Operation; 6] = [
    Operation::Append,
    Operation::Prepend,
    Operation::Merge,
    Operation::Increment,
    Operation::ArrayUpdate,
    Operation::Remove,
];

/// A list, a count, fields; and which mutations it has, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Value {
    list: Vec<(EditId, usize)>,
    count: usize,
    fields: BTreeMap<usize, EditId>,
    pub(crate) log: Vec<EditId>,
}

/// What each of the lists is in the beginning.
pub(crate) static NOTHING: Value = Value { list: vec![], count: 0, fields: BTreeMap::new(), log: vec![] };

impl Value {
    pub(crate) fn apply(&mut self, operation: Operation, by: EditId) {
        let others = by.saturating_sub(4)..by;
        match operation {
            Operation::Append => self.list.push((by, 0)),
            Operation::Prepend => self.list.insert(0, (by, 0)),
            Operation::Merge => drop(self.fields.insert(by % 2, by)),
            Operation::Increment => self.count += 1,
            Operation::ArrayUpdate => {
                for item in self.list.iter_mut().filter(|item| others.contains(&item.0)) {
                    item.1 += 1;
                }
            }
            Operation::Remove => self.list.retain(|item| !others.contains(&item.0)),
        }
        self.log.push(by);
    }
}
