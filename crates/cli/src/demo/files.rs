//! The demo pages, the built package and the rules document.

use std::path::{Path, PathBuf};

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{any, get};
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

use super::app::App;

/// Everything that is a file: `www` at the root, `package` at `/pkg/`, the rules at `/everfresh.json`. A browser
/// asks before it uses a copy, so that a rebuild shows.
pub(crate) fn routes(www: &Path, package: &Path, rules: String) -> Router<App> {
    let missing = Missing { www: www.to_owned(), package: package.to_owned() };
    let serve = |dir: &Path| {
        let missing = missing.clone();
        let page = move |request: Request| {
            let page = missing.page(request.uri().path());
            async move { page }
        };
        ServeDir::new(dir).fallback(any(page))
    };
    let rules = get(|| async { ([(header::CONTENT_TYPE, "application/json")], rules) });
    Router::new()
        .route("/everfresh.json", rules)
        .nest_service("/pkg", serve(package))
        .fallback_service(serve(www))
        .layer(SetResponseHeaderLayer::overriding(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-cache"),
        ))
}

/// Where files were looked for.
#[derive(Debug, Clone)]
struct Missing {
    www: PathBuf,
    package: PathBuf,
}

impl Missing {
    /// A page that says what is missing.
    fn page(&self, path: &str) -> Response {
        let mut notes = vec![format!("<p>There is no <code>{}</code> here.</p>", escape(path))];
        for (what, option, dir, file) in [
            ("demo pages", "--www", &self.www, "index.html"),
            ("built package", "--package", &self.package, "index.js"),
        ] {
            if !dir.join(file).is_file() {
                let dir = escape(&dir.display().to_string());
                notes.push(format!(
                    "<p>The {what} were looked for in <code>{dir}</code>, and there is no \
                     <code>{file}</code> in it. Name the right folder with <code>{option}</code>.</p>"
                ));
            }
        }
        let page = format!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>everfresh demo</title>\
             <h1>Not found</h1>{}</html>",
            notes.concat()
        );
        (StatusCode::NOT_FOUND, Html(page)).into_response()
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
