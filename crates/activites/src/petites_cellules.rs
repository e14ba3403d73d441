//! Small cells are never shown (spec 20 §5.7): one rule for every public or
//! territorial figure. Pure.

/// Cells up to this many people say too much about each.
pub const SEUIL: i64 = 10;

/// What a reader sees of a count: `None` is « n.d. ».
pub type Vue = Option<i64>;

/// A partition with its cells; the total is what they add up to. Cells that
/// are hidden cannot be found again from the total and the others. Zeros are
/// shown. Returns the cells and the total.
#[must_use]
pub fn partition(cellules: &[i64]) -> (Vec<Vue>, Vue) {
    let total: i64 = cellules.iter().sum();
    if total == 0 {
        return (cellules.iter().map(|c| Some(*c)).collect(), Some(0));
    }
    if total <= SEUIL {
        return (vec![None; cellules.len()], None);
    }
    let mut caches: Vec<bool> = cellules.iter().map(|c| small(*c)).collect();
    loop {
        let choisies = || cellules.iter().zip(&caches).filter(|(_, c)| **c);
        let (nombre, somme) = (choisies().count(), choisies().map(|(n, _)| n).sum::<i64>());
        if nombre == 0 || (nombre > 1 && somme > SEUIL) {
            break;
        }
        // The smallest other cell hides with them; the first when tied.
        let suivante = (0..cellules.len())
            .filter(|i| !caches[*i] && cellules[*i] > 0)
            .min_by_key(|i| (cellules[*i], *i));
        let Some(i) = suivante else { break };
        caches[i] = true;
    }
    let vues = cellules
        .iter()
        .zip(&caches)
        .map(|(n, c)| (!c).then_some(*n))
        .collect();
    (vues, Some(total))
}

/// A block where several answers are possible: small cells only.
#[must_use]
pub fn multiple(cellules: &[i64]) -> Vec<Vue> {
    cellules.iter().map(|c| shown(*c)).collect()
}

/// One count on its own.
#[must_use]
pub fn shown(n: i64) -> Vue {
    (!small(n)).then_some(n)
}

fn small(n: i64) -> bool {
    (1..=SEUIL).contains(&n)
}

/// « 1 234 » or « n.d. ».
#[must_use]
pub fn dit(v: Vue) -> String {
    v.map_or_else(|| "n.d.".to_owned(), socle::francais::entier)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn vues(c: &[i64]) -> Vec<String> {
        partition(c).0.into_iter().map(dit).collect()
    }

    /// The examples of §5.7.
    #[test]
    fn examples_of_the_specification() {
        assert_eq!(vues(&[40, 12, 7, 3]), ["40", "n.d.", "n.d.", "n.d."]);
        assert_eq!(vues(&[40, 30, 7, 6]), ["40", "30", "n.d.", "n.d."]);
        assert_eq!(vues(&[100, 0, 4]), ["n.d.", "0", "n.d."]);
        assert_eq!(partition(&[6, 3]), (vec![None, None], None));
        assert_eq!(partition(&[0, 0]), (vec![Some(0), Some(0)], Some(0)));
    }

    proptest! {
        /// What is hidden adds up to more than the threshold, in two cells at
        /// least: subtraction tells nothing.
        #[test]
        fn nothing_small_can_be_found_again(c in prop::collection::vec(0_i64..60, 1..8)) {
            let (vues, total) = partition(&c);
            let Some(total) = total else { return Ok(()) };
            let montre: i64 = vues.iter().flatten().sum();
            let caches = vues.iter().filter(|v| v.is_none()).count();
            prop_assert!(vues.iter().flatten().all(|n| !small(*n)));
            if caches > 0 {
                prop_assert!(total - montre > SEUIL);
                prop_assert!(caches > 1 || c.iter().filter(|n| **n > 0).count() == 1);
            }
        }
    }
}
