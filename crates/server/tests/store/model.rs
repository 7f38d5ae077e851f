//! Random steps against a model that looks at everything.

use std::collections::BTreeMap;

use everfresh_server::store::{Change, Entry, Fence, Published, Store};
use fastrand::Rng;

use crate::support::{MINUTE, entry, memory};

/// What should hold: numbers by mark, and what was published with the number that it was asked for at.
#[derive(Default)]
struct Model {
    sequence: u64,
    last: BTreeMap<String, u64>,
    writers: BTreeMap<String, u32>,
    entries: BTreeMap<String, (String, Vec<String>, u64)>,
    told: Vec<String>,
}

impl Model {
    fn bump(&mut self, marks: &[String]) {
        self.sequence += 1;
        for mark in marks {
            self.last.insert(mark.clone(), self.sequence);
        }
    }

    fn counts(&self, marks: &[String], at: u64) -> bool {
        marks.iter().all(|mark| self.last.get(mark).is_none_or(|last| *last <= at))
    }

    fn admits(&self, marks: &[String], at: u64) -> bool {
        self.counts(marks, at)
            && marks.iter().all(|mark| self.writers.get(mark).is_none_or(|writers| *writers == 0))
    }
}

fn some_marks(rng: &mut Rng) -> Vec<String> {
    let mut marks: Vec<String> = (0..rng.usize(1..4)).map(|_| format!("m{}", rng.u8(0..6))).collect();
    marks.sort();
    marks.dedup();
    marks
}

/// Takes so many random steps and looks at every answer.
pub(crate) async fn drive(store: &dyn Store, seed: u64, steps: usize) {
    let mut rng = Rng::with_seed(seed);
    let mut model = Model::default();
    let mut fences: Vec<(Fence, u64)> = Vec::new();
    let mut writes: Vec<Vec<String>> = Vec::new();
    let start = store.since(None).await.unwrap().cursor;
    for step in 0..steps {
        let at = format!("seed {seed}, step {step}");
        let key = format!("k{seed}-{}", rng.u8(0..8));
        match rng.u8(0..12) {
            0..2 => fences.push((store.fence().await.unwrap(), model.sequence)),
            2..5 if !fences.is_empty() => {
                let (fence, asked) = fences[rng.usize(0..fences.len())];
                let (marks, body) = (some_marks(&mut rng), step.to_string());
                let published = store.publish(&key, entry(&body, &marks), fence, MINUTE).await.unwrap();
                let expected = model.admits(&marks, asked);
                assert_eq!(published == Published::Stored, expected, "{at}");
                if expected {
                    model.entries.insert(key, (body, marks, asked));
                }
            }
            5 => {
                let marks = some_marks(&mut rng);
                store.begin(&marks, 60 * MINUTE).await.unwrap();
                model.bump(&marks);
                for mark in &marks {
                    *model.writers.entry(mark.clone()).or_default() += 1;
                }
                writes.push(marks);
            }
            6 if !writes.is_empty() => {
                let begun = writes.swap_remove(rng.usize(0..writes.len()));
                let marks = if rng.bool() { some_marks(&mut rng) } else { Vec::new() };
                for mark in &begun {
                    *model.writers.get_mut(mark).unwrap() -= 1;
                }
                model.bump(&[begun.clone(), marks.clone()].concat());
                store.invalidate(&Change { begun, marks, ..Change::default() }).await.unwrap();
            }
            7 => {
                let (marks, told) = (some_marks(&mut rng), format!("t{step}"));
                model.bump(&marks);
                model.told.push(told.clone());
                store.invalidate(&Change { marks, told, ..Change::default() }).await.unwrap();
            }
            _ => {
                let expected = model.entries.get(&key).filter(|(_, marks, at)| model.counts(marks, *at));
                let expected = expected.map(|(body, marks, _)| entry(body, marks));
                let found = store.get(&key).await.unwrap();
                let bodies =
                    |entry: &Option<std::sync::Arc<Entry>>| entry.as_ref().map(|entry| entry.body.clone());
                assert_eq!(bodies(&found), bodies(&expected), "{at}");
                assert_eq!(found, expected, "{at}");
            }
        }
        if fences.len() > 5 {
            fences.remove(0);
        }
    }
    let replay = store.since(Some(start)).await.unwrap();
    assert!(replay.complete);
    let told: Vec<String> = replay.events.iter().map(|event| event.targets.to_string()).collect();
    assert_eq!(told, model.told, "seed {seed}");
}

#[tokio::test]
async fn p1_p2_memory_does_what_the_model_does() {
    for seed in 0..40 {
        drive(&*memory(), seed, 400).await;
    }
}
