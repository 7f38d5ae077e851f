//! Where the history is kept: one suite for all archives, and restarts.

use std::sync::Arc;

use everfresh_server::ops::{Archive, MemoryArchive, Ops, OpsOptions, Saved, Source, SqliteArchive};
use http::StatusCode;

use crate::redis_server::RedisServer;
use crate::setting::{Setting, app, cache, options};
use crate::support::{Time, serve};

/// An archive, and what it is kept in.
struct Kept<T>(Arc<dyn Archive>, T);

fn memory() -> Kept<()> {
    Kept(Arc::new(MemoryArchive::default()), ())
}

fn sqlite() -> Kept<tempfile::TempDir> {
    let folder = tempfile::tempdir().unwrap();
    Kept(Arc::new(SqliteArchive::open(folder.path().join("metrics.sqlite")).unwrap()), folder)
}

async fn redis() -> Kept<RedisServer> {
    let server = RedisServer::start().await;
    Kept(Arc::new(server.store("app")), server)
}

async fn check_replacing(archive: &dyn Archive) {
    for source in Source::ALL {
        assert_eq!(archive.load(source).await.unwrap(), Saved::default());
        assert!(!archive.replace(source, 7, "never").await.unwrap());
        let first = format!("{} ä\n", source.name());
        assert!(archive.replace(source, 0, &first).await.unwrap());
        for version in [0, 2, 7] {
            assert!(!archive.replace(source, version, "too late").await.unwrap());
        }
        assert_eq!(archive.load(source).await.unwrap(), Saved { text: first, version: 1 });
        assert!(archive.replace(source, 1, "").await.unwrap());
        assert_eq!(archive.load(source).await.unwrap(), Saved { text: String::new(), version: 2 });
    }
}

async fn check_items(archive: &dyn Archive) {
    let mut new = 0;
    for item in ["everfresh:m:a.0", "everfresh:m:a.1", "everfresh:m:a.0", "everfresh:m:A.0"] {
        new += u32::from(archive.is_new(item).await.unwrap());
    }
    assert_eq!(new, 3);
    let all = futures_util::future::join_all((0..20).map(|_| archive.is_new("everfresh:m:b.0"))).await;
    assert_eq!(all.into_iter().filter(|new| *new.as_ref().unwrap()).count(), 1);
}

#[tokio::test]
async fn a_text_is_replaced_by_whoever_knows_it() {
    check_replacing(&*memory().0).await;
    check_replacing(&*sqlite().0).await;
    check_replacing(&*redis().await.0).await;
}

#[tokio::test]
async fn an_item_is_new_once() {
    check_items(&*memory().0).await;
    check_items(&*sqlite().0).await;
    check_items(&*redis().await.0).await;
}

async fn start(archive: Arc<dyn Archive>) -> Setting {
    let time = Time::new();
    let cache = cache(&time);
    let ops = Ops::new(&cache, OpsOptions { archive, ..options() }).unwrap();
    let server = serve(app(cache).merge(ops.router())).await;
    Setting { server, ops, time }
}

#[tokio::test]
async fn a_history_in_a_file_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("metrics.sqlite");
    let first = start(Arc::new(SqliteArchive::open(&file).unwrap())).await;
    first.use_it().await;
    first.ops.flush().await.unwrap();
    drop(first);
    let next = start(Arc::new(SqliteArchive::open(&file).unwrap())).await;
    next.use_it().await;
    let report = next.report("groupBy=route").await;
    assert_eq!((&report["total"]["hits"], &report["groups"][0]["writes"]), (&2.into(), &2.into()));
    assert!(SqliteArchive::open(folder.path()).unwrap_err().code() == "store-unavailable");
}

#[tokio::test]
async fn a_history_in_redis_is_that_of_all_instances() {
    let mut server = RedisServer::start().await;
    let (one, two) = (start(Arc::new(server.store("app"))).await, start(Arc::new(server.store("app"))).await);
    for setting in [&one, &two] {
        setting.use_it().await;
        setting.ops.flush().await.unwrap();
    }
    assert_eq!(one.report("").await["total"]["writes"], 2);
    let left: i64 = server.run(&["PTTL", "{app}:metrics:server"]).await;
    assert!(left > 0, "it ends by itself");
    server.kill();
    assert_eq!(one.ask("GET", "metrics", "").await.status, StatusCode::SERVICE_UNAVAILABLE);
    one.use_it().await;
    assert!(one.ops.flush().await.is_err());
    server.restart().await;
    while one.ops.flush().await.is_err() {
        tokio::task::yield_now().await;
    }
    // It finds out first that its connection is gone.
    while two.ask("GET", "metrics", "").await.status != StatusCode::OK {
        tokio::task::yield_now().await;
    }
    assert_eq!(two.report("").await["total"]["writes"], 1, "what was counted meanwhile is not lost");
}

#[tokio::test]
async fn p7_what_can_not_be_read_begins_anew() {
    let archive = Arc::new(MemoryArchive::default());
    assert!(archive.replace(Source::Server, 0, "nonsense").await.unwrap());
    let setting = start(archive).await;
    setting.use_it().await;
    setting.ops.flush().await.unwrap();
    assert_eq!(setting.report("").await["total"]["writes"], 1);
}
