//! Random steps against a model that forgets nothing: the same for every store.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, HeaderValue, StatusCode};
use bytes::Bytes;
use everfresh_server::{AnswerStore, Claim, Claimed, KeptAnswer};
use fastrand::Rng;

use crate::support::memory;

/// What should hold of a key that is not free.
enum State {
    Running(Claim),
    Unsettled,
    Kept(KeptAnswer),
    /// It was taken again, as everyone does who wants to see its answer.
    Seen(KeptAnswer, Claim),
}

fn some_answer(rng: &mut Rng) -> KeptAnswer {
    let mut headers = HeaderMap::new();
    for _ in 0..rng.usize(0..3) {
        headers.append("x-two", HeaderValue::from_bytes(&[b'a', rng.u8(128..), b'"']).unwrap());
    }
    let mut bytes = |most| (0..rng.usize(0..most)).map(|_| rng.u8(..)).collect::<Vec<u8>>();
    let (request, body) = (bytes(40), Bytes::from(bytes(200)));
    KeptAnswer { request, status: StatusCode::from_u16(rng.u16(200..400)).unwrap(), headers, body }
}

/// Takes so many random steps and looks at every answer. A store that `leases` says for a while that what was left is running.
pub(crate) async fn drive<A: AnswerStore>(store: &A, seed: u64, steps: usize, leases: bool) {
    let mut rng = Rng::with_seed(seed);
    let mut model: BTreeMap<String, State> = BTreeMap::new();
    for step in 0..steps {
        let at = format!("seed {seed}, step {step}");
        let key = format!("{{a}}\nk{seed}-{}", rng.u8(0..6));
        let state = model.remove(&key);
        let ends = rng.u8(0..4);
        let next = match (state, ends) {
            // A write ends with an answer, without an effect, or nobody knows how.
            (Some(State::Running(claim)), 0) => {
                let answer = some_answer(&mut rng);
                store.keep(&key, answer.clone()).await.unwrap();
                claim.settle().await;
                Some(State::Kept(answer))
            }
            (Some(State::Running(claim)), 1) => {
                claim.settle().await;
                None
            }
            (Some(State::Running(claim)), 2) => {
                drop(claim);
                Some(State::Unsettled)
            }
            (Some(State::Seen(answer, claim)), 0) => {
                claim.settle().await;
                Some(State::Kept(answer))
            }
            (Some(State::Seen(answer, claim)), 1) => {
                drop(claim);
                Some(State::Kept(answer))
            }
            (state, _) => {
                let claimed = store.claim(&key).await.unwrap();
                match (state, claimed) {
                    (None, Claimed::Taken(claim)) => Some(State::Running(claim)),
                    (Some(State::Kept(answer)), Claimed::Taken(claim)) => Some(State::Seen(answer, claim)),
                    (state @ Some(State::Running(_) | State::Seen(..)), Claimed::Running) => state,
                    (state @ Some(State::Unsettled), Claimed::Unsettled) => state,
                    (state @ Some(State::Unsettled), Claimed::Running) if leases => state,
                    (_, claimed) => panic!("{at}: {claimed:?}"),
                }
            }
        };
        let expected = match &next {
            Some(State::Kept(answer) | State::Seen(answer, _)) => Some(answer),
            _ => None,
        };
        assert_eq!(store.find(&key).await.unwrap().as_ref(), expected, "{at}");
        if let Some(next) = next {
            model.insert(key, next);
        }
    }
}

#[tokio::test]
async fn p6_memory_does_what_the_model_does() {
    for seed in 0..40 {
        drive(&memory(), seed, 400, false).await;
    }
}
