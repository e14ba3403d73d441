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
    complete(cellules, &mut caches);
    let vues = cellules
        .iter()
        .zip(&caches)
        .map(|(n, c)| (!c).then_some(*n))
        .collect();
    (vues, Some(total))
}

/// Hides more cells until what is hidden cannot be found by subtraction: two
/// cells at least, that add up to more than the threshold. Says whether it
/// changed anything.
fn complete(cellules: &[i64], caches: &mut [bool]) -> bool {
    let mut change = false;
    loop {
        let caches_ici: Vec<i64> = cellules
            .iter()
            .zip(caches.iter())
            .filter(|(n, c)| **c && **n > 0)
            .map(|(n, _)| *n)
            .collect();
        if caches_ici.is_empty() || (caches_ici.len() > 1 && caches_ici.iter().sum::<i64>() > SEUIL)
        {
            return change;
        }
        // The smallest other cell hides with them; the first when tied.
        let suivante = (0..cellules.len())
            .filter(|i| !caches[*i] && cellules[*i] > 0)
            .min_by_key(|i| (cellules[*i], *i));
        let Some(i) = suivante else { return change };
        caches[i] = true;
        change = true;
    }
}

/// Two nested levels (départements in régions, months in years): the level
/// above is a partition of the whole, each of its cells is one of what it
/// holds. What is inside a hidden cell is hidden. Returns the cells above,
/// those inside, and the total.
#[must_use]
pub fn nested(groupes: &[Vec<i64>]) -> (Vec<Vue>, Vec<Vec<Vue>>, Vue) {
    let sommes: Vec<i64> = groupes.iter().map(|g| g.iter().sum()).collect();
    let (dessus, total) = partition(&sommes);
    let dedans = groupes
        .iter()
        .zip(&dessus)
        .map(|(g, vu)| match vu {
            Some(_) => partition(g).0,
            None => g.iter().map(|n| (*n == 0).then_some(0)).collect(),
        })
        .collect();
    (dessus, dedans, total)
}

/// A two-way table with its margins: rows and columns are partitions, treated
/// in turn until nothing changes. Margins follow the rule of partitions.
/// Returns the cells, the totals of rows, those of columns.
#[must_use]
pub fn table(lignes: &[Vec<i64>]) -> (Vec<Vec<Vue>>, Vec<Vue>, Vec<Vue>) {
    let largeur = lignes.iter().map(Vec::len).max().unwrap_or(0);
    let colonne = |j: usize| -> Vec<i64> {
        lignes
            .iter()
            .map(|l| l.get(j).copied().unwrap_or(0))
            .collect()
    };
    let marges_lignes = partition(&lignes.iter().map(|l| l.iter().sum()).collect::<Vec<_>>()).0;
    let marges_colonnes = partition(
        &(0..largeur)
            .map(|j| colonne(j).iter().sum())
            .collect::<Vec<_>>(),
    )
    .0;
    let mut caches: Vec<Vec<bool>> = lignes
        .iter()
        .zip(&marges_lignes)
        .map(|(l, m)| {
            (0..largeur)
                .map(|j| {
                    let n = l.get(j).copied().unwrap_or(0);
                    small(n) || (n > 0 && (m.is_none() || marges_colonnes[j].is_none()))
                })
                .collect()
        })
        .collect();
    loop {
        let mut change = false;
        for (l, c) in lignes.iter().zip(&mut caches) {
            change |= complete(l, c);
        }
        for j in 0..largeur {
            let mut c: Vec<bool> = caches.iter().map(|l| l[j]).collect();
            if complete(&colonne(j), &mut c) {
                change = true;
                for (l, cache) in caches.iter_mut().zip(c) {
                    l[j] = cache;
                }
            }
        }
        if !change {
            break;
        }
    }
    let cellules = lignes
        .iter()
        .zip(&caches)
        .map(|(l, c)| l.iter().zip(c).map(|(n, c)| (!c).then_some(*n)).collect())
        .collect();
    (cellules, marges_lignes, marges_colonnes)
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
        /// Every row and column of a table keeps its secret.
        #[test]
        fn a_table_keeps_its_secrets_both_ways(
            t in prop::collection::vec(prop::collection::vec(0_i64..60, 4), 2..5),
        ) {
            let (vues, _, _) = table(&t);
            let sure = |n: &[i64], v: &[Vue]| {
                let caches: Vec<i64> = n.iter().zip(v).filter(|(n, v)| v.is_none() && **n > 0).map(|(n, _)| *n).collect();
                caches.is_empty() || n.iter().zip(v).all(|(n, v)| *n == 0 || v.is_none())
                    || (caches.len() > 1 && caches.iter().sum::<i64>() > SEUIL)
            };
            for (n, v) in t.iter().zip(&vues) {
                prop_assert!(v.iter().flatten().all(|n| !small(*n)));
                prop_assert!(sure(n, v));
            }
            for j in 0..4 {
                let n: Vec<i64> = t.iter().map(|l| l[j]).collect();
                let v: Vec<Vue> = vues.iter().map(|l| l[j]).collect();
                prop_assert!(sure(&n, &v));
            }
        }

        /// Neither level gives away a small cell of the other.
        #[test]
        fn nested_levels_hold_together(g in prop::collection::vec(prop::collection::vec(0_i64..60, 1..5), 1..5)) {
            let (dessus, dedans, total) = nested(&g);
            for ((n, vu), v) in g.iter().zip(&dessus).zip(&dedans) {
                prop_assert!(v.iter().flatten().all(|n| !small(*n)));
                let somme: i64 = n.iter().sum();
                let caches: i64 = somme - v.iter().flatten().sum::<i64>();
                match vu {
                    // The group is shown: what it hides is more than the threshold.
                    Some(t) => prop_assert!(*t == somme && (caches == 0 || caches > SEUIL)),
                    None => prop_assert!(v.iter().flatten().all(|n| *n == 0)),
                }
            }
            if let Some(t) = total {
                let caches = t - dessus.iter().flatten().sum::<i64>();
                prop_assert!(caches == 0 || caches > SEUIL);
            }
        }

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
