//! The texts that the fuzz targets begin with, and those that once broke something.

use std::fs;
use std::path::Path;

use crate::{engine, freshness, header, journal, json, metrics, pattern, predict, record, url};

type Check = fn(&str);

/// The check of each fuzz target.
const CHECKS: [(&str, Check); 10] = [
    ("engine", engine::check),
    ("freshness", freshness::check),
    ("header", header::check),
    ("journal", journal::check),
    ("json", json::check),
    ("metrics", metrics::check),
    ("pattern", pattern::check),
    ("predict", predict::check),
    ("record", record::check),
    ("url", url::check),
];

#[test]
fn p7_the_corpus_holds() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    for (target, check) in CHECKS {
        assert!(
            fuzz.join("fuzz_targets").join(format!("{target}.rs")).is_file(),
            "{target} is a fuzz target"
        );
        let mut count = 0;
        for file in fs::read_dir(fuzz.join("corpus").join(target)).expect("a corpus") {
            check(&fs::read_to_string(file.expect("a file").path()).expect("a text"));
            count += 1;
        }
        assert!(count > 0, "{target} has a corpus");
    }
    let targets = fs::read_dir(fuzz.join("fuzz_targets")).expect("targets").count();
    assert_eq!(targets, CHECKS.len(), "each fuzz target has a check here");
}
