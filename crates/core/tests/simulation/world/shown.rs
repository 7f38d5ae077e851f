//! What views show of the lists: the server's data, with the operations of pending mutations over it, each once (P5).

use everfresh_core::edit::Edit;
use everfresh_core::engine::{Ending, ReadId};
use everfresh_core::key;

use super::World;
use super::scopes::name;
use crate::server::{Body, LISTS, PATHS};
use crate::tab::{Held, Tab};
use crate::values::{EditId, Value};

impl World {
    /// What somebody sees in a tab where this is the data.
    pub(super) fn shown(&self, tab: usize, body: Body) -> Value {
        let mut value = self.server.value(body.resource, body.read).clone();
        for held in self.tabs[tab].layers(body.resource).unwrap_or_default() {
            value.apply(self.edits[held.edit].operation, held.edit);
        }
        value
    }

    /// Notes which attempts a tab can know of; those of which the server has said that it did nothing are none.
    pub(super) fn note_tried(&mut self, tab: usize) {
        let tab = &mut self.tabs[tab];
        if tab.user == 0 {
            return;
        }
        let prefix = key::edit_prefix(&name(tab.user));
        for (item, found) in tab.copy.items() {
            let edit = item.strip_prefix(&*prefix).and_then(|behind| Edit::decode(behind, &found.text));
            let Some(edit) = edit else { continue };
            let id = found.body.parse().expect("which one it is");
            if edit.tried.is_none() {
                tab.mutating.tried.remove(&id);
            } else if tab.caught_up {
                tab.mutating.tried.insert(id);
            }
        }
    }

    pub(super) fn check_layers(&mut self, tab: usize) {
        for resource in LISTS {
            let Some(layers) = self.tabs[tab].layers(resource) else {
                let what = format!("P5: {} layers what was forgotten", self.tabs[tab].document);
                self.violation.get_or_insert(what);
                return;
            };
            let wrong = layers.iter().find_map(|held| self.is_wrong(tab, *held));
            if let Some(what) = wrong {
                let what = format!("{}: edit {what}, over {}", self.tabs[tab].document, PATHS[resource]);
                self.violation.get_or_insert(what);
            }
        }
        let views: Vec<(ReadId, Body)> = self.tabs[tab]
            .views
            .iter()
            .filter(|(_, view)| LISTS.contains(&view.resource))
            .filter_map(|(id, view)| Some((*id, view.body?)))
            .collect();
        let blank: Vec<ReadId> =
            self.tabs[tab].views.iter().filter(|(_, view)| view.body.is_none()).map(|(id, _)| *id).collect();
        self.tabs[tab].mutating.kept.retain(|id, _| !blank.contains(id));
        for (id, body) in views {
            self.counts.layered +=
                usize::from(!self.tabs[tab].layers(body.resource).unwrap_or_default().is_empty());
            if let Some(what) = self.check_shown(tab, body) {
                let what = format!("P5: {} sees {} {what}", self.tabs[tab].document, PATHS[body.resource]);
                self.violation.get_or_insert(what);
            }
            let log = self.shown(tab, body).log;
            let Tab { mutating, document, .. } = &self.tabs[tab];
            let mut kept = mutating.kept.get(&id).into_iter().flatten();
            if let Some(gone) = kept.find(|edit| !log.contains(edit)) {
                let what = format!("P5: {document} no longer sees edit {gone}, which was done");
                self.violation.get_or_insert(what);
            }
        }
    }

    /// What was done is to be seen from then on by those who see it now.
    pub(super) fn keep_done(&mut self, tab: usize, edit: EditId) {
        let views: Vec<(ReadId, Body)> =
            self.tabs[tab].views.iter().filter_map(|(id, view)| Some((*id, view.body?))).collect();
        for (id, body) in views {
            let left = self.tabs[tab].mutating.left.contains(&edit);
            if self.edits[edit].resources.contains(&body.resource) && !left {
                self.tabs[tab].mutating.kept.entry(id).or_default().insert(edit);
            }
        }
    }

    /// Why a mutation must not be layered.
    fn is_wrong(&self, tab: usize, held: Held) -> Option<String> {
        let Held { edit, ended, .. } = held;
        let tab = &self.tabs[tab];
        let foreign =
            self.edits[edit].durable && (self.edits[edit].user != tab.user || self.sessions.overrule(tab));
        match ended {
            Some(Ending::Done | Ending::Elsewhere) | None if foreign || held.left => {
                Some(format!("P8: {edit} is somebody else's"))
            }
            Some(Ending::Done | Ending::Elsewhere) | None if !held.is_dead() => None,
            _ => Some(format!("P5: {edit} has failed")),
        }
    }

    /// What is wrong with what is shown of some data.
    pub(super) fn check_shown(&self, tab: usize, body: Body) -> Option<String> {
        let log = self.shown(tab, body).log;
        let tab = &self.tabs[tab];
        for (place, edit) in log.iter().enumerate() {
            let twice = log[..place].contains(edit);
            // Of an attempt that another document makes it may not know.
            let knew = tab.mutating.tried.contains(edit);
            // What a document has stored again that had not seen it done is shown once more.
            let again = self.edits.get(*edit).is_some_and(|edit| edit.found_again);
            if twice && knew && !again {
                return Some(format!("with edit {edit} twice"));
            }
        }
        let missing = tab.mutating.held.values().find(|held| {
            held.is_pending()
                && !held.is_dead()
                && !held.left
                && self.edits[held.edit].resources.contains(&body.resource)
                && !log.contains(&held.edit)
        });
        missing.map(|held| format!("without edit {}", held.edit))
    }
}
