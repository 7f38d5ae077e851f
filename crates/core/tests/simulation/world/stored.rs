//! Edits in storage.

use everfresh_core::key;

use super::World;
use super::scopes::name;
use crate::disk::Write;
use crate::values::EditId;

impl World {
    /// What is in storage stays there until it is done or given up.
    pub(super) fn note_stored_edit(&mut self, write: &Write) {
        if write.name.starts_with(key::EDIT_PREFIX)
            && let Some(item) = &write.item
        {
            let id: EditId = item.body.parse().expect("which one it is");
            let there = self.disk.get(&write.name).is_some();
            let edit = &mut self.edits[id];
            edit.found_again |= edit.stored && !there && (edit.committed.is_some() || edit.withdrawn);
            edit.stored = true;
        }
    }

    /// No edit is gone from storage before it is done or given up.
    pub(super) fn check_stored_edits(&mut self) {
        let stored = self.stored_edits();
        let gone = self.edits.iter().enumerate().position(|(id, edit)| {
            let over = edit.committed.is_some() || edit.withdrawn || edit.refused;
            edit.stored && !over && !stored.iter().any(|(_, there)| *there == id)
        });
        if let Some(edit) = gone {
            self.violation.get_or_insert(format!("P6: edit {edit} is gone from storage"));
        }
    }

    /// The edits in storage.
    pub(super) fn stored_edits(&self) -> Vec<(usize, EditId)> {
        let edits = self.disk.items().filter(|(name, _)| name.starts_with(key::EDIT_PREFIX));
        edits
            .map(|(item, found)| {
                let user = (1..3).find(|user| item.starts_with(&*key::edit_prefix(&name(*user))));
                (user.expect("it has a user"), found.body.parse().expect("which one it is"))
            })
            .collect()
    }
}
