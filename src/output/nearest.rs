//! The names that come nearest to one that is not there.

/// So many are suggested.
const MOST: usize = 3;

/// Returns the names that are like a wanted one, the likest first.
pub(crate) fn nearest<'n>(wanted: &str, names: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let wanted = wanted.to_lowercase();
    let mut scored: Vec<(f64, &str)> = names
        .into_iter()
        .map(|name| (likeness(&wanted, &name.to_lowercase()), name))
        .filter(|(score, _)| *score > 0.6)
        .collect();
    scored.sort_by(|(one, a), (other, b)| other.total_cmp(one).then(a.cmp(b)));
    scored.dedup_by(|(_, one), (_, other)| one == other);
    scored.into_iter().take(MOST).map(|(_, name)| name).collect()
}

/// How like two names are, from 0 to 1: by their letters, or because one is a part of the other.
fn likeness(one: &str, other: &str) -> f64 {
    let by_letters = strsim::normalized_damerau_levenshtein(one, other);
    let shorter = one.len().min(other.len());
    let is_part = shorter >= 3 && (one.contains(other) || other.contains(one));
    if is_part { by_letters.max(0.7) } else { by_letters }
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn likest_names_come_first() {
        let names = ["replicaCount", "resources", "image", "revisionHistoryLimit"];
        assert_eq!(nearest("replicaCuont", names), ["replicaCount"]);
        assert_eq!(nearest("replicas", names), Vec::<&str>::new());
        assert_eq!(nearest("images", names), ["image"]);
    }
}
