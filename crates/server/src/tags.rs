//! What a handler says of its answer.

/// A response extension: the tags of a read, or what a write touched, as its handler knows them.
///
/// ```
/// use axum::Extension;
/// use everfresh_server::Tags;
///
/// async fn search() -> (Extension<Tags>, &'static str) {
///     (Extension(Tags::add(["search"])), "what was found")
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tags {
    names: Vec<String>,
    replace: bool,
}

impl Tags {
    /// These, besides those of the entity map.
    pub fn add<I>(names: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        Self { names: names.into_iter().map(Into::into).collect(), replace: false }
    }

    /// These, in place of those of the entity map.
    pub fn replace<I>(names: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        Self { names: names.into_iter().map(Into::into).collect(), replace: true }
    }

    /// The names that result, each once.
    pub(crate) fn apply(self, mapped: Vec<String>) -> Vec<String> {
        let mut names = if self.replace { Vec::new() } else { mapped };
        for name in self.names {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }
}
