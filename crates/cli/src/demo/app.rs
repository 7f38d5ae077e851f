//! The demo's routes, put together.

use axum::Router;
use axum::http::{HeaderName, Method, header};
use axum::middleware::from_fn_with_state;
use axum::routing::any;
use everfresh_server::{Fields, InvalidationLayer, NoResolver, Resolver};
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

use super::answer::ApiError;
use super::args::{AllowedOrigin, Args};
use super::db::{Db, studio as rows};
use super::idempotency::{Keys, REPLAYED};
use super::switches::Switches;
use super::{community, control, files, studio, traffic};

/// What every handler can reach.
#[derive(Debug, Clone)]
pub(crate) struct App {
    /// The database.
    pub(crate) db: Db,
    /// The switches.
    pub(crate) switches: Switches,
    /// The keys of the writes that are under way.
    pub(crate) keys: Keys,
}

impl App {
    /// The state of a server that was just started.
    pub(crate) fn new(db: Db) -> Self {
        Self { db, switches: Switches::default(), keys: Keys::default() }
    }
}

/// All that the demo serves.
pub(crate) fn router(app: App, layer: InvalidationLayer<NoResolver>, rules: String, args: &Args) -> Router {
    let api = Router::new()
        .merge(studio::routes())
        .merge(community::routes())
        .route("/studio/api/{*rest}", any(nothing))
        .route("/community/api/{*rest}", any(nothing))
        .layer(layer.resolver(DbParents(app.db.clone())))
        .layer(from_fn_with_state(app.clone(), traffic::switch));
    let everything = Router::new()
        .merge(files::routes(&args.www, &args.package, rules))
        .merge(control::routes())
        .merge(api)
        .with_state(app);
    match &args.cors {
        None => everything,
        Some(origin) => everything.layer(cors(origin)),
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
