//! "Did you mean": the known name that is closest to what was written.

/// More candidates than these are not compared: an untrusted file can have very many names.
const MOST_CANDIDATES: usize = 5_000;

/// The candidate closest to `found`, if one is close enough to be a likely slip.
///
/// Close means: equal but for case, `-` and `_`; a Damerau-Levenshtein distance of at most a third
/// of the length (at least 1); or a Jaro-Winkler similarity above 0.9. Ties go to the first.
#[must_use]
pub fn did_you_mean<'a>(found: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if found.is_empty() || found.len() > 64 {
        return None;
    }
    let plain = |s: &str| s.to_lowercase().replace('-', "_");
    let wanted = plain(found);
    let allowed = (found.chars().count() / 3).max(1);
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates.into_iter().take(MOST_CANDIDATES) {
        // A similarity above 0.9 needs three quarters of the letters.
        let (a, b) = (found.len(), candidate.len());
        if candidate.len() > 64 || a.abs_diff(b) > allowed.max(a.max(b) / 3) {
            continue;
        }
        let candidate_plain = plain(candidate);
        let distance = strsim::damerau_levenshtein(&wanted, &candidate_plain);
        let similarity = strsim::jaro_winkler(&wanted, &candidate_plain);
        if distance > allowed && similarity <= 0.9 {
            continue;
        }
        #[expect(clippy::cast_precision_loss, reason = "distances of short words")]
        let score = similarity - distance as f64;
        if best.is_none_or(|(top, _)| score > top) {
            best = Some((score, candidate));
        }
    }
    best.map(|(_, name)| name)
}

/// Names as a list for a message: "`a`, `b` or `c`", at most `most` of them.
#[must_use]
pub fn list_of<'a>(names: impl IntoIterator<Item = &'a str>, most: usize) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    let quoted: Vec<String> = names.iter().take(most).map(|n| format!("`{n}`")).collect();
    match (quoted.as_slice(), names.len() > most) {
        ([], _) => "none".to_owned(),
        ([one], false) => one.clone(),
        (all, true) => format!("{} and {} more", all.join(", "), names.len() - most),
        ([head @ .., last], false) => format!("{} or {last}", head.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_strangers_are_not() {
        let known = ["chance", "rate", "effects"];
        assert_eq!(did_you_mean("chanse", known), Some("chance"));
        assert_eq!(did_you_mean("effect", known), Some("effects"));
        assert_eq!(did_you_mean("banana", known), None);
        assert_eq!(did_you_mean("", known), None);
    }

    #[test]
    fn lists_read_as_a_sentence() {
        assert_eq!(list_of(["a", "b", "c"], 9), "`a`, `b` or `c`");
        assert_eq!(list_of(["a", "b", "c"], 2), "`a`, `b` and 1 more");
        assert_eq!(list_of([], 2), "none");
    }
}
