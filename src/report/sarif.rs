//! What does not hold, as SARIF 2.1.0: for code scanning, beside the claim.
//!
//! OASIS Standard, 27 March 2020: sections 3.13 (log), 3.14 (run), 3.27 (result), 3.11 (messages, whose brackets are escaped since they
//! would be links), 3.28 and 3.29 (places).

use serde_json::{Value, json};

use super::json::document as indented;
use super::verdicts::{flaw_place, flaw_sentence, sentence};
use crate::results::{ClaimResult, FileState, TestSummary, Verdict};

/// Kinds of results: id, level, what it is.
const KINDS: [(&str, &str, &str); 4] = [
    ("claim-fails", "error", "A claim of a scenario does not hold."),
    ("claim-undecided", "warning", "A claim of a scenario could not be decided within the trials that were allowed."),
    ("scenario-wrong", "error", "A scenario cannot be read, or is wrong."),
    ("scenario-stopped", "error", "A trial of a scenario could not be run."),
];

/// The document.
#[must_use]
pub fn document(summary: &TestSummary) -> String {
    let rule = |(id, level, text): (&str, &str, &str)| json!({ "id": id, "shortDescription": { "text": text }, "defaultConfiguration": { "level": level } });
    let rules: Vec<Value> = KINDS.into_iter().map(rule).collect();
    let mut results = Vec::new();
    for file in &summary.files {
        let kind = match file.state {
            FileState::Wrong => Some(2),
            FileState::Stopped => Some(3),
            _ => None,
        };
        if let Some(kind) = kind {
            results.push(result(kind, &flaw_sentence(file), flaw_place(file), &file.file));
        }
        results.extend(file.claims.iter().filter_map(of_claim));
    }
    indented(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": summary.tool.name, "semanticVersion": summary.tool.version, "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "invocations": [{ "executionSuccessful": summary.plan.complete, "commandLine": summary.plan.command }],
            "results": results,
        }],
    }))
}

fn of_claim(claim: &ClaimResult) -> Option<Value> {
    let kind = match claim.verdict {
        Verdict::Fail => 0,
        Verdict::Undecided => 1,
        Verdict::Pass | Verdict::NotRun => return None,
    };
    // The same claim is the same alert when lines move.
    let same = format!("{}|{}|{}", claim.file, claim.variant.as_deref().unwrap_or("base"), claim.id.as_ref().unwrap_or(&claim.that));
    Some(result(kind, &sentence(claim), (&claim.file, claim.line, claim.column), &same))
}

fn result(kind: usize, text: &str, (file, line, column): (&str, usize, usize), same: &str) -> Value {
    let (id, level, _) = KINDS[kind];
    let place = json!({
        "artifactLocation": { "uri": uri(file) },
        "region": { "startLine": line, "startColumn": column },
    });
    json!({
        "ruleId": id,
        "ruleIndex": kind,
        "level": level,
        "message": { "text": text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]") },
        "locations": [{ "physicalLocation": place }],
        "partialFingerprints": { "claim/v1": same },
    })
}

/// A path as a relative reference, or one with a scheme where it is absolute (RFC 3986).
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let mut text = if path.starts_with('/') { "file://".to_owned() } else { String::new() };
    for byte in path.trim_start_matches("./").bytes() {
        let plain = byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
        if plain { text.push(char::from(byte)) } else { text.push_str(&format!("%{byte:02X}")) }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_references() {
        assert_eq!(uri("./a b/ü:1.toml"), "a%20b/%C3%BC%3A1.toml");
        assert_eq!(uri("/x/y.toml"), "file:///x/y.toml");
        assert_eq!(uri("a\\b.toml"), "a/b.toml");
    }
}
