//! The shapes of what is taken and given, for the OpenAPI document. What writes them is in the core.
#![expect(dead_code, reason = "they only describe")]

use utoipa::{IntoParams, ToSchema};

/// What a report is asked for.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub(crate) struct ReportQuery {
    /// How far it goes back; `1h` by default.
    #[param(inline)]
    range: Option<Range>,
    /// What its groups are; `layer` by default.
    #[param(inline)]
    group_by: Option<GroupBy>,
    /// `json` by default. Monitoring has no other.
    #[param(inline)]
    format: Option<Format>,
    /// Whose metrics; the server's by default.
    #[param(inline)]
    source: Option<Source>,
    /// The groups that it is of alone; may be there more than once. Filters are of one dimension.
    layer: Option<String>,
    /// As `layer`.
    route: Option<String>,
    /// As `layer`.
    entity: Option<String>,
    /// As `layer`.
    tag: Option<String>,
    /// As `layer`.
    operation: Option<String>,
}

/// What is to be cleared.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ClearQuery {
    /// Whose metrics; all of them by default.
    #[param(inline)]
    source: Option<Source>,
}

/// How far a report goes back.
#[derive(ToSchema)]
pub(crate) enum Range {
    #[schema(rename = "1h")]
    Hour,
    #[schema(rename = "6h")]
    SixHours,
    #[schema(rename = "24h")]
    Day,
    #[schema(rename = "7d")]
    Week,
    #[schema(rename = "30d")]
    Month,
}

/// What the groups of a report are.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub(crate) enum GroupBy {
    Layer,
    Route,
    Entity,
    Tag,
    Operation,
}

/// How a report is written.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub(crate) enum Format {
    Json,
    Csv,
}

/// Whose metrics they are.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub(crate) enum Source {
    Server,
    Browsers,
    All,
}

/// Something was refused.
#[derive(ToSchema)]
pub(crate) struct Refusal {
    /// A stable name of what is wrong.
    code: String,
}

/// A change of flags was refused.
#[derive(ToSchema)]
pub(crate) struct FlagRefusal {
    /// A stable name of what is wrong.
    code: String,
    /// The flag that it is about, such as `server.enabled`; empty: none.
    path: String,
    /// What is wrong, in words.
    message: String,
}

/// What is switched on in browsers.
#[derive(ToSchema)]
pub(crate) struct BrowserFlags {
    /// 1.
    version: u32,
    flags: ClientFlags,
}

/// What is set; what is not is on. In a change, `null` takes a flag away, or all of a side.
#[derive(ToSchema)]
pub(crate) struct FlagsDocument {
    client: Option<ClientFlags>,
    server: Option<ServerFlags>,
}

/// The flags of browsers.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct ClientFlags {
    /// The kill switch.
    enabled: Option<Flag>,
    wrap_fetch: Option<Flag>,
    persist: Option<Flag>,
    optimistic: Option<Flag>,
    outbox: Option<Flag>,
    prefetch: Option<Flag>,
    push: Option<Flag>,
    overlay: Option<Flag>,
    metrics: Option<Flag>,
}

/// The flags of servers.
#[derive(ToSchema)]
pub(crate) struct ServerFlags {
    /// The kill switch of the cache.
    enabled: Option<Flag>,
    /// Invalidations as they happen.
    push: Option<Flag>,
    /// Counting.
    metrics: Option<Flag>,
}

/// On, off, or the percent of clients that it is on for, from 0 to 100.
#[derive(ToSchema)]
#[serde(untagged)]
pub(crate) enum Flag {
    Switch(bool),
    Percent(f64),
}

/// What was measured in a range. Times are milliseconds since 1970.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct Report {
    /// 1.
    version: u32,
    range: Range,
    group_by: GroupBy,
    from: u64,
    until: u64,
    /// How long each step of the series is, in milliseconds.
    step: u64,
    total: Counts,
    series: Vec<Step>,
    /// The busiest first.
    groups: Vec<Group>,
}

