//! The cache, and what operators see of it, as the options say.

use std::sync::Arc;

use everfresh_server::ops::{Archive, MemoryArchive, Ops, OpsOptions, SqliteArchive};
use everfresh_server::store::{MemoryStore, MemoryStoreOptions, RedisStore, RedisStoreOptions, Store};
use everfresh_server::{CacheLayer, CacheOptions, EventsOptions, Everybody, FileFlags, FlagStore};

use super::args::Args;
use super::error::ProxyError;

/// What is made of the options.
pub(super) struct Setup {
    pub(super) cache: CacheLayer,
    pub(super) ops: Ops,
}

/// # Errors
/// [`ProxyError`] names what can't be used.
pub(super) fn setup(args: &Args) -> Result<Setup, ProxyError> {
    let rules = std::fs::read_to_string(&args.config)
        .map_err(|source| ProxyError::Config { path: args.config.clone(), source })?;
    let mut cache = CacheLayer::from_json(&rules)
        .map_err(|source| ProxyError::Rules { path: args.config.clone(), source })?;
    for route in &args.share {
        cache = cache.share(route).map_err(|source| ProxyError::Option { name: "--share", source })?;
    }
    let Places { store, archive, flags } = places(args)?;
    let cache = cache.store(store).options(CacheOptions {
        max_entry_bytes: args.max_entry_bytes,
        // Longer, so that what stands still is known to before it counts as slow.
        body_timeout: args.body_timeout * 2,
        settle: args.settle,
        ..CacheOptions::default()
    });
    let options = OpsOptions { token: args.token.clone(), archive, flags, ..OpsOptions::default() };
    let ops = Ops::new(&cache, options).map_err(|source| ProxyError::Option { name: "--token", source })?;
    let ops = if args.events { ops.events(Everybody, EventsOptions::default()) } else { ops };
    Ok(Setup { cache, ops })
}

/// Where things are kept.
struct Places {
    store: Arc<dyn Store>,
    archive: Arc<dyn Archive>,
    flags: Option<Arc<dyn FlagStore>>,
}

fn places(args: &Args) -> Result<Places, ProxyError> {
    let unusable = |name| move |source| ProxyError::Store { name, source };
    let file = match &args.metrics_file {
        Some(file) => {
            let archive = SqliteArchive::open(file).map_err(unusable("--metrics-file"))?;
            Some(Arc::new(archive) as Arc<dyn Archive>)
        }
        None => None,
    };
    let flags = match &args.flags {
        Some(file) => {
            Some(Arc::new(FileFlags::new(file).map_err(unusable("--flags"))?) as Arc<dyn FlagStore>)
        }
        None => None,
    };
    let Some(url) = &args.redis else {
        let options = MemoryStoreOptions {
            max_bytes: args.max_bytes,
            budgets: args.budget.clone(),
            ..MemoryStoreOptions::default()
        };
        let archive = file.unwrap_or_else(|| Arc::new(MemoryArchive::default()));
        return Ok(Places { store: Arc::new(MemoryStore::new(options)), archive, flags });
    };
    let options =
        RedisStoreOptions { namespace: args.redis_namespace.clone(), ..RedisStoreOptions::default() };
    let store = Arc::new(RedisStore::connect(url, options).map_err(unusable("--redis"))?);
    let archive = file.unwrap_or_else(|| Arc::clone(&store) as Arc<dyn Archive>);
    let flags = flags.or_else(|| Some(Arc::clone(&store) as Arc<dyn FlagStore>));
    Ok(Places { store, archive, flags })
}
