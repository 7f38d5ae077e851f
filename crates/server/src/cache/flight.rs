//! One request to the backend for many that want the same.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::store::Entry;

/// What a flight has brought, for those who wait: the key under which it is stored now, and what. Nothing where it may
/// not be shared, or is not stored for another reason: what is stored was checked against all invalidations up to then.
pub(super) type Landed = Option<(String, Arc<Entry>)>;

/// The requests to the backend that are under way, by key.
#[derive(Default)]
pub(super) struct Flights(Mutex<HashMap<String, watch::Receiver<Option<Landed>>>>);

/// What a request has to do.
pub(super) enum Role {
    Lead(Lead),
    Follow(Follow),
}

/// Who asks the backend. Whatever becomes of it, nobody waits for it any longer once this is dropped.
pub(super) struct Lead {
    flights: Arc<Flights>,
    key: String,
    sender: watch::Sender<Option<Landed>>,
}

/// Who waits.
pub(super) struct Follow {
    flights: Arc<Flights>,
    key: String,
    receiver: watch::Receiver<Option<Landed>>,
}

impl Flights {
    /// Joins the flight for this key, or begins it.
    pub(super) fn join(self: &Arc<Self>, key: &str) -> Role {
        let mut flights = self.lock();
        let (flights_too, key) = (Arc::clone(self), key.to_owned());
        if let Some(receiver) = flights.get(&key) {
            return Role::Follow(Follow { flights: flights_too, receiver: receiver.clone(), key });
        }
        let (sender, receiver) = watch::channel(None);
        flights.insert(key.clone(), receiver);
        Role::Lead(Lead { flights: flights_too, key, sender })
    }

    /// Nobody joins this flight any more.
    fn end(&self, key: &str, receiver: &watch::Receiver<Option<Landed>>) {
        let mut flights = self.lock();
        if flights.get(key).is_some_and(|known| known.same_channel(receiver)) {
            flights.remove(key);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, watch::Receiver<Option<Landed>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lead {
    /// Tells those who wait.
    pub(super) fn land(self, landed: Landed) {
        self.sender.send_replace(Some(landed));
    }
}

impl Drop for Lead {
    fn drop(&mut self) {
        self.flights.end(&self.key, &self.sender.subscribe());
    }
}

impl Follow {
    /// What the flight brings; `None` where the leader is gone without a word.
    pub(super) async fn landed(&mut self) -> Landed {
        let landed = self.receiver.wait_for(Option::is_some).await.ok()?;
        landed.clone().flatten()
    }

    /// It takes too long: the next request for the key leads.
    pub(super) fn detach(&self) {
        self.flights.end(&self.key, &self.receiver);
    }
}