/// A step of a series.
#[derive(ToSchema)]
pub(crate) struct Step {
    /// When it begins.
    at: u64,
    #[schema(inline)]
    #[serde(flatten)]
    counts: Counts,
}

/// A group.
#[derive(ToSchema)]
pub(crate) struct Group {
    name: String,
    #[schema(inline)]
    #[serde(flatten)]
    counts: Counts,
}

/// How often what happened, and how long it took.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct Counts {
    hits: u64,
    stale_hits: u64,
    misses: u64,
    joined: u64,
    peeks: u64,
    stores: u64,
    late_fills: u64,
    revalidations: u64,
    invalidations: u64,
    invalidated: u64,
    evictions: u64,
    requests: u64,
    errors: u64,
    writes: u64,
    rollbacks: u64,
    prefetches: u64,
    prefetches_used: u64,
    prefetches_wasted: u64,
    /// How large the bodies are that were stored, in kilobytes, each rounded up.
    stored_kilobytes: u64,
    durations: Durations,
}

/// How long who asked had to wait, in milliseconds.
#[derive(ToSchema)]
pub(crate) struct Durations {
    count: u64,
    p50: Option<u64>,
    p95: Option<u64>,
    p99: Option<u64>,
}

/// What a browser has counted.
#[derive(ToSchema)]
pub(crate) struct Item {
    /// 1.
    version: u32,
    /// `everfresh:m:`, the document's name and the item's number. Each counts once.
    item: String,
    /// What the item has.
    text: String,
}

/// What operators see at once.
#[derive(ToSchema)]
pub(crate) struct Monitored {
    /// 1.
    version: u32,
    health: Health,
    store: StoreHealth,
    metrics: Report,
}

/// Whether the store can be used.
#[derive(ToSchema)]
pub(crate) struct StoreHealth {
    name: String,
    available: bool,
}

/// How the process does.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct Health {
    /// `unknown` before the first look, `ok`, or the worst severity of the alerts.
    status: String,
    checked_at: Option<u64>,
    sample: Option<Sample>,
    alerts: Vec<Alert>,
}

/// What was looked at. Rates are from 0 to 1.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct Sample {
    requests: u64,
    hit_rate: Option<f64>,
    error_rate: Option<f64>,
    /// Milliseconds.
    response_time: Option<f64>,
    invalidation_rate: Option<f64>,
    available: bool,
}

/// Something that is wrong.
#[derive(ToSchema)]
pub(crate) struct Alert {
    id: u32,
    r#type: AlertType,
    severity: Severity,
    value: Option<f64>,
    /// What the value was held against.
    bound: Option<f64>,
    since: u64,
    acknowledged: bool,
}

/// What is wrong.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub(crate) enum AlertType {
    LowHitRate,
    HighErrorRate,
    SlowResponse,
    HighInvalidationRate,
    CacheUnavailable,
}

/// How bad it is.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub(crate) enum Severity {
    Info,
    Warning,
    Error,
    Critical,
}

/// Somebody has seen an alert.
#[derive(ToSchema)]
pub(crate) struct Acknowledgement {
    /// The alert's id.
    acknowledge: u32,
}

/// What is to be invalidated.
#[derive(ToSchema)]
pub(crate) struct Targets {
    /// A value of `X-Cache-Invalidate`.
    #[schema(example = "story:42, \"/api/stories/*\"")]
    targets: String,
}

/// Where a listener goes on.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventsQuery {
    /// The id of the last event that was seen; as the header `Last-Event-ID`.
    cursor: Option<String>,
}

/// The data of an event.
#[derive(ToSchema)]
pub(crate) struct EventData {
    /// When it was sent, in milliseconds since 1970.
    at: u64,
    /// Of the first event: the milliseconds between two beats of a silent stream.
    beat: Option<u64>,
    /// What was invalidated; nothing in the first event, and where it can't be told.
    targets: Option<String>,
    /// `false`: whatever was read before may be old. Not of a beat.
    complete: Option<bool>,
}
