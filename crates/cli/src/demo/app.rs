//! The demo's routes, put together.

use axum::Router;
use axum::http::{HeaderName, Method, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::any;
use everfresh_server::ops::Ops;
use everfresh_server::{CacheLayer, Fields, InvalidationLayer, Invalidator, Resolver};
use serde_json::{Value, json};
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

use super::answer::ApiError;
use super::args::{AllowedOrigin, Args};
use super::db::{Db, studio as rows};
use super::error::DemoError;
use super::idempotency::{self, REPLAYED};
use super::switches::Switches;
use super::{community, control, files, ops, studio, traffic};

/// How often pages ask for flags: soon enough for who throws a switch and looks. Milliseconds.
const FLAGS_INTERVAL: u32 = 5_000;

/// What every handler can reach.
#[derive(Debug, Clone)]
pub(crate) struct App {
    /// The database.
    pub(crate) db: Db,
    /// The switches.
    pub(crate) switches: Switches,
    /// What drops things from the server's cache.
    pub(crate) invalidator: Invalidator,
}

impl App {
    /// The state of a server that was just started.
    pub(crate) fn new(db: Db, invalidator: Invalidator) -> Self {
        Self { db, switches: Switches::default(), invalidator }
    }
}

/// What is served, and what is seen of it.
pub(crate) struct Served {
    pub(crate) router: Router,
    pub(crate) ops: Ops,
}

/// All that the demo serves. Reads are answered from the server's cache, writes go through it. What a write touched is
/// named within its transaction, so that what is kept for its key says so, too.
pub(crate) fn serve(db: Db, rules: &str, args: &Args) -> Result<Served, DemoError> {
    let naming = InvalidationLayer::from_json(rules).map_err(DemoError::Rules)?;
    let cache = match args.no_invalidation {
        false => CacheLayer::from_json(rules),
        true => CacheLayer::from_json(&without_invalidation(rules)),
    };
    let cache = cache.map_err(DemoError::Rules)?;
    let ops = ops::ops(&cache, args)?;
    let app = App::new(db, cache.invalidator());
    let parents = DbParents(app.db.clone());
    let api = Router::new()
        .merge(studio::routes())
        .merge(community::routes())
        .route("/studio/api/{*rest}", any(nothing))
        .route("/community/api/{*rest}", any(nothing))
        .layer(naming.resolver(parents.clone()))
        .layer(idempotency::layer(app.db.clone()))
        .layer(cache.resolver(parents))
        .layer(from_fn_with_state(app.clone(), traffic::switch));
    let everything = Router::new()
        .merge(files::routes(&args.www, &args.package, for_pages(rules, args.push())))
        .merge(control::routes())
        .merge(api)
        .with_state(app)
        .merge(ops::routes(&ops))
        .layer(from_fn(ops::tell_peer));
    let router = match &args.cors {
        None => everything,
        Some(origin) => everything.layer(cors(origin)),
    };
    Ok(Served { router, ops })
}

/// The rules with one before them that takes all writes for such that change nothing.
fn without_invalidation(rules: &str) -> String {
    let Ok(Value::Object(mut document)) = serde_json::from_str(rules) else { return rules.to_owned() };
    let writes = json!({ "match": "/*", "methods": ["POST", "PUT", "PATCH", "DELETE"], "safe": true });
    if let Some(rules) = document.entry("rules").or_insert(json!([])).as_array_mut() {
        rules.insert(0, writes);
    }
    Value::Object(document).to_string()
}

/// The rules with the options that have pages listen to the server, and ask it for flags, unless they say themselves
/// whether they do.
fn for_pages(rules: &str, push: bool) -> String {
    match serde_json::from_str(rules) {
        Ok(Value::Object(mut document)) if push => {
            document.entry("push").or_insert(Value::Bool(true));
            document.entry("flags").or_insert(json!({ "url": true, "interval": FLAGS_INTERVAL }));
            Value::Object(document).to_string()
        }
        _ => rules.to_owned(),
    }
}

/// Finds parents in the database.
#[derive(Debug, Clone)]
struct DbParents(Db);

impl Resolver for DbParents {
    async fn parents(&self, kind: &str, id: &str) -> Option<Fields> {
        let id: i64 = id.parse().ok()?;
        let kind = kind.to_owned();
        // A database that fails knows no parents, and then the whole kind is touched.
        let (field, parent) = self.0.run(move |db| rows::parent(db, &kind, id)).await.ok()??;
        Some(vec![(field.to_owned(), parent.to_string())])
    }
}

async fn nothing() -> ApiError {
    ApiError::NotFound
}

fn cors(origin: &AllowedOrigin) -> CorsLayer {
    let others = [header::DATE, header::AGE, header::ETAG, header::RETRY_AFTER, REPLAYED];
    let exposed = traffic::OURS.into_iter().chain(others);
    CorsLayer::new()
        .allow_origin(match origin {
            AllowedOrigin::Any => AllowOrigin::any(),
            AllowedOrigin::One(origin) => AllowOrigin::exact(origin.clone()),
        })
        .allow_methods([Method::GET, Method::HEAD, Method::POST, Method::PATCH, Method::DELETE])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(exposed.collect::<Vec<HeaderName>>())
        // The answers are the same for everybody: a `Vary` would only keep caches from using them.
        .vary([])
}
